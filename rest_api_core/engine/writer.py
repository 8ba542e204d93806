"""Creating, changing and removing records: the public face of all that writes.

    context = env["rest.context"]._make(api, caller)
    change = Change({"name": "Azure", "country_id": ById(3)})
    (partner_id,) = env["rest.writer"].create_records(
        context, Changes("res.partner", (change,))
    )

Each method does, in this order:

    _plan                      targets, rights, limits        400 403 413 422
    _guarded                   domains, before and after      403 422
    flush                      constraints of the database    409 422

Errors are raised as ``Problem``; the caller rolls back. Whether client and resource
have the right to create, update … at all is checked by ``rest.pipeline`` before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from odoo import api, models

from ..body.changes import Changes, Commands
from ..body.counting import check_count
from ..body.values import Properties
from ..orm.context import Context
from ..wire.etag import NONE, Conditions
from ..wire.problem import RecordInvalid, TooManyAffected
from .guard import Written
from .relation import Consequences

Ids = tuple[int, ...]


class RestWriter(models.AbstractModel):
    """Write records within the rights, domains and limits of a ``Context``.

    ``changes`` are ``body.changes.Changes``; ``max_affected`` is how many records may
    be written at most, with those behind relations; None for the limit of the API.
    """

    _name = "rest.writer"
    _description = "REST writer"

    # --- new records ---------------------------------------------------------

    @api.private
    def create_records(
        self, context: Context, changes: Changes, max_affected: int | None = None
    ) -> Ids:
        """The ids of a new record for each change, in their order."""
        plan = self._plan(context, changes, len(changes.items), max_affected)
        self._check_parents(context, changes)
        values = [plan.commands.values(changes.model, c.values) for c in changes.items]
        with self._guarded(context, plan, changes) as written:
            records = context.env[changes.model].create(values)
            written.append(Written(changes.model, records._ids, changes.names))
        return records._ids

    @api.private
    def copy_records(
        self,
        context: Context,
        model_name: str,
        ids: Ids,
        changes: Changes,
        max_affected: int | None = None,
    ) -> Ids:
        """The ids of copies, in the order of ``ids``; each gets the values of the one
        change."""
        count = len(ids)
        plan = self._plan(context, changes, count, max_affected, times=count)
        self._check_parents(context, changes)
        (change,) = changes.items
        # properties are set when the copy has those of its original
        plain = {n: v for n, v in change.values.items() if not _is_properties(v)}
        values = plan.commands.values(model_name, plain)
        with self._guarded(context, plan, changes) as written:
            records = context.env[model_name].browse(ids)
            copies = tuple(record.copy(dict(values)).id for record in records)
            written.append(Written(model_name, copies, changes.names))
        return copies

    def _check_parents(self, context: Context, changes: Changes) -> None:
        guard = self.env["rest.write.guard"]
        for change in changes.items:
            names = change.values.keys()
            guard._check_before_create(context, changes.model, names, change.pointer)

    # --- known records -------------------------------------------------------

    @api.private
    def update_records(
        self,
        context: Context,
        changes: Changes,
        defaults: Mapping[str, Any] | None = None,
        max_affected: int | None = None,
        conditions: Conditions = NONE,
    ) -> Ids:
        """The ids of the changed records, in the order of the changes.

        :param defaults: ``{name: value}``, as Odoo's ``write`` takes it, for fields
            that a change does not name
        :param conditions: also of the other records that the changes change; those of
            the records themselves were checked
        """
        defaults = defaults or {}
        plan = self._plan(context, changes, len(changes.ids), max_affected)
        self.env["rest.preconditions"]._check_touched(context, plan.touched, conditions)
        names = changes.names | defaults.keys()
        known = [Written(changes.model, changes.ids, names)]
        with self._guarded(context, plan, changes, known):
            for ids, values in _writes(plan.commands, changes, defaults):
                if values:
                    context.env[changes.model].browse(ids).write(values)
        return changes.ids

    # --- away and back -------------------------------------------------------

    @api.private
    def delete_records(
        self,
        context: Context,
        model_name: str,
        ids: Ids,
        force: bool = False,
        max_affected: int | None = None,
    ) -> Ids:
        """Archive what can be archived, unless the resource or ``force`` forbids that.

        :returns: the ids that were archived, () if the records are deleted
        """
        self._check_affected(len(ids), max_affected)
        records = context.env[model_name].browse(ids)
        resource = context.catalog.policy(model_name).resource
        archives = records._active_name and resource.delete_mode == "archive"
        if archives and not force:
            records.action_archive()
        else:
            records.unlink()
        context.env.flush_all()
        return tuple(ids) if archives and not force else ()

    @api.private
    def archive_records(
        self,
        context: Context,
        model_name: str,
        ids: Ids,
        max_affected: int | None = None,
    ) -> None:
        """Raises RecordInvalid for models that have no archive."""
        self._check_archivable(context, model_name)
        self._check_affected(len(ids), max_affected)
        context.env[model_name].browse(ids).action_archive()
        context.env.flush_all()

    @api.private
    def restore_records(
        self,
        context: Context,
        model_name: str,
        ids: Ids,
        max_affected: int | None = None,
    ) -> None:
        """Raises RecordInvalid for models that have no archive."""
        self._check_archivable(context, model_name)
        self._check_affected(len(ids), max_affected)
        context.env[model_name].browse(ids).action_unarchive()
        context.env.flush_all()

    def _check_archivable(self, context: Context, model_name: str) -> None:
        if not context.env[model_name]._active_name:
            raise RecordInvalid(self.env._("These records cannot be archived."))

    # --- the steps -----------------------------------------------------------

    def _plan(
        self,
        context: Context,
        changes: Changes,
        count: int,
        max_affected: int | None,
        times: int = 1,
    ) -> Consequences:
        """``relation.Consequences`` of changes to so many records, within all limits.

        :param times: how often the changes are made
        """
        plan = self.env["rest.relation"]._consequences(context, changes, count)
        affected = count + plan.affected * times
        check_count(affected, context.api.max_records)
        self._check_affected(affected, max_affected)
        return plan

    def _check_affected(self, count: int, max_affected: int | None) -> None:
        if max_affected is not None and count > max_affected:
            raise TooManyAffected(
                f"{count} records would be affected. Allowed: {max_affected}."
            )

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
        with self.env["rest.diagnosis"]._blaming(context, changes):
            yield written
            # what Odoo still keeps in its cache fails here, where it can be told why
            context.env.flush_all()
        values = [*_own(written, changes), *plan.updates]
        self.env["rest.properties"]._settle(context, values)
        written += guard._created_since(marks, plan.created)
        guard._check_after(context, written)
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
