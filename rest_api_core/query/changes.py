"""The grammar of the change feed: which changes, and what they show. No Odoo here.

    ?since=2026-01-31T12:00:00Z&limit=100&include=record&exclude_origin=self,cron

    since            cursor of the last change, a time, or nothing for all that is kept
    models           of a feed of several; without it, all that the caller may read
    include          ``record``: as a read shows it, with the parameters of a read
    exclude_origin   whose changes are left out

``Feed`` has these; the shape of records and the limit are a ``Query``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from ..wire.problem import ParameterConflict, ParameterInvalid
from ..wire.times import parse_date, parse_time
from . import query
from .expansion import Limits
from .parameters import Received
from .query import LOCALE, SHAPE, Parameters, Query

OWN = frozenset(("since", "models", "include", "exclude_origin"))
CHANGES = SHAPE | (OWN - {"models"}) | {"limit"}
ALL_CHANGES = LOCALE | OWN | {"limit"}
ORIGINS = ("self", "user", "cron", "import", "webhook")
MAX_MODELS = 200
MAX_MODEL = 128  # characters of a name
MAX_TIME = 40  # characters; cursors are longer
MAX_CURSOR = 4000
_RECORD = SHAPE - LOCALE


@dataclass(frozen=True)
class Feed:
    """Which changes are told.

    :param since: a cursor, a time (naive UTC), or None for the oldest that is kept
    :param models: None for all that the caller may read
    :param record: whether each change has the record as it is now
    :param excluded: origins, from ``ORIGINS``
    """

    since: str | datetime | None = None
    models: tuple[str, ...] | None = None
    record: bool = False
    excluded: frozenset[str] = frozenset()


def parse(
    pairs: Sequence[tuple[str, str]], limits: Limits, allowed: frozenset[str]
) -> tuple[Query, Feed]:
    """What the records show, and how many changes; which ones. Raises QueryProblem."""
    sent = query.collect(pairs, allowed)
    own = {name: sent.parameters.pop(name) for name in OWN & sent.parameters.keys()}
    feed = Feed(**{_MEMBERS[name]: _read(received) for name, received in own.items()})
    if not feed.record:
        _check_no_shape(sent.parameters)
    return query.read(sent, limits), feed


def _check_no_shape(parameters: Parameters) -> None:
    for name in sorted(_RECORD & parameters.keys()):
        detail = "shapes records; send it with include=record"
        raise ParameterConflict.at_parameter(name, detail)


def _read(received: Received) -> Any:
    try:
        return _READERS[received.name](received.value)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(received.name, str(error)) from None


def _since(text: str) -> str | datetime | None:
    text = text.strip()
    if not text:
        return None
    if len(text) > MAX_CURSOR:
        raise ValueError(f"must be text of up to {MAX_CURSOR} characters")
    return _moment(text) if len(text) <= MAX_TIME else text


def _moment(text: str) -> datetime:
    """A time, or the beginning of a day in UTC."""
    try:
        return _midnight(parse_date(text)) if len(text) == 10 else parse_time(text)
    except ValueError as error:
        if "calendar" in str(error):
            raise
        raise ValueError(
            "must be a cursor of this feed, or a time as YYYY-MM-DDTHH:MM:SSZ"
        ) from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _words(text: str, most: int) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    if len(words) > most:
        raise ValueError(f"must have at most {most} names")
    return words


def _models(text: str) -> tuple[str, ...]:
    """In alphabetical order: a cursor does not depend on theirs."""
    words = _words(text, MAX_MODELS)
    if not all(0 < len(word) <= MAX_MODEL for word in words):
        raise ValueError("must be a list of models")
    return tuple(sorted(words))


def _include(text: str) -> bool:
    if text != "record":
        raise ValueError("must be record")
    return True


def _excluded(text: str) -> frozenset[str]:
    words = _words(text, MAX_MODELS)
    if not set(words) <= set(ORIGINS):
        raise ValueError(f"must be a list of {', '.join(ORIGINS)}")
    return frozenset(words)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "since": _since,
    "models": _models,
    "include": _include,
    "exclude_origin": _excluded,
}
_MEMBERS = {
    "since": "since",
    "models": "models",
    "include": "record",
    "exclude_origin": "excluded",
}
