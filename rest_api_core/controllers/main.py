"""The one handler behind all paths of all APIs."""

from odoo import http
from odoo.http import request

from ..dispatcher import RestDispatcher
from ..wire.problem import Problem


class RestController(http.Controller):
    def respond(self, api_id, /, *, call):
        """The ``Result`` of a ``Call`` to the API of this id; of one that came before
        with the same key, its ``Reply``."""
        pipeline = request.env["rest.pipeline"]
        context = pipeline._admitted(call)
        request.dispatcher.act_for(context)
        first = request.env["rest.idempotency"]._claim(call)
        if first and call.operation.name == "batch" and not call.operation.deferred:
            request.env["rest.batches"]._check_replay(context, call, first)
        return first or pipeline._performed(context, call)

    def is_readonly(self, rule, args):
        """Whether Odoo serves the request on a read-only cursor, from a replica."""
        current = request._get_current_object()  # the proxy looks for it each time
        received = current.httprequest
        if received.headers.get("Authorization", "")[:5].lower() == "basic":
            return False  # a password's hash may be made anew
        api = current.env["rest.configuration"]._api(rule.endpoint.args[0])
        # the type of a stored route may have been changed: the dispatcher rejects it
        if api is None or not isinstance(current.dispatcher, RestDispatcher):
            return True
        exchange = current.dispatcher.exchange
        exchange.enter(api)
        try:
            operation = exchange.operation()
        except Problem:
            return True
        return current.env["rest.pipeline"]._is_readonly(
            api.id, operation, exchange.found.target
        )
