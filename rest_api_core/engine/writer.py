"""Creating, changing and removing records: the public face of all that writes.

    context = env["rest.context"]._make(api, caller)
    change = Change({"name": "Azure", "country_id": ById(3)})
    (partner_id,) = env["rest.writer"].create_records(
        context, Changes("res.partner", (change,))
    )

Each method does, in this order:

    _plan                      targets, rights, limits        400 403 413 422
    rest.attempts._made        which records fail, if any do
    rest.writes                domains, Odoo, the database    403 409 422

Errors are raised as ``Problem``; the caller rolls back. Whether client and resource
have the right to create, update … at all is checked by ``rest.pipeline`` before.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from odoo import api, models

from ..body.changes import Changes
from ..body.counting import Budget
from ..body.parts import Part
from ..orm.context import Context
from ..wire.collecting import Collected
from ..wire.etag import NONE, Conditions
from ..wire.problem import RecordInvalid
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
        write = self.env["rest.writes"]._write_new
        return self._made(context, Part(changes), plan, write)

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
        write = self.env["rest.writes"]._write_copies
        return self._made(context, Part(changes, ids), plan, write)

    def _check_parents(self, context: Context, changes: Changes) -> None:
        guard = self.env["rest.write.guard"]
        for change in changes.items:
            context.deadline.check()
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
        plan = self._plan(context, changes, len(changes.ids), max_affected)
        self.env["rest.preconditions"]._check_touched(context, plan.touched, conditions)
        write = partial(self.env["rest.writes"]._write_known, defaults=defaults or {})
        return self._made(context, Part(changes), plan, write)

    # --- new or known --------------------------------------------------------

    @api.private
    def upsert_records(
        self,
        context: Context,
        new: Changes,
        known: Changes,
        max_affected: int | None = None,
        conditions: Conditions = NONE,
    ) -> Ids:
        """The ids of the new records; both writes are within the same limits."""
        plans, found = [], Collected()
        for changes in (new, known):
            count = len(changes.ids) or len(changes.items)
            with found.one():
                relation = self.env["rest.relation"]
                plans.append(relation._consequences(context, changes, count))
        found.check()
        count = len(new.items) + len(known.ids)
        affected = count + sum(plan.affected for plan in plans)
        self._spend(context, affected, max_affected)
        self._check_parents(context, new)
        touched = plans[1].touched
        self.env["rest.preconditions"]._check_touched(context, touched, conditions)
        writes, ids = self.env["rest.writes"], ()
        if new.items:
            ids = self._made(context, Part(new), plans[0], writes._write_new)
        if known.items:
            write = partial(writes._write_known, defaults={})
            self._made(context, Part(known), plans[1], write)
        return ids

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
        resource = context.catalog.policy(model_name).resource
        archives = context.env[model_name]._active_name and not force
        if archives and resource.delete_mode == "archive":
            self._remove(context, model_name, ids, "action_archive", max_affected)
            return tuple(ids)
        self._remove(context, model_name, ids, "unlink", max_affected)
        return ()

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
        self._remove(context, model_name, ids, "action_archive", max_affected)

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
        self._remove(context, model_name, ids, "action_unarchive", max_affected)

    def _check_archivable(self, context: Context, model_name: str) -> None:
        if not context.env[model_name]._active_name:
            raise RecordInvalid(self.env._("These records cannot be archived."))

    def _remove(self, context, model_name, ids, method, max_affected):
        """Call a method of Odoo that takes records away, or back."""
        self._spend(context, len(ids), max_affected)
        write = partial(self.env["rest.writes"]._take_away, method=method)
        part = Part(Changes(model_name), tuple(ids))
        self.env["rest.attempts"]._made(context, part, partial(write, context))

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
        self._spend(context, count + plan.affected * times, max_affected)
        return plan

    def _spend(self, context: Context, count: int, max_affected: int | None) -> None:
        """Count affected records, in a batch together with those of its operations
        before. Raises BodyTooLarge and TooManyAffected."""
        budget = context.budget or Budget(context.api.max_records, max_affected)
        budget.spend(count)

    def _made(
        self,
        context: Context,
        part: Part,
        plan: Consequences,
        write: Callable[[Context, Part, Consequences], Ids],
    ) -> Ids:
        """The ids of what ``write`` has written.

        :param plan: of the whole part; a smaller one, after a failure, gets its own
        """

        def attempt(some: Part) -> Ids:
            own = plan if some is part else self._consequences(context, some)
            return write(context, some, own)

        return self.env["rest.attempts"]._made(context, part, attempt)

    def _consequences(self, context, part):
        relation = self.env["rest.relation"]
        return relation._consequences(context, part.changes, len(part))
