"""The dispatcher of ``rest.endpoint``: endpoints that administrators add to an API.

They are custom routes whose record tells what a request may have.
"""

from dataclasses import replace

from ..wire import router
from ..wire.call import Target
from ..wire.problem import NotFound
from .custom_dispatcher import CustomDispatcher, CustomExchange

ROUTING_TYPE = "rest_endpoint"
NAME = "endpoint"  # of the operation


class EndpointExchange(CustomExchange):
    @property
    def record(self):
        """The endpoint as superuser, without a query; empty if it is archived."""
        model, route = self.endpoint.args[:2]
        return self.env[model]._find_endpoint(route)

    def find(self):
        if self.found is None:
            record = self.record
            if not record:
                raise NotFound()
            self.found = router.Found(
                template=router.below(self.request.endpoint_rule.rule, self.mount[0]),
                operations=dict.fromkeys(record._get_request_methods(), NAME),
                target=Target(model=record.model or ""),
            )
        return self.found

    def operation(self):
        if self._operation is None:
            name = self.find().operation(self.http.method)
            self._operation = self.record._rest_operation(name)
        return self._operation

    def parse(self):
        """The ``Call`` as the dialect makes it, with the query of the endpoint."""
        received, record = self.received(), self.record
        own, others = record._rest_parameters(received.query)
        call = self.dialect._call(
            replace(received, query=tuple(others)),
            self.operation(),
            self.find().target,
            self.api,
            self.caller,
        )
        query = record._rest_query(call.query, own, self.api.limits)
        return replace(call, query=query)


class EndpointDispatcher(CustomDispatcher):
    routing_type = ROUTING_TYPE
    exchange_class = EndpointExchange

    def _api_id(self, endpoint):
        """The API of the record: another one may have a base path above it."""
        record = self.exchange.record
        return record.api_id.id or super()._api_id(endpoint)

    def _check_caller(self):
        exchange = self.exchange
        if exchange.caller.scheme == "session" and not exchange.operation().readonly:
            # a GET that may write, too: browsers send it with the cookie from anywhere
            check = self.request.env["rest.authentication"]._check_origin
            check(exchange.received(), "POST")
