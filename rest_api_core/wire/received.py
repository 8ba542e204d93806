"""A request as it came, and a reply as it goes: all that a dialect sees of HTTP. No
Odoo here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from . import json_text
from .etag import Tag
from .problem import BodyMalformed, Header

_IN_PATHS = "/:@!$&'()*+,;="  # as they are (RFC 3986 §3.3)


class Headers(Protocol):
    """Headers by name, whatever the case; ``werkzeug.datastructures.Headers``."""

    def get(self, name: str, default: str = "", /) -> str: ...


@dataclass(frozen=True)
class Received:
    """A request.

    :param path: the whole one, decoded; :param below: what follows the base path
    :param base_url: the absolute URL of the base path
    :param query: decoded pairs in their order; :param query_string: as it was sent
    :param ip: the address of the caller
    :param read: gives the body, at most as large as the API takes; raises BodyTooLarge
    :param check_csrf: tells whether a CSRF token belongs to the session
    :param csrf_token: gives such a token
    """

    method: str
    path: str
    below: str
    base_url: str
    query: tuple[tuple[str, str], ...]
    query_string: str
    headers: Headers
    ip: str
    read: Callable[[], bytes]
    check_csrf: Callable[[str], bool] = lambda _token: False
    csrf_token: Callable[[], str] = str

    def json(self) -> Any:
        """The parsed body whatever its type says, None for an empty one; raises
        BodyMalformed."""
        content = self.read()
        if not content.strip():
            return None
        try:
            return json_text.loads(content)
        except ValueError as error:
            raise BodyMalformed(f"The body {error}.") from error

    @property
    def origin(self) -> str:
        """Scheme and host of this server: ``https://erp.example.com``."""
        scheme, _colon, rest = self.base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    @property
    def url(self) -> str:
        """The absolute URL with its query, in ASCII."""
        url = self.origin + quote(self.path, safe=_IN_PATHS)
        return f"{url}?{self.query_string}" if self.query_string else url


@dataclass(frozen=True)
class Reply:
    """A response of a dialect, before the headers that all of them have.

    :param content: the bytes, or parts of them that are sent one after the other
    :param media_type: empty for no content
    :param tag: its entity tag, which also says that a client may keep it (and ask)
    """

    status: int
    content: bytes | Iterable[bytes] = b""
    media_type: str = ""
    headers: tuple[Header, ...] = ()
    tag: Tag | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is a file: the log keeps its size, not its content."""
        return any(name == "Content-Disposition" for name, _value in self.headers)

    @property
    def logged(self) -> bytes | None:
        """The content for the log: of a file its size, of a stream nothing."""
        if not isinstance(self.content, bytes):
            return None
        is_long = self.content and self.is_file
        return b"[%d bytes]" % len(self.content) if is_long else self.content

    @property
    def cache_control(self) -> str:
        """What has a tag may be kept if it is asked for each time (RFC 9111
        §5.2.2.4)."""
        return "private, no-cache" if self.tag else "private, no-store"
