"""A row of ``endpoint_route`` as an object."""

import json

from odoo.tools import DotDict

from .exceptions import EndpointRouteError
from .utils import import_method, make_endpoint

HANDLER_KEYS = ("klass_dotted_path", "method_name")
# Key in the stored options of rules whose record is archived
ARCHIVED = "archived"


class EndpointRule:
    """A stored route with its handler or generator.

    :param key: str, unique, ``<model>:<id>``
    :param route: str, the main path
    :param options: dict with either ``handler`` or ``generator``, each a dict with
        ``klass_dotted_path``, ``method_name`` and optionally ``default_pargs`` (list)
        and ``default_kwargs`` (dict); a generator may name ``model`` (and ``res_id``)
        instead of the class.
    :param routing: dict, the keyword arguments of ``odoo.http.route`` plus ``routes``
    :param endpoint_hash: str or int, changes when the routing changes
    """

    __slots__ = (
        "_dbname",
        "key",
        "route",
        "opts",
        "endpoint_hash",
        "routing",
        "route_group",
    )

    def __init__(
        self, dbname, key, route, options, routing, endpoint_hash, route_group=None
    ):
        self._dbname = dbname
        self.key = key
        self.route = route
        self.options = options
        self.routing = routing
        self.endpoint_hash = endpoint_hash
        self.route_group = route_group

    def __repr__(self):
        return f"<EndpointRule: {self.key} #{self.route_group or 'nogroup'}>"

    @classmethod
    def _ordered_columns(cls):
        return [name for name in cls.__slots__ if not name.startswith("_")]

    @property
    def options(self):
        return DotDict(self.opts)

    @options.setter
    def options(self, value):
        names = [name for name in ("handler", "generator") if value.get(name)]
        assert len(names) == 1, "Options need exactly one of `handler`, `generator`"
        target = value[names[0]]
        required = ("model", "method_name") if "model" in target else HANDLER_KEYS
        for key in required:
            assert target.get(key), f"Option `{key}` of `{names[0]}` is missing"
        self.opts = value

    @property
    def handler_options(self):
        return self.options.handler

    @property
    def is_generator(self):
        return bool(self.opts.get("generator"))

    @property
    def is_archived(self):
        return bool(self.opts.get(ARCHIVED))

    @property
    def generator_options(self):
        return self.options.generator

    @classmethod
    def from_row(cls, dbname, row):
        """Return a rule.

        :param row: sequence of the columns from ``key`` to ``route_group``
        """
        key, route, opts, routing, endpoint_hash, route_group = row[:6]
        return cls(
            dbname,
            key,
            route,
            json.loads(opts),
            json.loads(routing),
            endpoint_hash,
            route_group,
        )

    def to_dict(self):
        return {name: getattr(self, name) for name in self._ordered_columns()}

    def to_row(self):
        """Return the values to store: structures as JSON, an empty group as None."""
        row = {
            name: json.dumps(value) if isinstance(value, dict | list) else value
            for name, value in self.to_dict().items()
        }
        row["endpoint_hash"] = str(self.endpoint_hash)
        row["route_group"] = self.route_group or None
        return row

    @property
    def endpoint(self):
        """The handler as a callable for Odoo's routing map.

        Raises EndpointHandlerNotFound, or ValueError for a generator rule.
        """
        if self.is_generator:
            raise ValueError(
                f"{self!r} has a generator. Use iter_routing_rules() instead."
            )
        options = self.handler_options
        return make_endpoint(
            self._get_handler(),
            self.routing,
            options.get("default_pargs") or (),
            options.get("default_kwargs"),
        )

    def _get_handler(self):
        options = self.handler_options
        return import_method(
            options["klass_dotted_path"], options["method_name"], self._dbname
        )

    def iter_routing_rules(self, env):
        """Yield ``(url, endpoint)`` for each route, or what the generator yields."""
        if self.is_generator:
            yield from self._get_generator(env)(self)
            return
        endpoint = self.endpoint
        for url in self.routing.get("routes") or [self.route]:
            yield url, endpoint

    def _get_generator(self, env):
        options = self.generator_options
        if "model" not in options:
            generator = import_method(
                options["klass_dotted_path"], options["method_name"], self._dbname
            )
        else:
            generator = self._get_model_generator(env, options)
        pargs, kwargs = options.get("default_pargs"), options.get("default_kwargs")
        return lambda rule: generator(rule, *(pargs or ()), **(kwargs or {}))

    def _get_model_generator(self, env, options):
        if options["model"] not in env:
            raise EndpointRouteError(f"Model `{options['model']}` not found")
        record = env[options["model"]].browse(options.get("res_id") or ())
        method = getattr(record, options["method_name"], None)
        if not callable(method):
            raise EndpointRouteError(
                f"Method name `{options['method_name']}` not found"
            )
        return method
