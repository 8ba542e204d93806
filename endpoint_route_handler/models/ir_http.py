"""Stored routes as part of Odoo's routing map.

Steps of a request: ``routing_map`` → ``_endpoint_build_map`` (first request after a
change) → werkzeug matches the path → ``_dispatch`` → handler. A worker reads the
stored routes only after Odoo's ``routing`` cache was cleared. Odoo signals this to all
workers.
"""

import itertools

from werkzeug.routing import PathConverter

from odoo import api, models, tools

from odoo.addons.base.models.ir_http import SignedIntConverter

from .. import cache_epoch, paths, schema
from ..registry import EndpointRegistry
from ..routing import CompiledRoutes, compile_row, thread_of_database
from ..rpc_guard import install

# Context key with a set of paths: add only these stored routes to the routing map
ONLY_STORED_PATHS = "endpoint_only_stored_paths"


class BoundedIntConverter(SignedIntConverter):
    """Whole numbers in paths. Python raises an error for those of more than 4,300
    digits, and the response would be a 500 of HTML: no route matches them."""

    regex = r"-?\d{1,100}"


class WholePathConverter(PathConverter):
    """As ``path``, but it matches line feeds as well: a route of all paths below a base
    path has a response for these, too."""

    regex = "(?s:[^/].*?)"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def _register_hook(self):
        super()._register_hook()
        install()

    def _endpoint_route_registry(self, cr=None):
        return EndpointRegistry.registry_for(cr or self.env.cr)

    @classmethod
    def _get_converters(cls):
        own = {"int": BoundedIntConverter, paths.WHOLE_PATH: WholePathConverter}
        return {**super()._get_converters(), **own}

    # --- the map -----------------------------------------------------------------

    def _generate_routing_rules(self, modules, converters):
        rules = super()._generate_routing_rules(modules, converters)
        return itertools.chain(rules, self._endpoint_routing_rules())

    def _endpoint_routing_rules(self):
        """Yield ``(url, endpoint)`` of all stored rules that can be served.

        ``_endpoint_build_map`` requests only the paths that website rewrites: website
        overrides ``_generate_routing_rules`` and changes the rules it receives. The
        other rules are added to the map in compiled form.
        """
        only_paths = self.env.context.get(ONLY_STORED_PATHS)
        if only_paths is not None and not only_paths:
            return
        probe = self._endpoint_static_map()
        for rule in self._endpoint_compiled_rules(self.env.cr, probe, CompiledRoutes()):
            if only_paths is None or rule.rule in only_paths:
                yield rule.rule, rule.endpoint

    def _endpoint_rewritten_paths(self):
        """Return the paths that website, if installed, redirects or hides."""
        # not a dependency: the addon also works without website
        if "website.rewrite" not in self.env:
            return frozenset()
        rewrites = self.env["website.rewrite"].sudo()
        matches = rewrites.search([("redirect_type", "in", ("308", "404"))])
        return frozenset(matches.mapped("url_from"))

    # "routing": website clears this cache as well when its redirects change
    @tools.ormcache(cache="routing")
    def _endpoint_epoch(self):
        return cache_epoch.Epoch()

    def routing_map(self, key=None):
        """Return Odoo's map plus the stored routes.

        A transaction with uncommitted changes builds its own map and does not share it.
        """
        if cache_epoch.is_changed(self.env, "routing"):
            return self._endpoint_build_map(key, self.env.cr, CompiledRoutes())
        return self._endpoint_epoch().get(
            ("map", key), lambda: self._endpoint_build_shared_map(key)
        )

    def _endpoint_build_shared_map(self, key):
        with cache_epoch.committed_cursor(self.env) as cr:
            compiled = CompiledRoutes.of(self.env.registry)
            return self._endpoint_build_map(key, cr, compiled)

    def _endpoint_build_map(self, key, cr, compiled):
        """Return a new map with the static and the stored routes."""
        rewritten = self._endpoint_rewritten_paths()
        static = self.with_context(**{ONLY_STORED_PATHS: rewritten})
        # below ormcache: its cached map is shared, and this one gets more rules
        cached = super(IrHttp, static).routing_map
        original = getattr(cached, "__wrapped__", cached.__func__)
        with thread_of_database(cr.dbname):
            routing_map = original(static, key)
            for rule in self._endpoint_compiled_rules(cr, routing_map, compiled):
                if rule.rule not in rewritten:
                    routing_map.add(rule)
        return routing_map

    def _endpoint_compiled_rules(self, cr, routing_map, compiled):
        # Odoo builds routing maps while this addon is still being installed
        if schema.exists(cr):
            rows = self._endpoint_route_registry(cr)._get_rules()
            yield from compiled.rules(self.env, rows, routing_map)

    def _endpoint_static_map(self):
        """Return the cached map of the controllers alone. Do not change it."""
        static = self.with_context(**{ONLY_STORED_PATHS: frozenset()})
        with thread_of_database(self.env.cr.dbname):
            return super(IrHttp, static).routing_map(key="endpoint static")

    def _endpoint_static_routes(self):
        """``{shape: [(methods or None, "module.Class.method")]}`` of controllers."""
        return self._endpoint_epoch().get("static", self._endpoint_collect_static)

    def _endpoint_collect_static(self):
        routes = {}
        for rule in self._endpoint_static_map().iter_rules():
            routes.setdefault(paths.shape(rule.rule), []).append(
                (rule.endpoint.routing["methods"], _qualified_name(rule.endpoint))
            )
        return routes

    def _endpoint_route_errors(self, keys):
        """Return ``{key: reason}`` of rules that are missing or cannot be served."""
        missing = self.env._("The route is not registered. Run 'Sync registry'.")
        errors = dict.fromkeys(keys, missing)
        probe = self._endpoint_static_map()
        for row in self._endpoint_route_registry()._get_rules(keys=keys):
            errors.pop(row[0])
            try:
                compile_row(self.env, row, probe)
            except Exception as error:
                # importing a handler runs code of any addon; the record shows the error
                errors[row[0]] = str(error)
        return errors

    def _endpoint_route_problem(self, route):
        """Return why Odoo cannot serve a path, or None if it can."""
        with thread_of_database(self.env.cr.dbname):
            return paths.problem(route, self._get_converters())

    def _endpoint_route_last_version(self):
        return self._get_routing_map_last_version()

    def _get_routing_map_last_version(self):
        return self._endpoint_route_registry().last_version()

    @api.model
    def _endpoint_routes_changed(self):
        """Make this transaction, and all workers after the commit, read the routes."""
        cache_epoch.mark_changed(self.env, "routing")


def _qualified_name(endpoint):
    """Return a name like ``odoo.addons.web.controllers.home.Home.web_login``."""
    method = getattr(endpoint, "func", endpoint)
    return f"{method.__module__}.{getattr(method, '__qualname__', 'endpoint')}"
