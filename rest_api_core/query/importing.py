"""What an import does with its rows. No Odoo here.

?key=ref&mode=partial&dry_run=true&delimiter=semicolon

key          fields that find a record to change; without, all rows are new records
mode         atomic (default): all rows or none; partial: all that can be written
dry_run      the same outcome, and nothing is kept
delimiter    of CSV: comma, semicolon or tab; by default what the header has most of
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ..wire.problem import MediaTypeUnsupported, ParameterInvalid
from . import query
from .expansion import Limits
from .parameters import Received
from .query import Query

Mode = Literal["atomic", "partial"]
Form = Literal["csv", "ndjson"]
MODES: tuple[Mode, ...] = ("atomic", "partial")
OWN = frozenset(("key", "mode", "dry_run", "delimiter"))
PARAMETERS = OWN | {"lang", "company"}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
MAX_KEYS = 8  # fields of a key, as in an upsert
FORMS: dict[str, Form] = {
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/jsonlines": "ndjson",
}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class Import:
    """:param delimiter: the character, empty where the header tells it"""

    key: tuple[str, ...] = ()
    mode: Mode = "atomic"
    dry_run: bool = False
    delimiter: str = ""

    @property
    def is_one(self) -> bool:
        """Whether all rows are one transaction: a row of a dry run may name what one
        before it would have created."""
        return self.dry_run or self.mode == "atomic"

    def document(self) -> dict[str, Any]:
        """The same as JSON, for ``of_document``."""
        return asdict(self)


def of_document(document: Mapping[str, Any]) -> Import:
    return Import(**{**document, "key": tuple(document["key"])})


def form_of(media_type: str) -> Form:
    """Raises MediaTypeUnsupported."""
    if media_type not in FORMS:
        raise MediaTypeUnsupported(
            "Send rows as CSV, text/csv, or NDJSON, application/x-ndjson."
        )
    return FORMS[media_type]


def parse(pairs: Sequence[tuple[str, str]], limits: Limits) -> tuple[Query, Import]:
    """Language and companies of the rows, and what to do with them. Raises
    QueryProblem."""
    sent = query.collect(pairs, PARAMETERS)
    own = {name: sent.parameters.pop(name) for name in OWN & sent.parameters.keys()}
    values = {name: _read(name, received) for name, received in own.items()}
    return query.read(sent, limits), Import(**values)


def _read(name: str, received: Received) -> Any:
    try:
        return _READERS[name](received.value)
    except ValueError as error:
        raise ParameterInvalid.at_parameter(name, str(error)) from error


def _key(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if len(names) > MAX_KEYS or len(set(names)) < len(names) or not all(names):
        raise ValueError(f"must be 1 to {MAX_KEYS} names of fields, each once")
    return names


def _word(text: str, words: Mapping[str, Any]) -> Any:
    if text not in words:
        raise ValueError(f"must be one of {', '.join(words)}")
    return words[text]


def _delimiter(text: str) -> str:
    return text if text in DELIMITERS.values() else str(_word(text, DELIMITERS))


def _flag(text: str) -> bool:
    if text not in _FLAGS:
        raise ValueError("must be true or false")
    return _FLAGS[text]


_READERS: dict[str, Any] = {
    "key": _key,
    "mode": lambda text: _word(text, dict(zip(MODES, MODES, strict=True))),
    "dry_run": _flag,
    "delimiter": _delimiter,
}
