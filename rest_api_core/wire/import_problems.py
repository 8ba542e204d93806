"""The errors of imports whose file is sent in parts. No Odoo here."""

from __future__ import annotations

from collections.abc import Sequence

from .problem import RecordProblem

MAX_LISTED = 20  # missing parts that a message names


class PartsRefused(RecordProblem):
    status, code = 409, "record.parts"
    detail = "The import has been started and takes no more parts."

    @classmethod
    def missing(cls, numbers: Sequence[int]) -> PartsRefused:
        """For a start without these parts."""
        if not numbers:
            return cls("The import has no parts. Send them before you start it.")
        listed = ", ".join(map(str, numbers[:MAX_LISTED]))
        more = ", …" if len(numbers) > MAX_LISTED else ""
        return cls(f"Parts {listed}{more} are missing. Send them before you start it.")
