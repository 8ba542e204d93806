"""What a filter on ``display_name`` looks at, for one caller."""

from typing import NamedTuple

from ..access.field_rules import FieldSet
from ..access.paths import is_usable
from . import field_info, heuristics

_NO_NAME = "?"  # a path that no model has: the resolver refuses it


class Names(NamedTuple):
    """What a filter on ``display_name`` looks at.

    :param narrow: whether it is the field of the name alone: Odoo would look at fields
        that the caller may not read
    """

    paths: tuple
    narrow: bool = False


class SearchedNames:
    """:param catalog: ``RegistryCatalog``"""

    def __init__(self, catalog):
        self.catalog = catalog
        self._naming = []  # the models whose names are being looked at

    def of(self, model):
        """``Names`` of a model."""
        recordset = self.catalog.env[model]
        names = recordset._rec_names_search or [recordset._rec_name]
        names = tuple(name for name in names if name)
        if self._may_filter_all(model, names) and not self._hides_in_search(recordset):
            return Names(names)
        name = recordset._rec_name
        is_text = name and recordset._fields[name].type in ("char", "text")
        return Names((name if is_text else _NO_NAME,), narrow=True)

    def _may_filter_all(self, model, names):
        """Whether the caller may filter by all that a search of names compares."""
        if model in self._naming:
            return False  # records that are named after each other
        self._naming.append(model)
        try:
            return all(self._may_filter(model, name) for name in names)
        finally:
            self._naming.pop()

    def _may_filter(self, model, path):
        """Odoo searches a relation by the name of its record, not by an id."""
        end = field_info.end_of(self.catalog.env[model], path)
        path = f"{path}.display_name" if end.relational else path
        return end.name != "id" and is_usable(self.catalog, model, path, "filter")

    def _hides_in_search(self, recordset):
        """Whether the search of display names may look at fields that the caller may
        not read, of this or another model: by rules of the API, or groups of Odoo."""
        catalog = self.catalog
        policies = map(catalog.policy, catalog.settings._resources(catalog.api_id))
        by_model = {policy.resource.model: policy for policy in policies if policy}
        searched = heuristics.fields_searched(recordset)
        if searched is None:
            every = FieldSet()
            hides = any(p.grant.readable != every for p in by_model.values())
            return hides or bool(catalog.all_field_masks())
        return any(
            catalog.is_hidden(by_model.get(owner), owner, field)
            for model, names in searched.items()
            for name in names
            for owner, field in heuristics.same_values(catalog.env, model, name)
        )
