"""The rows of a file, read from its bytes while they come. No Odoo here.

    head = header(content)                                  CSV alone
    for row in csv_rows(chunks, head.delimiter, most, head.end):
        row.number, row.line, row.cells or row.problem
    for row in json_rows(chunks, most):
        row.number, row.line, row.value or row.problem

A file is UTF-8, with or without a mark at its beginning. Lines of NDJSON stand for
themselves: one that is not JSON is a row with a problem. Of CSV that cannot be read,
nothing tells where the next row begins: then ``Unreadable`` ends the reading.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..wire import json_text
from ..wire.problem import BodyMalformed, BodyTooLarge, Problem

DELIMITERS = (",", ";", "\t")  # the first one where a header has equally many
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SYNTAX = "is not CSV: a quote is not closed, or something stands behind one."
_RETURN = "has a carriage return alone: lines end with LF, or with CR and LF."
NOT_UTF8 = "The file must be UTF-8."


class Position(NamedTuple):
    """Where a row begins.

    :param number: of the rows before it, without header and blank lines
    :param line: of the lines before it; :param offset: of the bytes
    """

    number: int = 0
    line: int = 0
    offset: int = 0


BEGIN = Position()


class Row(NamedTuple):
    """A row, or what is wrong with it.

    :param number: from 1, without header and blank lines; :param line: from 1
    :param raw: its bytes as they came, with the end of the line
    :param value: cells of CSV, any JSON; None with a problem
    :param end: where the next one begins
    """

    number: int
    line: int
    raw: bytes
    end: Position
    value: Any = None
    problem: Problem | None = None


class Unreadable(Exception):
    """Nothing can be read of a file from here on.

    :param at: where the row begins that the problem is about
    """

    def __init__(self, problem: Problem, at: Position) -> None:
        super().__init__(problem.detail)
        self.problem, self.at = problem, at


class Header(NamedTuple):
    """The first line of CSV: ``raw`` are its bytes, with all before it."""

    names: tuple[str, ...]
    delimiter: str
    raw: bytes
    end: Position


class _TooLong(Exception):
    """A row has more bytes than it may."""


def lines(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The lines with their ends, however the file is cut into chunks."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(rest) > most:
            raise _TooLong
    if rest:
        yield rest


class _Source:
    """Lines of text for ``csv.reader``, which takes as many as a row has.

    :ivar at: behind the last row that was taken
    """

    def __init__(self, chunks: Iterable[bytes], most: int, at: Position) -> None:
        self._lines, self._most, self.at = lines(chunks, most), most, at
        self._taken: list[bytes] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._taken.append(line)
        self._size += len(line)
        if self._size > self._most:
            raise _TooLong
        # the marks of quotes and cells are ASCII: what is broken is told by the row
        return line.decode("utf-8", "surrogateescape")

    def take(self, is_row: bool) -> tuple[bytes, Position]:
        """The bytes since the last row, and where they end."""
        raw, at = b"".join(self._taken), self.at
        line, offset = at.line + len(self._taken), at.offset + self._size
        self._taken, self._size = [], 0
        self.at = Position(at.number + is_row, line, offset)
        return raw, self.at


def csv_rows(
    chunks: Iterable[bytes], delimiter: str, most: int, at: Position = BEGIN
) -> Iterator[Row]:
    """Rows of cells, without those whose cells are all empty.

    :param chunks: the file from ``at`` on; :param most: bytes of a row
    Raises Unreadable.
    """
    source = _Source(chunks, most, at)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        begin = source.at
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Unreadable(_malformed(begin, _syntax(error)), begin) from None
        except _TooLong:
            raise Unreadable(_too_long(begin, most), begin) from None
        if cells is None:
            return
        raw, end = source.take(any(cells))
        if not any(cells):
            continue
        problem = None if _is_utf8(raw) else BodyMalformed(_BROKEN)
        value = None if problem else cells
        yield Row(end.number, begin.line + 1, raw, end, value, problem)


def json_rows(
    chunks: Iterable[bytes], most: int, at: Position = BEGIN
) -> Iterator[Row]:
    """Rows of any JSON, one a line; see ``csv_rows``."""
    source = _Source(chunks, most, at)
    while True:
        begin = source.at
        try:
            text = next(source, None)
        except _TooLong:
            raise Unreadable(_too_long(begin, most), begin) from None
        if text is None:
            return
        is_row = bool(text.strip("\ufeff \t\r\n"))
        raw, end = source.take(is_row)
        if is_row:
            yield Row(end.number, begin.line + 1, raw, end, *_json(raw))


def _json(raw: bytes) -> tuple[Any, Problem | None]:
    if not _is_utf8(raw):
        return None, BodyMalformed(_BROKEN)
    try:
        return json_text.loads(raw), None
    except ValueError as error:
        return None, BodyMalformed(f"The row {error}.")


def header(content: bytes, delimiter: str = "") -> Header:
    """The names of the columns.

    :param content: the beginning of the file, with the whole first line
    :param delimiter: empty for what the line has most of
    Raises BodyMalformed.
    """
    check_encoding(content)
    mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    text = content[mark:]
    delimiter = delimiter or _delimiter(text)
    rows = csv_rows([text], delimiter, len(content), Position(-1, 0, mark))
    try:
        row = next(rows, None)
    except Unreadable as error:
        raise error.problem from None
    if row is None:
        raise BodyMalformed("The file has no header line.")
    if row.problem:
        raise BodyMalformed(NOT_UTF8)
    names = tuple(name.strip() for name in row.value)
    return Header(names, delimiter, content[: row.end.offset], row.end)


def check_encoding(content: bytes) -> None:
    """Raise BodyMalformed for a file that begins as UTF-16 does."""
    if content.startswith(_UTF16) or b"\x00" in content.partition(b"\n")[0]:
        raise BodyMalformed(NOT_UTF8)


def _delimiter(text: bytes) -> str:
    """What the first line has most of, outside of quotes."""
    line = text.lstrip(b"\r\n").partition(b"\n")[0].decode("utf-8", "replace")
    plain = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=plain.count)


def _is_utf8(raw: bytes) -> bool:
    try:
        return raw.isascii() or bool(raw.decode())
    except UnicodeDecodeError:
        return False


_BROKEN = "The row is not UTF-8."


def _syntax(error: csv.Error) -> str:
    return _RETURN if str(error).startswith("new-line character") else _SYNTAX


def _malformed(at: Position, detail: str) -> Problem:
    return BodyMalformed(f"The row that begins in line {at.line + 1} {detail}")


def _too_long(at: Position, most: int) -> Problem:
    detail = f"is longer than {most} bytes, or a quote is not closed."
    return BodyTooLarge(f"The row that begins in line {at.line + 1} {detail}")
