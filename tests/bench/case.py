"""What is compared: requests to several URLs that do the same work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """A request without its path, and the status it must get."""

    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


@dataclass(frozen=True)
class Case:
    """``paths``: the URL of each variant; ``goal``: times the bare one."""

    name: str
    request: Request
    paths: Mapping[str, str]
    goal: float


def posted(body: str, media_type: str, status: int = 200) -> Request:
    """Return a POST request with a body."""
    return Request("POST", body, (("Content-Type", media_type),), status)
