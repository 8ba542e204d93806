"""Pages: ``meta`` and the ``Link`` header (RFC 8288). No Odoo here.

Pages by offset have links to all others, pages by cursor to the first and the next:
where the next one begins follows from the last row alone (``keyset.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

_BY_USE = ("next", "prev", "first", "last")
# the parameters of each style of paging, with their aliases in query.py
_POSITIONS = frozenset({"offset", "skip", "page", "page_number", "cursor"})
_URL = "%:/?#[]@!$&'()*+,;=~-._"  # RFC 3986; others are encoded, above all line ends
_STRUCTURES = frozenset(
    {"filter", "expand", "having"}
)  # whose lists are JSON in a URL, too
MAX_LINKS = 3500  # characters; some proxies refuse more than 4 kB of headers
Links = Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """A page by offset; ``numbered`` pages were requested by number, the first is 1."""

    limit: int
    offset: int = 0
    numbered: bool = False

    @property
    def number(self) -> int | None:
        """None for an offset that is not a multiple of the limit."""
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
        """Relation → URL; ``url`` is the absolute one of this page, with all its
        parameters."""
        page, offsets = self.page, {"first": 0}
        last = None if self.total is None else _last(self.total, page.limit)
        if page.offset:
            before = page.offset - page.limit
            offsets["prev"] = max(0, before if last is None else min(before, last))
        if self.more:
            offsets["next"] = page.offset + page.limit
        if last is not None:
            offsets["last"] = last
        return {rel: _at_offset(url, page, offset) for rel, offset in offsets.items()}


@dataclass(frozen=True)
class CursorPages:
    """``following`` is the cursor of the next page, None on the last one."""

    following: str | None

    def links(self, url: str) -> dict[str, str]:
        """The first page and the next: a cursor does not lead back."""
        links = {"first": moved(url, "cursor", "")}
        if self.following is not None:
            links["next"] = moved(url, "cursor", self.following)
        return links


def offset_of(number: int, limit: int) -> int:
    """Where the page of this number begins; the first is 1."""
    return (number - 1) * limit


def pages(total: int, limit: int) -> int:
    """How many pages there are, 0 without records."""
    return -(-total // limit)


def offset_meta(
    page: Page, count: int, total: int | None = None, exact: bool = True
) -> dict[str, Any]:
    """``meta`` of a page with ``count`` records.

    :param total: of all pages, None if it was not counted
    :param exact: False for an estimate, which gives no number of pages
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


def _last(total: int, limit: int) -> int:
    return offset_of(max(1, pages(total, limit)), limit)


def _at_offset(url: str, page: Page, offset: int) -> str:
    if page.numbered:
        return moved(url, "page", str(offset // page.limit + 1))
    return moved(url, "offset", str(offset))


def by_get(url: str, body: Mapping[str, Any]) -> str:
    """The URL of a GET that means the same as a QUERY, or a POST to ``search``, with
    this URL and body."""
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
    """The URL with one parameter for the position; others stay as they were sent."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_position(pair)]
    query = "&".join([*kept, f"{name}={quote(value, safe='')}"])
    return quote(parts._replace(query=query, fragment="").geturl(), safe=_URL)


def _is_position(pair: str) -> bool:
    return unquote_plus(pair.partition("=")[0]) in _POSITIONS


def link_header(links: Links) -> str | None:
    """``<https://…>; rel="next", …``, None without links.

    Long URLs are left out beyond ``MAX_LINKS``; the next page comes before all others.
    """
    texts = {relation: f'<{url}>; rel="{relation}"' for relation, url in links.items()}
    left = MAX_LINKS
    for relation in sorted(texts, key=_BY_USE.index):
        left -= len(texts[relation])
        if left < 0:
            del texts[relation]
    return ", ".join(texts.values()) or None
