"""The token dialect: the routes of the ``rest_api`` module, for clients made for it.

Login and password get an access token, which goes with each request in the header
``Access-Token``. Operations, rights, limits and log are those of v1; here are only the
words of requests and responses.
"""

import json
import re
from dataclasses import replace

from odoo import models

from ..body.inputs import record_id
from ..body.tree_reading import TreeReading, UrlText
from ..operations import PDF
from ..query import query as queries
from ..wire import negotiation
from ..wire.call import Call, Target
from ..wire.flat import flat
from ..wire.problem import CredentialsMisused, PageTooLarge, ValueInvalid
from ..wire.problem import headers as problem_headers
from ..wire.received import Reply
from .base import JSON

_DIGITS = re.compile("[0-9]{1,10}")
ROUTES = {
    "GET auth/get_tokens": "get_tokens",
    "POST auth/get_tokens": "get_tokens",
    "POST auth/refresh_token": "refresh_token",
    "POST auth/delete_tokens": "delete_tokens",
    "GET report/get_pdf": "report",
    "GET <model>": "list",
    "POST <model>": "create",
    "PUT <model>/<any name>": "call",
    "GET <model>/<ids>": "read",
    "PUT <model>/<ids>": "update",
    "DELETE <model>/<ids>": "delete",
    "PUT <model>/<ids>/<any name>": "call",
}
# Words of this dialect → those of a query; a query of v1 has no others
NAMES = {
    "filters": "filter",
    "order": "sort",
    "include_fields": "fields",
    "exclude_fields": "exclude_fields",
    "offset": "offset",
    "limit": "limit",
}
WORDS = {name: word for word, name in NAMES.items()}
SHOWN = ("include_fields", "exclude_fields")
WHOLE = ("update", "delete")  # what these have done is told by ``true``


class RestDialectToken(models.AbstractModel):
    _name = "rest.dialect.token"
    _inherit = "rest.dialect"
    _description = "REST token dialect"

    def _routes(self, operations):
        return [(route, name) for route, name in ROUTES.items() if name in operations]

    def _credentials(self, received):
        token = received.headers.get("Access-Token")
        return self.env["rest.authentication"]._presented(received, token)

    def _origins(self, api):
        return api.origins | self.env["rest.tokens"]._settings().origins

    # --- request → call --------------------------------------------------------

    def _call(self, received, operation, target, api, caller):
        parse = getattr(self, f"_parse__{operation.name}", self._parse)
        headers = received.headers
        call = Call(
            operation=operation,
            api_id=api.id,
            caller=caller,
            target=target,
            query=queries.Query(limit=api.limits.max_limit),
            reading=TreeReading,
            languages=headers.get("Accept-Language") or "",
            company_ids=negotiation.companies(headers.get("X-Company-Id")),
            url=received.base_url,
            ip=received.ip,
        )
        return parse(received, call, api, received.json())

    def _parse(self, _received, call, _api, body):
        """Operations whose body is what they take."""
        return replace(call, body=body)

    def _parse__list(self, received, call, api, body):
        query = self._query(received, api, body, tuple(NAMES))
        return replace(call, query=query, body=_object(received, body))

    def _parse__read(self, received, call, api, body):
        if len(call.ids) > 1:
            rows = self.env["rest.operations"]._by_name()
            call = replace(call, operation=rows["bulk"])
        return replace(call, query=self._query(received, api, body, SHOWN))

    def _query(self, received, api, body, words):
        allowed = frozenset(NAMES[word] for word in words)
        query = queries.parse(received.query, api.limits, allowed, body, NAMES)
        given = {name for name, _value in received.query} | (body or {}).keys()
        limit = query.limit if "limit" in given else api.limits.max_limit
        return replace(query, limit=limit, count="none")

    def _parse__create(self, received, call, api, body):
        resources = self.env["rest.configuration"]._resources(api.id)
        resource = resources.get(call.model)
        if resource is None or "create" not in resource.schemas:
            call = replace(call, query=replace(call.query, fields=("id",)))
        return replace(call, body=_members(received, body))

    def _parse__update(self, received, call, _api, body):
        return replace(call, body=_members(received, body))

    def _parse__call(self, received, call, _api, body):
        """All members are arguments by name, but for ``__context__``."""
        arguments = _object(received, body)
        context = arguments.pop("__context__", {})
        return replace(call, body={"kwargs": arguments, "context": context})

    def _parse__report(self, received, call, _api, body):
        members = _object(received, body)
        name, ids = members.get("report_name"), members.get("ids")
        if not isinstance(name, str):
            raise ValueInvalid.at_pointer("#/report_name", "must name a report")
        target = Target(name=name, ids=_ids(ids))
        return replace(call, target=target, media_type=PDF)

    def _parse__get_tokens(self, received, call, api, body):
        if received.query and not api.token_query_login:
            detail = "Send username and password in the body, not in the URL."
            raise CredentialsMisused(detail)
        return replace(call, body=_object(received, body))

    # --- result → reply --------------------------------------------------------

    def _render(self, received, call, result):
        if result.content is not None:
            return Reply(200, result.content.parts, result.content.media_type)
        status = 200
        if result.outcome == "created":
            resources = self.env["rest.configuration"]._resources(call.api_id)
            status = resources[call.model].create_status
        return self._reply(status, self._document(call, result))

    def _document(self, call, result):
        if call.operation.name in WHOLE:
            return True
        if not result.level:
            return result.data
        if not result.many:
            return flat(result.data, result.level)
        results = [flat(each, result.level) for each in result.data]
        if call.operation.name == "list":
            _check_whole(call, result)
        if call.operation.name == "create":
            return results
        return {"count": len(results), "results": results}

    def _render_problem(self, _received, api, problem, _request_id):
        description = "; ".join(map(_text, problem.errors)) or problem.detail
        document = {"error": problem.code, "error_descrip": description}
        headers = problem_headers(problem, api.name, api.resource_metadata)
        reply = self._reply(problem.status, document)
        return replace(reply, headers=tuple(headers))

    def _reply(self, status, document):
        escapes = self.env["rest.tokens"]._settings().escapes_unicode
        text = json.dumps(document, ensure_ascii=escapes)
        return Reply(status, text.encode("utf-8", "replace"), JSON)


def _text(error):
    """An error, with the parameter in the words of this dialect."""
    name, dot, rest = (error.parameter or "").partition(".")
    word = f"{WORDS.get(name, name)}{dot}{rest}" or None
    return replace(error, parameter=word).text


def _members(received, body):
    """The values of a record, or a list of records; see ``_object``."""
    return body if isinstance(body, list) else _object(received, body)


def _object(received, body):
    """The members of the body, and those of the URL that are not among them."""
    if not isinstance(body, dict | None):
        raise ValueInvalid.at_pointer("#", "must be an object")
    return {**{n: UrlText(v) for n, v in received.query}, **(body or {})}


def _ids(value):
    """``[3, 4]`` or ``3``, or the same as text of an URL."""
    if isinstance(value, UrlText):
        value = [int(p) if _DIGITS.fullmatch(p) else p for p in value.split(",")]
    ids = [value] if isinstance(value, int) else value
    try:
        return tuple(dict.fromkeys(map(record_id, ids)))
    except (TypeError, ValueError):
        raise ValueInvalid.at_pointer("#/ids", "must be a list of ids") from None


def _check_whole(call, result):
    """Who names no limit gets everything, or is told so."""
    if result.pages.more and "limit" not in call.body:
        detail = f"There are more than {call.query.limit} records."
        raise PageTooLarge(f"{detail} Read them with limit and offset.")
