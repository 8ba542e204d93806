"""The operation export: all records that match, as NDJSON or CSV, in constant memory.

The response is made while it is sent, when the request's own cursor is closed. So it
has a cursor of its own, whose transaction is one snapshot: the total, and all rows.
PostgreSQL keeps the order in a cursor of ids; the rows come in batches, as a list has
them, with the limits of a list for each batch.
"""

import contextlib

from odoo import models
from odoo.sql_db import Cursor
from odoo.tools import SQL

from ..orm import dry_run
from ..orm.deadline import Deadline, bounded
from ..wire.csv_text import Table
from ..wire.operation import CSV
from ..wire.problem import PageTooLarge
from ..wire.result import Content, Result, encode_lines
from .reader import Listing
from .reading import HONOURED

BATCH = 500  # records
CURSOR = SQL.identifier("rest_export")


class RestExport(models.AbstractModel):
    _name = "rest.export"
    _description = "REST export"

    def _operation__export(self, _context, call):
        """All that can be wrong with the call rises here, with the first batch."""
        parts = self._parts(call)
        total = next(parts)
        if not isinstance(self.env.cr, Cursor):
            # in tests: its cursor is no transaction of its own, and must end first
            parts = _at_once(list(parts))
        suffix = "csv" if call.media_type == CSV else "ndjson"
        return Result(
            content=Content(parts, _content_type(call), f"{call.model}.{suffix}"),
            meta={} if total is None else {"total": total},
            honoured=HONOURED,
        )

    # --- the cursor ----------------------------------------------------------

    def _parts(self, call):
        """The total, which is None unless the query asks for it; then bytes.

        A generator: its cursor is closed when it ends or is closed.
        """
        cursor = self.env.registry.cursor(readonly=True)
        with contextlib.closing(cursor) as cr:
            # not the environment of the request, which ends before
            yield from self.env(cr=cr)[self._name]._read(call)

    def _read(self, call):
        """As ``_parts``, in the transaction of the cursor."""
        self.env["rest.limiter"]._apply(call, streaming=True)
        context = self.env["rest.context"]._of_call(call)
        with self._bounded(context, call):
            listing = self._listing(context, call)
            total = self._total(context, listing)
            self._open(context, listing)
        head, rows = self._writer(call, listing.level)
        batches = self._batches(context, call, listing.level, rows)
        first = next(batches, b"")
        yield total
        yield head + first
        yield from batches

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
        """Let PostgreSQL find the ids, in their order. It keeps them, if it must."""
        query = listing.query
        matches = self.env["rest.reader"]._matches(
            context, listing, query.sort or None, query.limit
        )
        select = SQL("DECLARE %s NO SCROLL CURSOR FOR %s", CURSOR, matches.select())
        self.env.cr.execute(select)

    # --- batches -------------------------------------------------------------

    def _batches(self, context, call, level, rows):
        """The bytes of each batch."""
        while True:
            with self._bounded(context, call):
                ids = self._next_ids()
                lists = self._documents(context, level, ids)
                part = b"".join(map(rows, lists))
            # nothing of a batch stays in memory
            self.env.transaction.clear()
            if not ids:
                return
            yield part

    def _size(self):
        """The records of a batch."""
        return BATCH

    def _next_ids(self):
        self.env.cr.execute(SQL("FETCH %s FROM %s", self._size(), CURSOR))
        return [row[0] for row in self.env.cr.fetchall()]

    def _documents(self, context, level, ids):
        """Lists of documents: one, or several where one would be too large."""
        if not ids:
            return
        context.begin_read()
        try:
            documents = self._list(context, level, ids)
        except PageTooLarge:
            if len(ids) == 1:
                raise
            middle = len(ids) // 2
            yield from self._documents(context, level, ids[:middle])
            yield from self._documents(context, level, ids[middle:])
        else:
            yield documents

    def _list(self, context, level, ids):
        serializer = self.env["rest.serializer"]
        matches = context.reading[level.model].browse(ids)._as_query()
        rows, _extra = serializer._rows(context, level, matches)
        return serializer._assembled(context, level, rows)

    def _writer(self, call, level):
        """``(bytes before all rows, function that makes bytes of documents)``."""
        if call.media_type != CSV:
            return b"", encode_lines
        table = Table(level, call.csv)
        return table.head(), table.rows


def _at_once(parts):
    yield from parts


def _content_type(call):
    is_csv = call.media_type == CSV
    return f"{CSV}; charset=utf-8; header=present" if is_csv else call.media_type
