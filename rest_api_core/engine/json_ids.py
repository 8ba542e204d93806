"""JSON fields whose keys are ids, of records that a caller sees or does not see.

An addon whose JSON has ids as keys says so by a method here, named after the field:

    class RestJsonIds(models.AbstractModel):
        _inherit = "rest.json.ids"

        def _comodel__shares(self, field):
            return "my.account"
"""

from odoo import models

from ..body import keyed


class RestJsonIds(models.AbstractModel):
    _name = "rest.json.ids"
    _description = "REST ids in JSON"

    def _comodel(self, env, field):
        """The model that the keys of a JSON field are ids of; None for other fields."""
        hook = getattr(self, f"_comodel__{field.name}", None)
        comodel = hook(field) if hook and field.type == "json" else None
        return comodel if comodel in env else None

    def _hide(self, context, level, rows):
        """Leave out entries of records that the caller does not see."""
        for field in level.fields:
            if field.type == "json" and field.comodel:
                values = [row[field.name] for row in rows]
                visible = self._visible(context, field.comodel, values)
                for row in rows:
                    row[field.name] = keyed.shown(row[field.name], visible) or None

    def _stored(self, context, model_name, name, record_id):
        """``{name or key: value}`` that a change of properties or JSON keeps."""
        if self.env[model_name]._fields[name].type == "json":
            return self._kept(context, model_name, name, record_id)
        return self.env["rest.properties"]._stored(model_name, name, record_id)

    def _kept(self, context, model_name, name, record_id):
        """``{key: entry}`` that a change of a record keeps: what is not shown."""
        if record_id is None:
            return {}
        # sudo: the record was looked up, and a caller may write what it cannot read
        value = self.env[model_name].sudo().browse(record_id)[name]
        comodel = context.fields_of(model_name, "body")[name].comodel
        return keyed.hidden(value, self._visible(context, comodel, [value]))

    def _visible(self, context, comodel, values):
        found = {each for value in values for each in keyed.all_ids(value)}
        return self.env["rest.pointing"]._within_reach(context, comodel, found)

    # --- fields of Odoo ------------------------------------------------------

    def _comodel__analytic_distribution(self, _field):
        return "account.analytic.account"

    def _comodel__salary_distribution(self, _field):
        return "res.partner.bank"

    def _comodel__duration_tracking(self, field):
        """Seconds by stage."""
        model = self.env[field.model_name]
        tracked = model._fields.get(getattr(model, "_track_duration_field", ""))
        return tracked and tracked.comodel_name
