"""What written records must stay within: domains of resource and scope, parents too,
and what they point to without being a relation to Odoo.

The same is asked before and after a write, so that no value leads a record out of, or
into, what the caller may write.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access import policy
from ..wire.problem import (
    BodyFieldRefused,
    FieldError,
    Forbidden,
    LookupFailed,
    pointer,
)


class Written(NamedTuple):
    """Records of a model, and the names of the fields that they got values for."""

    model: str
    ids: tuple[int, ...]
    names: frozenset[str]


class RestWriteGuard(models.AbstractModel):
    _name = "rest.write.guard"
    _description = "REST guards"

    # --- before a write ------------------------------------------------------

    def _check_before(self, scope, written):
        """That parents, whose fields are written through a child (``_inherits``), are
        the caller's to change. The records themselves were looked up."""
        for parent, link, one in self._parents(scope, written):
            self._require_parent(scope, parent, "update", one)
            self._require_inside(scope, parent, self._linked(scope, one, link))

    def _check_before_create(self, scope, model_name, names, place="#"):
        """A parent comes with the record, unless the values name one.

        :param place: the pointer of the values
        """
        one = Written(model_name, (), frozenset(names))
        own = self.env[model_name]._inherits.values()
        for parent, link, _one in self._parents(scope, [one]):
            right = "create" if link in own and link not in names else "update"
            self._require_parent(scope, parent, right, one, place)

    def _parents(self, scope, written):
        """``(model, many2one to it, Written)`` of the parents in the API of which
        fields are written, and of other records to which related fields lead."""
        for one in written:
            fields, through = self.env[one.model]._fields, defaultdict(set)
            for name in one.names:
                link, dot, _rest = (fields[name].related or "").partition(".")
                if dot:
                    through[link].add(name)
            for link, names in sorted(through.items()):
                model = fields[link].comodel_name
                if scope.catalog.exposed(model):
                    yield model, link, one._replace(names=frozenset(names))

    def _require_parent(self, scope, parent, right, one, place="#"):
        rights = scope.catalog.policy(parent)
        place = f"{place}/{min(one.names)}"
        if rights is None:
            raise BodyFieldRefused.at_pointer(
                place, "is not a field that can be written"
            )
        policy.require(rights, right, place)

    def _linked(self, scope, one, link):
        records = scope.reading[one.model].browse(one.ids).sudo()
        return tuple(records[link]._ids)

    # --- after a write -------------------------------------------------------

    def _marks(self, scope, created):
        """``{model: highest id}``, to tell later what the write has created."""
        marks = {}
        for model, names in created.items():
            pointing = list(self._pointing(model, names))
            if pointing or not scope.domain(model).is_true():
                table = SQL.identifier(self.env[model]._table)
                rows = self.env.execute_query(SQL("SELECT max(id) FROM %s", table))
                marks[model] = rows[0][0] or 0
        return marks

    def _created_since(self, marks, created):
        """``Written`` for each model of which records were created in passing."""
        for model, mark in marks.items():
            table = SQL.identifier(self.env[model]._table)
            query = SQL("SELECT id FROM %s WHERE id > %s", table, mark)
            ids = tuple(row[0] for row in self.env.execute_query(query))
            yield Written(model, ids, frozenset(created[model]))

    def _check_after(self, scope, written):
        """Raise Forbidden or LookupFailed, which undoes the write."""
        for one in written:
            self._require_inside(scope, one.model, one.ids)
            for kind, name in self._pointing(one.model, one.names):
                getattr(self, f"_check_{kind}")(scope, one, name)
        for parent, link, one in self._parents(scope, written):
            self._require_inside(scope, parent, self._linked(scope, one, link))

    def _require_inside(self, scope, model_name, ids):
        """That records, which may be out of the user's own reach by now, fulfil the
        domains of resource and scope."""
        domain = scope.domain(model_name)
        if domain.is_true() or not ids:
            return
        domain &= Domain("id", "in", list(ids))
        model = scope.reading[model_name]
        inside = model._search(domain, active_test=False, bypass_access=True)
        if set(ids) - set(inside):
            raise Forbidden("A record would lie outside of what you may write.")

    # --- what values point to ------------------------------------------------

    def _pointing(self, model_name, names):
        """``(kind, field)`` of the written fields that name records by other means."""
        for field in self.env[model_name]._fields.values():
            if field.type == "many2one_reference" and field.store:
                if {field.name, field.model_field} & set(names):
                    yield "many2one_reference", field.name
            elif field.type == "properties" and field.name in names:
                yield "properties", field.name

    def _check_many2one_reference(self, scope, one, name):
        records = scope.reading[one.model].browse(one.ids).sudo()
        by_model = records._fields[name].model_field
        for record in records:
            if record[name] and record[by_model]:
                self._require_reach(scope, record[by_model], {record[name]}, name)

    def _check_properties(self, scope, one, name):
        records = scope.reading[one.model].browse(one.ids).sudo()
        for vals in records.read([name]):
            for item in vals[name] or ():
                if item.get("type") in ("many2one", "many2many") and item.get("value"):
                    ids = _property_ids(item["value"])
                    self._require_reach(scope, item["comodel"], ids, name)

    def _require_reach(self, scope, model_name, ids, name):
        if set(ids) - self._within_reach(scope, model_name, ids):
            fault = FieldError(LookupFailed.code, "is no record", pointer(name))
            raise LookupFailed(f"#/{name}: is no record", errors=[fault])

    def _within_reach(self, scope, model_name, ids):
        if not scope.catalog.readable(model_name):
            return set()
        domain = Domain("id", "in", list(ids)) & scope.visible(model_name)
        return set(scope.reading[model_name]._search(domain, active_test=False))


def _property_ids(value):
    """The ids of ``(3, "Azure")``, ``3``, ``[(3, "Azure")]`` or ``[3]``."""
    if isinstance(value, (int, tuple)):
        value = [value]
    return {one if isinstance(one, int) else one[0] for one in value}
