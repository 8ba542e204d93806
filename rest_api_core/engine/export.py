"""The operation export: all records that match, as NDJSON or CSV, in constant memory.

The response is made while it is sent, when the request's own cursor is closed. So it
has a cursor of its own, whose transaction is one snapshot: the total, and all rows.
They come from a cursor of PostgreSQL in batches, with the limits of a list for each.
"""

import contextlib
from typing import NamedTuple

from odoo import models
from odoo.sql_db import Cursor
from odoo.tools import SQL

from ..orm import dry_run
from ..orm.deadline import Deadline, bounded
from ..query.projection import Level
from ..wire.csv_text import Table
from ..wire.json_bytes import encode_lines
from ..wire.operation import CSV
from ..wire.problem import PageTooLarge
from ..wire.result import Content, Piece, Result
from .reader import Listing
from .serializer import Statement

BATCH = 1000  # records
# seconds of a stream: PostgreSQL cleans up nothing that its snapshot can still see
LONGEST = 3600
LONGEST_PAUSE = 60  # between two batches, while the client reads
CURSOR = SQL.identifier("rest_export")


class Opened(NamedTuple):
    """The cursor of PostgreSQL: what its rows are, see ``long_texts.Sized``."""

    level: Level
    statement: Statement
    size: int


class Opening(NamedTuple):
    """Members known before the first row: ``rest.changes`` tells the snapshot."""

    total: int | None
    snapshot: dict


class RestExport(models.AbstractModel):
    _name = "rest.export"
    _description = "REST export"

    def _operation__export(self, _context, call):
        """All that can be wrong with the call rises here, with the first batch."""
        parts = self._parts(call)
        opening = next(parts)
        if not isinstance(self.env.cr, Cursor):
            # a cursor of a test shares its transaction, and must end first
            parts = _at_once(list(parts))
        suffix = "csv" if call.media_type == CSV else "ndjson"
        return Result(
            content=Content(parts, _content_type(call), f"{call.model}.{suffix}"),
            meta=_meta(opening),
            honoured=("count",),
        )

    def _check__export(self, context, call):
        """Raise the errors of the call before anything is read."""
        listing = self._listing(context, call)
        self.env["rest.reader"]._matches(
            context, listing, listing.query.sort or None, listing.query.limit
        )

    # --- the cursor ----------------------------------------------------------

    def _parts(self, call):
        """``Opening``, whose total is None unless the query asks for it; then bytes.

        A generator: its cursor is closed when it ends or is closed.
        """
        # read-only as the request's, which is not on Odoo's second try
        cursor = self.env.registry.cursor(readonly=self.env.cr.readonly)
        with contextlib.closing(cursor) as cr:
            # not the environment of the request, which ends before
            yield from self.env(cr=cr)[self._name]._read(call)

    def _read(self, call):
        """As ``_parts``, in the transaction of the cursor."""
        self.env["rest.limiter"]._apply(call, streaming=True)
        self._bound_pauses(call)
        end = Deadline(0 if call.in_job else LONGEST)
        context = self.env["rest.context"]._of_call(call)
        with self._bounded(context, call):
            listing = self._listing(context, call)
            total = self._total(context, listing)
            opened = self._open(context, listing)
            snapshot = self.env["rest.changes"]._snapshot(context, call.model)
        head, write = self._writer(call, listing.level)
        batches = self._batches(context, call, opened, write, end)
        first = next(batches, Piece())
        yield Opening(total, snapshot)
        yield Piece.of(head + first, first.records)
        yield from batches

    def _bound_pauses(self, call):
        """Let PostgreSQL end the transaction of a client that stops reading."""
        if not call.in_job:
            setting = "SET LOCAL idle_in_transaction_session_timeout = %s"
            self.env.cr.execute(setting, [LONGEST_PAUSE * 1000])

    @contextlib.contextmanager
    def _bounded(self, context, call):
        """For each batch, what ``rest.pipeline`` has for each call."""
        context.begin_read()
        context.deadline = Deadline(self.env["rest.limiter"]._seconds(call))
        texts = self.env["rest.texts"]._checked(context, call)
        nothing = dry_run.keeping_nothing(self.env.cr, False)
        with bounded(self.env.cr, context.deadline), texts, nothing:
            yield

    # --- what matches --------------------------------------------------------

    def _listing(self, context, call):
        serializer = self.env["rest.serializer"]
        query, level = serializer._plan(context, call.model, call.query, "list")
        domain = self.env["rest.reader"]._domain(context, call.model, query)
        return Listing(query, level, domain, serializer._rows)

    def _total(self, context, listing):
        """How many records match, whatever the limit."""
        if listing.query.count == "none":
            return None
        return self.env["rest.reader"]._total(context, listing)

    def _open(self, context, listing):
        """Let PostgreSQL find the rows, in their order. It keeps them, if it must."""
        query, level = listing.query, listing.level
        matches = self.env["rest.reader"]._matches(
            context, listing, query.sort or None, query.limit
        )
        serializer, model = self.env["rest.serializer"], context.reading[level.model]
        statement = serializer._statement(context, model, level, matches, ())
        sized = self.env["rest.long.texts"]._sized(
            matches, statement.terms, *serializer._weighed(statement), self._size()
        )
        cursor = SQL("DECLARE %s NO SCROLL CURSOR FOR %s", CURSOR, sized.sized)
        self.env.cr.execute(cursor)
        return Opened(level, statement, sized.size)

    # --- batches -------------------------------------------------------------

    def _batches(self, context, call, opened, write, end):
        """The bytes of each batch. Raises TimeExceeded after the ``end``."""
        while True:
            end.check()
            with self._bounded(context, call):
                values = self._next()
                lists = self._documents(context, opened, values)
                part = b"".join(map(write, lists))
            # nothing of a batch stays in memory
            self.env.transaction.clear()
            if not values:
                return
            yield Piece.of(part, len(values))

    def _size(self):
        """The records of a batch."""
        return BATCH

    def _next(self):
        self.env.cr.execute(SQL("FETCH %s FROM %s", self._size(), CURSOR))
        return self.env.cr.fetchall()

    def _documents(self, context, opened, values):
        """Lists of documents: one, or several where one would be too large."""
        if not values:
            return
        context.begin_read()
        try:
            documents = self._list(context, opened, values)
        except PageTooLarge:
            if len(values) == 1:
                raise
            middle = len(values) // 2
            yield from self._documents(context, opened, values[:middle])
            yield from self._documents(context, opened, values[middle:])
        else:
            yield documents

    def _list(self, context, opened, values):
        serializer, level = self.env["rest.serializer"], opened.level
        short = [each for each in values if each[-1] <= opened.size]
        context.volume.add(size=sum([each[-1] for each in short]))
        rows = serializer._rows_of(context, level, opened.statement, short)
        if len(short) < len(values):
            rows = self._with_long_rows(context, level, values, rows)
        return serializer._assembled(context, level, rows)

    def _with_long_rows(self, context, level, values, rows):
        """All rows in their order; those with long values are read by their ids."""
        known = {row["id"]: row for row in rows}
        ids = [each[0] for each in values if each[0] not in known]
        matches = context.reading[level.model].browse(ids)._as_query()
        others, _extra = self.env["rest.serializer"]._rows(context, level, matches)
        known.update((row["id"], row) for row in others)
        return [known[each[0]] for each in values]

    def _writer(self, call, level):
        """``(bytes before all rows, function that makes bytes of documents)``."""
        if call.media_type != CSV:
            return b"", encode_lines
        table = Table(level, call.csv)
        return table.head(), table.rows


def _meta(opening):
    total = {} if opening.total is None else {"total": opening.total}
    return {**total, "snapshot": opening.snapshot}


def _at_once(parts):
    yield from parts


def _content_type(call):
    is_csv = call.media_type == CSV
    return f"{CSV}; charset=utf-8; header=present" if is_csv else call.media_type
