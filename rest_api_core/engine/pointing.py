"""Values that name records without being a relation to Odoo."""

from collections.abc import Iterable

from odoo import models
from odoo.fields import Domain

from ..orm import pointers
from ..orm.context import Context


class RestPointing(models.AbstractModel):
    """Find the written records whose values lead to what the caller may not see."""

    _name = "rest.pointing"
    _description = "REST pointing values"

    def _pointing(self, model_name, names):
        """``(type, field)`` of the written fields that name records by other means."""
        for field in self.env[model_name]._fields.values():
            if field.type == "properties" and field.name in names:
                yield "properties", field.name
        model = self.env[model_name]
        for name, beside in pointers.pointers(model).items():
            if {name, *pointers.written_by(model, beside)} & set(names):
                yield "pointer", name

    def _misled(self, context, one, field_type, name):
        """The ids of the records whose value leads to what is out of reach.

        :param one: ``guard.Written``; :param field_type: as ``_pointing`` gives it
        """
        records = context.reading[one.model].browse(one.ids).sudo()
        return getattr(self, f"_misled_by_{field_type}")(context, records, name)

    def _misled_by_pointer(self, context, records, name):
        beside = pointers.pointers(records)[name]
        named = ((each.id, pointers.named(each, name, beside)) for each in records)
        return [
            record_id
            for record_id, (comodel, ids) in named
            if comodel and self._beyond_reach(context, comodel, ids)
        ]

    def _misled_by_properties(self, context, records, name):
        return [
            vals["id"]
            for vals in records.read([name])
            if any(self._is_beyond(context, item) for item in vals[name] or ())
        ]

    def _is_beyond(self, context, item):
        """Whether a property names records that are out of reach."""
        if item.get("type") not in ("many2one", "many2many") or not item.get("value"):
            return False
        return self._beyond_reach(
            context, item["comodel"], _property_ids(item["value"])
        )

    def _beyond_reach(self, context, model_name, ids):
        return bool(set(ids) - self._within_reach(context, model_name, ids))

    def _within_reach(
        self, context: Context, model_name: str, ids: Iterable[int]
    ) -> set[int]:
        if not context.catalog.readable(model_name):
            return set()
        domain = Domain("id", "in", list(ids)) & context.visible(model_name)
        return set(context.reading[model_name]._search(domain, active_test=False))


def _property_ids(value):
    """The ids of ``(3, "Azure")``, ``3``, ``[(3, "Azure")]`` or ``[3]``, in which forms
    Odoo reads properties of records."""
    if isinstance(value, (int, tuple)):
        value = [value]
    return {one if isinstance(one, int) else one[0] for one in value}
