"""The write guard: what written records must stay within.

These are the domains of resource and client, of the records themselves and of their
parents (``_inherits``), and the reach of the caller for what they point to without
being a relation to Odoo. The same is checked before and after a write, so that no value
leads a record out of, or into, what the caller may write.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access import paths, policy
from ..body.places import Places, unknown_record
from ..body.relations import Values
from ..orm import heuristics
from ..orm.context import Context
from ..wire.problem import BodyProblem, Forbidden, LookupFailed

# names of the fields of new records, by model
Created = Mapping[str, Iterable[str]]


class Written(NamedTuple):
    """Records of a model, and the names of the fields that they got values for."""

    model: str
    ids: tuple[int, ...]
    names: frozenset[str]


class RestWriteGuard(models.AbstractModel):
    """Check domains before and after a write; an error undoes it."""

    _name = "rest.write.guard"
    _description = "REST write guard"

    # --- before a write ------------------------------------------------------

    def _check_before(self, context: Context, written: Iterable[Written]) -> None:
        """That parents, whose fields are written through a child (``_inherits``), are
        the caller's to change. The records themselves were looked up."""
        for parent, link, one in self._parents(context, written):
            self._require_parent(context, parent, "update", one)
            self._require_inside(context, parent, self._linked(context, one, link))

    def _check_before_create(
        self,
        context: Context,
        model_name: str,
        names: Iterable[str],
        pointer: str = "#",
    ) -> None:
        """A parent comes with the record, unless the values name one.

        :param pointer: the JSON pointer of the values
        """
        one = Written(model_name, (), frozenset(names))
        own = self.env[model_name]._inherits.values()
        for parent, link, _one in self._parents(context, [one]):
            right = "create" if link in own and link not in names else "update"
            self._require_parent(context, parent, right, one, pointer)

    def _check_archiving(
        self, context: Context, values: Iterable[tuple[str, int, Values, str]]
    ) -> None:
        """That who archives or restores records by a value has the right to.

        :param values: ``(model, id, values, pointer)`` of known records
        """
        for model, record_id, changed, at in values:
            for name, value in changed.items():
                owner = self._archived_by(model, name)
                if owner is None:
                    continue
                # sudo: the record was looked up; what counts is whether it changes
                record = context.reading[model].browse(record_id).sudo()
                rights = context.catalog.policy(owner)
                if rights is not None and bool(record[name]) is not bool(value):
                    right = "restore" if value else "archive"
                    policy.require(rights, right, f"{at}/{name}")

    def _may_set_active(self, context, model_name, name):
        """Whether a body may have a value for a field; one that archives and restores
        records needs a right of its own, except for new records."""
        owner = self._archived_by(model_name, name)
        rights = None if owner is None else context.catalog.policy(owner)
        if rights is None or context.catalog.policy(model_name).may("create"):
            return True
        return rights.may("archive") or rights.may("restore")

    def _archived_by(self, model_name, name):
        """The model whose records a field archives, its own or behind a related one;
        None for other fields."""
        for owner, field in heuristics.same_values(self.env, model_name, name):
            if field == self.env[owner]._active_name:
                return owner
        return None

    def _parents(self, context, written):
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
                if context.catalog.exposed(model):
                    yield model, link, one._replace(names=frozenset(names))

    def _require_parent(self, context, parent, right, one, pointer="#"):
        rights = context.catalog.policy(parent)
        name = min(one.names)
        if rights is None:
            raise paths.unusable(name, "body", f"{pointer}/{name}")
        policy.require(rights, right, f"{pointer}/{name}")

    def _linked(self, context, one, link):
        # sudo: the link is ours to follow, whatever rules hide of the record by now
        records = context.reading[one.model].browse(one.ids).sudo()
        return tuple(records[link]._ids)

    # --- after a write -------------------------------------------------------

    def _marks(self, context: Context, created: Created) -> dict[str, int]:
        """``{model: highest id}``, to tell later what the write has created.

        Odoo does not tell the ids of records that are created by commands of a
        relation; ids of PostgreSQL's sequences grow.
        """
        marks, pointing = {}, self.env["rest.pointing"]
        for model, names in created.items():
            points = list(pointing._pointing(model, names))
            if points or not context.domain(model).is_true():
                table = SQL.identifier(self.env[model]._table)
                rows = self.env.execute_query(SQL("SELECT max(id) FROM %s", table))
                marks[model] = rows[0][0] or 0
        return marks

    def _created_since(
        self, marks: Mapping[str, int], created: Created
    ) -> Iterator[Written]:
        """``Written`` for each model of which records were created in passing."""
        for model, mark in marks.items():
            table = SQL.identifier(self.env[model]._table)
            query = SQL("SELECT id FROM %s WHERE id > %s", table, mark)
            ids = tuple(row[0] for row in self.env.execute_query(query))
            yield Written(model, ids, frozenset(created[model]))

    def _check_after(
        self, context: Context, written: Iterable[Written], places: Places
    ) -> None:
        """Raise Forbidden or LookupFailed, which undoes the write."""
        pointing = self.env["rest.pointing"]
        for one in written:
            self._require_inside(context, one.model, one.ids)
            for field_type, name in pointing._pointing(one.model, one.names):
                ids = pointing._misled(context, one, field_type, name)
                self._require_none(one.model, ids, name, places)
        for parent, link, one in self._parents(context, written):
            self._require_inside(context, parent, self._linked(context, one, link))

    def _require_inside(self, context, model_name, ids):
        """That records, which may be out of the user's own reach by now, fulfil the
        domains of resource and client."""
        domain = context.domain(model_name)
        if domain.is_true() or not ids:
            return
        domain &= Domain("id", "in", list(ids))
        model = context.reading[model_name]
        # bypass_access: with record rules, a record that has left them would look as if
        # it had left the domain
        inside = model._search(domain, active_test=False, bypass_access=True)
        if set(ids) - set(inside):
            raise Forbidden("A record would lie outside of what you may write.")

    def _require_none(self, model_name, ids, name, places):
        """That there is no record whose value leads to where the caller may not see."""
        found = [places.unknown(model_name, each, name) for each in ids]
        if None in found:
            raise LookupFailed(f"{name}: {unknown_record(None).detail}")
        if found:
            raise BodyProblem.of(found)
