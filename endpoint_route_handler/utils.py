"""From a dotted path to something that Odoo can route to.

The module's name is part of the public contract (generator options of 18.0.1.2).
"""

import functools
import importlib
import inspect

from odoo import http
from odoo.modules.registry import Registry

from .exceptions import EndpointHandlerNotFound

# What Odoo reads from a routing dict without a default
ROUTING_DEFAULTS = {
    "type": "http",
    "auth": "user",
    "methods": None,
    "routes": [],
    "readonly": False,
}
# Odoo 19 renamed the type and converts only what passes its own decorator
ROUTING_TYPE_ALIASES = {"json": "jsonrpc"}


def complete_routing(routing):
    """``routing`` as Odoo wants it: every key it needs, and today's names."""
    completed = {**ROUTING_DEFAULTS, **routing}
    completed["type"] = ROUTING_TYPE_ALIASES.get(completed["type"], completed["type"])
    return completed


def make_endpoint(func, routing, pargs=(), kwargs=None):
    """A callable for Odoo's routing map: ``.func`` bound method, ``.routing`` dict.

    ``readonly`` may be the name of a method ``(rule, args)`` of the handler's class,
    which then decides for each request.
    """
    endpoint = functools.partial(func, *pargs, **(kwargs or {}))
    functools.update_wrapper(endpoint, func)
    endpoint.routing = complete_routing(routing)
    readonly = endpoint.routing["readonly"]
    if isinstance(readonly, str):
        endpoint.routing["readonly"] = getattr(type(func.__self__), readonly)
    return endpoint


def import_method(klass_dotted_path, method_name, dbname=None):
    """The bound method of a new instance of the class.

    With ``dbname`` an ``http.Controller`` is taken in its most derived form among the
    modules installed there, as Odoo does for static routes.
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
    """``klass``, or one class of all its leaf subclasses defined in ``modules``."""
    leaves = list(dict.fromkeys(_leaves(klass, modules)))
    if leaves in ([], [klass]):
        return klass
    # a path outside odoo.addons: neither Odoo nor we may take it for a controller
    return type(klass.__name__, tuple(reversed(leaves)), {"__module__": "merged"})


def _leaves(klass, modules):
    found = []
    for child in klass.__subclasses__():
        if _module_of(child) in modules:
            found.extend(_leaves(child, modules))
    return found or [klass]


def _module_of(klass):
    """Name of the Odoo module of a class, None for a class from elsewhere."""
    path = klass.__module__.split(".")
    return path[2] if path[:2] == ["odoo", "addons"] and len(path) > 2 else None
