"""A write of several records that fails says on which of them, and how.

    rest.attempts._made(context, part, write)
        write(part)              fails: nothing of it stays, not even in the cache
        write(half) …            the records are tried again in halves, down to one

Only what fails is tried again, in a transaction that is lost anyway, and as in a dry
run: nothing leaves the server. Each record is tried after those before it, less those
that fail: two records with one barcode are one error, that of the second.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from odoo import models
from odoo.exceptions import LockError

from ..body.parts import Part
from ..orm import dry_run, quiet
from ..orm.context import Context
from ..orm.failures import is_passing
from ..orm.marks import Mark
from ..wire.problem import BodyProblem, Forbidden, Problem
from ..wire.problem_details import MAX_ERRORS

Write = Callable[[Part], Any]


class _Inconclusive(Exception):
    """A try failed for another reason than its records."""


class RestAttempts(models.AbstractModel):
    _name = "rest.attempts"
    _description = "REST attempts"

    def _made(self, context: Context, part: Part, write: Write) -> Any:
        """What ``write(part)`` gives. Raises the problem that stands for its failure;
        where there are several records, with an error for each that fails.

        Locks, timeouts and bugs rise as they are.
        """
        context.env.flush_all()
        mark = Mark(context.env.cr)
        try:
            with self.env["rest.texts"]._noting(context):
                result = write(part)
        except Exception as error:
            if not _is_undone(mark, error) or _is_told(error):
                raise
            problem = self._explained(context, part, error)
            if problem is None:
                raise
            if len(part) > 1 and context.explains:
                problem = self._of_each(context, part, write) or problem
            raise problem from error
        mark.release()
        return result

    def _explained(self, context, part, error):
        """The problem; None for a bug."""
        if isinstance(error, Problem):
            return error
        diagnosis = self.env["rest.diagnosis"]
        return diagnosis._explained(context, part.changes, error)

    # --- one after the other -------------------------------------------------

    def _of_each(self, context, part, write):
        """The problem of all records that fail; None if none does alone."""
        found, cr = [], context.env.cr
        with contextlib.suppress(Problem, _Inconclusive), quiet.unlogged(cr):
            with _dry(cr):
                self._find_failing(context, part, write, found)
        return BodyProblem.joined(found) if found else None

    def _find_failing(self, context, part, write, found):
        """Add the problems of a part that fails as a whole."""
        for half in part.halves():
            problem = len(found) < MAX_ERRORS and self._tried(context, half, write)
            if problem and len(half) > 1:
                self._find_failing(context, half, write, found)
            elif problem:
                found.append(problem.about(*half.place))

    def _tried(self, context, part, write):
        """The problem of a part, None if there is none: then it stays written."""
        mark = Mark(context.env.cr)
        try:
            with self.env["rest.texts"]._noting(context):
                write(part)
        except Exception as error:
            if not _is_undone(mark, error):
                raise _Inconclusive from error
            problem = self._explained(context, part, error)
            if problem is None:
                raise _Inconclusive from error
            return problem
        mark.release()
        return None


def _is_told(error):
    """Whether the error says already where it is."""
    return isinstance(error, Problem) and bool(error.errors)


def _is_undone(mark, error):
    """Whether the records can be to blame, and nothing of the write has stayed."""
    if _is_of_records(error):
        return mark.rolled_back()
    mark.forget()
    return False


def _is_of_records(error):
    """Whether the records can be to blame: not for locks and timeouts."""
    if isinstance(error, Problem):
        return isinstance(error, (Forbidden, BodyProblem))
    return not (isinstance(error, LockError) or is_passing(error))


def _dry(cr):
    if dry_run.is_dry():
        return contextlib.nullcontext()
    return dry_run.keeping_nothing(cr, dry=True)
