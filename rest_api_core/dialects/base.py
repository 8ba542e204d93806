"""What the dispatcher asks a dialect: parse a request, render what became of it.

A dialect is an abstract model that inherits ``rest.dialect`` and is named in
``rest.api._mounts()`` for a base path. It decides nothing: operations, rights, limits,
errors and the log are the same for all dialects.
"""

from odoo import models

from ..wire import cors
from ..wire.json_bytes import encode
from ..wire.received import Reply
from ..wire.router import Router

JSON = "application/json; charset=utf-8"


class RestDialect(models.AbstractModel):
    _name = "rest.dialect"
    _description = "REST dialect"

    def _routes(self, operations):
        """``[("<METHOD> <template>", name of the operation)]`` of its paths, see
        ``wire.router``; by default those that the operations name for v1.

        :param operations: ``{name: Operation}``
        """
        return [
            (route, row.name) for row in operations.values() for route in row.routes
        ]

    def _find(self, received):
        """``router.Found``: what the request leads to; raises NotFound. A dialect whose
        operations are not told by paths looks elsewhere."""
        return self._router().find(received.below)

    def _requested(self, _received, operation):
        """The operation of a request to the path and method of this one; another where
        a header says so."""
        return operation

    def _call(self, received, operation, target, api, caller):
        """The ``Call`` of a request; raises what is wrong with it as a Problem.

        :param received: ``wire.received.Received``
        :param operation: ``Operation``; :param target: ``Target``, what the path names
        :param api: ``configuration.Api``; :param caller: ``Caller``
        """
        raise NotImplementedError(self._name)

    def _render(self, received, call, result):
        """The ``Reply`` for a ``Result``; may raise a Problem, as of a condition."""
        raise NotImplementedError(self._name)

    def _render_problem(self, received, api, problem, request_id):
        """The ``Reply`` for a ``Problem``."""
        raise NotImplementedError(self._name)

    def _reply(self, status, document):
        """The ``Reply`` with any JSON, as custom routes respond with."""
        return Reply(status, encode(document), JSON)

    # --- what dialects seldom have of their own --------------------------------

    def _credentials(self, received):
        """The credentials of a request, unchecked; None when it has none."""
        return self.env["rest.authentication"]._presented(received)

    def _origins(self, api):
        """The origins whose pages may read responses (``cors.origins``)."""
        return api.origins

    def _preflight_headers(self, origin, api):
        return cors.preflight_headers(origin, self._origins(api))

    def _router(self):
        """The ``Router`` of this dialect, made once by each worker."""

        def fill(env):
            operations = env["rest.operations"]._by_name()
            return Router(env[self._name]._routes(operations))

        return self.env["rest.configuration"]._kept(("router", self._name), fill)
