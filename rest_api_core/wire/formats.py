"""In which form a document is sent: ``format``, ``Accept``, and how CSV is written. No
Odoo here.

    ?format=csv&bom=true            before ``Accept``
    {"format": "csv"}               in the body of an operation that takes parameters
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from .negotiation import accepted
from .operation import CSV, HTML, NDJSON, PDF, TEXT, Operation
from .problem import ParameterConflict, ParameterInvalid, ParameterRepeated

# words of the parameter ``format``
FORMATS = {"ndjson": NDJSON, "csv": CSV, "pdf": PDF, "html": HTML, "text": TEXT}
CSV_WORDS = frozenset({"bom", "formulas"})
Pairs = Sequence[tuple[str, str]]


class CsvForm(NamedTuple):
    """How CSV is written.

    ``bom``: with the mark at its beginning by which Excel knows UTF-8
    ``formulas``: escape begins texts that a spreadsheet would run with an apostrophe
    """

    bom: bool = False
    formulas: Literal["escape", "keep"] = "escape"


class Form(NamedTuple):
    """The media type to produce, and the parameters that are left."""

    media_type: str
    csv: CsvForm
    pairs: tuple[tuple[str, str], ...]
    body: Any


def parse(accept: str | None, pairs: Pairs, body: Any, operation: Operation) -> Form:
    """The form of the response to a request.

    :param accept: the header, None or empty without one
    :param body: the JSON of the request
    Raises NotAcceptable, ParameterInvalid, ParameterRepeated and ParameterConflict.
    """
    words = (CSV_WORDS | {"format"}) & (operation.parameters or frozenset())
    members = body if operation.body == "parameters" and isinstance(body, dict) else {}
    sent = [(n, v) for n, v in (*pairs, *members.items()) if n in words]
    named = dict(sent)
    for name in named:
        if [n for n, _value in sent].count(name) > 1:
            raise ParameterRepeated.at_parameter(name, "came more than once")
    media_type = _media_type(accept, named, operation)
    csv = CsvForm(**{n: _read(n, named[n]) for n in named if n in CSV_WORDS})
    if named.keys() & CSV_WORDS and media_type != CSV:
        name = min(named.keys() & CSV_WORDS)
        raise ParameterConflict.at_parameter(name, "is only for format=csv")
    rest = tuple(pair for pair in pairs if pair[0] not in words)
    if members:
        body = {name: value for name, value in members.items() if name not in words}
    return Form(media_type, csv, rest, body)


def _media_type(accept: str | None, named: dict[str, Any], operation: Operation) -> str:
    if "format" not in named:
        return accepted(accept, operation.produces)
    word = named["format"]
    offered = {n: t for n, t in FORMATS.items() if t in operation.produces}
    if not isinstance(word, str) or word not in offered:
        detail = f"must be one of {', '.join(offered)}"
        raise ParameterInvalid.at_parameter("format", detail)
    return offered[word]


_READERS: dict[str, dict[Any, Any]] = {
    "bom": {"true": True, "1": True, "false": False, "0": False},
    "formulas": {"escape": "escape", "keep": "keep"},
}


def _read(name: str, value: Any) -> Any:
    words = _READERS[name]
    if isinstance(value, bool) and name == "bom":
        return value
    if not isinstance(value, str) or value not in words:
        allowed = "true or false" if name == "bom" else " or ".join(words)
        raise ParameterInvalid.at_parameter(name, f"must be {allowed}")
    return words[value]
