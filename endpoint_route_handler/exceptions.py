"""Exceptions of stored routes.

EndpointRouteError             the rule cannot be served; the message gives the reason
└── EndpointHandlerNotFound    the module, class or method does not exist
"""


class EndpointRouteError(Exception):
    """A stored rule cannot be served and is left out of the routing map."""


class EndpointHandlerNotFound(EndpointRouteError):
    """The handler of a rule cannot be imported."""
