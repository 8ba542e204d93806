"""An error in the form of RFC 9457, "Problem Details for HTTP APIs". No Odoo here.

Which errors there are stands in ``problem.py``; here is what they have in common.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 500  # characters; details may repeat what the client sent
MAX_ERRORS = 100
# RFC 9110 §15, RFC 6585; http.HTTPStatus has other words in each version of Python
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    410: "Gone",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
Header = tuple[str, str]
P = TypeVar("P", bound="Problem")


@dataclass(frozen=True)
class FieldError:
    """One entry of ``errors``: what is wrong, and where (one of pointer, parameter and
    header).

    ``pointer`` leads into the body (``#/lines/0/name``), see ``pointer()``. ``record``
    is the id of the record in question, where the rest does not tell it.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    record: int | None = None

    @property
    def where(self) -> str:
        """Pointer, parameter or header, the one that it has, and the record."""
        place = self.pointer or self.parameter or self.header or ""
        if self.record is None:
            return place
        return f"{place} (record {self.record})" if place else f"record {self.record}"

    @property
    def text(self) -> str:
        """The place, if it has one, and the detail."""
        return f"{self.where}: {self.detail}" if self.where else self.detail


class Problem(Exception):
    """An error with its meaning in HTTP.

    :param detail: a sentence on this case; the class has one for all cases
    :param errors: what is wrong where, if that is known
    :param headers: for the response, made by ``allow`` and ``retry_after``
    :param extensions: more members of the document, such as ``index`` in a batch
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "server.error"
    challenge: ClassVar[str | None] = None  # RFC 6750 §3.1; empty for no credentials
    wait: ClassVar[int] = 0  # seconds after which to try again, 0 for never
    detail = ""

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Iterable[FieldError] = (),
        headers: Iterable[Header] = (),
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        self.detail = self.detail if detail is None else detail
        self.errors = tuple(errors)
        self.headers = tuple(headers)
        self.extensions = dict(extensions or {})
        super().__init__(self.detail)

    @classmethod
    def of(cls, errors: Iterable[FieldError]) -> Problem:
        """The problem that stands for these errors, of which there is at least one.

        Errors of one code become the problem of this code, if it is below this class;
        others this class: ``BodyProblem.of(errors)``.
        """
        errors = tuple(errors)
        codes = {error.code for error in errors}
        joined = next((c for c in _tree(cls) if {c.code} == codes), cls)
        return joined(_in_short(errors), errors=errors)

    @classmethod
    def joined(cls, problems: Sequence[Problem]) -> Problem:
        """The problem that stands for several, of which there is at least one: that of
        this class if all are below it, else the first with the errors of all."""
        if len(problems) == 1:
            return problems[0]
        errors = list(dict.fromkeys(e for problem in problems for e in problem.entries))
        if all(isinstance(problem, cls) for problem in problems):
            return cls.of(errors)
        return type(problems[0])(_in_short(errors), errors=errors)

    @property
    def entries(self) -> tuple[FieldError, ...]:
        """``errors``, or one without a place."""
        return self.errors or (FieldError(self.code, self.detail[:MAX_DETAIL]),)

    def about(self, pointer: str | None, record: int | None) -> Problem:
        """The same problem, of a record among several.

        :param pointer: of its values, for what has no place yet
        :param record: its id, where the pointer does not tell it
        """
        own = [replace(error, pointer=pointer) for error in self.entries]
        errors: Sequence[FieldError] = self.errors or own
        if record is not None:
            errors = [replace(error, record=record) for error in errors]
        return type(self)(_in_short(errors), errors=errors, headers=self.headers)

    def moved(
        self, place: Callable[[FieldError], FieldError], **extensions: Any
    ) -> Problem:
        """The same problem, of a part of the body.

        :param place: gives an error its place in the whole body
        :param extensions: more members of the document
        """
        errors = [place(error) for error in self.entries]
        return type(self)(
            _in_short(errors),
            errors=errors,
            headers=self.headers,
            extensions={**self.extensions, **extensions},
        )

    @classmethod
    def at_parameter(cls: type[P], parameter: str, detail: str) -> P:
        """The problem of one query parameter: ``("limit", "is above 1000")``."""
        error = FieldError(
            cls.code, detail[:MAX_DETAIL], parameter=parameter[:MAX_DETAIL]
        )
        return cls(f"{parameter}: {detail}", errors=[error])

    @classmethod
    def at_pointer(cls: type[P], pointer: str, detail: str) -> P:
        """The problem of one value of the body: ``("#/name", "must be text")``."""
        error = FieldError(cls.code, detail[:MAX_DETAIL], pointer=pointer)
        return cls(f"{pointer}: {detail}", errors=[error])

    @classmethod
    def at_header(cls: type[P], header: str, detail: str) -> P:
        """The problem of one header: ``("If-Match", "is not an entity tag")``."""
        error = FieldError(cls.code, detail[:MAX_DETAIL], header=header)
        return cls(f"{header}: {detail}", errors=[error])


def _in_short(errors: Sequence[FieldError]) -> str:
    """The first error, and how many more there are."""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return errors[0].text + more


def _tree(root: type[Problem]) -> Iterator[type[Problem]]:
    """The class and all below it."""
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def document(problem: Problem, instance: str, request_id: str) -> dict[str, Any]:
    """The body of the response: RFC 9457 §3.1, with our extensions after its members.

    ``type`` is ``about:blank``, so ``title`` is the phrase of the status (§4.2.1).
    """
    own = brief(problem)
    errors, code = own.pop("errors", None), own.pop("code")
    of_request = {"instance": instance, "code": code, "request_id": request_id}
    members = {"type": "about:blank", **own, **of_request}
    if errors:
        members["errors"] = errors
    return {**problem.extensions, **members}


def brief(problem: Problem) -> dict[str, Any]:
    """What a problem says of itself, without the request that it ends."""
    members: dict[str, Any] = {
        "title": TITLES.get(problem.status) or HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail[:MAX_DETAIL],
        "code": problem.code,
    }
    if problem.errors:
        members["errors"] = [_entry(error) for error in problem.errors[:MAX_ERRORS]]
    return members


def _entry(error: FieldError) -> dict[str, Any]:
    members = ("pointer", "parameter", "header", "record", "code", "detail")
    values = asdict(error)
    return {
        "id" if name == "record" else name: values[name]
        for name in members
        if values[name] is not None
    }


def headers(problem: Problem, realm: str, metadata: str = "") -> list[Header]:
    """The headers that belong to the problem.

    :param realm: the name of the API
    :param metadata: the URL where clients learn how to get tokens (RFC 9728 §5.1)
    """
    listed = list(problem.headers)
    if problem.wait:
        listed.append(retry_after(problem.wait))
    if problem.challenge is None:
        return listed
    parts = [f"Bearer realm={_quoted(realm)}"]
    if problem.challenge:
        parts.append(f"error={_quoted(problem.challenge)}")
    if metadata:
        parts.append(f"resource_metadata={_quoted(metadata)}")
    return [("WWW-Authenticate", ", ".join(parts)), *listed]


def basic_challenge(realm: str) -> Header:
    """The challenge of RFC 7617 §2, for callers who sent login and password."""
    return "WWW-Authenticate", f'Basic realm={_quoted(realm)}, charset="UTF-8"'


def _quoted(text: str) -> str:
    """A quoted-string of RFC 9110 §5.6.4; what is not printable ASCII becomes ``?``."""
    visible = re.sub(r"[^\x20-\x7e]", "?", text)
    return '"' + re.sub(r'(["\\])', r"\\\1", visible) + '"'


def allow(methods: Iterable[str]) -> Header:
    """RFC 9110 §10.2.1, which a 405 must have."""
    return "Allow", ", ".join(sorted(set(methods)))


def retry_after(seconds: float) -> Header:
    """RFC 9110 §10.2.3: whole seconds, rounded up, at least one."""
    return "Retry-After", str(max(1, math.ceil(seconds)))


def pointer(*steps: str | int) -> str:
    """A JSON pointer as URI fragment (RFC 6901 §6): ``("a/b", 0)`` → ``#/a~1b/0``."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "#" + "".join(f"/{quote(step, safe='~')}" for step in escaped)
