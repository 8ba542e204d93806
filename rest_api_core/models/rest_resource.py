"""A model that an API exposes: the allow-list."""

from contextlib import contextmanager
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..access import configuration
from ..access.policy import ResourcePolicy, is_sensitive
from ..body import defaults
from ..orm.administrator_catalog import AdministratorCatalog
from ..query import schema
from ..query.expansion import Limits

SCHEMAS = {
    "list": "list_schema",
    "read": "read_schema",
    "create": "create_schema",
}


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
    list_schema = fields.Text(
        help="The fields that a list shows unless the request names fields itself."
        " Empty: the stored fields that are neither files nor lists of records.",
    )
    read_schema = fields.Text(
        help="The fields that one record shows unless the request names fields itself."
        " Empty: the stored fields that are neither files nor lists of records.",
    )
    create_schema = fields.Text(
        help="The fields that the response to a create shows unless the request names"
        " fields itself. Empty: the stored fields that are neither files nor lists of"
        " records.",
    )
    create_defaults = fields.Text(
        string="Default Values",
        help="A JSON object with the values of new records that the request leaves out,"
        ' such as {"customer_rank": 1}.',
    )
    create_status = fields.Selection(
        [("200", "200 OK"), ("201", "201 Created")],
        default="200",
        required=True,
        help="HTTP status of a successful create in the token dialect. REST v1 always"
        " responds with 201.",
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

    @api.constrains("api_id", "model_id", *SCHEMAS.values())
    def _check_schemas(self):
        """A schema names fields that the API can show; see ``schema.check``."""
        parsed = [
            (record, name, record._parsed_schema(name))
            for record in self
            for name in SCHEMAS.values()
            if record._text(name)
        ]
        for record, name, tree in parsed:
            with record._named_error(name):
                schema.check(tree, record.model, record._catalog())

    def _parsed_schema(self, name):
        limits = Limits(max_expand_depth=self.api_id.max_expand_depth)
        with self._named_error(name):
            return schema.parse(self[name], limits)

    @api.constrains("api_id", "model_id", "create_defaults")
    def _check_create_defaults(self):
        for record in self.filtered(lambda r: r._text("create_defaults")):
            with record._named_error("create_defaults"):
                values = defaults.parse(record.create_defaults)
                fields_of_body = record._catalog().fields_of(record.model, "body")
                defaults.check(values, record.model, fields_of_body)

    @contextmanager
    def _named_error(self, name):
        """Let a ValueError say which field of which resource it is about."""
        try:
            yield
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "%(field)s of %(model)s: %(error)s",
                    field=self._fields[name]._description_string(self.env),
                    model=self.model,
                    error=error,
                )
            ) from error

    def _catalog(self):
        """What the API lets anybody reach, with this resource as it is now."""
        domain = [("api_id", "=", self.api_id.id), ("active", "=", True)]
        return AdministratorCatalog(self.sudo().search(domain) | self)

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
        texts = {key: self._text(name) for key, name in SCHEMAS.items()}
        return replace(
            self._frozen_rights(),
            schemas={key: schema.parse(text) for key, text in texts.items() if text},
            create_defaults=defaults.parse(self._text("create_defaults") or "{}"),
            create_status=int(self.create_status),
        )

    def _frozen_rights(self):
        """The same without schemas and default values."""
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

    def _text(self, name):
        """A text field, empty if there is nothing but blanks in it."""
        return (self[name] or "").strip() and self[name]
