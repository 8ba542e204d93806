"""The methods of a requested path: those of the API itself and of custom routes."""

import contextlib

from odoo.http import request

from .wire import problem, router
from .wire.call import Target
from .wire.problem import Problem


class PathMethods:
    """:param exchange: the ``Exchange`` of the request, whose API is known"""

    def __init__(self, exchange):
        self._exchange = exchange

    def allowed(self):
        """For ``Allow``, sorted."""
        own = self._own_path()
        return sorted({*(own.methods if own else ()), "OPTIONS", *self._custom()})

    def corrected(self, found):
        """The same Problem, or MethodNotAllowed where custom routes have the path."""
        is_missing = isinstance(found, problem.NotFound) and not self._own_path()
        if not is_missing and not isinstance(found, problem.MethodNotAllowed):
            return found
        methods = self.allowed()
        if methods == ["OPTIONS"] or self._exchange.http.method in methods:
            return found
        if is_missing:
            self._enter_custom()
        return problem.MethodNotAllowed(headers=[problem.allow(methods)])

    def _custom(self):
        exchange = self._exchange
        return request.env["ir.http"]._rest_custom_routes(
            exchange.api.id, exchange.http
        )

    def _enter_custom(self):
        """The log names the custom route, as with its own methods."""
        exchange = self._exchange
        route, model = next(iter(self._custom().values()))
        template = router.below(route, exchange.mount[0])
        exchange.found = router.Found(template, {}, Target(model=model))

    def _own_path(self):
        """``router.Found`` of a path of the API itself, else None: the name of a model
        is that of one which there is."""
        exchange = self._exchange
        with contextlib.suppress(Problem):
            found = exchange.dialect._find(exchange.received())
            model = found.target.model
            return found if not model or model in request.env else None
        return None
