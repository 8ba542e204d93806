"""REST v1: JSON, problems of RFC 9457, entity tags, links."""

from dataclasses import replace

from odoo import models

from ..query import aggregate, changes, criteria, importing, paging
from ..query import query as queries
from ..wire import (
    documents,
    etag,
    formats,
    idempotency,
    jobs,
    json_text,
    negotiation,
    preferences,
    problem,
    uploads,
)
from ..wire.call import Call
from ..wire.envelope import envelope, of_batch
from ..wire.json_bytes import encode
from ..wire.problem import (
    BodyMalformed,
    MediaTypeUnsupported,
    NotFound,
)
from ..wire.received import Reply
from .base import JSON

_STATUSES = {"created": 201, "accepted": 202}
METHODS_WITH_BODY = frozenset(("POST", "PUT", "PATCH", "DELETE", "QUERY"))


class RestDialectV1(models.AbstractModel):
    _name = "rest.dialect.v1"
    _inherit = "rest.dialect"
    _description = "REST dialect v1"

    # --- request → call --------------------------------------------------------

    def _requested(self, received, operation):
        if operation.job and preferences.asks_for_job(received.headers.get("Prefer")):
            return operation.as_job()
        return operation

    def _call(self, received, operation, target, api, caller):
        headers = received.headers
        body = self._body(received, operation)
        form = formats.parse(headers.get("Accept"), received.query, body, operation)
        wishes = preferences.parse(headers.get("Prefer"))
        query, extra = self._query(form.pairs, operation, form.body, api, wishes)
        return Call(
            operation=self._operation(operation, target),
            api_id=api.id,
            caller=caller,
            target=target,
            query=query,
            body=body,
            preferences=wishes,
            media_type=form.media_type,
            csv=form.csv,
            conditions=_conditions(headers),
            languages=headers.get("Accept-Language") or "",
            company_ids=negotiation.companies(headers.get("X-Company-Id")),
            url=received.base_url,
            ip=received.ip,
            idempotency=idempotency.of(received, operation, wishes.strict),
            sent=jobs.stored(received) if operation.deferred else b"",
            **extra,
        )

    def _operation(self, operation, target):
        """A path with several ids is answered as a list."""
        if operation.name == "read" and len(target.ids) > 1:
            return self.env["rest.operations"]._by_name()["bulk"]
        return operation

    def _body(self, received, operation):
        """The parsed body; None where there is none."""
        if received.method not in METHODS_WITH_BODY or operation.body == "raw":
            return None
        content = received.read()
        if operation.body == "file":
            return uploads.parse(content, received.headers.get("Content-Type"))
        if operation.body == "files":
            return uploads.parse_all(content, received.headers, _name(received))
        if not content:
            return None
        if not negotiation.is_json(received.headers.get("Content-Type")):
            raise MediaTypeUnsupported("Send JSON, application/json.")
        try:
            return json_text.loads(content)
        except ValueError as error:
            raise BodyMalformed(f"The body {error}.") from error

    def _query(self, pairs, operation, body, api, wishes):
        """``(Query, other members of the call)``: the grammar is that of the
        operation."""
        if operation.parameters is None:
            return queries.Query(limit=api.limits.default_limit), {}
        members, extra = body if operation.body == "parameters" else None, {}
        if operation.parameters == aggregate.PARAMETERS:
            query, extra["aggregation"] = aggregate.parse(pairs, api.limits, members)
        elif operation.parameters >= changes.OWN - {"models"}:
            known = operation.parameters
            query, extra["feed"] = changes.parse(pairs, api.limits, known)
        elif operation.parameters == importing.PARAMETERS:
            query, extra["importing"] = importing.parse(pairs, api.limits)
        elif operation.parameters in criteria.LISTS:
            known = operation.parameters
            query, extra["criteria"] = criteria.parse(pairs, api.limits, known)
        else:
            query = queries.parse(pairs, api.limits, operation.parameters, members)
        # ``Prefer: count=…`` is for those who name no ``count``
        named = dict(pairs).keys() | (members or {}).keys()
        if wishes.count and "count" in operation.parameters - named:
            query = replace(query, count=wishes.count)
        return query, extra

    # --- result → reply --------------------------------------------------------

    def _render(self, received, call, result):
        headers = self._headers(received, call, result)
        if result.content is not None:
            return documents.reply(received, call, result, headers)
        if result.parts is not None:
            status = 207 if result.partial else 200
            return Reply(status, encode(of_batch(result.parts)), JSON, headers)
        if result.outcome == "unchanged":
            return Reply(304, headers=headers, tag=result.tag)
        if result.outcome == "empty":
            return Reply(204, headers=headers)
        status = _STATUSES.get(result.outcome, 200)
        is_plain = result.data is None and result.document is None
        if is_plain and result.outcome in _STATUSES:
            return Reply(status, headers=headers)
        content = encode(result.document or envelope(result))
        tag = self._tag(call, result, content)
        if tag and call.operation.readonly and documents.is_unchanged(call, tag):
            return Reply(304, headers=headers, tag=tag)
        return Reply(status, content, JSON, headers, tag)

    def _tag(self, call, result, content):
        """What a dry run shows does not exist."""
        if call.preferences.rollback and not call.operation.readonly:
            return None
        if result.tag or not result.version:
            return result.tag
        return etag.strong(result.version, content + result.seal)

    def _headers(self, received, call, result):
        """``Link``, ``Location``, ``X-Total-Count`` and ``Preference-Applied``."""
        headers = list(result.headers)
        if result.pages is not None:
            members = call.body if isinstance(call.body, dict) else {}
            links = result.pages.links(paging.by_get(received.url, members))
            header = paging.link_header(links)
            headers += [("Link", header)] if header else []
        if result.outcome == "created":
            ids = ",".join(map(str, result.ids))
            path = result.location or f"{call.model}/{ids}"
            headers.append(("Location", f"{call.url}/{path}"))
        if result.content is not None:
            headers += _of_content(call, result.meta or {})
        applied = call.preferences.applied(_honoured(call, result), result.always)
        if applied and result.outcome != "unchanged":
            headers.append(("Preference-Applied", applied))
        return tuple(headers)

    # --- problem → reply -------------------------------------------------------

    def _render_problem(self, received, api, problem, request_id):
        if isinstance(problem, NotFound):
            problem = _with_directory(problem, api.root)
        return problem_reply(received.path, api, problem, request_id)


def _with_directory(found, root):
    """Whatever is missing, the same words lead on."""
    hint = f"GET {root}/ lists the models and endpoints that you can use."
    return NotFound(
        f"{found.detail} {hint}",
        errors=found.errors,
        headers=found.headers,
        extensions=found.extensions,
    )


def problem_reply(path, api, found, request_id):
    """An ``application/problem+json`` of RFC 9457.

    :param api: ``configuration.Api``, for ``WWW-Authenticate``
    """
    document = problem.document(found, path, request_id)
    headers = tuple(problem.headers(found, api.name, api.resource_metadata))
    return Reply(found.status, encode(document), problem.MEDIA_TYPE, headers)


def _honoured(call, result):
    """All operations honour ``handling``: it is about the header itself. The parameter
    ``count`` goes before the preference."""
    overridden = call.preferences.count != call.query.count
    names = [n for n in result.honoured if n != "count" or not overridden]
    return (*names, "handling")


def _of_content(call, meta):
    """How many rows there are, and where their changes are told (RFC 5989)."""
    if "total" in meta:
        yield "X-Total-Count", str(meta["total"])
    if since := (meta.get("snapshot") or {}).get("next_since"):
        url = f"{call.url}/{call.model}/changes?since={since}"
        yield "Link", f'<{url}>; rel="monitor"'


def _name(received):
    """The parameter ``name``, which is the name of a file in the body."""
    return dict(received.query).get("name", "")


def _conditions(headers):
    """Absent headers are None, and empty ones too."""
    names = ("If-Match", "If-None-Match")
    return etag.conditions(*(headers.get(name) or None for name in names))
