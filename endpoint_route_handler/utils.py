"""Turn dotted paths into callables for Odoo's routing map.

Other addons import this module by name (since 18.0.1.2).
"""

import functools
import importlib
import inspect

from odoo import http
from odoo.modules.registry import Registry

from .exceptions import EndpointHandlerNotFound

# Odoo reads these keys without a default
ROUTING_DEFAULTS = {
    "type": "http",
    "auth": "user",
    "methods": None,
    "routes": [],
    "readonly": False,
}
# Odoo 19 renamed the type; it converts the old name in the decorator @route only
ROUTING_TYPE_ALIASES = {"json": "jsonrpc"}


def complete_routing(routing):
    """Return ``routing`` with all keys that Odoo needs, and with current names."""
    completed = {**ROUTING_DEFAULTS, **routing}
    completed["type"] = ROUTING_TYPE_ALIASES.get(completed["type"], completed["type"])
    return completed


def make_endpoint(func, routing, pargs=(), kwargs=None):
    """Return a callable for Odoo's routing map.

    It has the attributes ``func`` (the bound method) and ``routing`` (a dict). The
    routing key ``readonly`` can be the name of a method ``(rule, args)`` of the
    handler's class, which then decides for each request.
    """
    endpoint = functools.partial(func, *pargs, **(kwargs or {}))
    functools.update_wrapper(endpoint, func)
    endpoint.routing = complete_routing(routing)
    readonly = endpoint.routing["readonly"]
    if isinstance(readonly, str):
        endpoint.routing["readonly"] = getattr(type(func.__self__), readonly)
    return endpoint


def import_method(klass_dotted_path, method_name, dbname=None):
    """Return the bound method of a new instance of the class.

    With ``dbname``, the most derived subclass of an ``http.Controller`` among the
    modules installed in that database is used, as Odoo does for its own routes.
    Raises EndpointHandlerNotFound.
    """
    klass = _import_class(klass_dotted_path)
    if dbname and inspect.isclass(klass) and issubclass(klass, http.Controller):
        klass = most_derived(klass, _installed_modules(dbname))
    method = getattr(klass(), method_name, None)
    if not callable(method):
        raise EndpointHandlerNotFound(f"Method name `{method_name}` not found")
    return method


def _import_class(klass_dotted_path):
    module_path, _, klass_name = klass_dotted_path.rpartition(".")
    try:
        module = importlib.import_module(module_path)
    except (ImportError, ValueError) as error:
        raise EndpointHandlerNotFound(f"Module `{module_path}` not found") from error
    try:
        return getattr(module, klass_name)
    except AttributeError as error:
        raise EndpointHandlerNotFound(f"Class `{klass_name}` not found") from error


def _installed_modules(dbname):
    registry = Registry.registries.get(dbname)
    return frozenset(registry._init_modules) if registry is not None else frozenset()


@functools.lru_cache(maxsize=256)
def most_derived(klass, modules):
    """Return ``klass``, or a class that merges its leaf subclasses in ``modules``."""
    leaves = list(dict.fromkeys(_leaves(klass, modules)))
    if leaves in ([], [klass]):
        return klass
    # __module__ is outside odoo.addons: otherwise Odoo would route it as a controller
    return type(klass.__name__, tuple(reversed(leaves)), {"__module__": "merged"})


def _leaves(klass, modules):
    leaves = []
    for child in klass.__subclasses__():
        if _module_of(child) in modules:
            leaves.extend(_leaves(child, modules))
    return leaves or [klass]


def _module_of(klass):
    """Return the name of the Odoo module of a class, or None for other classes."""
    path = klass.__module__.split(".")
    return path[2] if path[:2] == ["odoo", "addons"] and len(path) > 2 else None
