"""The operations of a batch, one after the other. No Odoo here.

    {"mode": "atomic", "operations": [
        {"op": "create", "model": "res.partner", "data": {…}, "as": "azure"},
        {"op": "update", "model": "res.partner", "id": {"$ref": "azure"}, "data": {…}},
        {"op": "call", "model": "sale.order", "ids": [3], "method": "action_confirm"}]}

In mode ``atomic`` all of them happen or none; in ``partial`` each for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..wire.problem import (
    BodyProblem,
    BodyTooLarge,
    FieldError,
    Problem,
    ValueInvalid,
    pointer,
)
from . import references
from .inputs import record_id
from .reading import Reading
from .relations import Path

_HEADERS = {"If-Match": "if_match", "If-None-Match": "if_none_match"}
# those that are written together, if there are several one after the other
_JOINED = ("create", "update")
NO_IDS = ()  # an explicit null is a mistake


@dataclass(frozen=True)
class Step:
    """One operation, whose ids and body may still have references.

    :param index: its position; :param name: what later ones refer to it by, or ""
    :param ids: as they came, ``NO_IDS`` for none; :param many: whether they were a list
    :param body: that of the operation alone; :param query: parameters as in a URL
    """

    index: int
    op: str
    model: str
    name: str = ""
    method: str = ""
    ids: Any = NO_IDS
    many: bool = False
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    if_match: str | None = None
    if_none_match: str | None = None

    @property
    def path(self) -> Path:
        return ("operations", self.index)

    @property
    def path_of_body(self) -> Path:
        return self.path if self.op == "upsert" else (*self.path, "data")

    def moved(self, problem: Problem) -> Problem:
        """The problem of the operation alone as one of the batch, with its index."""
        return problem.moved(self._place, operation=self.index)

    def _place(self, error: FieldError) -> FieldError:
        own = pointer(*self.path)
        if error.pointer:
            at = pointer(*self.path_of_body) + error.pointer.removeprefix("#")
        elif error.parameter:
            at = f"{own}/query{pointer(error.parameter).removeprefix('#')}"
        else:
            name = _HEADERS.get(error.header or "")
            at = f"{own}/{name}" if name else own
        return replace(error, pointer=at, parameter=None, header=None)

    def resolved(self, views: references.Views) -> Step:
        """The step with its ids and its body as they are; raises BodyProblem."""
        errors: list[FieldError] = []
        at = "ids" if self.many else "id"
        try:
            ids = references.resolved(self.ids, views, (*self.path, at), errors)
            body = references.resolved(self.body, views, self.path_of_body, errors)
        except BodyTooLarge as error:
            raise self.moved(error) from error
        if not errors and ids is not NO_IDS:
            ids = _ids(ids, (*self.path, at), errors)
        if errors:
            problem = BodyProblem.of(errors)
            raise problem.moved(lambda error: error, operation=self.index)
        return replace(self, ids=ids, body=body)

    @property
    def row(self) -> dict[str, Any]:
        """What it is in the body of a list that is written at once."""
        return {"id": self.ids[0], **self.body} if self.ids else self.body

    @property
    def joins(self) -> bool:
        """Whether it can be written together with others like it."""
        body = self.body
        plain = isinstance(body, dict) and Reading.CONTEXT not in body
        plain = plain and not references.is_reference(body)
        one = self.op == "create" or type(self.ids) is int
        has_conditions = self.if_match or self.if_none_match
        return self.op in _JOINED and plain and one and not has_conditions


@dataclass(frozen=True)
class Batch:
    steps: tuple[Step, ...]
    partial: bool = False

    def groups(self) -> Iterator[list[Step]]:
        """The steps in their order; those in one list can be written together."""
        group = _Group()
        for step in self.steps:
            if group.steps and not group.takes(step):
                yield group.steps
                group = _Group()
            group.add(step)
        yield group.steps


class _Group:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._names: set[str] = set()
        self._ids: set[int] = set()

    def add(self, step: Step) -> None:
        self.steps.append(step)
        self._names.add(step.name)
        if step.joins and step.op == "update":
            self._ids.add(step.ids)

    def takes(self, step: Step) -> bool:
        """Whether the step can be written together with those that are here."""
        first = self.steps[0]
        if not (first.joins and step.joins):
            return False
        like = (first.op, first.model, first.query) == (step.op, step.model, step.query)
        refers = not self._names.isdisjoint(references.names(step.body))
        return like and not refers and step.ids not in self._ids


def _ids(value: Any, path: Path, errors: list[FieldError]) -> tuple[int, ...]:
    """One id or a list of them, each once."""
    listed = value if isinstance(value, list) else [value]
    ids = []
    for index, each in enumerate(listed):
        try:
            ids.append(record_id(each))
        except ValueError as error:
            at = (*path, index) if isinstance(value, list) else path
            errors.append(_invalid(at, str(error)))
    if not listed:
        errors.append(_invalid(path, "must not be empty"))
    return tuple(dict.fromkeys(ids))


def _invalid(path: Path, detail: str) -> FieldError:
    return FieldError(ValueInvalid.code, detail, pointer(*path))
