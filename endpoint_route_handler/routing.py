"""Stored rules as werkzeug rules.

A change of one record among thousands must not cost the compilation of all: rules are
compiled once per row content and worker (``CompiledRoutes``), only the map that holds
them is built anew.
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
    """Odoo's map and converters ask the thread for its database; scripts have none."""
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
    """A rule that may move from an old map to its successor without compiling again.

    All maps of a registry share converters and options, so what was compiled for one
    holds for the next.
    """

    def bind(self, map, rebind=False):  # pylint: disable=redefined-builtin
        if self.map is None:
            return super().bind(map, rebind=rebind)
        self.map = map
        return None


class CompiledRoutes:
    """Werkzeug rules by key of the stored row; broken ones carry the reason."""

    def __init__(self):
        self._entries = {}  # key → (row, rules, error)

    @classmethod
    def of(cls, registry):
        """Those of a registry: a new one may have other converters and controllers."""
        return registry.__dict__.setdefault("_endpoint_compiled_routes", cls())

    def rules(self, env, rows, routing_map):
        """Rules of all good ``rows`` (stored tuples), compiled for ``routing_map``."""
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
            # whatever a row, a handler or a generator does: the other routes live on
            _logger.error("Route %s left out of the map: %s", row[0], exception)
            rules, error = None, str(exception)
        return row, rules, error


DYNAMIC = object()  # in place of an error: rules of a generator, never kept


def compile_row(env, row, routing_map):
    """``(rules, None)``, or ``(rules, DYNAMIC)`` when they depend on more than the row.

    Raises whatever is wrong with the row.
    """
    rule = EndpointRule.from_row(env.cr.dbname, row)
    compiled = []
    for url, endpoint in rule.iter_routing_rules(env):
        check_routing(env, endpoint.routing)
        endpoint.endpoint_key = rule.key
        compiled.append(_compile(url, endpoint, routing_map))
    return compiled, DYNAMIC if rule.is_generator else None


def check_routing(env, routing):
    """Raise EndpointRouteError when Odoo could not serve such a route."""
    if routing["type"] not in _dispatchers:
        raise EndpointRouteError(f"Unknown route type `{routing['type']}`")
    if not hasattr(env["ir.http"], f"_auth_method_{routing['auth']}"):
        raise EndpointRouteError(f"Unknown auth type `{routing['auth']}`")


def _compile(url, endpoint, routing_map):
    routing = submap(endpoint.routing, ROUTING_KEYS)
    if routing["methods"] is not None and "OPTIONS" not in routing["methods"]:
        routing["methods"] = [*routing["methods"], "OPTIONS"]
    rule = EndpointWerkzeugRule(url, endpoint=endpoint, **routing)
    rule.merge_slashes = False
    rule.bind(routing_map)
    return rule
