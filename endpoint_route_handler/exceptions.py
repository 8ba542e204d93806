"""What can go wrong with a stored route.

EndpointRouteError             the row cannot become a route; the message says why
└── EndpointHandlerNotFound    its module, class or method does not exist
"""


class EndpointRouteError(Exception):
    """A stored rule cannot be served; it is left out of the routing map."""


class EndpointHandlerNotFound(EndpointRouteError):
    """The handler named by a rule cannot be imported."""
