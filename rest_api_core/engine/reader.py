"""Reading: lists, records and counts, from a ``Query`` to a ``Result``.

    context = env["rest.context"]._make(api, caller)
    query = Query(fields=("name",), sort=(SortKey("name"),), limit=10)
    env["rest.reader"].list_records(context, "res.partner", query).data

The methods without underscore are for addons, jobs and ``odoo shell``; RPC cannot call
them. They show what the caller of the context may see, and raise the problems of
``wire/problem.py``.
"""

import json
from collections.abc import Callable
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..query import keyset, paging
from ..query.filters import ALL, leaves
from ..query.paging import CursorPages, OffsetPages
from ..query.projection import Level
from ..query.query import Query
from ..query.sorting import SortKey
from ..wire import etag
from ..wire.etag import NONE
from ..wire.problem import NotFound
from ..wire.result import Result
from .long_texts import Short
from .search import BY_ID

# Rows to skip. Beyond, PostgreSQL is asked for ids first: it would compute names and
# arrays of all rows that it skips.
NEAR = 200


class Listing(NamedTuple):
    """What a list is made of.

    :param query: with resolved paths; :param domain: what matches, on all pages
    :param fetch: makes rows of Odoo's query, as ``rest.serializer._rows`` does
    """

    query: Query
    level: Level
    domain: Domain
    fetch: Callable


class Page(NamedTuple):
    """Rows of a list, what ``meta`` says of them, and where the other pages are."""

    rows: list
    meta: dict
    pages: OffsetPages | CursorPages


class RestReader(models.AbstractModel):
    _name = "rest.reader"
    _description = "REST reader"

    # --- public --------------------------------------------------------------

    @api.private
    def list_records(
        self, context, model_name, query, conditions=NONE, within=Domain.TRUE
    ):
        """A page of the records that match a query.

        :param query: ``query.Query``, whose paths are not resolved yet
        :param conditions: ``etag.Conditions``; where ``if_none_match`` names the tag of
            the list, the outcome is ``unchanged`` and there is no data
        :param within: a domain of trusted code, which no request can change
        :returns: ``Result`` with documents, ``meta`` and ``pages``; its ``tag`` only
            where it is known without the content
        Raises QueryProblem and Forbidden.
        """
        tags = self.env["rest.list.tags"]
        serializer = self.env["rest.serializer"]
        query, level = serializer._plan(context, model_name, query, "list")
        contained = tags._is_contained(context, level)
        domain = self._domain(context, model_name, query) & within
        if contained and conditions.if_none_match:
            page = self._page(context, Listing(query, level, domain, tags._marks))
            tag = tags._tag(context, level, page.rows, page.meta)
            if etag.names_tag(conditions, tag):
                return Result(many=True, outcome="unchanged", tag=tag, pages=page.pages)
        fetch = tags._stamped_rows if contained else serializer._rows
        page = self._page(context, Listing(query, level, domain, fetch))
        marks = tags._marks_of(page.rows)
        documents = serializer._assembled(context, level, page.rows)
        return Result(
            data=documents,
            many=True,
            level=level,
            meta=page.meta,
            pages=page.pages,
            version=tags._version(marks),
            seal=context.seal,
            tag=tags._tag(context, level, marks, page.meta) if contained else None,
            honoured=("count",),
        )

    @api.private
    def read_records(self, context, model_name, ids, query):
        """Records in the order of their ids; ``meta`` names those that are missing or
        that the caller may not see. Raises QueryProblem and Forbidden."""
        serializer = self.env["rest.serializer"]
        query, level = serializer._plan(context, model_name, query)
        documents, versions = serializer._documents(
            context, level, ids, self._by_id(context, query, level)
        )
        missing = [record_id for record_id in ids if record_id not in versions]
        return Result(
            data=documents,
            many=True,
            level=level,
            meta={"count": len(documents), "missing": missing},
            version=etag.list_version(versions[d["id"]] for d in documents),
            seal=context.seal,
        )

    @api.private
    def read_record(self, context, model_name, record_id, query):
        """One record. Raises QueryProblem, Forbidden and NotFound."""
        serializer = self.env["rest.serializer"]
        query, level = serializer._plan(context, model_name, query)
        documents, versions = serializer._documents(
            context, level, (record_id,), self._by_id(context, query, level)
        )
        if not documents:
            raise NotFound.of_records(model_name, (record_id,))
        return Result(
            data=documents[0],
            level=level,
            version=versions[record_id],
            seal=context.seal,
            ids=(record_id,),
        )

    @api.private
    def count_records(self, context, model_name, query):
        """How many records match the filter of a query, on all pages. Raises
        QueryProblem and Forbidden."""
        context.begin_read()
        query = self.env["rest.resolver"]._resolved(context, model_name, query)
        domain = self._domain(context, model_name, query)
        search = self.env["rest.search"]
        shown = query.shows_archived
        matches = search._query(context, model_name, domain, (), archived=shown)
        return len(matches)

    # --- what matches --------------------------------------------------------

    def _domain(self, context, model_name, query):
        resolver = self.env["rest.resolver"]
        domain = resolver._domain(context, model_name, query.filter)
        model = context.env[model_name]
        domain &= resolver._archived(model, query.filter, query.archived)
        return domain & context.domain(model_name)

    def _by_id(self, context, query, level):
        """The condition on records that are named by id: archived or not, as asked."""
        if query.archived is None:
            return Domain.TRUE
        model = context.env[level.model]
        return self.env["rest.resolver"]._archived(model, ALL, query.archived)

    def _matches(self, context, listing, sort=(), limit=None, offset=0):
        """Odoo's query of the records of a list."""
        level = listing.level
        return self.env["rest.search"]._query(
            context, level.model, listing.domain, sort, limit, offset, level.archived
        )

    def _total(self, context, listing):
        """How many records match, or how many PostgreSQL's planner expects."""
        matches = self._matches(context, listing)
        estimated = listing.query.count == "estimated"
        estimated = estimated and self._may_estimate(context, listing)
        if not estimated or matches.is_empty():
            return len(matches)
        self.env.cr.execute(SQL("EXPLAIN (FORMAT JSON) %s", matches.select()))
        plan = self.env.cr.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return int(plan[0]["Plan"]["Plan Rows"])

    def _may_estimate(self, context, listing):
        """Whether the caller may see all records that the filter looks at: PostgreSQL
        estimates by statistics of all rows, and would tell of hidden ones."""
        own = not any("." in leaf.path for leaf in leaves(listing.query.filter))
        search = self.env["rest.search"]
        return own and search._shows_all(context, listing.level.model)

    # --- pages ---------------------------------------------------------------

    def _page(self, context, listing):
        by_offset = listing.query.cursor is None
        make = self._offset_page if by_offset else self._cursor_page
        return make(context, listing)

    def _offset_page(self, context, listing):
        query, level = listing.query, listing.level
        limit, offset = query.limit, query.offset
        # one row more tells whether there is a next page
        sort = query.sort or None
        matches = self._matches(context, listing, sort, limit + 1, offset)
        if offset > NEAR:
            ids = [row[0] for row in self.env.execute_query(matches.select())]
            matches = context.reading[level.model].browse(ids)._as_query()
        rows, _extra = listing.fetch(context, level, matches)
        more = len(rows) > limit
        del rows[limit:]
        total = self._total_by_offset(context, listing, len(rows), more)
        exact = query.count != "estimated" or not more
        page = paging.Page(limit, offset, query.page is not None)
        meta = paging.offset_meta(page, len(rows), total, exact)
        return Page(rows, meta, OffsetPages(page, more, total if exact else None))

    def _total_by_offset(self, context, listing, count, more):
        """``_total`` if the query asks for it; the last page follows from its rows."""
        query = listing.query
        if query.count == "none":
            return None
        if not more and (count or not query.offset):
            return query.offset + count
        return self._total(context, listing)

    def _cursor_page(self, context, listing):
        query, level = listing.query, listing.level
        cursor = self.env["rest.cursor"]
        keys = cursor._keys(context, level.model, query.sort or BY_ID)
        binding = cursor._binding(context, level.model, query)
        values = cursor._values(query.cursor, binding, keys)
        rows, cells = self._rows_after(context, listing, keys, values)
        following = None
        if len(rows) > query.limit:
            following = cursor._sealed(binding, cells[query.limit - 1])
            del rows[query.limit :]
        total = None if query.count == "none" else self._total(context, listing)
        meta = paging.cursor_meta(query.limit, len(rows), following, total)
        return Page(rows, meta, CursorPages(following))

    def _rows_after(self, context, listing, keys, values):
        """``(rows, values of the keys of each)`` after a row with these values; at most
        one row more than the limit."""
        cursor, level = self.env["rest.cursor"], listing.level
        model = context.reading[level.model]
        sort = [SortKey(key.path, key.descending) for key in keys]
        segments = keyset.segments(keys, values) if values else (keyset.Segment(),)
        rows, cells = [], []
        for segment in segments:
            missing = listing.query.limit + 1 - len(rows)
            if not missing:
                break
            matches = self._matches(context, listing, sort, missing)
            cursor._add_segment(context, model, matches, segment)
            extra = [
                cursor._expression(context, model, key.path, matches) for key in keys
            ]
            extra[-1] = Short(extra[-1])  # the id
            more_rows, more_cells = listing.fetch(context, level, matches, extra)
            rows += more_rows
            cells += more_cells
        return rows, cells
