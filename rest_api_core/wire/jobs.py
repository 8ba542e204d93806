"""A request that is to become a job, and what a job tells of itself. No Odoo here.

stored(received)    the request as bytes, which are kept with the job
restored(bytes)     ``Received`` again: a dialect makes the same ``Call`` of it, when
                    the job begins and whenever its result is asked for
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any

from werkzeug.datastructures import Headers

from .received import Received

MAX_ACTIVE = 2  # jobs of a client that are queued or running
POLL = 2  # seconds after which to ask again
MAX_PROGRESS = 99  # characters of X-Progress
# what a call depends on, beside the path, the query and the body
_UNUSUAL = re.compile(r"[^A-Za-z0-9_.]+")
_HEADERS = (
    *("Accept", "Accept-Language", "Content-Type", "If-Match", "If-None-Match"),
    *("Prefer", "X-Company-Id"),
)


def stored(received: Received) -> bytes:
    """The request without its credentials; raises BodyTooLarge."""
    with_body = received.method not in ("GET", "HEAD")
    headers = {name: received.headers.get(name) for name in _HEADERS}
    document = {
        "method": received.method,
        "path": received.path,
        "below": received.below,
        "base_url": received.base_url,
        "query": received.query,
        "query_string": received.query_string,
        "headers": {name: value for name, value in headers.items() if value},
        "ip": received.ip,
        "body": base64.b64encode(received.read() if with_body else b"").decode(),
    }
    return json.dumps(document).encode()


def restored(content: bytes) -> Received:
    """The request that ``stored`` has made these bytes of."""
    document = json.loads(content)
    body = base64.b64decode(document.pop("body"))
    pairs = tuple((name, value) for name, value in document.pop("query"))
    headers: Any = Headers(document.pop("headers"))
    return Received(**document, query=pairs, headers=headers, read=lambda: body)


def progress_text(state: str, done: int, total: int) -> str:
    """``X-Progress``: ``running, 1200 of 5000 (24 %)``."""
    text = state
    if state == "running" and done:
        text += (
            f", {done} of {total} ({percentage(done, total)} %)"
            if total
            else (f", {done} so far")
        )
    return text[:MAX_PROGRESS]


def percentage(done: int, total: int) -> int:
    """How much of it is done; 0 where the total is not known."""
    return min(100, max(0, 100 * done // total)) if total > 0 else 0


def file_name(text: str) -> str:
    """A name of a file that a path can have: ``Invoice INV/1.pdf`` →
    ``Invoice-INV-1.pdf``."""
    return _UNUSUAL.sub("-", text).strip(".-")[-100:] or "result"


def http_date(moment: datetime) -> str:
    """A moment in UTC as ``Expires`` has it (RFC 9110 §5.6.7)."""
    return format_datetime(moment.replace(tzinfo=timezone.utc), usegmt=True)


def manifest(
    moment: datetime,
    request: str,
    output: Iterable[Mapping[str, Any]],
    errors: Iterable[Mapping[str, Any]],
    next_since: str | None,
) -> dict[str, Any]:
    """What a job that is done has to tell.

    :param moment: of the snapshot that was read, UTC without zone
    :param request: the URL of the request; :param output: ``type, url, count`` of files
    :param next_since: where the feed of changes goes on from the result
    """
    members: dict[str, Any] = {
        "transaction_time": moment.replace(microsecond=0).isoformat() + "Z",
        "request": request,
        "output": [dict(each) for each in output],
        "errors": [dict(each) for each in errors],
    }
    if next_since is not None:
        members["next_since"] = next_since
    return members
