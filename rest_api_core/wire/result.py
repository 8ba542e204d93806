"""What an operation gives back, before it is HTTP. No Odoo here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .etag import Tag
from .problem import Header


@dataclass(frozen=True)
class Answer:
    """An answer: a document that becomes JSON, or a ``body`` that is made already.

    ``tag`` is its entity tag, which also says that a client may keep it (and ask);
    ``applied`` are the preferences that were honoured; ``model`` and ``ids`` what it is
    about, for the log.
    """

    document: Any = None
    status: int = 200
    headers: tuple[Header, ...] = ()
    tag: Tag | None = None
    body: bytes | None = field(default=None, repr=False)
    applied: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        """The bytes of the answer; none for 204 and 304."""
        if self.body is not None:
            return self.body
        return b"" if self.document is None else encode(self.document)


class DryRun(Exception):
    """The answer of a request that shall change nothing (``Prefer: tx=rollback``).

    It is raised, so that all that the request has done is rolled back.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__("dry run")
        self.answer = answer


def encode(document: Any) -> bytes:
    """JSON in UTF-8, without spaces."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
