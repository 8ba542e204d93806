"""The one value that travels a request: an operation with its arguments. No Odoo here.

A dialect makes it of HTTP; a batch, a job or a test makes it of something else. Nothing
that receives a ``Call`` touches HTTP.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..body.reading import Reading
from ..limits.rate import Rate
from ..query.aggregate import Aggregation
from ..query.changes import Feed
from ..query.criteria import Criteria
from ..query.importing import Import
from ..query.query import Query
from .etag import Conditions
from .formats import CsvForm
from .idempotency import Idempotency
from .operation import JSON, Operation
from .preferences import Preferences

# it is logged: a key that somebody sends there is no id
_REQUEST_ID = re.compile(r"(?!.*(?:rak|ros|rat|rrt)_\w{8}_)[A-Za-z0-9._-]{1,128}")


class Target(NamedTuple):
    """What a path names.

    ``model`` is empty where there is none; ``ids`` are in the path's order, each once;
    ``name`` is that of the method or report; ``path`` the rest of an open-ended path.
    """

    model: str = ""
    ids: tuple[int, ...] = ()
    name: str = ""
    path: str = ""


@dataclass(frozen=True)
class Caller:
    """Who calls. Sessions and Basic have a user and no client; anonymous callers have
    neither.

    ``scheme`` is ``key``, ``token``, ``session``, ``basic`` or empty.
    """

    scheme: str = ""
    user_id: int | None = None
    client_id: int | None = None
    credential_id: int | None = None
    read_only: bool = False


@dataclass(frozen=True)
class Call:
    """One operation with its arguments.

    :param query: what a read shows, also of the records that a write gives back
    :param aggregation: what an aggregate tells of the records of ``query``
    :param feed: which changes a change feed tells
    :param importing: what an import does with its rows
    :param criteria: conditions of a list of administrators
    :param body: parsed JSON, None when there was none
    :param reading: the grammar of the values in the body, ``body.reading.Reading``
    :param conditions: of entity tags, as ``If-Match`` has them
    :param media_type: what to produce, one of those that the operation offers
    :param csv: how CSV is written, where that is the media type
    :param languages: what the caller prefers, in the form of ``Accept-Language``
    :param company_ids: the companies it acts for, the first is current; () for all
    :param url: the absolute URL of the API's base path
    :param idempotency: the key with which the same request may come again
    :param ip: the address of the caller, empty where there is none
    :param rate: what the rate limit has found, as far as the operation tells it
    :param sent: the request of a job, as ``wire.jobs.stored`` has it
    :param in_job: whether a job performs it: the limits of requests do not apply
    """

    operation: Operation
    api_id: int
    caller: Caller = Caller()
    target: Target = Target()
    query: Query = Query()
    aggregation: Aggregation | None = None
    feed: Feed | None = None
    importing: Import | None = None
    criteria: Criteria | None = None
    body: Any = None
    reading: type[Reading] = Reading
    preferences: Preferences = Preferences()
    conditions: Conditions = Conditions()
    media_type: str = JSON
    csv: CsvForm = CsvForm()
    languages: str = ""
    company_ids: tuple[int, ...] = ()
    url: str = ""
    ip: str = ""
    idempotency: Idempotency | None = None
    rate: Rate | None = None
    sent: bytes = field(default=b"", repr=False)
    in_job: bool = False

    @property
    def model(self) -> str:
        return self.target.model

    @property
    def ids(self) -> tuple[int, ...]:
        return self.target.ids


def request_id(given: str | None, fresh: str) -> str:
    """The client's id where it is 1–128 of ``[A-Za-z0-9._-]``, else the fresh one.

    An id that looks like one of our keys is not taken.
    """
    return given if given and _REQUEST_ID.fullmatch(given) else fresh
