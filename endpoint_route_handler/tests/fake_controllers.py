"""Handlers for tests."""

from odoo import http
from odoo.http import Response, request

from ..utils import make_endpoint


class CTRLFake:
    """A class that is not a controller."""

    _path = f"{__name__}.CTRLFake"

    def handler1(self, arg1, arg2=2):
        return arg1, arg2

    def handler2(self, arg1, arg2=2):
        return arg1, arg2

    def generate(self, rule, *paths):
        for path in paths:
            yield path, TestController().endpoint_of(rule)

    not_callable = 1


class TestController(http.Controller):
    _path = f"{__name__}.TestController"

    def _do_something1(self, foo=None):
        return Response(f"Got: {foo}")

    def _do_something2(self, default_arg, foo=None):
        return Response(f"{default_arg} -> got: {foo}")

    def _plain_text(self, **params):
        return "plain"

    def _fail(self, **params):
        raise ValueError("secret detail")

    def _write_then_fail(self, **params):
        request.env["res.partner"].sudo().create({"name": "Rolled back"})
        raise ValueError("after the write")

    def endpoint_of(self, rule):
        return make_endpoint(self._do_something1, rule.routing)


class ParentController(http.Controller):
    def respond(self, **params):
        return "parent"


class ChildController(ParentController):
    def respond(self, **params):
        return f"child of {super().respond(**params)}"


# pytest collects classes named Test… as test cases
TestController.__test__ = False
