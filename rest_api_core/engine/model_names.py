"""Technical names of models: no secret to callers who may use these models."""

from odoo import models
from odoo.fields import Domain

from ..body.model_names import MODEL
from ..body.relations import ByExternalId, ByField, ById


class RestLookup(models.AbstractModel):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.lookup"

    def _ids_in(self, context, model_name, targets, external, links, owners):
        """Users need no right to read models in Odoo to name those of the API."""
        found = super()._ids_in(context, model_name, targets, external, links, owners)
        if model_name != MODEL:
            return found
        named = self.env["rest.model.names"]._matches(context, targets, external)
        return {target: found[target] or named[target] for target in targets}


class RestModelNames(models.AbstractModel):
    _name = "rest.model.names"
    _description = "REST names of models"

    def _exposed(self, context):
        """``{technical name: id}`` of the models that the caller may use."""
        resources = self.env["rest.configuration"]._resources(context.api.id)
        known, policy = self.env["ir.model"], context.catalog.policy
        return {name: known._get_id(name) for name in resources if policy(name)}

    def _matches(self, context, targets, external):
        """``{target: [ids]}`` of the models that targets mean, among those.

        :param external: ``{(model, external id): id}``
        """
        known = [
            {"model": name, "id": number}
            for name, number in self._exposed(context).items()
        ]
        return {
            target: [one["id"] for one in known if _means(target, one, external)]
            for target in targets
        }

    def _where_shown(self, context, name, condition):
        """A condition on a field, for records with a model that is shown, or none."""
        return condition & Domain(name, "in", [*self._exposed(context), False])

    def _hide(self, context, level, rows):
        """Leave out the names of other models."""
        policy = context.catalog.policy
        for name in [field.name for field in level.fields if field.is_model_name]:
            for row in rows:
                row[name] = row[name] if policy(row[name]) else None


def _means(target, model, external):
    """:param model: ``{"model": technical name, "id": id}``"""
    if isinstance(target, ById):
        return target.id == model["id"]
    if isinstance(target, ByExternalId):
        return external.get((MODEL, target.external_id)) == model["id"]
    pairs = (
        [(target.field, target.value)] if isinstance(target, ByField) else target.values
    )
    return all(model.get(name) == value for name, value in pairs)
