"""The one value that travels a request, and the paths of the API. No Odoo here.

``parse`` turns method and path into a ``Target``; the dispatcher adds what else matters
and passes a ``Call`` on. Nothing that receives a ``Call`` touches HTTP.

A new path is one line of ``ROUTES`` and, for a new verb, one word of ``Verb``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .problem import MethodNotAllowed, NotFound, PageTooLarge, allow

MAX_IDS = 1000  # records named in one path
MAX_ID = 2**31 - 1  # an id is a PostgreSQL integer: above it there are no records

Verb = Literal[
    "about",
    "health",
    "list",
    "count",
    "fields",
    "bulk",
    "read",
    "create",
    "update",
    "replace",
    "delete",
    "archive",
    "restore",
    "copy",
    "call",
]
# these never write, and are served by a read-only cursor; "call" depends on the method
READS: frozenset[Verb] = frozenset(
    ("about", "health", "list", "count", "fields", "bulk", "read")
)

# path below the root → HTTP method → verb
ROUTES: dict[str, dict[str, Verb]] = {
    "": {"GET": "about"},
    "health": {"GET": "health"},
    "<model>": {"GET": "list", "QUERY": "list", "POST": "create", "PATCH": "update"},
    "<model>/search": {"POST": "list"},
    "<model>/count": {"GET": "count"},
    "<model>/fields": {"GET": "fields"},
    "<model>/bulk": {"GET": "bulk", "POST": "bulk"},
    "<model>/call/<name>": {"POST": "call"},
    "<model>/<ids>": {
        "GET": "read",
        "PATCH": "update",
        "PUT": "replace",
        "DELETE": "delete",
    },
    "<model>/<ids>/archive": {"POST": "archive"},
    "<model>/<ids>/restore": {"POST": "restore"},
    "<model>/<ids>/copy": {"POST": "copy"},
    "<model>/<ids>/call/<name>": {"POST": "call"},
}

_SEGMENT = re.compile(r"[A-Za-z0-9_.,]+")
_MODEL = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_IDS = re.compile(r"[1-9][0-9]*(?:,[1-9][0-9]*)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")  # a leading _ is private
# it is logged: a key that somebody sends there is no id
_REQUEST_ID = re.compile(r"(?!.*(?:rak|ros|rat|rrt)_\w{8}_)[A-Za-z0-9._-]{1,128}")


class Target(NamedTuple):
    """What a method and a path ask for.

    ``model`` is empty where there is none; ``ids`` are in the path's order, each once;
    ``name`` is that of the method to call.
    """

    verb: Verb
    model: str = ""
    ids: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Caller:
    """Who asks. Sessions and Basic have a user and no client; strangers have neither.

    ``scheme`` is ``key``, ``token``, ``session``, ``basic`` or empty.
    """

    scheme: str = ""
    user_id: int | None = None
    client_id: int | None = None
    credential_id: int | None = None
    read_only: bool = False


@dataclass(frozen=True)
class Headers:
    """The headers that operations depend on, as they came; empty when they did not."""

    accept: str = ""
    accept_language: str = ""
    content_type: str = ""
    company: str = ""
    if_match: str = ""
    if_none_match: str = ""
    prefer: str = ""
    idempotency_key: str = ""
    origin: str = ""
    user_agent: str = ""
    traceparent: str = ""

    @classmethod
    def of(cls, get: Callable[[str], str | None]) -> Headers:
        """The view on headers that ``get`` finds by name, ``request.headers.get``."""
        return cls(**{field: get(name) or "" for field, name in _HEADERS})


_HEADERS = tuple(
    (field, "X-Company-Id" if field == "company" else field.replace("_", "-").title())
    for field in Headers.__dataclass_fields__
)


@dataclass(frozen=True)
class Call:
    """One request, without its HTTP.

    The first four fields are those of its ``Target``: ``Call(*target, …)``.
    ``path`` is the one below the root; ``query`` are decoded pairs in order;
    ``body`` is parsed JSON, None when there was none; ``url`` is the absolute one.
    """

    verb: Verb
    model: str
    ids: tuple[int, ...]
    name: str
    api_id: int
    root: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    headers: Headers = Headers()
    ip: str = ""
    request_id: str = ""
    caller: Caller = Caller()
    url: str = ""

    @property
    def reads(self) -> bool:
        """Whether this is sure not to write."""
        return self.verb in READS


def relative(path: str, root: str) -> str:
    """``/api/v1/res.partner/3`` below ``/api/v1`` is ``res.partner/3``; or NotFound."""
    root = root.rstrip("/")
    if not f"{path}/".startswith(f"{root}/"):
        raise NotFound()
    return path[len(root) + 1 :]


def parse(path: str, method: str) -> Target:
    """The target of ``method`` on ``path`` (below the root, decoded).

    One slash at the end does not matter. Raises NotFound for an unknown path,
    MethodNotAllowed with ``Allow`` (RFC 9110 §15.5.6), PageTooLarge for too many ids.
    HEAD is GET.
    """
    segments = _segments(path)
    shape = _shape(segments)
    verbs = ROUTES.get(shape)
    if verbs is None:
        raise NotFound()
    verb = verbs.get("GET" if method == "HEAD" else method)
    if verb is None:
        raise MethodNotAllowed(headers=[allow(_methods(verbs))])
    return _target(verb, shape, segments)


def shape(path: str) -> str:
    """``res.partner/3`` → ``<model>/<ids>``, a key of ``ROUTES``; or NotFound."""
    found = _shape(_segments(path))
    if found not in ROUTES:
        raise NotFound()
    return found


def methods(path: str) -> list[str]:
    """The methods of a path, for ``Allow`` and CORS preflights; or NotFound."""
    verbs = ROUTES.get(_shape(_segments(path)))
    if verbs is None:
        raise NotFound()
    return _methods(verbs)


def _methods(verbs: Iterable[str]) -> list[str]:
    return sorted({*verbs, "OPTIONS", *(["HEAD"] if "GET" in verbs else [])})


def _segments(path: str) -> list[str]:
    path = path.removesuffix("/")
    return path.split("/") if path else []


def _shape(segments: list[str]) -> str:
    """The key of ``ROUTES``; NotFound for a segment that no path can have."""
    kinds: list[str] = []
    for segment in segments:
        if not _SEGMENT.fullmatch(segment):
            raise NotFound()
        kinds.append(_kind(segment, kinds))
    return "/".join(kinds)


def _kind(segment: str, before: list[str]) -> str:
    """What a segment is, by the kinds before it; words stand for themselves."""
    if not before:
        model = segment not in ROUTES and _MODEL.fullmatch(segment)
        return "<model>" if model else segment
    if before[-1] == "call":
        return "<name>" if _NAME.fullmatch(segment) else segment
    return "<ids>" if _IDS.fullmatch(segment) else segment


def _target(verb: Verb, shape: str, segments: list[str]) -> Target:
    model = segments[0] if shape.startswith("<model>") else ""
    ids = _ids(segments[1]) if "<ids>" in shape else ()
    name = segments[-1] if shape.endswith("<name>") else ""
    if verb == "read" and len(ids) > 1:
        verb = "bulk"
    return Target(verb, model, ids, name)


def _ids(text: str) -> tuple[int, ...]:
    """``3,1,3`` → ``(3, 1)``."""
    parts = list(dict.fromkeys(text.split(",")))
    if len(parts) > MAX_IDS:
        raise PageTooLarge(f"A path names at most {MAX_IDS} records.")
    if max(map(len, parts)) > len(str(MAX_ID)) or max(map(int, parts)) > MAX_ID:
        raise NotFound()
    return tuple(map(int, parts))


def request_id(given: str | None, fresh: str) -> str:
    """The client's id where it is 1–128 of ``[A-Za-z0-9._-]``, else the fresh one.

    One of our keys is none.
    """
    return given if given and _REQUEST_ID.fullmatch(given) else fresh
