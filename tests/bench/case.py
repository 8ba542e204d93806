"""What is compared: requests to several URLs that do the same work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

ID, NUMBER = "__ID__", "__NUMBER__"


@dataclass(frozen=True)
class Request:
    """A request without its path, and the status it must get.

    ``ids``: the first id and how many; ``__ID__`` in path and body becomes each in
    turn, ``__NUMBER__`` a number that was never used before.
    """

    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    ids: tuple[int, int] | None = None

    def numbered(self, path: str, number: int) -> tuple[str, Request]:
        """Return path and request number ``number``."""
        if self.ids is None:
            return path, self
        first, count = self.ids
        values = {ID: str(first + number % count), NUMBER: str(number)}
        for name, value in values.items():
            path = path.replace(name, value)
            self = replace(self, body=self.body.replace(name, value))
        return path, self


@dataclass(frozen=True)
class Case:
    """``paths``: the URL of each variant; ``goal``: times the bare one.

    ``requests``: of variants that need another request than the others; ``unlike``:
    variants that answer with other records.
    """

    name: str
    request: Request
    paths: Mapping[str, str]
    goal: float = 0.0
    requests: Mapping[str, Request] = field(default_factory=dict)
    unlike: tuple[str, ...] = ()

    def request_of(self, variant: str) -> Request:
        """Return the request of a variant."""
        return self.requests.get(variant, self.request)


def posted(body: str, media_type: str, status: int = 200) -> Request:
    """Return a POST request with a body."""
    return Request("POST", body, (("Content-Type", media_type),), status)
