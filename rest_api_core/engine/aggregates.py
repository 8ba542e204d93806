"""Aggregates: groups of records, with counts, sums and other values of each.

    query, aggregation = aggregate.parse([("group_by", "country_id")], Limits())
    env["rest.aggregates"].aggregate_records(context, "res.partner", query, aggregation)

One statement makes the groups of a page, on the query that applies the rules. Nothing
else decides what the caller may see: names through the path resolver, records through
``rest.search``, display names through ``rest.names``.
"""

from odoo import api, models
from odoo.tools import SQL

from ..access.aggregate_paths import resolve_aggregation
from ..query import paging
from ..query.paging import OffsetPages
from ..query.volume import LONG, MAX_BYTES
from ..wire import etag
from ..wire.result import Result
from .aggregate_sql import Source


class RestAggregates(models.AbstractModel):
    _name = "rest.aggregates"
    _description = "REST aggregates"

    def _operation__aggregate(self, context, call):
        return self.aggregate_records(context, call.model, call.query, call.aggregation)

    def _check__aggregate(self, context, call):
        """Raise the errors of the call before anything is read."""
        query = self.env["rest.resolver"]._resolved(context, call.model, call.query)
        resolve_aggregation(context.catalog, call.model, call.aggregation)
        self._matches(context, call.model, query)

    @api.private
    def aggregate_records(self, context, model_name, query, aggregation):
        """A page of groups.

        :param query: which records count, and which page; its paths and those of the
            ``aggregation`` are not resolved yet
        :returns: ``Result`` with a document for each group, ``meta`` and ``pages``
        Raises QueryProblem and Forbidden.
        """
        context.begin_read()
        query = self.env["rest.resolver"]._resolved(context, model_name, query)
        aggregation = resolve_aggregation(context.catalog, model_name, aggregation)
        matches = self._matches(context, model_name, query)
        source = Source(context, context.reading[model_name], matches)
        terms = self.env["rest.aggregate.sql"]._grouped(source, aggregation)
        matches.limit, matches.offset = query.limit + 1, query.offset
        rows = self._fetched(context, matches, terms, aggregation)
        more = len(rows) > query.limit
        del rows[query.limit :]
        total = self._total(context, query, matches, len(rows), more)
        page = paging.Page(query.limit, query.offset, query.page is not None)
        shown = self.env["rest.aggregate.values"]
        return Result(
            data=shown._documents(context, model_name, aggregation, rows),
            meta=paging.offset_meta(page, len(rows), total),
            pages=OffsetPages(page, more, total),
            version=etag.version("aggregate", model_name),
            seal=context.seal,
            honoured=("count",) if query.count != "estimated" else (),
        )

    def _matches(self, context, model_name, query):
        """Odoo's query of the records."""
        domain = self.env["rest.reader"]._domain(context, model_name, query)
        shown = query.shows_archived
        search = self.env["rest.search"]
        return search._query(context, model_name, domain, (), archived=shown)

    def _fetched(self, context, matches, terms, aggregation):
        """The rows of PostgreSQL, once it is known that they are not too large."""
        types = [group.type for group in aggregation.groups]
        types += [each.result for each in aggregation.aggregates]
        texts = [number for number, each in enumerate(types) if each in LONG]
        statement = matches.select(*terms)
        if texts:
            statement = _weighed(statement, len(terms), texts)
        rows = context.reading.execute_query(statement)
        context.volume.add(
            len(rows) * len(terms), int(rows[0][-1]) if texts and rows else 0
        )
        return [row[:-1] for row in rows] if texts else rows

    def _total(self, context, query, matches, count, more):
        """How many groups there are on all pages, if the query asks for it."""
        if query.count == "none":
            return None
        if not more and (count or not query.offset):
            return query.offset + count
        matches.limit = matches.offset = matches.order = None
        groups = matches.select(SQL("COUNT(*)"))
        statement = SQL("SELECT COUNT(*) FROM (%s) AS groups", groups)
        return context.reading.execute_query(statement)[0][0]


def _weighed(statement, count, texts):
    """The statement with the bytes of all its texts as the last value of each row; the
    texts are left out where they are too large for a response.

    :param count: of the values of a row; :param texts: the positions of texts
    """
    names = [SQL.identifier(f"c{number}") for number in range(count)]
    sizes = [SQL("COALESCE(octet_length(%s), 0)", names[n]) for n in texts]
    shown = [
        SQL("CASE WHEN size <= %s THEN %s END", MAX_BYTES, name) if n in texts else name
        for n, name in enumerate(names)
    ]
    columns = SQL(", ").join(names)
    return SQL(
        "SELECT %s, size FROM (SELECT *, SUM(%s) OVER () AS size FROM (%s) AS groups"
        " (%s)) AS weighed",
        SQL(", ").join(shown),
        SQL(" + ").join(sizes),
        statement,
        columns,
    )
