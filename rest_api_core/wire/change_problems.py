"""Errors of the change feed; ``problem.py`` has the whole tree. No Odoo here."""

from __future__ import annotations

from .problem_details import Problem


class ChangesProblem(Problem):
    status, code, detail = (
        409,
        "changes.refused",
        "The change feed does not allow this.",
    )


class ChangesExpired(ChangesProblem):
    status, code = 410, "changes.expired"
    detail = (
        "Changes since then are not kept any more. Load all records anew, then follow"
        " the feed from the cursor of that load."
    )


class ChangesUntracked(ChangesProblem):
    status, code = 409, "changes.untracked"
    detail = (
        "The changes of this model are not tracked. An administrator may choose how in"
        " Track Changes of its resource."
    )
