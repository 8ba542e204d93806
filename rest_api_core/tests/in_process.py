"""Calls without HTTP: through dialect and pipeline, in the transaction of a test."""

import json
from urllib.parse import urlencode

from werkzeug.datastructures import Headers

from ..wire.received import Received

JSON_TYPE = "application/json"


def received(base, method, path="", *, params=(), body=None, headers=None):
    """``Received`` for a path below a base path; ``body`` is JSON or bytes."""
    pairs = tuple((name, str(value)) for name, value in dict(params).items())
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    typed = {} if body is None else {"Content-Type": JSON_TYPE}
    return Received(
        method=method,
        path=f"{base}/{path}",
        below=path,
        base_url=f"http://localhost{base}",
        query=pairs,
        query_string=urlencode(pairs),
        headers=Headers({**typed, **(headers or {})}),
        ip="127.0.0.1",
        read=lambda: b"" if body is None else content,
    )


def call_of(env, request, api_id, caller):
    """``(dialect, Call)`` of a request, as the dispatcher makes it."""
    api = env["rest.configuration"]._api(api_id)
    dialect = env[api.mount(request.path)[1]]
    found = dialect._router().find(request.below)
    operation = env["rest.operations"]._by_name()[found.operation(request.method)]
    return dialect, dialect._call(request, operation, found.target, api, caller)


def perform(env, request, api_id, caller):
    """The ``Result`` of a request; problems and exceptions of Odoo rise.

    :param request: what ``received`` gives; :param caller: ``wire.call.Caller``
    """
    _dialect, call = call_of(env, request, api_id, caller)
    return env["rest.pipeline"]._respond(call)
