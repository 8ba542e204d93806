"""Helpers for tests of addons that depend on endpoint_route_handler."""

import contextlib

from odoo.tests.common import TransactionCase, tagged
from odoo.tools import DotDict

from odoo.addons.http_routing.tests.common import MockRequest

from ..registry import EndpointRegistry

FAKE_CONTROLLERS = "odoo.addons.endpoint_route_handler.tests.fake_controllers"


@contextlib.contextmanager
def mocked_request(env, httprequest=None, extra_headers=None, request_attrs=None):
    """Yield a mocked request.

    :param httprequest: dict of attributes of ``httprequest``: ``{"method": "POST"}``
    :param extra_headers: pairs of name and value
    :param request_attrs: dict of attributes of the Odoo request
    """
    with MockRequest(env) as request:
        if httprequest:
            request.httprequest = DotDict(httprequest)
        request.httprequest.headers = dict(extra_headers or ())
        for name, value in (request_attrs or {}).items():
            setattr(request, name, value)
        request.make_response = lambda data, **kw: data
        yield request


@tagged("-at_install", "post_install")
class CommonEndpoint(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_env()
        cls._setup_records()
        cls.route_handler = cls.env["endpoint.route.handler.tool"]

    @classmethod
    def _setup_env(cls):
        cls.env = cls.env(context=cls._setup_context())

    @classmethod
    def _setup_context(cls):
        return {**cls.env.context, "tracking_disable": True}

    @classmethod
    def _setup_records(cls):
        """Override to create records."""

    def _get_mocked_request(self, **kwargs):
        return mocked_request(self.env, **kwargs)

    @property
    def registry_of_routes(self):
        return EndpointRegistry.registry_for(self.env.cr)

    def new_route(self, **values):
        """Return a new record of the tool."""
        return self.route_handler.new(
            {
                "name": "Test",
                "route": "/test/route",
                "request_method": "GET",
                "auth_type": "public",
                **values,
            }
        )

    def options(self, method="handler1", klass="CTRLFake", pargs=(), **kwargs):
        return {
            "handler": {
                "klass_dotted_path": f"{FAKE_CONTROLLERS}.{klass}",
                "method_name": method,
                "default_pargs": pargs,
                "default_kwargs": kwargs,
            }
        }

    def served_paths(self):
        return [rule.rule for rule in self.env["ir.http"].routing_map().iter_rules()]
