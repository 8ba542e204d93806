"""Stand-ins for the addons of these names that earlier databases were made with.

Only what they leave in a database is here: tables, constraints, external ids, versions
(see the compatibility notes in the readme of ``endpoint_route_handler``). Written to a
folder when a test runs, so that nobody takes them for addons of this repository.
"""

import os
from pathlib import Path

HANDLER_MANIFEST = """
{
    "name": "Endpoint route handler", "version": "19.0.1.2.4", "license": "LGPL-3",
    "depends": ["base"], "data": ["security/ir.model.access.csv"],
}
"""
HANDLER_MODELS = """
from odoo import fields, models

class Sync(models.AbstractModel):
    _name = "endpoint.route.sync.mixin"
    _description = "Endpoint Route sync mixin"

    active = fields.Boolean(default=True)
    registry_sync = fields.Boolean(copy=False)

class Handler(models.AbstractModel):
    _name = "endpoint.route.handler"
    _inherit = "endpoint.route.sync.mixin"
    _description = "Endpoint Route handler"

    name = fields.Char(required=True)
    route = fields.Char(required=True, index=True, copy=False)
    route_group = fields.Char()
    route_type = fields.Selection([("http", "HTTP"), ("json", "JSON")], default="http")
    auth_type = fields.Selection(
        [("public", "Public"), ("user_endpoint", "User"), ("bearer", "API Key (User)")],
        default="user_endpoint",
    )
    request_content_type = fields.Selection([
        ("", "None"), ("application/json", "JSON"),
        ("application/json; charset=utf-8", "JSON_UTF8 (Deprecated)"),
    ])
    request_method = fields.Selection(
        [(m, m) for m in ("GET", "POST", "PUT", "DELETE")], required=True
    )
    endpoint_hash = fields.Char(store=False)
    cors = fields.Char(default="*")
    csrf = fields.Boolean()
    readonly = fields.Boolean()

    _endpoint_route_unique = models.Constraint(
        "unique(route)", "You can register an endpoint route only once."
    )

class Tool(models.TransientModel):
    _name = "endpoint.route.handler.tool"
    _inherit = "endpoint.route.handler"
    _description = "Endpoint Route handler tool"
"""
HANDLER_ACCESS = """\
id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink
access_endpoint_route_handler_mngr_edit,edit,model_endpoint_route_handler_tool,base.group_system,1,1,1,1
access_endpoint_route_handler_edit_public,read,model_endpoint_route_handler_tool,base.group_public,1,0,0,0
"""
ENDPOINT_MANIFEST = """
{
    "name": "Endpoint", "version": "19.0.1.2.1", "license": "LGPL-3",
    "depends": ["endpoint_route_handler"],
    "data": ["security/ir.model.access.csv", "views/endpoint_view.xml"],
}
"""
ENDPOINT_MODELS = """
from odoo import fields, models

class Mixin(models.AbstractModel):
    _name = "endpoint.mixin"
    _inherit = "endpoint.route.handler"
    _description = "Endpoint mixin"

    exec_mode = fields.Selection([("code", "Execute code")], required=True)
    request_content_schema = fields.Text()
    code_snippet = fields.Text()
    exec_as_user_id = fields.Many2one("res.users")
    company_id = fields.Many2one("res.company")

class Endpoint(models.Model):
    _name = "endpoint.endpoint"
    _inherit = "endpoint.mixin"
    _description = "Endpoint"
"""
ENDPOINT_ACCESS = """\
id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink
access_endpoint_endpoint_edit,edit,model_endpoint_endpoint,base.group_system,1,1,1,1
"""
ENDPOINT_VIEWS = """
<odoo>
    <record id="endpoint_mixin_form_view" model="ir.ui.view">
        <field name="model">endpoint.mixin</field>
        <field name="arch" type="xml">
            <form>
                <header />
                <div class="alert alert-warning" invisible="registry_sync">To sync</div>
                <sheet>
                    <field name="registry_sync" />
                    <notebook><page name="main"><field name="route" /></page></notebook>
                </sheet>
            </form>
        </field>
    </record>
    <record id="endpoint_endpoint_form_view" model="ir.ui.view">
        <field name="model">endpoint.endpoint</field>
        <field name="inherit_id" ref="endpoint_mixin_form_view" />
        <field name="mode">primary</field>
        <field name="arch" type="xml">
            <form position="attributes"><attribute name="name">real</attribute></form>
        </field>
    </record>
    <record id="endpoint_endpoint_act_window" model="ir.actions.act_window">
        <field name="name">Endpoints</field>
        <field name="res_model">endpoint.endpoint</field>
    </record>
    <menuitem
        id="endpoint_endpoint_menu" parent="base.menu_custom"
        action="endpoint_endpoint_act_window"
    />
</odoo>
"""
ROUTE_TABLE = """
    CREATE TABLE endpoint_route (
        id SERIAL PRIMARY KEY, key VARCHAR, route VARCHAR, opts TEXT, routing TEXT,
        endpoint_hash VARCHAR(32), route_group VARCHAR(32),
        updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT NOW()
    );
    CREATE UNIQUE INDEX endpoint_route__key_uniq ON endpoint_route (key);
    ALTER TABLE endpoint_route
        ADD CONSTRAINT endpoint_route__endpoint_hash_uniq UNIQUE (endpoint_hash);
    CREATE FUNCTION endpoint_route_set_timestamp() RETURNS TRIGGER AS $$
        BEGIN NEW.updated_at = NOW(); RETURN NEW; END; $$ LANGUAGE plpgsql;
    CREATE TRIGGER trigger_endpoint_route_set_timestamp BEFORE UPDATE ON endpoint_route
        FOR EACH ROW EXECUTE PROCEDURE endpoint_route_set_timestamp();
    CREATE SEQUENCE endpoint_route_version INCREMENT 1 START 1;
    CREATE FUNCTION increment_endpoint_route_version() RETURNS TRIGGER AS $$
        BEGIN PERFORM nextval('endpoint_route_version'); RETURN NEW; END;
        $$ LANGUAGE plpgsql;
    CREATE TRIGGER update_endpoint_route_version_trigger BEFORE INSERT ON endpoint_route
        FOR EACH ROW EXECUTE PROCEDURE increment_endpoint_route_version();
    CREATE TRIGGER insert_endpoint_route_version_trigger BEFORE UPDATE ON endpoint_route
        FOR EACH ROW EXECUTE PROCEDURE increment_endpoint_route_version();
"""
FILES = {
    "endpoint_route_handler": {
        "__manifest__.py": HANDLER_MANIFEST,
        "__init__.py": "from . import models\n",
        "models.py": HANDLER_MODELS,
        "security/ir.model.access.csv": HANDLER_ACCESS,
    },
    "endpoint": {
        "__manifest__.py": ENDPOINT_MANIFEST,
        "__init__.py": "from . import models\n",
        "models.py": ENDPOINT_MODELS,
        "security/ir.model.access.csv": ENDPOINT_ACCESS,
        "views/endpoint_view.xml": ENDPOINT_VIEWS,
    },
}


def write_to(folder):
    """Write the addons; returns Odoo's option that has them instead of ours."""
    for addon, files in FILES.items():
        for name, content in files.items():
            path = Path(folder, addon, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content.lstrip())
    ours = Path(__file__).resolve().parents[1]
    folders = os.environ["ODOO_ADDONS_PATH"].split(",")
    kept = [path for path in folders if Path(path).resolve() != ours]
    return "--addons-path=" + ",".join([*kept, str(folder)])
