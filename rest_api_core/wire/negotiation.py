"""Headers of a request: media types, companies and traces. No Odoo here.

Conditions, languages, preferences and CORS have files of their own. The readable part
of a header that states a preference is used. A malformed header that changes the
meaning of the request (a company) is an error.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..query.field_types import IDS
from .problem import HeaderInvalid, NotAcceptable

JSON = "application/json"
JSON_BODIES = (JSON, "application/merge-patch+json")  # RFC 7396 is what PATCH does
MAX_HEADER = 1000  # characters of a list; the rest is ignored
MAX_RANGES = 50  # members of a list; the rest is ignored
MAX_COMPANIES = 100
VARY = ("Authorization", "Accept-Language", "X-Company-Id", "Origin")
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_TYPE = re.compile(rf"({_TOKEN}/{_TOKEN})[ \t]*(?:;(.*))?", re.DOTALL)
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_TRACEPARENT = re.compile(
    r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)


@dataclass(frozen=True)
class TraceParent:
    """The trace of the caller: W3C Trace Context §3.2."""

    trace_id: str
    parent_id: str
    flags: str

    def __str__(self) -> str:
        """The header of version 00, which any receiver can read."""
        return f"00-{self.trace_id}-{self.parent_id}-{self.flags}"


def accepted(header: str | None, offered: Sequence[str] = (JSON,)) -> str:
    """The best of the ``offered`` media types, empty if none is named; raises
    NotAcceptable.

    Of equally good ones, the first is used, also without a header or if none of its
    ranges can be parsed. Parameters of ranges are ignored, so ``application/json;
    charset=utf-8`` is JSON.
    """
    if not offered:
        return ""
    best = _best(header[:MAX_HEADER], tuple(offered)) if header else offered[0]
    if best is None:
        raise NotAcceptable(
            "None of the accepted media types is available. Available:"
            f" {', '.join(offered)}."
        )
    return best


@functools.lru_cache(maxsize=256)
def _best(header: str, offered: tuple[str, ...]) -> str | None:
    ranges = dict(reversed(quality_values(header, _MEDIA_TYPE)))
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    return best if _quality(best, ranges) else None


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """The quality of the most specific range that matches: RFC 9110 §12.5.1."""
    family = media_type.partition("/")[0]
    for name in (media_type, f"{family}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0


def quality_values(header: str, name: re.Pattern[str]) -> list[tuple[str, float]]:
    """``"a;q=0.5, b"`` → ``[("a", 0.5), ("b", 1.0)]`` (RFC 9110 §12.4.2).

    Names are in lower case. Members that cannot be parsed are left out.

    :param name: a pattern with two groups, the name and its parameters
    """
    parts = header.split(",", MAX_RANGES)[:MAX_RANGES]
    matches = (name.fullmatch(part.strip()) for part in parts)
    weighed = ((m[1].lower(), _weight(m[2] or "")) for m in matches if m)
    return [(name, weight) for name, weight in weighed if weight is not None]


def _weight(parameters: str) -> float | None:
    for parameter in parameters.split(";"):
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "q":
            value = value.strip()
            return float(value) if _QUALITY.fullmatch(value) else None
    return 1.0


def media_type(header: str | None) -> str | None:
    """The type of a ``Content-Type`` without parameters; None if there is none.

    It is None for a charset other than UTF-8, too (RFC 8259 §8.1).
    """
    return _media_type(header) if header and len(header) <= MAX_HEADER else None


@functools.lru_cache(maxsize=256)
def _media_type(header: str) -> str | None:
    match = _MEDIA_TYPE.fullmatch(header.strip())
    if not match:
        return None
    for parameter in (match[2] or "").split(";"):
        name, _equals, value = parameter.strip().partition("=")
        charset = value.strip('"').lower()
        if name.lower() == "charset" and charset not in ("utf-8", "utf8"):
            return None
    return match[1].lower()


def is_json(content_type: str | None) -> bool:
    """Whether a body with this ``Content-Type`` is accepted; otherwise it is a 415."""
    return media_type(content_type) in JSON_BODIES


def companies(header: str | None) -> tuple[int, ...]:
    """``X-Company-Id: 1,3`` → ``(1, 3)``, the current one first; () without a header.

    Raises HeaderInvalid. The caller checks whether they are companies of the user.
    """
    try:
        return _companies(header) if header else ()
    except ValueError as error:
        raise HeaderInvalid.at_header("X-Company-Id", str(error)) from None


def _companies(text: str) -> tuple[int, ...]:
    parts = text.split(",", MAX_COMPANIES)
    if len(parts) > MAX_COMPANIES:
        raise ValueError(f"has more than {MAX_COMPANIES} companies")
    ids = [_company(part.strip(" \t")) for part in parts]
    return tuple(dict.fromkeys(ids))


def _company(text: str) -> int:
    """A positive id of at most 32 bits in ASCII digits; raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) not in IDS:
        raise ValueError("must be a company id or a list of ids separated by commas")
    return int(text)


def traceparent(header: str | None) -> TraceParent | None:
    """The trace of the caller; None if it is missing or invalid (W3C §3.2.2, §4.3).

    Of a later version, the four known fields are used and others are ignored.
    """
    match = _TRACEPARENT.fullmatch(header or "")
    if not match or match[1] == "ff" or (match[1] == "00" and match[5] is not None):
        return None
    _version, trace_id, parent_id, flags, _rest = match.groups()
    if not trace_id.strip("0") or not parent_id.strip("0"):
        return None
    return TraceParent(trace_id, parent_id, flags)


def vary(more: Iterable[str] = ()) -> str:
    """The headers that every response depends on, and ``more``, such as Prefer."""
    return ", ".join(dict.fromkeys([*VARY, *more]))
