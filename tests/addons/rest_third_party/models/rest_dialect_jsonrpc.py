"""JSON-RPC 2.0: one path, the operation in the body, status 200 whatever happens.

{"jsonrpc": "2.0", "id": 1, "method": "list",
 "params": {"model": "res.partner", "filter": [["name", "=", "A"]]}}
"""

from odoo import models

from odoo.addons.rest_api_core.body.inputs import record_id
from odoo.addons.rest_api_core.query import query as queries
from odoo.addons.rest_api_core.wire import json_text
from odoo.addons.rest_api_core.wire.call import Call, Target
from odoo.addons.rest_api_core.wire.json_bytes import encode
from odoo.addons.rest_api_core.wire.problem import (
    BodyMalformed,
    MethodNotAllowed,
    NotFound,
    ParameterInvalid,
    allow,
)
from odoo.addons.rest_api_core.wire.received import Reply
from odoo.addons.rest_api_core.wire.router import Found

METHODS = ("list", "read", "create", "update", "delete")


class RestDialectJsonRpc(models.AbstractModel):
    _name = "rest.dialect.jsonrpc"
    _inherit = "rest.dialect"
    _description = "REST dialect JSON-RPC"

    def _find(self, received):
        if received.below:
            raise NotFound()
        if received.method != "POST":
            raise MethodNotAllowed(headers=[allow(["OPTIONS", "POST"])])
        message = _message(received)
        if message["method"] not in METHODS:
            raise ParameterInvalid.at_parameter("method", f"is not in {METHODS}")
        operations = {"POST": message["method"]}
        return Found(message["method"], operations, _target(message["params"]))

    def _call(self, received, operation, target, api, caller):
        params = _message(received)["params"]
        named = {n: params[n] for n in operation.parameters & params.keys()}
        return Call(
            operation,
            api.id,
            caller,
            target,
            query=queries.parse((), api.limits, operation.parameters, named),
            body=params.get("values"),
            url=received.base_url,
            ip=received.ip,
        )

    def _render(self, received, call, result):
        shown = {"ids": list(result.ids)} if result.data is None else result.data
        return _reply(received, result=shown)

    def _render_problem(self, received, api, problem, request_id):
        error = {
            "code": problem.status,
            "message": problem.detail,
            "data": problem.code,
        }
        return _reply(received, error=error)


def _target(params):
    model, ids = params.get("model"), params.get("ids", [])
    try:
        if not isinstance(model, str) or not isinstance(ids, list):
            raise ValueError("must be text, and ids a list")
        return Target(model, tuple(map(record_id, ids)))
    except ValueError as error:
        raise ParameterInvalid.at_parameter("model", str(error)) from error


def _reply(received, **members):
    try:
        message_id = _message(received)["id"]
    except BodyMalformed:
        message_id = None
    document = {"jsonrpc": "2.0", "id": message_id, **members}
    return Reply(200, encode(document), "application/json")


def _message(received):
    try:
        message = json_text.loads(received.read())
    except ValueError as error:
        raise BodyMalformed(f"The body {error}.") from error
    if not isinstance(message, dict) or not isinstance(message.get("params"), dict):
        raise BodyMalformed("The body is not a request of JSON-RPC with params.")
    return {"id": None, "method": None, **message}
