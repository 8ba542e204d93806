"""The dispatcher of custom routes: controllers of other addons, see ``rest_route``.

Everything but the handler is that of the API below whose base path the route lies:
credentials, limits, errors in its dialect, headers, log.
"""

from dataclasses import replace

from odoo.tools.func import filter_kwargs

from ..dispatcher import RestDispatcher
from ..exchange import Exchange
from ..operations import Operation
from ..orm.failures import waiting_bounded
from ..wire import idempotency, negotiation, preferences, router
from ..wire.call import Call, Target
from ..wire.problem import Problem
from ..wire.received import Reply
from ..wire.result import Result

ROUTING_TYPE = "rest_custom"
METHODS = ("GET",)


class CustomExchange(Exchange):
    """``context`` is that of the caller, once it may call the handler."""

    context = None

    @property
    def endpoint(self):
        return self.request.endpoint_rule.endpoint

    def find(self):
        """The route itself, as it stands in the log."""
        if self.found is None:
            routing, name = self.endpoint.routing, self.endpoint.__name__
            self.found = router.Found(
                template=router.below(self.request.endpoint_rule.rule, self.mount[0]),
                operations=dict.fromkeys(routing["methods"] or METHODS, name),
                target=Target(model=routing.get("rest_model", "")),
            )
        return self.found

    def operation(self):
        routing = self.endpoint.routing
        return Operation(
            self.find().operation(self.http.method),
            rights=routing.get("rest_rights", frozenset()),
            readonly=routing["readonly"],
        )

    def parse(self):
        """The ``Call`` without a body: the handler reads it, in whatever form."""
        received, operation = self.received(), self.operation()
        headers = received.headers
        wishes = preferences.parse(headers.get("Prefer"))
        return Call(
            operation=operation,
            api_id=self.api.id,
            caller=self.caller,
            target=self.find().target,
            preferences=wishes,
            languages=headers.get("Accept-Language") or "",
            company_ids=negotiation.companies(headers.get("X-Company-Id")),
            url=received.base_url,
            ip=received.ip,
            idempotency=idempotency.of(received, operation, wishes.strict),
        )


class CustomDispatcher(RestDispatcher):
    routing_type = ROUTING_TYPE
    exchange_class = CustomExchange

    def _api_id(self, endpoint):
        """The handler is bound to no API: its path is all there is."""
        path = self.exchange.http.path
        return self.request.env["rest.custom.routes"]._api_id(path)

    def _perform(self, endpoint, args):
        exchange = self.exchange
        exchange.call = exchange.parse()
        # for handlers that read the body themselves
        exchange.http.max_content_length = exchange.api.max_body + 1
        routes = self.request.env["rest.custom.routes"]
        exchange.context = routes._admitted(exchange.call)
        self.act_for(exchange.context)
        with waiting_bounded(self.request.env.cr):
            first = self.request.env["rest.idempotency"]._claim(exchange.call)
            result = first or self._handled(endpoint, args)
        self._keep_nothing_of_a_read()
        return first or self._kept(result)

    def _handled(self, endpoint, args):
        """What the handler returns: ``Result`` or ``Reply``."""

        def handler(_context, _call):
            return _returned(endpoint(**self._arguments(endpoint, args)))

        pipeline, exchange = self.request.env["rest.pipeline"], self.exchange
        return pipeline._performed_by(handler, exchange.context, exchange.call)

    def _reply_of(self, result):
        if not isinstance(result, Reply):
            return super()._reply_of(result)
        call = self.exchange.call
        honoured = ("handling",) if call.operation.readonly else ("tx", "handling")
        applied = call.preferences.applied(honoured)
        headers = (("Preference-Applied", applied),) if applied else ()
        return replace(result, headers=(*result.headers, *headers))

    def _arguments(self, endpoint, args):
        """Query parameters and variables of the path, as far as the handler takes them:
        Odoo warns of all others, which would let clients fill its log."""
        sent = dict(self.exchange.http.args.items())
        sent.pop("self", None)
        # an override without @http.route() has no original
        handler = getattr(endpoint, "original_endpoint", endpoint)
        return filter_kwargs(handler, {**sent, **args})

    def json_body(self):
        """The parsed body, which goes into the log as that of other requests does."""
        exchange = self.exchange
        body = exchange.received().json()
        exchange.call = replace(exchange.call, body=body)
        return body


def _returned(response):
    if isinstance(response, Problem):
        raise response
    if not isinstance(response, Reply | Result):
        raise TypeError("Return successful_response(…) or error_response(…).")
    return response
