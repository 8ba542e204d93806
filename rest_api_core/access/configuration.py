"""The configuration as frozen values, which workers cache. No Odoo here.

``rest.configuration`` makes them from records once. Later requests then read no
configuration from the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..limits.quota import Quotas
from ..query.expansion import Limits
from ..query.schema import Schema
from ..wire import oauth_metadata
from ..wire.lifecycle import Lifecycle
from .credentials import Validity
from .policy import ClientPolicy, ResourcePolicy, ScopePolicy

V1 = "rest.dialect.v1"
Mount = tuple[str, str]  # a base path and the dialect (abstract model) of its routes
LogMode = Literal["none", "errors", "success", "all"]


@dataclass(frozen=True)
class Api:
    """``rest.api``.

    :param root: its base path
    :param mounts: all its base paths, the longest first
    :param origins: of web pages that can use it
    :param issuer: its URL for clients of OAuth2
    :param refresh_seconds: how long their refresh tokens are valid
    :param rate_limit: requests per minute; 0 for no limit
    :param docs_public: whether documents need no credentials
    :param anonymous_rate_limit: those without valid credentials from one network
    """

    id: int
    name: str
    root: str
    mounts: tuple[Mount, ...] = ()
    limits: Limits = Limits()
    auth_api_key: bool = True
    auth_session: bool = True
    auth_basic: bool = False
    origins: frozenset[str] = frozenset()
    rate_limit: int = 0
    anonymous_rate_limit: int = 0
    max_concurrent: int = 0
    log_mode: LogMode = "all"
    log_bodies: bool = False
    docs_public: bool = False
    maintenance: bool = False
    statement_timeout: int = 0  # seconds
    request_timeout: int = 0  # seconds
    max_body: int = 1024 * 1024  # bytes
    max_records: int = 1000
    token_query_login: bool = False  # accepts passwords in the URL of a login
    auth_oauth: bool = False
    issuer: str = ""
    refresh_seconds: int = 0
    lifecycle: Lifecycle = Lifecycle()

    @property
    def resource_metadata(self) -> str:
        """Where clients learn how to get tokens; empty where they get none."""
        if not self.auth_oauth:
            return ""
        return oauth_metadata.resource_metadata_url(self.issuer, self.root)

    def mount(self, path: str) -> Mount:
        """The base path of a request's path, with its dialect."""
        for mount in self.mounts:
            if f"{path}/".startswith(f"{mount[0]}/"):
                return mount
        return self.root, V1


@dataclass(frozen=True)
class Resource:
    """``rest.resource``, without the rights of clients.

    :param unlocked: fields that can be written although Odoo's forms show them as
        read-only
    :param secrets: fields that are shown although their values are rights
    :param schemas: the response schemas of ``list``, ``read`` and ``create``, if set
    :param create_defaults: values by field, in the form of a body, of new records
    :param create_status: status of the response to a create in the token dialect
    """

    id: int
    policy: ResourcePolicy
    etag_required: bool = False
    unlocked: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    create_defaults: Mapping[str, Any] = field(default_factory=dict)
    create_status: int = 200


@dataclass(frozen=True)
class Client:
    """``rest.client``.

    :param scopes: its scopes by the id of their resource
    :param rate_limit: 0 for the limit of the API, like the other limits
    :param namespace: of its external ids
    :param oauth_client_id: what OAuth2 knows it by
    """

    id: int
    user_id: int
    policy: ClientPolicy
    scopes: Mapping[int, tuple[ScopePolicy, ...]] = field(default_factory=dict)
    namespace: str = ""
    rate_limit: int = 0
    max_concurrent: int = 0
    statement_timeout: int = 0
    quotas: Quotas = Quotas()
    oauth_client_id: str = ""


@dataclass(frozen=True)
class OAuthClient:
    """``rest.client``, as the endpoints of OAuth2 know it.

    :param public: whether it has no secret
    :param validity: of the client, whatever its user
    """

    id: int
    name: str
    public: bool
    redirect_uris: tuple[str, ...]
    read_only: bool
    validity: Validity


@dataclass(frozen=True)
class Credential:
    """``rest.credential``: what a received key is checked against."""

    id: int
    client_id: int
    user_id: int
    kind: str
    digest: str = field(repr=False)
    validity: Validity = Validity()
    read_only: bool = False


@dataclass(frozen=True)
class User:
    """``res.users``, as far as requests need it; with active companies only."""

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
    """System parameters of rate limits: the backend and the headers of responses."""

    backend: str = "database"
    redis_url: str = ""
    draft_headers: bool = False
