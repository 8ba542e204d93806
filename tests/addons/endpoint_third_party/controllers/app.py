from odoo import http
from odoo.http import request


class AppDispatcher(http.Dispatcher):
    """A routing type of its own, outside the selection of the mixin."""

    routing_type = "third_party"

    @classmethod
    def is_compatible_with(cls, request):
        return True

    def dispatch(self, endpoint, args):
        self.request.params = {**self.request.get_http_params(), **args}
        return endpoint(**self.request.params)

    def handle_error(self, exc):
        return http.Response(f"third party: {exc}", status=getattr(exc, "code", 500))


class AppController(http.Controller):
    def answer(self, app_id, verb, rest="", greeting="hello", **params):
        app = request.env["third.party.app"].sudo().browse(app_id)
        text = f"{greeting} from {app.name}: {verb} {rest}"
        return request.make_response(text.strip())

    def tell(self, text, **params):
        return request.make_response(text)
