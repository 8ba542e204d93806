"""Verbs that read: list, read, bulk and count."""

import json
from dataclasses import replace
from typing import NamedTuple

from odoo import models

from ..query import keyset, paging, query
from ..query.projection import Level
from ..wire import etag
from ..wire.problem import (
    Forbidden,
    Header,
    NotFound,
    ParameterInvalid,
    PreconditionFailed,
)
from ..wire.result import Answer, encode
from .search import BY_ID

PRIVATE = b"rest cursor"
# Rows to skip; of more, PostgreSQL is asked for ids first, since it would compute
# names and arrays of all that it skips
NEAR = 200
# What Odoo is asked for where a body names fields; all else is at least read
_ACCESS = {"create": "create", "copy": "create", "update": "write", "replace": "write"}


class Page(NamedTuple):
    """Rows of a list, what ``meta`` says of them, and the links to other pages."""

    level: Level
    rows: list
    meta: dict
    links: dict


class RestReading(models.AbstractModel):
    _name = "rest.reading"
    _inherit = ["rest.validator", "rest.cursor"]
    _description = "REST reading"

    def _open(self, call, rights, allowed, body=None):
        """The ``Scope`` of a call with its query parsed, for the ``allowed``
        parameters."""
        limits = self.env["rest.configuration"]._api(call.api_id).limits
        wanted = query.parse(call.query, limits, allowed, body)
        scope = self.env["rest.context"]._scope(call, wanted, rights)
        self._check_access(scope)
        return scope

    def _check_access(self, scope):
        """Who has no access to a model is not told either which fields it has."""
        operation = _ACCESS.get(scope.call.verb, "read")
        if operation == "read":
            allowed = scope.catalog.readable(scope.call.model)
        else:
            allowed = scope.model.has_access(operation)
        if not allowed:
            raise Forbidden()

    # --- one record ----------------------------------------------------------

    def _answer__read(self, call, rights):
        scope = self._open(call, rights, query.SHAPE)
        documents, versions = self._documents(scope, call.ids)
        if not documents:
            raise NotFound()
        content = encode({"data": documents[0]})
        tag = self._tag(scope, versions[call.ids[0]], content)
        return self._conditional(scope, tag, content)

    def _conditional(self, scope, tag, content, headers=()):
        """The answer, or 304 for a client that has it already (RFC 9110 §13.2.2)."""
        conditions = self._conditions(scope.call)
        outcome = etag.decide(conditions, tag, safe=True)
        if outcome is etag.Outcome.FAILED:
            raise PreconditionFailed(etag.failure(conditions, tag))
        if outcome is etag.Outcome.NOT_MODIFIED:
            return Answer(status=304, tag=tag, headers=headers)
        return Answer(
            body=content, tag=tag, headers=headers, applied=self._wishes_met(scope)
        )

    def _wishes_met(self, scope):
        applied = scope.wishes.applied(("count", "handling"))
        return (applied,) if applied else ()

    def _conditions(self, call):
        """Absent headers are None, and empty ones too."""
        return etag.Conditions(
            if_match=etag.tags(call.headers.if_match or None),
            if_none_match=etag.tags(call.headers.if_none_match or None),
        )

    # --- several records by id -----------------------------------------------

    def _answer__bulk(self, call, rights):
        """Records in the order of the ids; those out of reach are named."""
        allowed = query.BULK if not call.ids else query.SHAPE
        scope = self._open(call, rights, allowed, call.body)
        ids = call.ids or scope.query.ids
        if not ids:
            self._missing_ids()
        documents, versions = self._documents(scope, ids)
        missing = [number for number in ids if number not in versions]
        meta = {"count": len(documents), "missing": missing}
        content = encode({"data": documents, "meta": meta})
        version = etag.list_version(versions[d["id"]] for d in documents)
        tag = self._tag(scope, version, content)
        return self._conditional(scope, tag, content)

    def _missing_ids(self):
        raise ParameterInvalid.at_parameter("ids", "is required")

    # --- lists ---------------------------------------------------------------

    def _answer__list(self, call, rights):
        scope = self._open(call, rights, query.LIST, call.body)
        self._prefer_count(scope)
        contained = self._is_contained(scope, self._level(scope))
        if contained and call.headers.if_none_match:
            page = self._page(scope, self._marks)
            tag = self._list_tag(scope, page.level, page.rows, page.meta)
            if etag.names_tag(self._conditions(call), tag):
                return Answer(status=304, tag=tag, headers=self._link(page.links))
        page = self._page(scope, self._stamped_rows if contained else self._rows)
        documents = self._assembled(scope, page.level, page.rows)
        content = encode({"data": documents, "meta": page.meta})
        marks = self._marks_of(page.rows)
        if contained:
            tag = self._list_tag(scope, page.level, marks, page.meta)
        else:
            version = etag.list_version(mark.own for mark in marks)
            tag = self._tag(scope, version, content)
        headers = self._link(page.links)
        return self._conditional(scope, tag, content, headers)

    def _prefer_count(self, scope):
        """``Prefer: count=…`` is for those who name no ``count``."""
        call, wish = scope.call, scope.wishes.count
        named = dict(call.query).keys() | (call.body or {}).keys()
        if wish and "count" not in named:
            scope.query = replace(scope.query, count=wish)

    def _page(self, scope, fetch):
        """The ``Page`` that the query asks for; ``fetch`` makes rows of a query."""
        wanted, level = self._planned(scope)
        domain = self._list_domain(scope, wanted)
        make = self._offset_page if wanted.cursor is None else self._cursor_page
        return Page(level, *make(scope, wanted, level, domain, fetch))

    def _link(self, links) -> tuple[Header, ...]:
        header = paging.link_header(links)
        return (("Link", header),) if header else ()

    def _url_of(self, scope):
        """What links to other pages are made of: they are for GET."""
        return paging.by_get(scope.call.url, scope.call.body or {})

    def _list_domain(self, scope, wanted):
        model = scope.model
        domain = self._domain(scope, model._name, wanted.filter)
        domain &= self._archived(model, wanted.filter, wanted.archived)
        return domain & scope.domain(model._name)

    def _offset_page(self, scope, wanted, level, domain, fetch):
        """``(rows, meta, links)``; one more row than asked for tells of a next page."""
        limit, offset = wanted.limit, wanted.offset
        name, sort = scope.call.model, wanted.sort or None
        found = self._found(scope, name, domain, sort, limit + 1, offset)
        if offset > NEAR:
            ids = [row[0] for row in self.env.execute_query(found.select())]
            found = scope.reading[name].browse(ids)._as_query()
        rows, _cells = fetch(scope, level, found)
        more = len(rows) > limit
        del rows[limit:]
        total = self._total(scope, wanted, domain, len(rows), more)
        exact = wanted.count != "estimated" or not more
        page = paging.Page(limit, offset, wanted.page is not None)
        meta = paging.offset_meta(page, len(rows), total, exact)
        known = total if exact else None
        return rows, meta, paging.offset_links(self._url_of(scope), page, more, known)

    def _total(self, scope, wanted, domain, count, more):
        """How many records there are on all pages, None where nobody asked.

        The last page knows without counting."""
        if wanted.count == "none":
            return None
        if not more and (count or not wanted.offset):
            return wanted.offset + count
        return self._number(scope, domain, wanted.count == "estimated")

    def _number(self, scope, domain, estimated=False):
        """``SELECT count(*)``, or what the planner of PostgreSQL expects."""
        found = self._found(scope, scope.call.model, domain, ())
        if estimated:
            estimated = self._may_estimate(scope, self._planned(scope)[0].filter)
        if not estimated or found.is_empty():
            return len(found)
        self.env.cr.execute(f"EXPLAIN (FORMAT JSON) {self._text(found.select())}")
        plan = self.env.cr.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return int(plan[0]["Plan"]["Plan Rows"])

    def _text(self, sql):
        return self.env.cr.mogrify(sql.code, sql.params).decode()

    # --- pages by cursor -----------------------------------------------------

    def _cursor_page(self, scope, wanted, level, domain, fetch):
        """``(rows, meta, links)`` after the row that the cursor names."""
        sort = wanted.sort or BY_ID
        keys = self._keys(scope, scope.call.model, sort)
        secret = self.env["rest.configuration"]._pepper() + PRIVATE
        bound_to = self._binding(scope, wanted)
        values = self._cursor_values(scope, secret, bound_to, keys)
        after = (domain, keys, values)
        rows, cells = self._rows_after(scope, level, after, wanted.limit, fetch)
        more = len(rows) > wanted.limit
        following = None
        if more:
            following = keyset.seal(secret, bound_to, cells[wanted.limit - 1])
            del rows[wanted.limit :]
        total = None
        if wanted.count != "none":
            total = self._number(scope, domain, wanted.count == "estimated")
        meta = paging.cursor_meta(wanted.limit, len(rows), following, total)
        return rows, meta, paging.cursor_links(self._url_of(scope), following)

    def _binding(self, scope, wanted):
        caller = scope.call.caller
        return keyset.binding(
            scope.call.api_id,
            caller.client_id,
            caller.user_id,
            scope.call.model,
            wanted.filter,
            wanted.sort,
            wanted.archived,
            scope.company_ids,
            scope.env.lang,
        )

    def _rows_after(self, scope, level, after, limit, fetch):
        """At most one row more than the limit, and for each the values of its keys."""
        domain, keys, values = after
        rows, cells = [], []
        segments = keyset.segments(keys, values) if values else (keyset.Segment(),)
        sort = [query.SortKey(key.path, key.descending) for key in keys]
        for segment in segments:
            room = limit + 1 - len(rows)
            if not room:
                break
            found = self._found(scope, scope.call.model, domain, sort, room)
            model = scope.reading[scope.call.model]
            self._add_segment(scope, model, found, segment)
            extra = [self._expression(scope, model, key.path, found) for key in keys]
            more_rows, more_cells = fetch(scope, level, found, extra)
            rows += more_rows
            cells += more_cells
        return rows, cells

    # --- without records -----------------------------------------------------

    def _answer__count(self, call, rights):
        scope = self._open(call, rights, query.COUNT)
        wanted = self._checked(scope, call.model, scope.query)
        number = self._number(scope, self._list_domain(scope, wanted))
        return Answer({"data": {"count": number}})
