"""What an operation gives back: documents or a value, never bytes. No Odoo here.

A dialect renders it: it chooses envelope, status and headers by ``outcome``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..query.paging import CursorPages, OffsetPages
from ..query.projection import Level
from .etag import Tag
from .problem import Header, Problem

# created: the records of ``ids`` are new; empty: nothing is shown, as after a deletion;
# unchanged: the caller has it already, by the conditions of its call
# accepted: a job has begun, or goes on
Outcome = Literal["shown", "created", "empty", "unchanged", "accepted"]


@dataclass(frozen=True)
class SignedIn:
    """The session of the browser becomes one of this user."""

    user_id: int
    login: str


@dataclass(frozen=True)
class SignedOut:
    """The session of the browser ends."""


@dataclass(frozen=True)
class Sliced:
    """Bytes that need not be in memory: ``sliced[3:9]`` reads them from any position.

    :param read: generates the bytes from a position to another
    """

    size: int
    read: Callable[[int, int], Iterator[bytes]]

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, positions: slice) -> Iterator[bytes]:
        return self.read(positions.start, positions.stop)


@dataclass(frozen=True)
class Content:
    """A document that is not JSON: its bytes, at once or in parts, with their type."""

    parts: bytes | Sliced | Iterable[bytes]
    media_type: str
    filename: str = ""


class Piece(bytes):
    """Bytes of a content, with the number of records that they are."""

    records: int = 0

    @classmethod
    def of(cls, content: bytes, records: int) -> Piece:
        piece = cls(content)
        piece.records = records
        return piece


@dataclass(frozen=True)
class Part:
    """What became of one operation of a batch.

    :param operation: its name; :param name: what later operations refer to it by
    """

    operation: str
    model: str
    name: str
    outcome: Result | Problem


@dataclass(frozen=True)
class Result:
    """What became of a call.

    :param data: a document, a list of them, or any JSON; None with ``empty`` outcomes,
        and for records that were asked not to be shown
    :param many: whether ``data`` is a list of records, whatever its length
    :param level: which fields ``data`` shows, and of which types; None for data that is
        not of records
    :param meta: of a list: ``count``, ``limit``, ``missing`` …
    :param pages: where the other pages of a list are
    :param version: of the record or the list, as entity tags begin with it; empty for
        what has no tag
    :param seal: what a tag also depends on: companies and client of the caller
    :param tag: the whole tag, where it is known without the content
    :param ids: the records that the call was about: read, new, changed or deleted
    :param honoured: the names of the preferences that were honoured
    :param always: those that the operation applies, requested or not
    :param content: a document in another form, instead of ``data``
    :param location: the path of what was created, below the base path of v1; empty for
        records of the model
    :param parts: of a batch, instead of ``data``; None for all else
    :param partial: whether some of the parts may have failed
    :param document: JSON without an envelope, instead of ``data``
    :param headers: those that only this operation has
    :param session: what becomes of the session that the request came with
    """

    data: Any = None
    many: bool = False
    level: Level | None = None
    meta: Mapping[str, Any] | None = None
    outcome: Outcome = "shown"
    pages: OffsetPages | CursorPages | None = None
    version: str = ""
    seal: bytes = b""
    tag: Tag | None = None
    ids: tuple[int, ...] = ()
    honoured: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    content: Content | None = None
    location: str = ""
    parts: tuple[Part, ...] | None = None
    partial: bool = False
    document: Any = None
    headers: tuple[Header, ...] = ()
    session: SignedIn | SignedOut | None = None


class DryRun(Exception):
    """The result of a call that shall change nothing (``Prefer: tx=rollback``).

    It is raised, so that all that the call has done is rolled back. The result is what
    the handler gave: ``Result``, or the ``Reply`` of a custom route.
    """

    def __init__(self, result: Any) -> None:
        super().__init__("dry run")
        self.result = result
