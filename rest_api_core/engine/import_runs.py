"""The job of an import: rows are read, written, and told of in three files.

    successful.ndjson     {"row", "line", "id", "outcome": "created" or "updated"}
    failed.ndjson         {"row", "line", "problem": {…}, "data": the record as it came}
    unprocessed.…         rows that were not written though nothing is wrong with them,
                          as they came, so that they can be sent again

A partial import commits a batch of rows, what it tells of them and its position in one
transaction: after a crash, the next worker goes on behind it. An import that is atomic,
or a dry run, is one transaction; what it tells is kept beside it until that has ended.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from odoo import models

from ..body import import_rows, row_text
from ..body.import_rows import Outcome, Record
from ..body.row_text import Position, Row, Unreadable
from ..capture import origin
from ..capture.origin import Origin
from ..orm import commits, dry_run
from ..wire.json_bytes import encode_lines
from ..wire.operation import CSV, NDJSON
from ..wire.problem import BodyTooLarge, Problem, brief
from .importing import MAX_ROWS

MAX_FAILED = 1000  # after so many, nothing more is tried of an atomic import
KEPT_IN_MEMORY = 2**20  # bytes of the result files
FILES = {each: f"{each}.ndjson" for each in ("successful", "failed")}


class Batch(NamedTuple):
    """Rows that are written at once, and what ends the reading behind them."""

    rows: Sequence[Row]
    broken: Unreadable | None = None


class _Told:
    """Lines of a file of the outcome, beside the transaction."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        made = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)
        self._file = stack.enter_context(made)
        self.count = 0

    def add(self, outcomes: Sequence[Outcome]) -> None:
        self._file.write(encode_lines(each.document() for each in outcomes))
        self.count += len(outcomes)

    def copy_to(self, output) -> None:
        self._file.seek(0)
        while content := self._file.read(KEPT_IN_MEMORY):
            _write(output, content, content.count(b"\n"))


class ImportRun:
    """One import while it runs.

    :param job: ``running.Running``
    """

    def __init__(self, job) -> None:
        self.job, self.env = job, job.env
        self.context = job.context()
        prepared = self.env["rest.imports"]._prepared(self.context, job.record)
        self.work, self.source = prepared
        self._importing = self.env["rest.importing"]
        self._parts = self.env["rest.import.parts"]
        self._most = self.context.api.max_body
        self._at = Position(*job.state["at"]) if job.state else self.source.begin
        lines = self._parts._lines(job.id) - self.source.begin.line
        job.progress(self._at.number, lines)

    def origin(self) -> Origin:
        """Who makes the changes."""
        caller, request = self.context.caller, self.job.request
        return Origin(
            "import",
            caller.client_id,
            caller.user_id,
            request["request_id"],
            request["traceparent"],
        )

    # --- rows ----------------------------------------------------------------------

    def rows(self, at: Position) -> Iterator[Row]:
        """Raises Unreadable."""
        chunks = self._parts._content(self.job.id, at.offset)
        header = self.source.header
        if header is None:
            rows = row_text.json_rows(chunks, self._most, at)
        else:
            rows = row_text.csv_rows(chunks, header.delimiter, self._most, at)
        for row in rows:
            if row.number > MAX_ROWS:
                problem = BodyTooLarge(f"A file has {MAX_ROWS} rows at most.")
                begin = row.end.offset - len(row.raw)
                raise Unreadable(problem, Position(MAX_ROWS, row.line - 1, begin))
            yield row

    def batches(self, at: Position) -> Iterator[Batch]:
        """No batch has more bytes than a body may."""
        rows, most = [], self._importing._size(self.context)
        size = 0
        try:
            for row in self.rows(at):
                if rows and (len(rows) >= most or size + len(row.raw) > self._most):
                    yield Batch(rows)
                    rows, size = [], 0
                rows.append(row)
                size += len(row.raw)
        except Unreadable as broken:
            yield Batch(rows, broken)
        else:
            yield Batch(rows)

    def written(self, rows: Sequence[Row]) -> list[Outcome]:
        """What became of the rows, in their order."""
        found = [self._read(row) for row in rows]
        records = [each for each in found if isinstance(each, Record)]
        written = iter(self._importing._write(self.context, self.work, records))
        return [next(written) if isinstance(e, Record) else e for e in found]

    def _read(self, row: Row) -> Record | Outcome:
        try:
            return Record(row.number, row.line, self._record(row))
        except Problem as problem:
            text = row.raw.decode("utf-8", "replace").rstrip("\r\n")
            return Outcome(row.number, row.line, problem=problem, data=text)

    def _record(self, row):
        if row.problem is not None:
            raise row.problem
        columns = self.source.columns
        return columns.record(row.value) if columns else import_rows.check(row.value)

    # --- files ---------------------------------------------------------------------

    def outputs(self) -> dict:
        """The three files, by their names in the manifest."""
        job, form = self.job, self.source.form
        found = {each: job.output(each, name) for each, name in FILES.items()}
        media_type = CSV if form == "csv" else NDJSON
        name = f"unprocessed.{form}"
        return {**found, "unprocessed": job.output("unprocessed", name, media_type)}

    def _tell(self, outputs, outcomes):
        for name, some in _sorted(outcomes).items():
            if some:
                lines = encode_lines(each.document() for each in some)
                _write(outputs[name], lines, len(some))

    def _end(self, outputs, broken, failed=None):
        """Tell of what was not written or not tried; the rest of the manifest.

        :param failed: numbers of the rows that fail, where no other is written either
        """
        self._tell(outputs, [_of_broken(broken)] if broken else [])
        output, header = outputs["unprocessed"], self.source.header
        for content, count in self._unprocessed(broken, failed):
            if header is not None:
                _write(output, header.raw, 0)
                header = None
            _write(output, content, count)
        return {"errors": [brief(broken.problem)] if broken else []}

    def _unprocessed(self, broken, failed):
        """Bytes that are to be sent again, with the number of their rows; of those
        behind what could be read, of their lines."""
        try:
            for row in self.rows(self.source.begin) if failed is not None else ():
                if row.number not in failed:
                    yield row.raw.rstrip(b"\r\n") + b"\n", 1
        except Unreadable as error:
            broken = error
        if broken is not None:
            for content in self._parts._content(self.job.id, broken.at.offset):
                yield content, content.count(b"\n")

    # --- partial -------------------------------------------------------------------

    def partial(self) -> dict:
        """What was written stays, whatever comes after."""
        job, outputs = self.job, self.outputs()
        for batch in self.batches(self._at):
            self.context = job.context()  # with the rights of now
            outcomes = self.written(batch.rows)
            self._tell(outputs, outcomes)
            if batch.rows:
                at = batch.rows[-1].end
                job.checkpoint({"at": list(at)})
                # what other workers keep of these records
                self.env.registry.signal_changes()
                job.progress(at.number)
        return self._end(outputs, batch.broken)

    # --- one transaction -----------------------------------------------------------

    def whole(self) -> dict:
        """All rows or none; nothing, where it is a dry run."""
        dry = self.work.form.dry_run
        with contextlib.ExitStack() as stack:
            told = {name: _Told(stack) for name in FILES}
            numbers, broken = self._tried(told, dry)
            is_faulty = bool(numbers) or broken is not None
            lost = is_faulty and self.work.form.mode == "atomic"
            if dry or lost:
                self._roll_back()
            outputs = self.outputs()
            if not lost:
                told["successful"].copy_to(outputs["successful"])
            told["failed"].copy_to(outputs["failed"])
        return self._end(outputs, broken, numbers if lost else None)

    def _tried(self, told, dry):
        """``(numbers of rows that fail, Unreadable or None)``"""
        cr, numbers = self.env.cr, set()
        is_atomic = self.work.form.mode == "atomic"
        with dry_run.keeping_nothing(cr, True) if dry else commits.refused(cr):
            for batch in self.batches(self.source.begin):
                outcomes = _sorted(self.written(batch.rows), dry)
                for name, some in outcomes.items():
                    told[name].add(some)
                if is_atomic:
                    numbers.update(each.number for each in outcomes["failed"])
                # what Odoo keeps of the rows would grow with them
                self.env.flush_all()
                self.env.invalidate_all()
                if batch.rows:
                    self.job.progress(batch.rows[-1].number)
                if len(numbers) >= MAX_FAILED:
                    break
        return numbers, batch.broken

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.transaction.clear()
        self.env.registry.reset_changes()


class RestJobRunner(models.AbstractModel):
    _inherit = "rest.job.runner"

    def _run__import(self, job):
        run = ImportRun(job)
        origin.act(self.env.cr, run.origin())
        told = run.whole() if run.work.form.is_one else run.partial()
        self.env["rest.import.parts"]._delete([job.id])
        return told


def _sorted(outcomes, dry=False):
    """The outcomes by the file that tells of them; a dry run creates no record."""
    found = {name: [] for name in FILES}
    for each in outcomes:
        if dry and each.verb == "created":
            each = each._replace(id=None)
        found["successful" if each.problem is None else "failed"].append(each)
    return found


def _of_broken(broken):
    at = broken.at
    return Outcome(at.number + 1, at.line + 1, problem=broken.problem)


def _write(output, content, count):
    output.write(content, count)
    if output.is_full:
        output.flush()
