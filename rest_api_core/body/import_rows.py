"""The rows of an import as the body of a create or an upsert. No Odoo here.

    {"ref": "C1", "name": "Azure"}      a row
    {"ref": "C1", "name": "Azure"}      what a create takes
    {"key": {"ref": "C1"}, "data": {"name": "Azure"}}       an upsert with key=ref

Rows are written many at once. A problem of several is told as that of each row: with
the pointers that it would have if the row had come alone, as a record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from ..wire.problem import FieldError, Problem, ValueInvalid
from ..wire.problem_details import brief

Verb = Literal["created", "updated"]
_INDEXED = re.compile(r"#/([0-9]+)(?:/(?:key|data)(?=/|$))?")
_PLAIN = re.compile(r"#/([0-9]+)")


class Record(NamedTuple):
    """A row that could be read: its place in the file, and its record as JSON."""

    number: int
    line: int
    value: Mapping[str, Any]


class Outcome(NamedTuple):
    """What became of a row: the id of its record, or a problem.

    :param id: None also where a dry run would create the record
    :param data: the row as a record, or its text where it could not be read
    """

    number: int
    line: int
    id: int | None = None
    verb: Verb = "created"
    problem: Problem | None = None
    data: Any = None

    def document(self) -> dict[str, Any]:
        """As the files of the outcome have it."""
        place = {"row": self.number, "line": self.line}
        if self.problem is None:
            return {**place, "id": self.id, "outcome": self.verb}
        problem = {"type": "about:blank", **brief(self.problem)}
        return {**place, "problem": problem, "data": self.data}


def item(value: Mapping[str, Any], key: Sequence[str]) -> Mapping[str, Any]:
    """An item of the body."""
    if not key:
        return value
    data = {name: each for name, each in value.items() if name not in key}
    return {"key": {name: value.get(name) for name in key}, "data": data}


def check(value: Any) -> Any:
    """The record of a row; raises ValueInvalid."""
    if not isinstance(value, dict):
        raise ValueInvalid.at_pointer("#", "must be an object")
    return value


def runs(records: Iterable[Record], key: Sequence[str]) -> Iterator[list[Record]]:
    """The records in their order, cut where a key comes again: the later row changes
    what the one before it has created."""
    run: list[Record] = []
    seen: set[str] = set()
    for record in records:
        values = [record.value[name] for name in key if name in record.value]
        text = json.dumps(values, sort_keys=True) if values else ""
        if text in seen:
            yield run
            run, seen = [], set()
        seen |= {text} if text else set()
        run.append(record)
    if run:
        yield run


def named(problem: Problem) -> set[int]:
    """The items that a problem is about; none where it does not tell all."""
    found = [_PLAIN.match(error.pointer or "") for error in problem.errors]
    return {int(match[1]) for match in found if match} if all(found) else set()


def of_item(problem: Problem, index: int, has_key: bool) -> Problem:
    """The problem as that of one item, as if it had come alone."""
    own = [_moved(e, has_key) for e in problem.errors if _index(e) in (index, None)]
    if tuple(own) == problem.errors:
        return problem
    is_one = len({error.code for error in own}) == 1
    found = (Problem if is_one else type(problem)).of(own)
    found.extensions = problem.extensions
    return found


def _index(error: FieldError) -> int | None:
    match = _PLAIN.match(error.pointer or "")
    return int(match[1]) if match else None


def _moved(error: FieldError, has_key: bool) -> FieldError:
    """The error with a pointer into the row."""
    pattern = _INDEXED if has_key else _PLAIN
    if error.pointer is None:
        return error
    return replace(error, pointer=pattern.sub("#", error.pointer, count=1))
