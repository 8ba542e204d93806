"""The steps that all verbs that write have in common; see ``rest.writing``."""

import threading
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from odoo import models

from ..body import items
from ..body import reading as body
from ..body.changes import Change
from ..orm.context import Scope
from ..query import projection, query
from ..wire import etag
from ..wire.problem import (
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    TooManyAffected,
)
from ..wire.result import Answer, DryRun, encode
from .guard import Written

HONOURED = ("tx", "max-affected", "handling")


class Task(NamedTuple):
    """What is known of a write before its body is looked at.

    ``level`` is what the answer shows, None for callers who may not read it.
    """

    scope: Scope
    level: projection.Level | None


class RestProcedure(models.AbstractModel):
    _name = "rest.procedure"
    _inherit = "rest.reading"
    _description = "REST steps of a write"

    def _begin(self, call, rights, allowed=query.SHAPE):
        """The ``Task``. Raises QueryProblem for parameters and ``Prefer``."""
        scope = self._open(call, rights, allowed)
        if scope.wishes.rollback:
            threading.current_thread().rest_dry_run = scope.env.cr
        level = self._level(scope) if rights.may("read") else None
        return Task(scope, level)

    # --- conditions ----------------------------------------------------------

    def _expect(self, task, ids, lock=True, required=True):
        """That all records are within reach, and what the client takes them for.

        :param required: whether a resource that asks for If-Match asks for it here
        Raises BodyTooLarge, NotFound, PreconditionFailed and PreconditionRequired.
        """
        call = task.scope.call
        items.check_number(len(ids), task.scope.api.max_records)
        lock = lock and bool(self._conditions(call))
        versions = self._versions(task.scope, call.model, ids, lock=lock)
        if missing := [number for number in ids if number not in versions]:
            several = f"There is nothing here: {', '.join(map(str, missing))}"
            raise NotFound(several if len(ids) > 1 else None)
        ordered = [versions[number] for number in ids]
        single = len(ordered) == 1
        version = ordered[0] if single else etag.list_version(ordered)
        self._decide(task, etag.Tag(version), required)

    def _decide(self, task, tag, required=False):
        """:param tag: of what is there now, None for nothing"""
        call = task.scope.call
        if required:
            resources = self.env["rest.configuration"]._resources(call.api_id)
            required = resources[call.model].etag_required
        conditions = self._conditions(call)
        outcome = etag.decide(conditions, tag, safe=False, required=required)
        if outcome is etag.Outcome.FAILED:
            raise PreconditionFailed(etag.failure(conditions, tag))
        if outcome is etag.Outcome.REQUIRED:
            raise PreconditionRequired()

    # --- the body ------------------------------------------------------------

    def _changes(self, task, wanted, required=()):
        """``changes.Change`` of each item; raises BodyProblem for all field_errors."""
        scope = task.scope
        reading = body.Reading(lambda model: scope.fields_of(model, "body"))
        changes = [self._change(scope, reading, item, required) for item in wanted]
        reading.check()
        return changes

    def _change(self, scope, reading, item, required):
        values = reading.record(scope.call.model, item.body, item.place, required)
        return Change(values, item.pointer, item.ids)

    def _foresee(self, task, changes, number, times=1):
        """``Consequences`` of changes to so many records, within all limits.

        :param times: how often the changes are made
        """
        scope = task.scope
        relation = self.env["rest.relation"]
        plan = relation._consequences(scope, scope.call.model, changes, number)
        affected = number + plan.affected * times
        items.check_number(affected, scope.api.max_records)
        self._catch(task, affected)
        return plan

    def _catch(self, task, number):
        """``Prefer: max-affected``, before anything is written."""
        most = task.scope.wishes.max_affected
        if most is not None and number > most:
            raise TooManyAffected(f"{number} records would be affected.")

    # --- the write -----------------------------------------------------------

    @contextmanager
    def _guarded(self, task, plan, changes, known=()):
        """What is written herein stays within the domains of the caller.

        :param known: ``Written`` for the records that will get values; for new ones
            append it to the list that the context gives
        """
        scope, guard = task.scope, self.env["rest.write.guard"]
        written = [*known, *_nested(plan)]
        guard._check_before(scope, written)
        marks = guard._marks(scope, plan.created)
        with self.env["rest.diagnosis"]._blaming(scope, changes):
            yield written
            scope.env.flush_all()
        values = [*_own(scope.call.model, written, changes), *plan.updates]
        self.env["rest.properties"]._settle(scope, values)
        written += guard._created_since(marks, plan.created)
        guard._check_after(scope, written)

    # --- the answer ----------------------------------------------------------

    def _finish(self, task, ids, many=False, status=200, changes=()):
        """The answer about these records, none for deleted ones. Constraints of the
        database show here at the latest. Raises DryRun with ``Prefer: tx=rollback``.

        :param changes: what has been written; it may be what cannot be shown
        """
        task.scope.env.flush_all()
        headers = (self._location(task.scope, ids),) if status == 201 else ()
        if ids and not task.scope.wishes.minimal:
            with self.env["rest.diagnosis"]._blaming(task.scope, changes):
                shown = self._shown(task, ids, many)
            answer = Answer(**shown, status=status, headers=headers)
            applied = self._applied(task, "return")
        else:
            empty = status if status == 201 else 204
            answer = Answer(status=empty, headers=headers)
            applied = self._applied(task, *(["return"] if ids else []))
        return self._handed_out(task, answer, applied)

    def _handed_out(self, task, answer, applied):
        answer = Answer(
            answer.document,
            answer.status,
            answer.headers,
            None if task.scope.wishes.rollback else answer.tag,
            answer.body,
            applied,
        )
        if task.scope.wishes.rollback:
            raise DryRun(answer)
        return answer

    def _applied(self, task, *names):
        text = task.scope.wishes.applied((*names, *HONOURED))
        return (text,) if text else ()

    def _shown(self, task, ids, many):
        """Records as a read gives them; of those that are out of reach by now the id
        alone."""
        scope = task.scope
        documents, versions = [], {}
        if task.level is not None:
            documents, versions = self._documents(scope, ids, task.level)
        known = {document["id"]: document for document in documents}
        documents = [known.get(number, {"id": number}) for number in ids]
        if many:
            return {"document": {"data": documents, "meta": {"count": len(documents)}}}
        content = encode({"data": documents[0]})
        version = versions.get(ids[0])
        tag = self._tag(scope, version, content) if version else None
        return {"body": content, "tag": tag}

    def _location(self, scope, ids):
        split = urlsplit(scope.call.url)
        numbers = ",".join(map(str, ids))
        root = f"{split.scheme}://{split.netloc}{scope.call.root}"
        return "Location", f"{root}/{scope.call.model}/{numbers}"


def _own(model, written, changes):
    """``(model, id, values, place)`` of the records of the call: new or known ones."""
    new = [change for change in changes if not change.ids]
    ids = written[-1].ids if new else ()
    several = new * len(ids) if len(new) == 1 else new
    pairs = [*zip(ids, several, strict=True)]
    pairs += [(number, change) for change in changes for number in change.ids]
    return [(model, number, change.values, change.place) for number, change in pairs]


def _nested(plan):
    for model, by_id in plan.written.items():
        names = frozenset().union(*by_id.values())
        yield Written(model, tuple(by_id), names)
