"""Documents as CSV: RFC 4180 in UTF-8. No Odoo here.

    table = Table(level, CsvForm())
    table.head()               b"id,name,country_id.id,country_id.display_name\\r\\n"
    table.rows(documents)      b"1,Azure,20,Belgium\\r\\n…"

Each value is in a column of its own whose name is its path in the document. What has no
fixed number of values, lists and JSON, is JSON in one column. Null is an empty cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..query.field_types import FILES, TO_MANY
from ..query.projection import Document, Level
from .formats import CsvForm
from .json_bytes import encode

Cell = Callable[[Document], Any]
Column = tuple[str, Cell]
BOM = "\ufeff"
# What spreadsheets take for a formula (OWASP, "CSV Injection"): also in full width, and
# behind what they skip
_SKIPPED = "[\\s\x00-\x1f\u200b\ufeff]*"
_FORMULA = re.compile(_SKIPPED + "([=+\\-@＝＋－＠]|(?<=[\t\r\n]))")
# Excel separates by semicolons in many languages, and LibreOffice by tabs as well. For
# them a cell also begins within a text: they do not see that it is in quotes
_PIECE = re.compile("[^;\t\r\n]+")
_FORMULA_OF_PIECE = re.compile('[\\s\x00-\x1f\u200b\ufeff"]*[=+\\-@＝＋－＠]')
_NOTHING: Document = {}
# the members of values that are objects
_PARTS = {
    "many2one": ("id", "display_name"),
    "reference": ("model", "id", "display_name"),
}
_FILE = ("url", "size", "mimetype")


class _Form(NamedTuple):
    """How texts are written, and which values are JSON in one column."""

    text: Callable[[str], str]
    json: Callable[[Any], str]


class Table:
    """The columns of the documents of a level."""

    def __init__(self, level: Level, form: CsvForm) -> None:
        self._form = form
        columns = list(_columns(level, _FORMS[form.formulas]))
        self._names = [name for name, _cell in columns]
        self._cells = [cell for _name, cell in columns]

    def head(self) -> bytes:
        """The line with the names of the columns."""
        mark = BOM if self._form.bom else ""
        return (mark + _lines([self._names])).encode()

    def rows(self, documents: Iterable[Document]) -> bytes:
        """A line for each document; texts may have lines of their own in quotes."""
        cells = self._cells
        text = _lines([[cell(document) for cell in cells] for document in documents])
        return text.encode("utf-8", "replace")


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _columns(level: Level, form: _Form) -> Iterator[Column]:
    below = {relation.name: relation for relation in level.relations}
    for field in level.fields:
        relation = below.get(field.name)
        if relation is not None and not relation.many:
            for name, cell in _columns(relation.level, form):
                yield f"{field.name}.{name}", _inside(field.name, cell)
        elif field.mask:
            yield from _plain(field.name, (), form)
        elif field.type in TO_MANY:
            yield field.name, _json(field.name, form)
        else:
            parts = _PARTS.get(field.type, ())
            if field.type in FILES and level.binary == "url":
                parts = _FILE
            yield from _plain(field.name, parts, form)


def _plain(name: str, parts: Iterable[str], form: _Form) -> Iterator[Column]:
    """One column, or one for each of the parts."""
    if not parts:
        yield name, _value(name, form)
    for part in parts:
        yield f"{name}.{part}", _inside(name, _value(part, form))


def _inside(name: str, cell: Cell) -> Cell:
    """The cell of an object in the document; empty where there is none."""

    def inner(document: Document) -> Any:
        value = document.get(name)
        return cell(value) if isinstance(value, dict) else cell(_NOTHING)

    return inner


def _json(name: str, form: _Form) -> Cell:
    return lambda document: form.json(document[name]) if name in document else ""


def _value(name: str, form: _Form) -> Cell:
    text, json = form

    def cell(document: Mapping[str, Any]) -> Any:
        value = document.get(name)
        if isinstance(value, str):
            return text(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (dict, list)):
            return json(value)
        return value

    return cell


def _escaped(text: str) -> str:
    if _FORMULA.match(text):
        text = f"'{text}"
    # faster than a pattern, which looks at each character
    if ";" in text or "\n" in text or "\t" in text or "\r" in text:
        return _PIECE.sub(_escaped_piece, text)
    return text


def _escaped_piece(piece: re.Match[str]) -> str:
    return f"'{piece[0]}" if _FORMULA_OF_PIECE.match(piece[0]) else piece[0]


def _escaped_json(value: Any) -> str:
    """The same JSON, in which nothing but texts has semicolons."""
    return _kept_json(value).replace(";", "\\u003b")


def _kept(text: str) -> str:
    return text


def _kept_json(value: Any) -> str:
    return encode(value).decode()


_FORMS = {
    "escape": _Form(_escaped, _escaped_json),
    "keep": _Form(_kept, _kept_json),
}
