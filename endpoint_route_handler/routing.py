"""Compile stored rules to werkzeug rules.

Rules are compiled once per row content and worker (``CompiledRoutes``): changing one
record of thousands compiles one rule. Only the routing map is built again.
"""

import contextlib
import logging
import threading

from odoo.http import ROUTING_KEYS, _dispatchers
from odoo.tools.misc import submap

from odoo.addons.base.models.ir_http import FasterRule

from .exceptions import EndpointRouteError
from .rule import EndpointRule

_logger = logging.getLogger(__name__)


@contextlib.contextmanager
def thread_of_database(dbname):
    """Set ``dbname`` on the current thread if it has none.

    Odoo's routing map and its converters read it; the threads of scripts lack it.
    """
    thread = threading.current_thread()
    if getattr(thread, "dbname", None):
        yield
        return
    thread.dbname = dbname
    try:
        yield
    finally:
        del thread.dbname


class EndpointWerkzeugRule(FasterRule):
    """A rule that can be added to another map without being compiled again.

    All maps of a registry have the same converters and options, so the compiled rule is
    valid for each.
    """

    def bind(self, map, rebind=False):  # pylint: disable=redefined-builtin
        # werkzeug compiles in bind() and rejects a rule that is bound already
        if self.map is None:
            return super().bind(map, rebind=rebind)
        self.map = map
        return None


class CompiledRoutes:
    """Werkzeug rules by the key of their stored row, with the error of broken rows."""

    def __init__(self):
        self._entries = {}  # key → (row, rules, error)

    @classmethod
    def of(cls, registry):
        """Return the rules of a registry.

        A new registry starts empty: it can have other converters and controllers.
        """
        return registry.__dict__.setdefault("_endpoint_compiled_routes", cls())

    def rules(self, env, rows, routing_map):
        """Yield the compiled rules of ``rows`` (stored tuples) that are not broken."""
        previous, self._entries = self._entries, {}
        for row in rows:
            entry = previous.get(row[0])
            if entry is None or entry[0] != row:
                entry = self._compile(env, row, routing_map)
            if entry[1] is not None:
                yield from entry[1]
            if entry[2] is not DYNAMIC:
                self._entries[row[0]] = entry

    def _compile(self, env, row, routing_map):
        try:
            rules, error = compile_row(env, row, routing_map)
        except Exception as exception:
            # rows, handlers and generators can raise anything: serve the other routes
            _logger.error("Route %s left out of the map: %s", row[0], exception)
            rules, error = None, str(exception)
        return row, rules, error


DYNAMIC = object()  # instead of an error: rules of a generator, which are not cached


def compile_row(env, row, routing_map):
    """Return ``(rules, None)``, or ``(rules, DYNAMIC)`` for the rules of a generator.

    Raises EndpointRouteError, or what the handler or generator raises.
    """
    rule = EndpointRule.from_row(env.cr.dbname, row)
    if rule.is_archived:
        return [], None
    compiled = []
    for url, endpoint in rule.iter_routing_rules(env):
        check_routing(env, endpoint.routing)
        endpoint.endpoint_key = rule.key
        compiled.append(_compile(url, endpoint, routing_map))
    return compiled, DYNAMIC if rule.is_generator else None


def check_routing(env, routing):
    """Raise EndpointRouteError if Odoo does not know the route type or auth type."""
    if routing["type"] not in _dispatchers:
        raise EndpointRouteError(f"Unknown route type `{routing['type']}`")
    if not hasattr(env["ir.http"], f"_auth_method_{routing['auth']}"):
        raise EndpointRouteError(f"Unknown auth type `{routing['auth']}`")


def _compile(url, endpoint, routing_map):
    # as in Odoo's routing_map(): OPTIONS is added for CORS preflight requests
    routing = submap(endpoint.routing, ROUTING_KEYS)
    if routing["methods"] is not None and "OPTIONS" not in routing["methods"]:
        routing["methods"] = [*routing["methods"], "OPTIONS"]
    rule = EndpointWerkzeugRule(url, endpoint=endpoint, **routing)
    rule.merge_slashes = False
    rule.bind(routing_map)
    return rule
