"""What the form of a resource tells of its fields: which ones could be written in
addition, what that does, which ones new records lack, and which ones are hidden."""

from collections import defaultdict

from odoo import api, fields, models

from ..orm import field_info, inverses


class RestResource(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.resource"

    unlockable_field_ids = fields.Many2many(
        "ir.model.fields", compute="_compute_unlockable_field_ids"
    )
    unlocked_effects = fields.Text(
        string="Also Written",
        compute="_compute_unlocked_effects",
        help="What Odoo writes when a request writes these computed fields, as far as"
        " its code tells. Field rules and rights do not restrict that.",
    )
    create_problem = fields.Char(
        string="Create Error",
        compute="_compute_create_problem",
        help="Reason why requests cannot create records.",
    )
    hidden_fields = fields.Text(
        compute="_compute_hidden_fields",
        help="Fields that show values of other models. Requests can read them if these"
        " models are resources of this API as well.",
    )

    @api.depends("model_id")
    def _compute_unlockable_field_ids(self):
        for record in self:
            known = self.env["ir.model.fields"].sudo()
            record.unlockable_field_ids = known.search(
                [
                    ("model", "=", record.model_id.model),
                    ("name", "in", record._unlockable_names()),
                ]
            )

    def _unlockable_names(self):
        model = self.env.get(self.model_id.model)
        known = {} if model is None else model._fields
        return [n for n, field in known.items() if field_info.is_unlockable(field)]

    @api.depends("model_id", "unlocked_field_ids")
    def _compute_unlocked_effects(self):
        for record in self:
            names = sorted(record.unlocked_field_ids.mapped("name"))
            lines = [line for name in names for line in record._effects(name)]
            record.unlocked_effects = "\n".join(lines) or False

    def _effects(self, name):
        """One line: the field, and what its inverse writes; none for plain columns."""
        model = self.env.get(self.model_id.model)
        if (
            model is None
            or name not in model._fields
            or not model._fields[name].compute
        ):
            return []
        written = inverses.written(model, name)
        places = "; ".join(
            f"{owner}: {', '.join(sorted(names))}" if names else owner
            for owner, names in sorted(written.items())
        )
        unknown = self.env._("its code does not tell")
        return [f"{name} → {places or unknown}"]

    @api.depends("model_id", "can_create", "field_rule_ids", "unlocked_field_ids")
    def _compute_create_problem(self):
        for record in self:
            missing = record._lacking() if record.can_create else []
            record.create_problem = bool(missing) and self.env._(
                "New records need values for fields that requests cannot write: %s. Add"
                " them to the extra writable fields, check the field rules, or remove"
                " the right to create.",
                ", ".join(missing),
            )

    def _lacking(self):
        """The required fields that a body cannot have and Odoo does not fill."""
        model = self.env.get(self.model_id.model)
        if model is None or not self.api_id:
            return []
        writable = self._catalog().fields_of(self.model_id.model, "body")
        needed = [
            name
            for name, field in model._fields.items()
            if field.required and field.store and name not in writable
            if not field_info.fills_itself(model, name)
        ]
        defaults = model.sudo().default_get(needed)
        return sorted(name for name in needed if name not in defaults)

    @api.depends("api_id", "model_id", "can_read", "field_rule_ids")
    def _compute_hidden_fields(self):
        for record in self:
            lines = [
                f"{model}: {', '.join(sorted(names))}"
                for model, names in sorted(record._hidden_by_model().items())
            ]
            record.hidden_fields = "\n".join(lines) or False

    def _hidden_by_model(self):
        """``{model without a readable resource: names of the related fields}``"""
        hidden, model = defaultdict(list), self.env.get(self.model_id.model)
        if model is None or not self.api_id:
            return hidden
        catalog = self._catalog()
        rules = catalog.rules(model._name)
        for name, field in model._fields.items():
            missing = rules and rules.may_read(name) and _missing(catalog, field)
            if missing:
                hidden[missing].append(name)
        return hidden


def _missing(catalog, field):
    """The first model behind a related field that nobody can read through the API. A
    field of a parent (``_inherits``) belongs to the record."""
    if not field.related or field.inherited:
        return None
    model = field.model_name
    for link in field.related.split(".")[:-1]:
        model = catalog.env[model]._fields[link].comodel_name
        if catalog.rules(model) is None:
            return model
    return None
