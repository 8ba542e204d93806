"""A resource: a model that an API exposes. Other models are not accessible."""

from contextlib import contextmanager
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..access import configuration, context_keys
from ..access.policy import ResourcePolicy
from ..body import defaults
from ..orm.administrator_catalog import AdministratorCatalog
from ..orm.sensitive import is_sensitive
from ..query import schema
from ..query.expansion import Limits

SCHEMAS = {
    "list": "list_schema",
    "read": "read_schema",
    "create": "create_schema",
}


class RestResource(models.Model):
    _name = "rest.resource"
    _inherit = ["rest.cached.mixin", "rest.rights.mixin", "rest.logged.mixin"]
    _description = "REST resource"
    _order = "api_id, model, id"
    _rec_names_search = ("model", "model_id")

    api_id = fields.Many2one(
        "rest.api",
        string="API",
        required=True,
        index=True,
        ondelete="cascade",
        help="API that exposes the model.",
    )
    active = fields.Boolean(default=True, help="Archived resources are not accessible.")
    model_id = fields.Many2one(
        # cascade: uninstalling an addon deletes its models
        "ir.model",
        required=True,
        ondelete="cascade",
        domain=[("abstract", "=", False)],
        help="Model that the API exposes, with its technical name.",
    )
    # stored: _order and _rec_names_search need a column
    model = fields.Char(
        string="Technical Name",
        related="model_id.model",
        store=True,
        index=True,
        help="Name of the model in URLs.",
    )
    delete_mode = fields.Selection(
        [("archive", "Archive Records"), ("unlink", "Delete Records")],
        string="Effect of DELETE",
        default="archive",
        required=True,
        help="Effect of a DELETE request on records that can be archived. A request"
        " with ?force=true always deletes.",
    )
    sensitive = fields.Boolean(
        string="Expose Sensitive Model",
        help="Models of users, access rights, code, templates, credentials and REST API"
        " settings, and models that inherit from them, are exposed only with this"
        " setting.",
    )
    is_sensitive = fields.Boolean(compute="_compute_is_sensitive")
    etag_required = fields.Boolean(
        string="Require If-Match",
        help="Requests that change a record must have the header If-Match. Others get"
        " an error (428).",
    )
    field_rule_ids = fields.One2many(
        "rest.field.rule",
        "resource_id",
        string="Field Rules",
        copy=True,
        help="Fields that requests can read or write.",
    )
    unlocked_field_ids = fields.Many2many(
        "ir.model.fields",
        "rest_resource_unlocked_field_rel",
        string="Extra Writable Fields",
        domain="[('id', 'in', unlockable_field_ids)]",
        help="Fields that requests can write although they are read-only in Odoo's"
        " forms, such as the type of an invoice, or computed, such as the barcode of a"
        " product template. Other read-only, computed and related fields can never be"
        " written.",
    )
    method_ids = fields.One2many(
        "rest.resource.method",
        "resource_id",
        string="Methods",
        copy=True,
        help="Methods that requests can call.",
    )
    scope_ids = fields.One2many(
        "rest.client.scope",
        "resource_id",
        string="Scopes",
        help="Rights of single clients on this resource.",
    )
    list_schema = fields.Text(
        help="Fields of a list response when the request names no fields. If empty, the"
        " response has all stored fields except files and lists of records.",
    )
    read_schema = fields.Text(
        help="Fields of a response with one record when the request names no fields. If"
        " empty, it has all stored fields except files and lists of records.",
    )
    create_schema = fields.Text(
        help="Fields of the response to a create when the request names no fields. If"
        " empty, it has all stored fields except files and lists of records.",
    )
    create_defaults = fields.Text(
        string="Default Values",
        help="Values of new records for fields that are not in the request. Enter a"
        ' JSON object, such as {"customer_rank": 1}.',
    )
    create_status = fields.Selection(
        [("200", "200 OK"), ("201", "201 Created")],
        default="200",
        required=True,
        help="HTTP status of the response to a create in the token dialect. REST v1"
        " always responds with 201.",
    )

    _model_unique = models.Constraint(
        "unique(api_id, model_id)",
        "This API already has a resource for this model. It can be archived.",
    )

    @api.depends("api_id.root_path", "model")
    def _compute_display_name(self):
        for record in self:
            root, model = record.api_id.root_path or "", record.model
            # a new line of the form has no model yet
            record.display_name = model and f"{root}/{model}"

    @api.model
    def _search_display_name(self, operator, value):
        """``/api/v1/res.partner``: the base path of the API, a slash and the model."""
        # the display name has no column: its parts are searched
        search = super()._search_display_name
        if operator not in ("=", "like", "ilike") or "/" not in (value or ""):
            return search(operator, value)
        path, _slash, model = value.rpartition("/")
        return Domain(search(operator, model)) & Domain(
            "api_id.root_path", operator, path
        )

    @api.depends("model_id")
    def _compute_is_sensitive(self):
        for record in self:
            name = record.model_id.model or ""
            record.is_sensitive = is_sensitive(self.env, name)

    def _rest_model_name(self):
        return self.model_id.model

    @api.constrains("model_id", "sensitive")
    def _check_model(self):
        for record in self:
            model = self.env.get(record.model)
            # the domain of model_id filters the choices of the form, it rejects nothing
            if model is not None and model._abstract:
                raise ValidationError(
                    self.env._(
                        "%s is an abstract model without records. Choose another"
                        " model.",
                        record.model,
                    )
                )
            if record.is_sensitive and not record.sensitive:
                raise ValidationError(
                    self.env._(
                        "%(model)s contains users, access rights, code or credentials."
                        " To expose it, select “%(field)s”.",
                        model=record.model,
                        field=self._fields["sensitive"]._description_string(self.env),
                    )
                )

    @api.constrains("api_id", "model_id", *SCHEMAS.values())
    def _check_schemas(self):
        """Schemas name only fields that the API can show; see ``schema.check``."""
        parsed = [
            (record, name, record._parsed_schema(name))
            for record in self
            for name in SCHEMAS.values()
            if record._text(name)
        ]
        for record, name, tree in parsed:
            with record._named_error(name):
                schema.check(tree, record.model, record._catalog())

    @api.constrains("api_id")
    def _check_searches(self):
        self.env["rest.resource.method"]._check_searches_of(self.api_id)

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
        """Add the field and the model to the message of a ValueError."""
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
        """All that the API exposes, including this resource as it is now."""
        # sudo: an administrator without access to a model can still configure it
        domain = [("api_id", "=", self.api_id.id), ("active", "=", True)]
        return AdministratorCatalog(self.sudo().search(domain) | self)

    def _check_may_grant(self):
        """Only administrators of Odoo expose users, access rights, code and
        credentials: with them, others could make themselves administrators."""
        exposed = self.filtered(lambda r: r.sensitive and r.is_sensitive)
        if exposed and not self._rest_is_trusted():
            raise UserError(
                self.env._(
                    "Only administrators of Odoo can change how the sensitive model %s"
                    " is exposed.",
                    exposed[0].model,
                )
            )

    def _log_domain(self):
        return [("api_id", "=", self.api_id.id), ("model", "=", self.model)]

    def action_configure(self):
        """Open the form, which has more settings than the line of an API."""
        self.ensure_one()
        return self.get_formview_action()

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
        """The same without schemas, default values and status of a create."""
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
                guarded=is_sensitive(self.env, self.model),
                context_keys=context_keys.parse(self.context_keys or ""),
            ),
            etag_required=self.etag_required,
            unlocked=frozenset(self.unlocked_field_ids.mapped("name")),
            secrets=frozenset(self.secret_field_ids.mapped("name")),
        )

    def _text(self, name):
        """The value of a text field; empty if it contains only blanks."""
        return (self[name] or "").strip() and self[name]
