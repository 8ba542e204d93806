"""What an administrator has set up, as frozen values that a worker keeps. No Odoo here.

Records are turned into these once (``rest.configuration``), so that a request that a
worker has seen the like of asks the database nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..query.expansion import Limits
from ..query.schema import Schema
from .credentials import Standing
from .policy import ClientPolicy, ResourcePolicy, ScopePolicy

V1 = "rest.dialect.v1"
Mount = tuple[str, str]  # a base path and the dialect (abstract model) spoken below it
LogMode = Literal["none", "errors", "success", "all"]


@dataclass(frozen=True)
class Api:
    """``rest.api``. ``origins`` may use it from browsers; rates are per minute.

    ``mounts`` are its base paths, the longest first.
    """

    id: int
    name: str
    root: str
    mounts: tuple[Mount, ...] = ()
    limits: Limits = Limits()
    auth_api_key: bool = True
    auth_oauth: bool = True
    auth_session: bool = True
    auth_basic: bool = False
    origins: frozenset[str] = frozenset()
    rate_limit: int = 0
    max_concurrent: int = 0
    log_mode: LogMode = "all"
    log_bodies: bool = False
    docs_public: bool = False
    maintenance: bool = False
    statement_timeout: int = 0  # seconds
    max_body: int = 16 * 1024 * 1024
    max_records: int = 1000
    token_query_login: bool = False  # takes passwords in the URL of a login

    def mount(self, path: str) -> Mount:
        """The base path that a path lies below, with its dialect."""
        for mount in self.mounts:
            if f"{path}/".startswith(f"{mount[0]}/"):
                return mount
        return self.root, V1


@dataclass(frozen=True)
class Resource:
    """``rest.resource``, without the rights of clients. The ``unlocked`` fields may be
    written although they are read-only in Odoo's forms.

    :param schemas: the response schemas that are stored: of ``list``, ``read``,
        ``create``
    :param create_defaults: values as a body has them, by field, for what the body of a
        new record leaves out
    :param create_status: of a response of the token dialect that tells of a new record
    """

    id: int
    policy: ResourcePolicy
    etag_required: bool = False
    unlocked: frozenset[str] = frozenset()
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    create_defaults: Mapping[str, Any] = field(default_factory=dict)
    create_status: int = 200


@dataclass(frozen=True)
class Client:
    """``rest.client``: its scopes by the id of the resource. A limit of 0 is that of
    the API."""

    id: int
    user_id: int
    policy: ClientPolicy
    scopes: Mapping[int, tuple[ScopePolicy, ...]] = field(default_factory=dict)
    rate_limit: int = 0
    max_concurrent: int = 0
    statement_timeout: int = 0


@dataclass(frozen=True)
class Credential:
    """``rest.credential``: what a key is checked against."""

    id: int
    client_id: int
    user_id: int
    kind: str
    digest: str = field(repr=False)
    standing: Standing = Standing()
    read_only: bool = False


@dataclass(frozen=True)
class User:
    """What a request needs to know of ``res.users``; companies are the active ones."""

    id: int
    active: bool
    login: str
    lang: str
    tz: str
    company_id: int
    company_ids: tuple[int, ...]
    group_ids: tuple[int, ...]


@dataclass(frozen=True)
class Rates:
    """System parameters: where requests are counted, and how answers tell it."""

    backend: str = "database"
    redis_url: str = ""
    draft_headers: bool = False
