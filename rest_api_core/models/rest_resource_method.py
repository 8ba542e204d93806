"""A method that can be called through the API. Methods without a row cannot."""

import inspect
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import context_keys
from ..access.policy import MethodRule

# its result contains fields of any record whose id the caller sends in a many2one
NEVER = frozenset(("onchange",))
# what these take, or give in an order that tells it, can be about any field
_SEARCHING_PARAMETERS = frozenset(("domain", "order", "groupby"))
_SEARCHING = frozenset(
    "export_data search_panel_select_range search_panel_select_multi_range".split()
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class RestResourceMethod(models.Model):
    _name = "rest.resource.method"
    _inherit = "rest.cached.mixin"
    _description = "REST method"
    _order = "resource_id, name"

    resource_id = fields.Many2one(
        "rest.resource", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(
        string="Method",
        required=True,
        help="Name of a public method of the model, such as action_confirm.",
    )
    readonly = fields.Boolean(
        string="Read-Only",
        help="The method runs on a read-only cursor. Clients that can only read can"
        " call it too.",
    )
    on_records = fields.Boolean(
        default=True,
        help="The method is called on records: POST /<model>/<ids>/call/<method>."
        " Otherwise it is called on the model: POST /<model>/call/<method>.",
    )

    context_keys = fields.Char(
        help="Keys of Odoo's context that requests can send for this method, as in the"
        " resource.",
    )

    _name_unique = models.Constraint(
        "unique(resource_id, name)", "This resource already has this method."
    )

    @api.constrains("name", "resource_id")
    def _check_name(self):
        for record in self:
            model = self.env.get(record.resource_id.model)
            if model is not None and not record._is_callable(model):
                raise ValidationError(
                    self.env._(
                        "Method '%(name)s' does not exist in %(model)s or is not"
                        " public. Enter the name of a public method.",
                        model=model._name,
                        name=record.name,
                    )
                )

    @api.constrains("name", "resource_id")
    def _check_searches(self):
        self._check_searches_of(self.resource_id.api_id)

    @api.model
    def _check_searches_of(self, apis):
        """Raise ValidationError for APIs with masked fields and methods that compare
        any field: their callers would find out masked values, try by try."""
        for each in apis:
            rules = self.env["rest.field.rule"]._masking(each)
            listed = self.search([("resource_id.api_id", "=", each.id)])
            searching = listed.filtered(lambda method: method._is_searching())
            if rules and searching:
                raise ValidationError(
                    self.env._(
                        "Method '%(name)s' of %(model)s can search by masked fields of"
                        " %(masked)s. Remove the method or the mask.",
                        name=searching[0].name,
                        model=searching[0].resource_id.model,
                        masked=rules[0].model_id.model,
                    )
                )

    def _is_searching(self):
        """Whether callers choose the fields that the method compares."""
        method = getattr(type(self.env.get(self.resource_id.model)), self.name, None)
        if not callable(method) or self.name in _SEARCHING:
            return self.name in _SEARCHING
        return not _SEARCHING_PARAMETERS.isdisjoint(
            inspect.signature(method).parameters
        )

    @api.constrains("context_keys")
    def _check_context_keys(self):
        for record in self:
            record.resource_id._check_keys(record.context_keys)

    def _is_callable(self, model):
        """Whether Odoo's own external API could call the method too."""
        if self.name in NEVER:
            return False
        # of the class: properties of a record would run here
        method = getattr(type(model), self.name, None)
        # set by odoo.api.private, also on methods without an underscore
        private = getattr(method, "_api_private", False)
        return bool(_NAME.fullmatch(self.name)) and callable(method) and not private

    def _check_may_grant(self):
        self.resource_id._check_may_grant()

    def _frozen(self):
        """These methods as ``policy.MethodRule``."""
        return tuple(
            MethodRule(
                method.name,
                method.readonly,
                method.on_records,
                context_keys.parse(method.context_keys or ""),
            )
            for method in self
        )
