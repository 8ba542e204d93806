"""Several operations in one request: each is a ``Call`` of its own, in one transaction.

    body.batch_reading                  the steps, all errors of their form    413 422
    for groups of steps:
        step.resolved(views)            what ``$ref`` stands for               422
        rest.pipeline._part(…)          as if it had come alone                400 403 …

Creates that follow each other are one create of a list, and so are updates: Odoo
writes many records in little more time than one. If such a list fails, its records are
written one by one: one may name another that is created before it, by external id.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from odoo import models

from ..body import batch_reading
from ..body.batch import Batch, Step
from ..body.counting import Budget
from ..body.references import Views, view
from ..orm import commits
from ..orm.context import Context
from ..orm.failures import is_passing, problem_of, waiting_bounded
from ..orm.marks import Mark
from ..query import query as queries
from ..query.volume import Volume, weight_of
from ..wire import etag
from ..wire.call import Call, Target
from ..wire.problem import BodyProblem, Problem
from ..wire.received import Reply
from ..wire.result import DryRun, Part, Result
from .writing import HONOURED

_logger = logging.getLogger(__name__)

_OF_REQUEST = frozenset(("lang", "company"))  # the same for all operations


class _Run:
    """A batch while it is performed.

    :ivar parts: ``{index: Part}``; :ivar views: what later steps can refer to
    """

    def __init__(self, context: Context, call: Call, partial: bool) -> None:
        self.context, self.call, self.partial = context, call, partial
        self.parts: dict[int, Part] = {}
        self.views = Views(context.api.max_body)
        self._volume = Volume()

    def add(self, step: Step, outcome: Result | Problem) -> None:
        """Raises PageTooLarge where all results together are too large."""
        self.parts[step.index] = Part(step.op, step.model, step.name, outcome)
        if isinstance(outcome, Result):
            self._volume.add(*weight_of(outcome.data))
            if step.name:
                self.views[step.name] = view(outcome, step.op == "call")

    def ordered(self) -> tuple[Part, ...]:
        return tuple(self.parts[index] for index in sorted(self.parts))


class RestBatches(models.AbstractModel):
    _name = "rest.batches"
    _description = "REST batches"

    def _operation__batch(self, context: Context, call: Call) -> Result:
        """A ``Part`` for each operation. Raises the problem of the first that fails,
        unless the batch is partial."""
        batch, most = self._parsed(context, call), context.api.max_records
        context.budget = Budget(most, call.preferences.max_affected)
        run = _Run(context, call, batch.partial)
        with commits.refused(context.env.cr):
            for group in batch.groups():
                self._perform(run, group)
        honoured = ("return", *HONOURED)
        return Result(parts=run.ordered(), partial=batch.partial, honoured=honoured)

    def _parsed(self, context: Context, call: Call) -> Batch:
        instead = "give each operation one of its own"
        etag.reject(call.conditions, "a batch", instead)
        return batch_reading.parse(call.body, call.model, context.api.max_records)

    def _check__batch(self, context: Context, call: Call) -> None:
        """Raise the errors of the call before anything is written; rights are
        those of each operation, and a partial batch tells of them in its result."""
        batch = self._parsed(context, call)
        for step in () if batch.partial else batch.steps:
            self._check_step(context, call, step)

    def _check_step(self, context: Context, call: Call, step: Step) -> None:
        try:
            part = self._call(call, step, (), step.body)
            self.env["rest.pipeline"]._check_part(context, part)
        except Problem as problem:
            raise step.moved(problem) from problem

    def _check_replay(self, context: Context, call: Call, reply: Reply) -> None:
        """Raise the problem of an operation that has succeeded, but which the caller
        may no longer perform: its response is not for it."""
        batch = batch_reading.parse(call.body, call.model, context.api.max_records)
        entries = json.loads(reply.content)["data"]
        for step, entry in zip(batch.steps, entries, strict=True):
            if entry["status"] >= 400:
                continue
            self._check_step(context, call, step)

    # --- steps -----------------------------------------------------------------

    def _perform(self, run: _Run, group: list[Step]) -> None:
        run.context.deadline.check()
        steps = self._resolved(run, group)
        joined = len(steps) > 1 and not self._refers_to_itself(steps)
        if joined and self._together(run, steps):
            return
        for step in steps:
            outcome = self._alone(run, step)
            if isinstance(outcome, Problem) and not run.partial:
                raise outcome
            run.add(step, outcome)

    def _resolved(self, run: _Run, group: list[Step]) -> list[Step]:
        """The steps with what they refer to; those that fail already are added."""
        steps = []
        for step in group:
            try:
                steps.append(step.resolved(run.views))
            except BodyProblem as problem:
                if not run.partial:
                    raise
                run.add(step, problem)
        return steps

    def _alone(self, run: _Run, step: Step) -> Result | Problem:
        def perform() -> Result:
            return self._part(run, self._call(run.call, step, step.ids, step.body))

        return self._outcome(run, step, perform)

    def _together(self, run: _Run, steps: list[Step]) -> bool:
        """Whether the steps could be written as one list."""

        def perform() -> Result:
            body = [step.row for step in steps]
            return self._part(run, self._call(run.call, steps[0], (), body))

        # the steps of a list that fails are written one by one: they tell it themselves
        run.context.explains = False
        try:
            outcome = self._outcome(run, steps[0], perform)
        finally:
            run.context.explains = True
        if isinstance(outcome, Problem):
            return False
        for step, result in zip(steps, _split(outcome), strict=True):
            run.add(step, result)
        return True

    def _call(self, call: Call, step: Step, ids: tuple[int, ...], body: Any) -> Call:
        """The call that a step is."""
        operation = self.env["rest.operations"]._by_name()[step.op]
        limits = self.env["rest.configuration"]._api(call.api_id).limits
        allowed = (operation.parameters or frozenset()) - _OF_REQUEST
        return replace(
            call,
            operation=operation,
            target=Target(step.model, ids, step.method),
            query=queries.parse((), limits, allowed, dict(step.query)),
            body=body,
            conditions=etag.conditions(step.if_match, step.if_none_match),
            idempotency=None,
        )

    def _part(self, run: _Run, call: Call) -> Result:
        with self.env["rest.texts"]._checked(run.context, call):
            return self.env["rest.pipeline"]._part(run.context, call)

    def _refers_to_itself(self, steps: list[Step]) -> bool:
        """Whether a step looks up a record by values that one before it may change."""
        model = self.env.get(steps[0].model)
        if model is None:
            return False
        own = {model._name, *model._inherits}
        return any(_looks_up(model, step.body, own) for step in steps[1:])

    # --- what becomes of them ----------------------------------------------------

    def _outcome(
        self, run: _Run, step: Step, perform: Callable[[], Result]
    ) -> Result | Problem:
        """The result, or the problem of what has failed: then nothing of it stays."""
        cr, budget = run.context.env.cr, run.context.budget
        mark, spent = Mark(cr), budget.spent
        try:
            with waiting_bounded(cr):
                result = perform()
        except DryRun as dry:  # a method that is listed as reading
            mark.rolled_back()
            return dry.result
        except Exception as error:
            found = _problem(error, run.partial)
            if found is None:
                mark.forget()
                raise
            mark.rolled_back()
            budget.spent = spent
            found = step.moved(found)
            found.__cause__ = error
            return found
        mark.release()
        return result


def _problem(error: Exception, partial: bool) -> Problem | None:
    """The problem of a step that fails; None for what ends the whole request: Odoo runs
    it again, or it is a bug."""
    if is_passing(error):
        return None
    found = problem_of(error)
    if found.status == 503 or (found.status >= 500 and not partial):
        return None
    if found.status >= 500:
        _logger.error("An operation of a batch failed", exc_info=error)
    return found


def _looks_up(model: models.BaseModel, value: Any, targets: set[str]) -> bool:
    """Whether a value for records of a model looks up one of the targets by fields.

    :param value: an object, a list of them, or anything else
    """
    for each in value if isinstance(value, list) else [value]:
        for name, nested in each.items() if isinstance(each, dict) else ():
            field = model._fields.get(name)
            comodel = field and model.env.get(field.comodel_name)
            if comodel is None:
                continue
            if isinstance(nested, dict) and "records" in nested:
                nested = nested["records"]
            named = field.type != "one2many" and field.comodel_name in targets
            if (named and _is_lookup(nested)) or _looks_up(comodel, nested, targets):
                return True
    return False


def _is_lookup(value: Any) -> bool:
    """Whether a value of a relation names records by what they contain."""
    return any(
        isinstance(each, dict) and each.keys().isdisjoint(("id", "external_id"))
        for each in (value if isinstance(value, list) else [value])
    )


def _split(result: Result) -> list[Result]:
    """The results of the records of a list, each as if it had come alone."""
    documents = result.data or [None] * len(result.ids)
    return [
        replace(result, data=document, many=False, meta=None, ids=(each,))
        for document, each in zip(documents, result.ids, strict=True)
    ]
