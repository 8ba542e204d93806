"""The errors of the API. No Odoo here.

Whoever meets an error raises one of these; the dispatcher alone renders it, by
``document`` and ``headers``. ``code`` is what clients and logs go by: its first part is
the stage that refused. Codes and statuses are part of the contract; details are not.

    Problem
    ├── AuthProblem               401 auth.refused
    │   ├── CredentialsMissing    401 auth.missing
    │   ├── CredentialsInvalid    401 auth.invalid: unknown, wrong, expired, revoked
    │   ├── CredentialsMisused    400 auth.misused: in the query, or several at once
    │   ├── AddressRefused        401 auth.address: not among the client's allowed_ips
    │   ├── OriginRefused         403 auth.origin: a cookie used from another site
    │   └── LoginThrottled        429 auth.throttled, with Retry-After
    ├── PolicyProblem             403 policy.refused
    │   ├── Forbidden             403 policy.forbidden: rights of the user or resource
    │   ├── ScopeInsufficient     403 policy.scope: rights of the client
    │   ├── CompanyForbidden      403 policy.company
    │   ├── MethodNotAllowed      405 policy.method, with Allow
    │   ├── NotAcceptable         406 policy.accept
    │   ├── TooManyAffected       400 policy.max_affected: Prefer: max-affected=n
    │   ├── RateLimited           429 policy.rate_limit, with Retry-After
    │   └── TooManyAtOnce         429 policy.concurrency, with Retry-After
    ├── QueryProblem              400 query.refused: parameters and headers
    │   ├── ParameterUnknown      400 query.unknown
    │   ├── ParameterRepeated     400 query.repeated
    │   ├── ParameterInvalid      400 query.value
    │   ├── ParameterConflict     400 query.conflict
    │   ├── HeaderInvalid         400 query.header
    │   ├── CursorInvalid         400 query.cursor
    │   ├── CursorExpired         410 query.cursor_expired
    │   ├── FilterInvalid         400 query.filter
    │   ├── QueryFieldRefused     400 query.field: unknown and forbidden alike
    │   ├── PageTooLarge          413 query.too_large
    │   └── RangeInvalid          416 query.range, with Content-Range
    ├── BodyProblem               422 body.refused
    │   ├── BodyMalformed         400 body.malformed
    │   ├── BodyTooLarge          413 body.too_large
    │   ├── MediaTypeUnsupported  415 body.media_type
    │   ├── BodyFieldRefused      422 body.field: unknown, forbidden, read-only alike
    │   ├── ValueInvalid          422 body.value
    │   ├── ValueRequired         422 body.required
    │   └── LookupFailed          422 body.lookup: no record, or several
    ├── RecordProblem             409 record.refused
    │   ├── NotFound              404 record.not_found: route, model and record alike
    │   ├── RecordInvalid         422 record.invalid: a rule of the business
    │   ├── Duplicate             409 record.duplicate
    │   ├── StillReferenced       409 record.referenced
    │   ├── Locked                409 record.locked, with Retry-After
    │   ├── TwinRunning           409 record.twin: same Idempotency-Key, not done yet
    │   ├── KeyReused             422 record.key_reused: … for another request
    │   ├── PreconditionFailed    412 record.precondition
    │   └── PreconditionRequired  428 record.precondition_required
    └── ServerProblem             500 server.error: a bug, and nothing is told
        ├── Maintenance           503 server.maintenance, with Retry-After
        ├── Overloaded            503 server.overloaded, with Retry-After
        ├── RendererMissing       501 server.renderer: no program that makes PDF
        └── TimeExceeded          503 server.timeout: of a statement
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .problem_details import (
    MEDIA_TYPE,
    FieldError,
    Header,
    Problem,
    allow,
    document,
    headers,
    pointer,
    retry_after,
)

__all__ = [
    "MEDIA_TYPE",
    "FieldError",
    "Header",
    "Problem",
    "allow",
    "document",
    "headers",
    "pointer",
    "retry_after",
]


class AuthProblem(Problem):
    status, code, detail = 401, "auth.refused", "You could not be identified."
    challenge: ClassVar[str | None] = "invalid_token"


class CredentialsMissing(AuthProblem):
    status, code = 401, "auth.missing"
    detail = "Credentials are required: a key in the header Authorization, as Bearer."
    challenge = ""


class CredentialsInvalid(AuthProblem):
    status, code, detail = 401, "auth.invalid", "The credentials are not valid."


class CredentialsMisused(AuthProblem):
    status, code, detail = 400, "auth.misused", "Send credentials once, in a header."
    challenge = "invalid_request"


class AddressRefused(AuthProblem):
    status, code, detail = 401, "auth.address", "Your network address is not allowed."


class OriginRefused(AuthProblem):
    status, code, detail = 403, "auth.origin", "This origin may not use a session."
    challenge = None


class LoginThrottled(AuthProblem):
    status, code, detail = 429, "auth.throttled", "Too many failed logins."
    challenge = None


class PolicyProblem(Problem):
    status, code, detail = 403, "policy.refused", "You may not do this."


class Forbidden(PolicyProblem):
    status, code = 403, "policy.forbidden"
    detail = "The rights of your user do not allow this."


class ScopeInsufficient(PolicyProblem):
    status, code, detail = 403, "policy.scope", "Your client may not do this."
    challenge = "insufficient_scope"


class CompanyForbidden(PolicyProblem):
    status, code, detail = 403, "policy.company", "You may not use this company."


class MethodNotAllowed(PolicyProblem):
    status, code, detail = 405, "policy.method", "This method is not supported here."


class NotAcceptable(PolicyProblem):
    status, code, detail = 406, "policy.accept", "No accepted media type is offered."


class TooManyAffected(PolicyProblem):
    status, code, detail = 400, "policy.max_affected", "Too many records are affected."


class RateLimited(PolicyProblem):
    status, code, detail = 429, "policy.rate_limit", "Too many requests."


class TooManyAtOnce(PolicyProblem):
    status, code, detail = 429, "policy.concurrency", "Too many requests at once."
    wait = 1


class QueryProblem(Problem):
    status, code, detail = 400, "query.refused", "The query is not valid."


class ParameterUnknown(QueryProblem):
    status, code, detail = 400, "query.unknown", "A parameter is not known."


class ParameterRepeated(QueryProblem):
    status, code, detail = 400, "query.repeated", "A parameter came more than once."


class ParameterInvalid(QueryProblem):
    status, code, detail = 400, "query.value", "A parameter has a wrong value."


class ParameterConflict(QueryProblem):
    status, code, detail = 400, "query.conflict", "Parameters contradict each other."


class HeaderInvalid(QueryProblem):
    status, code, detail = 400, "query.header", "A header has a wrong value."


class CursorInvalid(QueryProblem):
    status, code, detail = 400, "query.cursor", "The cursor is not valid here."


class CursorExpired(QueryProblem):
    status, code, detail = 410, "query.cursor_expired", "The cursor is too old."


class FilterInvalid(QueryProblem):
    status, code, detail = 400, "query.filter", "The filter is not valid."


class QueryFieldRefused(QueryProblem):
    status, code, detail = 400, "query.field", "A field cannot be used here."


class PageTooLarge(QueryProblem):
    status, code, detail = 413, "query.too_large", "The answer would be too large."


class RangeInvalid(QueryProblem):
    status, code, detail = 416, "query.range", "The range lies outside the content."


class BodyProblem(Problem):
    status, code, detail = 422, "body.refused", "The body is not valid."


class BodyMalformed(BodyProblem):
    status, code, detail = 400, "body.malformed", "The body cannot be parsed."


class BodyTooLarge(BodyProblem):
    status, code, detail = 413, "body.too_large", "The body is too large."


class MediaTypeUnsupported(BodyProblem):
    status, code, detail = 415, "body.media_type", "This content type is not supported."


class BodyFieldRefused(BodyProblem):
    status, code, detail = 422, "body.field", "A field cannot be written."


class ValueInvalid(BodyProblem):
    status, code, detail = 422, "body.value", "A value is not valid."


class ValueRequired(BodyProblem):
    status, code, detail = 422, "body.required", "A value is missing."


class LookupFailed(BodyProblem):
    status, code, detail = 422, "body.lookup", "A record was not found, or several."


class RecordProblem(Problem):
    status, code, detail = 409, "record.refused", "The record does not allow this."


class NotFound(RecordProblem):
    status, code, detail = 404, "record.not_found", "There is nothing here."

    @classmethod
    def of_records(cls, model: str, ids: Sequence[int]) -> NotFound:
        """Records that do not exist and records out of reach get the same words."""
        listed = ", ".join(map(str, ids))
        if len(ids) > 1:
            detail = (
                f"Records {listed} of {model} were not found or are not accessible."
            )
        else:
            detail = f"Record {listed} of {model} was not found or is not accessible."
        return cls(detail)


class RecordInvalid(RecordProblem):
    status, code, detail = 422, "record.invalid", "The record would not be valid."


class Duplicate(RecordProblem):
    status, code, detail = 409, "record.duplicate", "Such a record exists already."


class StillReferenced(RecordProblem):
    status, code, detail = 409, "record.referenced", "Other records refer to this one."


class Locked(RecordProblem):
    status, code, detail = 409, "record.locked", "The record is in use; try again."
    wait = 1


class TwinRunning(RecordProblem):
    status, code, detail = 409, "record.twin", "The same request is still running."


class KeyReused(RecordProblem):
    status, code, detail = 422, "record.key_reused", "The key was used before."


class PreconditionFailed(RecordProblem):
    status, code, detail = 412, "record.precondition", "The record has changed."


class PreconditionRequired(RecordProblem):
    status, code = 428, "record.precondition_required"
    detail = "If-Match is required."


class ServerProblem(Problem):
    status, code, detail = 500, "server.error", "The request could not be completed."


class Maintenance(ServerProblem):
    status, code, detail = 503, "server.maintenance", "The API is under maintenance."
    wait = 120


class Overloaded(ServerProblem):
    status, code, detail = 503, "server.overloaded", "The server is busy; try later."
    wait = 1


class RendererMissing(ServerProblem):
    status, code = 501, "server.renderer"
    detail = "This server cannot make PDF documents: wkhtmltopdf is not installed."


class TimeExceeded(ServerProblem):
    status, code, detail = 503, "server.timeout", "The request took too long."
