"""Rows of an import, many at once: what fails is found, and the others are written.

    rest.importing._write(context, work, records)        an ``Outcome`` for each
        runs of records without equal keys
        rest.pipeline._part(create or upsert)            as if they had come as a list
        a list that fails: without the rows that the problem names, else in halves

A row may name records of rows before it. What could not be found may be there after
the others are written: such rows are tried again as long as that helps.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from odoo import models

from ..access import policy
from ..body import import_rows
from ..body.import_rows import Outcome, Record
from ..body.upserts import TWIN
from ..orm import commits, garbage, quiet
from ..orm.context import Context
from ..orm.failures import is_passing, problem_of, waiting_bounded
from ..orm.marks import Mark
from ..query.importing import Import
from ..wire.call import Call, Target
from ..wire.preferences import Preferences
from ..wire.problem import Forbidden, Locked, LookupFailed, Problem
from ..wire.result import Result

_logger = logging.getLogger(__name__)

ROWS = 1000  # that are written at once, where the API lets a request have so many
MAX_ROWS = 1_000_000  # of a file
# How often rows that a problem names are left out before the rest is tried in halves:
# values, lookups and rights are looked at one after the other
_TRIES = 3
# How often rows that were left out are tried again, before all are tried in their order
_ROUNDS = 5


class Work(NamedTuple):
    """:param model: what the rows are records of"""

    model: str
    form: Import


class RestImporting(models.AbstractModel):
    _name = "rest.importing"
    _description = "REST imports"

    # --- before --------------------------------------------------------------------

    def _check_rights(self, context: Context, work: Work) -> None:
        """Raise a problem for callers who may not import into the model."""
        if work.form.key:
            self.env["rest.upserting"]._check_any_right(context, work.model)
            return
        policy.require(context.catalog.policy(work.model), "create", "#")
        if not context.env[work.model].has_access("create"):
            raise Forbidden()

    # --- rows ----------------------------------------------------------------------

    def _size(self, context: Context) -> int:
        """How many rows are written at once."""
        return min(ROWS, context.api.max_records)

    def _write(
        self, context: Context, work: Work, records: Sequence[Record]
    ) -> list[Outcome]:
        """What became of each record, in their order. Locks, conflicts of transactions
        and timeouts rise: then the whole is to be tried again."""
        outcomes = {}
        for run in import_rows.runs(records, work.form.key):
            outcomes.update(self._settled(context, work, run))
        return [outcomes[record.number] for record in records]

    def _settled(self, context, work, records):
        """``{number: Outcome}``"""
        outcomes = {}
        for tries in (*[_TRIES] * _ROUNDS, 0):
            outcomes.update(self._passed(context, work, records, tries))
            again = [r for r in records if _may_pass(outcomes[r.number].problem)]
            if not again or len(again) == len(records):
                break
            records = again
        return outcomes

    def _passed(self, context, work, records, tries):
        """``{number: Outcome}``; what did not fail is written."""
        tried = self._tried(context, work, records)
        if not isinstance(tried, Problem):
            return tried
        if len(records) == 1:
            return {records[0].number: self._failed(tried, records[0], 0, work)}
        named = import_rows.named(tried) if tries and _is_exact(tried) else ()
        if not named:
            middle = len(records) // 2
            one = self._passed(context, work, records[:middle], tries and _TRIES)
            other = self._passed(context, work, records[middle:], tries and _TRIES)
            return {**one, **other}
        failed = {
            records[index].number: self._failed(tried, records[index], index, work)
            for index in named
        }
        rest = [record for record in records if record.number not in failed]
        others = self._passed(context, work, rest, tries - 1) if rest else {}
        return {**failed, **others}

    def _failed(self, problem, record, index, work):
        own = import_rows.of_item(problem, index, bool(work.form.key))
        number, line, value = record
        return Outcome(number, line, problem=own, data=value)

    def _tried(self, context, work, records):
        """The outcomes of records that are written, or the problem: then none is."""
        cr = context.env.cr
        mark = Mark(cr)
        try:
            with waiting_bounded(cr), commits.refused(cr), quiet.unlogged(cr):
                with garbage.kept():
                    result = self._performed(context, work, records)
        except Exception as error:
            found = self._problem(error, len(records))
            if found is None:
                mark.forget()
                raise
            mark.rolled_back()
            return found
        mark.release()
        updated = set((result.meta or {}).get("updated", ()))
        return {
            record.number: Outcome(
                record.number,
                record.line,
                each,
                "updated" if each in updated else "created",
            )
            for record, each in zip(records, result.ids, strict=True)
        }

    def _problem(self, error, count):
        """The problem of rows; None for what ends the whole part."""
        if is_passing(error) or isinstance(error, Locked):
            return None
        found = problem_of(error)
        if found.status == 503:
            return None
        if found.status >= 500 and count == 1:
            _logger.error("A row of an import failed", exc_info=error)
        return found

    def _performed(
        self, context: Context, work: Work, records: Sequence[Record]
    ) -> Result:
        key = work.form.key
        body = [import_rows.item(record.value, key) for record in records]
        call = self._call(context, work, body)
        explains, context.explains = context.explains, False
        try:
            with self.env["rest.texts"]._checked(context, call):
                return self.env["rest.pipeline"]._part(context, call)
        finally:
            context.explains = explains

    def _call(self, context: Context, work: Work, body: list) -> Call:
        """The call of rows that come as a list."""
        name = "upsert" if work.form.key else "create"
        return Call(
            operation=self.env["rest.operations"]._by_name()[name],
            api_id=context.api.id,
            caller=context.caller,
            target=Target(work.model),
            body=body,
            preferences=Preferences({"return": "minimal"}),
            url=context.url,
        )


def _may_pass(problem: Problem | None) -> bool:
    """Whether a row that fails may do after others: it names a record."""
    entries = problem.entries if problem else ()
    return any(e.code == LookupFailed.code or e.detail == TWIN for e in entries)


def _is_exact(problem: Problem) -> bool:
    """Whether the rows that a problem names are those that fail: not where it is a
    guess at what Odoo or PostgreSQL say of many."""
    cause = problem.__cause__
    while isinstance(cause, Problem) and cause.__cause__ is not cause:
        cause = cause.__cause__
    return cause is None or isinstance(cause, Problem)
