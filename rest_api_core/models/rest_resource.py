"""A model that an API exposes: the allow-list."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..access import configuration
from ..access.policy import ResourcePolicy, is_sensitive


class RestResource(models.Model):
    _name = "rest.resource"
    _inherit = ["rest.cached.mixin", "rest.rights.mixin"]
    _description = "REST resource"
    _order = "api_id, model, id"
    _rec_names_search = ("model", "model_id")

    api_id = fields.Many2one(
        "rest.api", string="API", required=True, index=True, ondelete="cascade"
    )
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        "ir.model", required=True, ondelete="cascade", domain=[("abstract", "=", False)]
    )
    model = fields.Char(
        string="Technical name", related="model_id.model", store=True, index=True
    )
    can_create = fields.Boolean(default=True)
    can_update = fields.Boolean(default=True)
    can_delete = fields.Boolean(default=True)
    can_archive = fields.Boolean(default=True)
    can_restore = fields.Boolean(default=True)
    delete_mode = fields.Selection(
        [("archive", "Archive"), ("unlink", "Delete")],
        string="DELETE",
        default="archive",
        required=True,
        help="What DELETE does with what can be archived; ?force=true deletes.",
    )
    sensitive = fields.Boolean(
        string="Expose although sensitive",
        help="Models of users, rights, code, credentials and our own settings are"
        " exposed only with this.",
    )
    is_sensitive = fields.Boolean(compute="_compute_is_sensitive")
    etag_required = fields.Boolean(
        string="Require If-Match",
        help="Changes without If-Match are answered with 428.",
    )
    field_rule_ids = fields.One2many(
        "rest.field.rule", "resource_id", string="Field rules", copy=True
    )
    unlocked_field_ids = fields.Many2many(
        "ir.model.fields",
        "rest_resource_unlocked_field_rel",
        string="Writable although read-only",
        domain="[('model_id', '=', model_id), ('readonly', '=', True),"
        " ('store', '=', True), ('related', '=', False), ('compute', '=', False)]",
        help="Fields that Odoo's forms do not let users change, such as the type of an"
        " invoice. Computed and related ones cannot be written in any case.",
    )
    method_ids = fields.One2many(
        "rest.resource.method", "resource_id", string="Methods", copy=True
    )
    scope_ids = fields.One2many("rest.client.scope", "resource_id", string="Scopes")
    read_schema = fields.Text(
        string="Schema of a record", help="For later: not used yet."
    )
    list_schema = fields.Text(
        string="Schema of a list", help="For later: not used yet."
    )
    create_schema = fields.Text(
        string="Schema of a new one", help="For later: not used yet."
    )

    _model_unique = models.Constraint(
        "unique(api_id, model_id)",
        "The API has this model already, perhaps as an archived resource.",
    )

    @api.depends("api_id.root_path", "model")
    def _compute_display_name(self):
        for record in self:
            root, model = record.api_id.root_path or "", record.model
            record.display_name = model and f"{root}/{model}"

    @api.model
    def _search_display_name(self, operator, value):
        """What is before the last slash is the root path of the API."""
        found = super()._search_display_name
        if operator not in ("=", "like", "ilike") or "/" not in (value or ""):
            return found(operator, value)
        root, _slash, model = value.rpartition("/")
        return Domain(found(operator, model)) & Domain(
            "api_id.root_path", operator, root
        )

    @api.depends("model_id")
    def _compute_is_sensitive(self):
        for record in self:
            record.is_sensitive = is_sensitive(record.model_id.model or "")

    def _rest_model_name(self):
        return self.model_id.model

    @api.constrains("model_id", "sensitive")
    def _check_model(self):
        for record in self:
            model = self.env.get(record.model)
            if model is not None and model._abstract:
                raise ValidationError(
                    self.env._("%s has no records of its own.", record.model)
                )
            if is_sensitive(record.model) and not record.sensitive:
                raise ValidationError(
                    self.env._(
                        "%(model)s holds users, rights, code or credentials. To expose"
                        " it nevertheless, tick “%(field)s”.",
                        model=record.model,
                        field=self._fields["sensitive"]._description_string(self.env),
                    )
                )

    def _check_may_open(self):
        """Users, rights, code and credentials are for administrators of Odoo to show:
        through somebody's key, they would make one."""
        open_ones = self.filtered(lambda r: r.sensitive and r.is_sensitive)
        if open_ones and not self._rest_is_trusted():
            raise UserError(
                self.env._(
                    "Only those who may change the settings can decide how %s is"
                    " exposed.",
                    open_ones[0].model,
                )
            )

    def action_view_log(self):
        """The requests that were about this resource."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rest_api_core.rest_log_action"
        )
        domain = [("api_id", "=", self.api_id.id), ("model", "=", self.model)]
        return {**action, "name": self.display_name, "domain": domain}

    def _frozen(self):
        """This resource as ``configuration.Resource``."""
        self.ensure_one()
        return configuration.Resource(
            id=self.id,
            policy=ResourcePolicy(
                model=self.model,
                rights=self._rights(),
                domain=self._frozen_domain(),
                rules=self.field_rule_ids._frozen(),
                methods=self.method_ids._frozen(),
                delete_mode=self.delete_mode,
                sensitive=self.sensitive,
            ),
            etag_required=self.etag_required,
            unlocked=frozenset(self.unlocked_field_ids.mapped("name")),
        )
