"""The errors of the API. No Odoo here.

Code that finds an error raises one of these; a dialect renders it. Clients and logs
rely on ``code``: its first part is the stage that found the error. Details may change.

    Problem
    ├── AuthProblem               401 auth.refused
    │   ├── CredentialsMissing    401 auth.missing
    │   ├── CredentialsInvalid    401 auth.invalid: unknown, wrong, expired, revoked
    │   ├── CredentialsMisused    400 auth.misused: in the query, or several at once
    │   ├── OriginRefused         403 auth.origin: a cookie used from another site
    │   ├── SecondFactorNeeded    403 auth.second_factor: a login by password alone
    │   ├── LoginThrottled        429 auth.throttled, with Retry-After
    │   └── OAuthProblem          400 auth.oauth: in the form of OAuth2
    │       ├── InvalidRequest        400 auth.invalid_request
    │       ├── InvalidGrant          400 auth.invalid_grant
    │       ├── AccessDenied          400 auth.access_denied
    │       ├── UnauthorizedClient    400 auth.unauthorized_client
    │       ├── UnsupportedGrantType  400 auth.unsupported_grant_type
    │       ├── UnsupportedResponseType 400 auth.unsupported_response_type
    │       ├── UnsupportedTokenType  400 auth.unsupported_token_type
    │       ├── InvalidScope          400 auth.invalid_scope
    │       └── InvalidTarget         400 auth.invalid_target
    ├── PolicyProblem             403 policy.refused
    │   ├── Forbidden             403 policy.forbidden: rights of the user or resource
    │   ├── ScopeInsufficient     403 policy.scope: rights of the client
    │   ├── AccountForbidden      403 policy.account: of a user, for clients
    │   ├── CompanyForbidden      403 policy.company
    │   ├── MethodNotAllowed      405 policy.method, with Allow
    │   ├── NotAcceptable         406 policy.accept
    │   ├── TooManyAffected       400 policy.max_affected: Prefer: max-affected=n
    │   ├── RateLimited           429 policy.rate_limit, with Retry-After
    │   ├── TooManyAtOnce         429 policy.concurrency, with Retry-After
    │   ├── QuotaExceeded         429 policy.quota, with Retry-After
    │   ├── Ended                 410 policy.sunset: of an API past its sunset
    │   ├── TooManyJobs           429 policy.jobs, with Retry-After
    │   ├── RightsChanged         403 policy.job: of files of a job
    │   ├── KeyReused             422 policy.idempotency
    │   └── StillRunning          409 policy.running, with Retry-After
    ├── QueryProblem              400 query.refused: parameters and headers
    │   ├── ParameterUnknown      400 query.unknown
    │   ├── ParameterRepeated     400 query.repeated
    │   ├── ParameterInvalid      400 query.value
    │   ├── ParameterConflict     400 query.conflict
    │   ├── HeaderInvalid         400 query.header
    │   ├── CursorInvalid         400 query.cursor
    │   ├── FilterInvalid         400 query.filter
    │   ├── QueryFieldRefused     400 query.field: unknown and forbidden alike
    │   ├── PageTooLarge          413 query.too_large
    │   └── RangeUnsatisfiable    416 query.range, with Content-Range
    ├── BodyProblem               422 body.refused
    │   ├── BodyMalformed         400 body.malformed
    │   ├── BodyTooLarge          413 body.too_large
    │   ├── MediaTypeUnsupported  415 body.media_type
    │   ├── BodyFieldRefused      422 body.field: unknown, forbidden, read-only alike
    │   ├── ValueInvalid          422 body.value
    │   ├── ValueRequired         422 body.required
    │   └── LookupFailed          422 body.lookup: no match, or several
    ├── RecordProblem             409 record.refused
    │   ├── NotFound              404 record.not_found: route, model and record alike
    │   ├── RecordInvalid         422 record.invalid: a rule of the business
    │   ├── Duplicate             409 record.duplicate
    │   ├── StillReferenced       409 record.referenced
    │   ├── Locked                409 record.locked, with Retry-After
    │   ├── CommitRefused         409 record.commit: of code that shall keep nothing
    │   ├── ConnectionRefused     409 record.connection: of a dry run to a server
    │   ├── PartsRefused          409 record.parts: of an import that was started, …
    │   ├── PreconditionFailed    412 record.precondition
    │   └── PreconditionRequired  428 record.precondition_required
    ├── ChangesProblem            409 changes.refused: the change feed
    │   ├── ChangesExpired        410 changes.expired
    │   └── ChangesUntracked      409 changes.untracked
    └── ServerProblem             500 server.error: a bug, without details
        ├── Maintenance           503 server.maintenance, with Retry-After
        ├── Overloaded            503 server.overloaded, with Retry-After
        ├── Interrupted           503 server.interrupted: of a job that is too long
        ├── Poisoned              500 server.poison: of a job that ended its workers
        ├── RendererMissing       501 server.renderer: no program that makes PDF
        ├── ResetMissing          501 server.reset: no reset of passwords by mail
        └── TimeExceeded          503 server.timeout: of a statement
"""

from __future__ import annotations

from .auth_problems import (
    AuthProblem,
    CredentialsInvalid,
    CredentialsMissing,
    CredentialsMisused,
    LoginThrottled,
    OriginRefused,
    Rejection,
    SecondFactorNeeded,
)
from .policy_problems import (
    AccountForbidden,
    CompanyForbidden,
    Ended,
    Forbidden,
    MethodNotAllowed,
    NotAcceptable,
    PolicyProblem,
    QuotaExceeded,
    RateLimited,
    ScopeInsufficient,
    TooManyAffected,
    TooManyAtOnce,
)
from .problem_details import (
    MEDIA_TYPE,
    FieldError,
    Header,
    Problem,
    allow,
    basic_challenge,
    brief,
    document,
    headers,
    pointer,
    retry_after,
)
from .record_problems import (
    CommitRefused,
    ConnectionRefused,
    Duplicate,
    Locked,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    RecordInvalid,
    RecordProblem,
    StillReferenced,
)
from .server_problems import (
    Maintenance,
    Overloaded,
    RendererMissing,
    ResetMissing,
    ServerProblem,
    TimeExceeded,
)

__all__ = [
    "RecordProblem",
    "NotFound",
    "RecordInvalid",
    "Duplicate",
    "StillReferenced",
    "Locked",
    "CommitRefused",
    "ConnectionRefused",
    "PreconditionFailed",
    "PreconditionRequired",
    "MEDIA_TYPE",
    "AuthProblem",
    "SecondFactorNeeded",
    "AccountForbidden",
    "ResetMissing",
    "CredentialsInvalid",
    "CredentialsMissing",
    "CredentialsMisused",
    "LoginThrottled",
    "OriginRefused",
    "Rejection",
    "PolicyProblem",
    "Forbidden",
    "ScopeInsufficient",
    "CompanyForbidden",
    "Ended",
    "MethodNotAllowed",
    "NotAcceptable",
    "TooManyAffected",
    "RateLimited",
    "TooManyAtOnce",
    "QuotaExceeded",
    "Maintenance",
    "Overloaded",
    "RendererMissing",
    "ServerProblem",
    "TimeExceeded",
    "FieldError",
    "Header",
    "Problem",
    "allow",
    "basic_challenge",
    "brief",
    "document",
    "headers",
    "pointer",
    "retry_after",
]


class QueryProblem(Problem):
    status, code, detail = 400, "query.refused", "The query is not valid."


class ParameterUnknown(QueryProblem):
    status, code, detail = 400, "query.unknown", "A parameter is unknown."


class ParameterRepeated(QueryProblem):
    status, code, detail = 400, "query.repeated", "A parameter was sent more than once."


class ParameterInvalid(QueryProblem):
    status, code, detail = 400, "query.value", "The value of a parameter is not valid."


class ParameterConflict(QueryProblem):
    status, code, detail = 400, "query.conflict", "Parameters contradict each other."


class HeaderInvalid(QueryProblem):
    status, code, detail = 400, "query.header", "The value of a header is not valid."


class CursorInvalid(QueryProblem):
    status, code, detail = 400, "query.cursor", "The cursor is not valid here."


class FilterInvalid(QueryProblem):
    status, code, detail = 400, "query.filter", "The filter is not valid."


class QueryFieldRefused(QueryProblem):
    status, code = 400, "query.field"
    detail = "A field does not exist or cannot be used."


class PageTooLarge(QueryProblem):
    status, code, detail = 413, "query.too_large", "The response would be too large."


class RangeUnsatisfiable(QueryProblem):
    status, code = 416, "query.range"
    detail = "The content has no bytes in this range."


class BodyProblem(Problem):
    status, code, detail = 422, "body.refused", "The body is not valid."


class BodyMalformed(BodyProblem):
    status, code, detail = 400, "body.malformed", "The body cannot be parsed."


class BodyTooLarge(BodyProblem):
    status, code, detail = 413, "body.too_large", "The body is too large."


class MediaTypeUnsupported(BodyProblem):
    status, code, detail = 415, "body.media_type", "This content type is not supported."


class BodyFieldRefused(BodyProblem):
    status, code = 422, "body.field"
    detail = "A field does not exist or cannot be written."


class ValueInvalid(BodyProblem):
    status, code, detail = 422, "body.value", "A value is not valid."


class ValueRequired(BodyProblem):
    status, code, detail = 422, "body.required", "A value is missing."


class LookupFailed(BodyProblem):
    status, code, detail = 422, "body.lookup", "A record is missing or ambiguous."
