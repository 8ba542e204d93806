"""Custom routes: handlers of other addons that respond beside the paths of an API.

The code of a handler runs with the rights of its user in Odoo. Which callers may run it
is decided here and in the pipeline, as for every other call.
"""

from collections.abc import Mapping
from typing import NamedTuple

from odoo import models

from ..documents import model as documents
from ..wire.call import Call, Target
from ..wire.operation import Operation
from ..wire.problem import Problem, ScopeInsufficient


class RestCustomRoutes(models.AbstractModel):
    _name = "rest.custom.routes"
    _description = "REST custom routes"

    def _api_id(self, path):
        """The id of the API with the longest base path that a path lies below; None
        where there is no such API."""
        bases = self.env["rest.configuration"]._kept("bases", _bases)
        return next((bases[b] for b in _parents(path) if b in bases), None)

    def _admitted(self, call):
        """The ``Context`` of a call of a custom route.

        Raises what ``rest.pipeline`` raises, and ScopeInsufficient.
        """
        self._check_client(call)
        return self.env["rest.pipeline"]._admitted(call)

    def _check_client(self, call):
        """Code is not limited by the scopes of a client, nor by a key that only reads:
        clients with such limits call routes that declare what they need."""
        caller = call.caller
        if not caller.client_id:
            return
        client = self.env["rest.configuration"]._client(caller.client_id)
        limits = client.policy.with_key(caller.read_only)
        if limits.read_only and not call.operation.readonly:
            raise ScopeInsufficient("This route may write, which your client may not.")
        if not (limits.all_resources or call.model):
            raise ScopeInsufficient(
                "This route is not limited to one model, but your client is limited to"
                " the models of its scopes."
            )

    # --- what there is ---------------------------------------------------------

    def _endpoints(self, context):
        """``[{"name", "methods", "url", "model"}]`` of the endpoints of the API that
        the caller may call; ``model`` is None without one."""
        return [
            {
                "name": each.operation.summary,
                "methods": list(each.methods),
                "url": f"{context.url}{each.path}",
                "model": each.model or None,
            }
            for each in self._callable(context)
        ]

    def _documented(self, context):
        """``documents.model.Endpoint`` of each endpoint that the caller may call."""
        return tuple(
            documents.Endpoint(
                key=each.key,
                name=each.operation.summary,
                path=f"{context.api.root}{each.path}",
                methods=each.methods,
                operation=each.operation,
                model=each.model,
                help=each.help,
                content=each.content,
            )
            for each in self._callable(context)
        )

    def _callable(self, context):
        """``Endpoint`` of each one that the caller may call."""
        api_id = context.api.id
        known = self.env["rest.configuration"]._kept(
            ("endpoints", api_id), lambda env: _endpoints_of(env, api_id)
        )
        return [each for each in known if self._may_call(context, each)]

    def _may_call(self, context, endpoint):
        call = Call(
            operation=endpoint.operation,
            api_id=context.api.id,
            caller=context.caller,
            target=Target(model=endpoint.model),
        )
        try:
            self._check_client(call)
            self.env["rest.pipeline"]._check(call)
        except Problem:
            return False
        return not call.model or context.catalog.readable(call.model)


class Endpoint(NamedTuple):
    """A ``rest.endpoint`` without what it runs; ``path`` is below the base path."""

    path: str
    methods: tuple[str, ...]
    model: str
    operation: Operation
    key: str
    help: str
    content: Mapping


def _endpoints_of(env, api_id):
    domain = [("api_id", "=", api_id), ("active", "=", True)]
    return tuple(
        Endpoint(
            path=record._template(),
            methods=tuple(record._get_request_methods()),
            model=record.model or "",
            operation=record._rest_operation(),
            key=f"endpoint_{record.id}",
            help=record.description or "",
            content=record._openapi_content(),
        )
        for record in env["rest.endpoint"].search(domain)
    )


def _bases(env):
    """``{base path: id of its API}``, of all dialects."""
    apis = env["rest.api"].search([("active", "=", True)])
    return {base: api.id for api in apis for base in api._mounts()}


def _parents(path):
    """``/a/b`` → ``/a/b``, ``/a``."""
    while path:
        yield path
        path = path.rpartition("/")[0]
