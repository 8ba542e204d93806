"""An operation: one row of the table of what the API can do. No Odoo here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Right = Literal["read", "create", "update", "delete", "archive", "restore"]
# what Odoo's access rights must let the user do with the model; any: it is checked for
# each part of the call
ModelAccess = Literal["read", "create", "write", "any"]
# none: no JSON is looked at; parameters: those of the query, in JSON; record: an object
# of values; records: one, or a list of them; file: bytes of any type, or a form with
# one file; files: the same, with several in a form, or an object with base64;
# operations: those of a batch; raw: whatever the handler reads
Body = Literal[
    "none",
    "parameters",
    "record",
    "records",
    "arguments",
    "file",
    "files",
    "operations",
    "raw",
]

JSON = "application/json"
PDF, HTML, TEXT = "application/pdf", "text/html", "text/plain"
NDJSON, CSV = "application/x-ndjson", "text/csv"
NO_RIGHTS: frozenset[Right] = frozenset()
READ: frozenset[Right] = frozenset(("read",))
CREATE: frozenset[Right] = frozenset(("create",))
UPDATE: frozenset[Right] = frozenset(("update",))
CHANGE: frozenset[Right] = CREATE | UPDATE
WRITE: frozenset[Right] = CHANGE | {"delete", "archive", "restore"}


@dataclass(frozen=True)
class Operation:
    """One row of the table in ``operations/``.

    :param name: its word in ``_operation__<name>``, the log and the documentation
    :param summary: one line for the documentation
    :param routes: ``"<METHOD> <template>"`` below the base path of v1, in the words of
        ``wire.router``. Another dialect may have other paths for it, or none
    :param rights: those that the caller needs on the model; empty for none
    :param one_of: of these it needs at least one; which, depends on what a body says,
        and the service checks it
    :param calls: whether it calls methods of the resource: a method is enough for it
    :param access: what the user must be allowed in Odoo to learn of the model's fields
    :param readonly: whether it never writes; None where the service decides for each
        call, by ``_is_readonly__<name>(api_id, target)``
    :param parameters: the query parameters that it has, others are refused; None where
        all are ignored
    :param body: what its body is; GET has none in v1
    :param produces: the media types that it can answer with, the preferred one first;
        empty where it depends on the record, and ``Accept`` is not looked at
    :param anonymous: whether callers without credentials may use it
    :param service: the abstract model that performs it
    :param streamed: whether its response is read from a transaction of its own, while
        it is sent
    :param job: the type of the job that ``Prefer: respond-async`` starts; empty where
        there is none
    :param deferred: whether this is the start of such a job, see ``as_job``
    :param metered: whether requests count for the quotas of a client, and are rejected
        above them
    :param personal: whether it is about the account of the user: clients, whose rights
        are narrower than those of their user, may not use it
    :param secret: whether its request or response has secrets, which neither the log
        nor a repeated request keeps
    :param administrative: whether only administrators of the API may use it
    """

    name: str
    summary: str = ""
    routes: tuple[str, ...] = ()
    rights: frozenset[Right] = NO_RIGHTS
    one_of: frozenset[Right] = NO_RIGHTS
    calls: bool = False
    access: ModelAccess = "read"
    readonly: bool | None = False
    parameters: frozenset[str] | None = frozenset()
    body: Body = "none"
    produces: tuple[str, ...] = (JSON,)
    anonymous: bool = False
    service: str = "rest.operations"
    streamed: bool = False
    job: str = ""
    deferred: bool = False
    metered: bool = True
    personal: bool = False
    secret: bool = False
    administrative: bool = False

    def as_job(self) -> Operation:
        """The same, of a call that starts a job instead: it writes, and gives no
        stream."""
        return replace(self, readonly=False, streamed=False, deferred=True)
