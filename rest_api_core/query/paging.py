"""Pages: ``meta`` and the ``Link`` header (RFC 8288). No Odoo here.

Pages by offset and by cursor have the same links, as far as they can be known; what
comes after a cursor's page is known only from its last row (``keyset.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

# each style of paging, and the other names that query.py takes for it
_NEEDED = ("next", "prev", "first", "last")
_PLACES = frozenset({"offset", "skip", "page", "page_number", "cursor"})
_URL = "%:/?#[]@!$&'()*+,;=~-._"  # RFC 3986; all else is encoded, line ends above all
_STRUCTURES = frozenset({"filter", "expand"})  # of what lists are JSON in an URL, too
MAX_LINKS = 3500  # characters; some proxies take 4 kB of headers, and no more
Links = Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """A page by offset. ``numbered`` pages were asked for by number, counted from 1."""

    limit: int
    offset: int = 0
    numbered: bool = False

    @property
    def number(self) -> int | None:
        """None for a page that begins between two others."""
        number, rest = divmod(self.offset, self.limit)
        return None if rest else number + 1


@dataclass(frozen=True)
class OffsetPages:
    """Where the pages around ``page`` are.

    :param more: whether there are records behind the page
    :param total: of all pages, None if it is not exactly known
    """

    page: Page
    more: bool
    total: int | None = None

    def links(self, url: str) -> dict[str, str]:
        """Relation → URL; ``url`` is the absolute one of this page."""
        return offset_links(url, self.page, self.more, self.total)


@dataclass(frozen=True)
class CursorPages:
    """``following`` is the cursor of the next page, None on the last one."""

    following: str | None

    def links(self, url: str) -> dict[str, str]:
        return cursor_links(url, self.following)


def offset_of(number: int, limit: int) -> int:
    """Where the page of this number begins; the first is 1."""
    return (number - 1) * limit


def pages(total: int, limit: int) -> int:
    """How many pages there are, none for nothing."""
    return -(-total // limit)


def offset_meta(
    page: Page, count: int, total: int | None = None, exact: bool = True
) -> dict[str, Any]:
    """``meta`` of a page with ``count`` records.

    :param total: of all pages, None if it was not counted
    :param exact: False for an estimate, of which no number of pages is made
    """
    meta: dict[str, Any] = {
        "count": count,
        "limit": page.limit,
        "offset": page.offset,
    }
    if total is not None:
        meta["total"] = total
    if page.number is not None:
        meta["page"] = page.number
    if total is not None and exact:
        meta["pages"] = pages(total, page.limit)
    return meta


def cursor_meta(
    limit: int, count: int, next_cursor: str | None, total: int | None = None
) -> dict[str, Any]:
    """``meta`` of a page by cursor; ``next_cursor`` is null on the last one."""
    meta = {"count": count, "limit": limit, "next_cursor": next_cursor}
    return meta if total is None else {**meta, "total": total}


def offset_links(
    url: str, page: Page, more: bool, total: int | None = None
) -> dict[str, str]:
    """Relation → URL of the other pages.

    :param url: the absolute URL of this page, with all its parameters
    :param more: whether there are records behind this page
    :param total: of all pages if it is exactly known
    """
    offsets = {"first": 0}
    last = None if total is None else _last(total, page.limit)
    if page.offset:
        before = page.offset - page.limit
        offsets["prev"] = max(0, before if last is None else min(before, last))
    if more:
        offsets["next"] = page.offset + page.limit
    if last is not None:
        offsets["last"] = last
    return {rel: _at_offset(url, page, offset) for rel, offset in offsets.items()}


def _last(total: int, limit: int) -> int:
    return offset_of(max(1, pages(total, limit)), limit)


def _at_offset(url: str, page: Page, offset: int) -> str:
    if page.numbered:
        return moved(url, "page", str(offset // page.limit + 1))
    return moved(url, "offset", str(offset))


def cursor_links(url: str, next_cursor: str | None) -> dict[str, str]:
    """The first page and the next; a cursor knows no way back."""
    links = {"first": moved(url, "cursor", "")}
    if next_cursor is not None:
        links["next"] = moved(url, "cursor", next_cursor)
    return links


def by_get(url: str, body: Mapping[str, Any]) -> str:
    """The URL that asks by GET for what ``url`` and ``body`` ask for by QUERY, or by
    POST to ``search``."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/search")
    texts = ((name, _parameter(name, value)) for name, value in body.items())
    pairs = [
        f"{quote(name)}={quote(text, ',', errors='replace')}" for name, text in texts
    ]
    query = "&".join([*filter(None, [parts.query]), *pairs])
    return parts._replace(path=path, query=query).geturl()


def _parameter(name: str, value: Any) -> str:
    """The text of a parameter for its value in JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and name not in _STRUCTURES:
        return ",".join(map(str, value))
    return json.dumps(value, separators=(",", ":"))


def moved(url: str, name: str, value: str) -> str:
    """The URL with one parameter for the place; all others stay as they were sent."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_place(pair)]
    query = "&".join([*kept, f"{name}={quote(value, safe='')}"])
    return quote(parts._replace(query=query, fragment="").geturl(), safe=_URL)


def _is_place(pair: str) -> bool:
    return unquote_plus(pair.partition("=")[0]) in _PLACES


def link_header(links: Links) -> str | None:
    """``<https://…>; rel="next", …``, None without links.

    Of long URLs only so many as there is room for: the next page before all others.
    """
    texts = {relation: f'<{url}>; rel="{relation}"' for relation, url in links.items()}
    room = MAX_LINKS
    for relation in sorted(texts, key=_NEEDED.index):
        room -= len(texts[relation])
        if room < 0:
            del texts[relation]
    return ", ".join(texts.values()) or None
