"""What a write does in Odoo, within the domains of the caller; see ``rest.writer``.

    _guarded                   domains, before and after      403 422
    flush                      constraints of the database    409 422

Exceptions of Odoo and PostgreSQL rise as they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from odoo import models

from ..body.changes import Changes, Commands
from ..body.parts import Part
from ..body.places import Places
from ..body.values import Properties
from ..orm.context import Context
from .guard import Written
from .relation import Consequences

Ids = tuple[int, ...]


class RestWrites(models.AbstractModel):
    """Each method writes all records of a ``Part``, or raises."""

    _name = "rest.writes"
    _description = "REST writes"

    def _write_new(self, context: Context, part: Part, plan: Consequences) -> Ids:
        changes = part.changes
        values = [plan.commands.values(changes.model, c.values) for c in changes.items]
        with self._guarded(context, plan, changes) as written:
            records = context.env[changes.model].create(values)
            written.append(Written(changes.model, records._ids, changes.names))
            self._give_names(
                context, changes, zip(records._ids, changes.items, strict=True)
            )
        return records._ids

    def _write_copies(self, context: Context, part: Part, plan: Consequences) -> Ids:
        changes = part.changes
        (change,) = changes.items
        # properties are set when the copy has those of its original
        plain = {n: v for n, v in change.values.items() if not _is_properties(v)}
        values = plan.commands.values(changes.model, plain)
        with self._guarded(context, plan, changes) as written:
            records = context.env[changes.model].browse(part.ids)
            copies = tuple(self._copies(context, records, values))
            lines = self.env["rest.copies"]._lines
            written += lines(context, changes.model, copies, changes.names)
            written.append(Written(changes.model, copies, changes.names))
            self._give_names(context, changes, ((each, change) for each in copies))
        return copies

    def _copies(self, context, records, values):
        for record in records:
            context.deadline.check()
            yield record.copy(dict(values)).id

    def _write_known(
        self,
        context: Context,
        part: Part,
        plan: Consequences,
        defaults: Mapping[str, Any],
    ) -> Ids:
        changes = part.changes
        names = changes.names | defaults.keys()
        known = [Written(changes.model, changes.ids, names)]
        with self._guarded(context, plan, changes, known):
            for ids, values in _writes(plan.commands, changes, defaults):
                context.deadline.check()
                if values:
                    context.env[changes.model].browse(ids).write(values)
            own = ((each, change) for change in changes.items for each in change.ids)
            self._give_names(context, changes, own)
        return changes.ids

    def _give_names(self, context, changes, named):
        external = self.env["rest.external.ids"]
        external._name_records(context, changes.model, named)

    def _take_away(self, context: Context, part: Part, method: str) -> None:
        """:param method: of Odoo, that deletes, archives or restores"""
        records = context.env[part.changes.model].browse(part.ids)
        getattr(records, method)()
        context.env.flush_all()

    @contextmanager
    def _guarded(
        self,
        context: Context,
        plan: Consequences,
        changes: Changes,
        known: Iterable[Written] = (),
    ) -> Iterator[list[Written]]:
        """What is written herein stays within the domains of the caller.

        :param known: ``Written`` for the records that will get values; for new ones
            append it to the list that the context gives
        """
        guard = self.env["rest.write.guard"]
        written = [*known, *_nested(plan)]
        guard._check_before(context, written)
        guard._check_archiving(context, [*_of_known(changes), *plan.updates])
        marks = guard._marks(context, plan.created)
        yield written
        # what Odoo still keeps in its cache fails here, before anybody looks at it
        context.env.flush_all()
        values = [*_own(written, changes), *plan.updates]
        self.env["rest.properties"]._settle(context, values)
        written += guard._created_since(marks, plan.created)
        items = [change.pointer for change in changes.items]
        guard._check_after(context, written, Places(values, plan.lines, items))
        context.env.flush_all()


def _is_properties(value):
    return isinstance(value, Properties)


def _writes(
    commands: Commands, changes: Changes, defaults: Mapping[str, Any]
) -> Iterator[tuple[Sequence[int], dict[str, Any]]]:
    """``(ids, values)``: one write for records that get equal values, unless these say
    something about other records too."""
    merged = {}
    for change in changes.items:
        rest = {n: v for n, v in defaults.items() if n not in change.values}
        own = change.separate
        for parent in change.ids if own else change.ids[:1]:
            values = commands.values(changes.model, change.values, parent)
            values.update(rest)
            if own:
                yield (parent,), values
            else:
                key = repr(values) if len(changes.items) > 1 else ""
                merged.setdefault(key, (values, []))[1].extend(change.ids)
    for values, ids in merged.values():
        yield ids, values


def _own(written, changes):
    """``(model, id, values, pointer)`` of the records of the changes, new or known."""
    new = [change for change in changes.items if not change.ids]
    ids = written[-1].ids if new else ()
    # a single change is made to all copies
    several = new * len(ids) if len(new) == 1 else new
    pairs = zip(ids, several, strict=True)
    created = [(changes.model, each, c.values, c.pointer) for each, c in pairs]
    return [*created, *_of_known(changes)]


def _of_known(changes):
    """The same of the known records."""
    pairs = [(each, change) for change in changes.items for each in change.ids]
    return [(changes.model, each, c.values, c.pointer) for each, c in pairs]


def _nested(plan):
    for model, by_id in plan.written.items():
        names = frozenset().union(*by_id.values())
        yield Written(model, tuple(by_id), names)
