"""The errors of records. No Odoo here.

The whole tree stands in ``problem.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

from .problem_details import Problem


class RecordProblem(Problem):
    status, code, detail = 409, "record.refused", "The record does not allow this."


class NotFound(RecordProblem):
    status, code = 404, "record.not_found"
    detail = "The path or record was not found or is not accessible."

    @classmethod
    def of_records(cls, model: str, ids: Sequence[int]) -> NotFound:
        """For missing and hidden records alike: one looks like any wrong path."""
        listed = ", ".join(map(str, ids))
        detail = f"Records {listed} of {model} were not found or are not accessible."
        return cls(detail if len(ids) > 1 else None)


class RecordInvalid(RecordProblem):
    status, code, detail = 422, "record.invalid", "The record would not be valid."


class Duplicate(RecordProblem):
    status, code, detail = 409, "record.duplicate", "Such a record already exists."


class StillReferenced(RecordProblem):
    status, code = 409, "record.referenced"
    detail = "Other records refer to this record."


class Locked(RecordProblem):
    status, code, detail = 409, "record.locked", "The record is in use. Try again."
    wait = 1


class CommitRefused(RecordProblem):
    status, code = 409, "record.commit"
    detail = (
        "This would keep its changes whatever comes after: it cannot be a dry run, and"
        " a read-only method cannot do it."
    )


class ConnectionRefused(RecordProblem):
    status, code = 409, "record.connection"
    detail = "This asks another server for something: it cannot be a dry run."


class PreconditionFailed(RecordProblem):
    status, code, detail = 412, "record.precondition", "The record has changed."


class PreconditionRequired(RecordProblem):
    status, code = 428, "record.precondition_required"
    detail = "If-Match is required."
