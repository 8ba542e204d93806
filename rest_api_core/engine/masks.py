"""What the code of a model masks: values that its columns have and it does not show.

Masked fields come from Odoo's own reading. They sort nothing, and match only records
whose values the caller sees. Where these records are not known, filters cannot name the
fields at all.

An addon that overrides how records are fetched says so by a method here, named after
the model; without one, all fields of its model count as masked:

    class RestMasks(models.AbstractModel):
        _inherit = "rest.masks"

        def _mask__my_model(self, model):
            names = frozenset({"name", "partner_id"})
            return Mask(names, lambda model: Domain("private", "=", False))
"""

from collections.abc import Callable
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain

from ..orm import masks


class Mask(NamedTuple):
    """The masked fields of a model.

    :param shown: takes the model in the environment of the caller and gives the domain
        of the records whose values the caller sees; None where that is not known
    """

    names: frozenset = frozenset()
    shown: Callable | None = None


NOTHING = Mask()


class RestMasks(models.AbstractModel):
    _name = "rest.masks"
    _description = "REST masks"

    def _harmless(self):
        """Overrides of the fetching that mask nothing, ``module.Class.method``."""
        return masks.HARMLESS

    def _mask(self, model):
        """The ``Mask`` of a model; the same for all callers."""
        own = NOTHING
        if self._is_fetched_otherwise(model):
            hook = getattr(self, f"_mask__{model._name.replace('.', '_')}", None)
            own = hook(model) if hook else Mask(frozenset(model._fields) - {"id"})
            own = own._replace(names=own.names | {"display_name"})
        inherited = frozenset(
            name
            for name, field in model._fields.items()
            if field.inherited and self._is_inherited_mask(model, field)
        )
        return own._replace(names=own.names | inherited) if inherited else own

    def _is_fetched_otherwise(self, model):
        return not masks.overrides(model) <= self._harmless()

    def _is_inherited_mask(self, model, field):
        parent = field.inherited_field
        return parent.name in self._mask(model.env[parent.model_name]).names

    def _where_shown(self, context, model_name, name, condition):
        """A condition on a field, for records whose value the caller sees."""
        field = context.fields_of(model_name, "filter").get(name)
        if field is not None and field.is_model_name:
            names = self.env["rest.model.names"]
            condition = names._where_shown(context, name, condition)
        mask = context.catalog.mask(model_name)
        if name not in mask.names:
            return condition
        # the resolver refuses filters by masked fields of other models
        return condition & Domain(mask.shown(context.env[model_name]))

    # --- models of Odoo ------------------------------------------------------

    def _mask__calendar_event(self, model):
        """Private meetings of others; Odoo has the list of what everybody may know."""
        public = model._get_public_fields()
        return Mask(frozenset(model._fields) - public, _shown_events)


def _shown_events(events):
    """Odoo's own domain, and what the user takes part in."""
    attended = Domain("partner_ids", "in", events.env.user.partner_id.ids)
    return Domain(events._get_default_privacy_domain()) | attended
