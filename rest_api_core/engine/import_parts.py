"""The bytes of an import: stored as they are sent, read while they are needed."""

from collections.abc import Collection, Iterator

from odoo import models
from odoo.tools import SQL

from ..wire.call import Call
from ..wire.problem import BodyTooLarge

SLICE = 2**20  # bytes that are in memory at once
MAX_PARTS = 1000
MAX_STORED = 256 * 2**20  # bytes of a client, until its jobs expire


class RestImportParts(models.AbstractModel):
    """Parts have numbers from 1, and one after the other they are the file."""

    _name = "rest.import.parts"
    _description = "REST parts of imports"

    def _store(self, job_id: int, number: int, content: bytes) -> None:
        """Store a part, in place of one that had its number. Twins meet in PostgreSQL:
        the second is run again."""
        self._execute(
            SQL(
                "DELETE FROM rest_job_part WHERE job_id = %s AND number = %s",
                job_id,
                number,
            )
        )
        for index, start in enumerate(range(0, len(content), SLICE)):
            self._execute(
                SQL(
                    "INSERT INTO rest_job_part (job_id, number, slice, content)"
                    " VALUES (%s, %s, %s, %s) ON CONFLICT (job_id, number, slice)"
                    " DO UPDATE SET content = EXCLUDED.content",
                    job_id,
                    number,
                    index,
                    content[start : start + SLICE],
                )
            )

    def _check_space(self, call: Call, job_id: int, number: int, size: int) -> None:
        """Raise BodyTooLarge where a part would be one too many, or the caller would
        have too many bytes with it."""
        if number > MAX_PARTS:
            raise BodyTooLarge(f"A file has {MAX_PARTS} parts at most.")
        owner = self.env["rest.jobs"]._owner(call)
        own = self.env["rest.job"].sudo()._search(owner)
        statement = SQL(
            "SELECT COALESCE(sum(octet_length(content)), 0) FROM rest_job_part"
            " WHERE job_id IN %s AND NOT (job_id = %s AND number = %s)",
            own.subselect(),
            job_id,
            number,
        )
        stored = self.env.execute_query(statement)[0][0]
        if stored + size > MAX_STORED:
            raise BodyTooLarge(
                f"The files of your jobs would have more than {MAX_STORED // 2**20} MiB"
                " together. Delete jobs that have ended."
            )

    def _missing(self, job_id: int) -> list[int] | None:
        """The numbers that are not there, up to the last one; None without parts."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT number FROM rest_job_part WHERE job_id = %s", job_id)
        )
        numbers = {number for (number,) in rows}
        if not numbers:
            return None
        return sorted({*range(1, max(numbers) + 1)} - numbers)

    def _content(self, job_id: int, offset: int = 0) -> Iterator[bytes]:
        """The file from a position on, slice by slice."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, octet_length(content) FROM rest_job_part"
                " WHERE job_id = %s ORDER BY number, slice",
                job_id,
            )
        )
        for row_id, size in rows:
            if offset < size:
                yield self._slice(row_id)[offset:]
            offset = max(0, offset - size)

    def _head(self, job_id: int) -> bytes:
        """The beginning of the file: a slice, or all."""
        content = b""
        for piece in self._content(job_id):
            content += piece
            if len(content) >= SLICE:
                break
        return content

    def _lines(self, job_id: int) -> int:
        """How many lines the file has, about as many as rows."""
        return sum(content.count(b"\n") for content in self._content(job_id))

    def _delete(self, job_ids: Collection[int]) -> None:
        """Forget the files of these jobs."""
        ids = list(job_ids)
        self._execute(SQL("DELETE FROM rest_job_part WHERE job_id = ANY(%s)", ids))

    def _slice(self, row_id):
        statement = SQL("SELECT content FROM rest_job_part WHERE id = %s", row_id)
        return bytes(self.env.execute_query(statement)[0][0])

    def _execute(self, statement):
        # the second of two twins fails here and is run again: not an error to log
        self.env.cr.execute(statement, log_exceptions=False)
