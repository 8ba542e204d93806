import json
from types import SimpleNamespace

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import (
    BadRequest,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    abort,
)
from werkzeug.http import parse_accept_header

from odoo.http import Response
from odoo.tests.common import BaseCase

from odoo.addons.endpoint_route_handler import error_response


def request(accept=""):
    httprequest = SimpleNamespace(
        environ={},
        headers={},
        accept_mimetypes=parse_accept_header(accept, MIMEAccept),
    )
    return SimpleNamespace(httprequest=httprequest)


class TestErrorResponse(BaseCase):
    def render(self, error, accept="", **routing):
        return error_response.of(error, request(accept), routing)

    def test_programs_get_the_reason_as_json(self):
        for accept in (
            "",
            "*/*",
            "application/json",
            "text/html;q=0.5, application/json",
        ):
            with self.subTest(accept=accept):
                response = self.render(BadRequest("why <b>"), accept)
                self.assertEqual(response.status_code, 400)
                detail = json.loads(response.get_data())["detail"]
                self.assertEqual(
                    detail, [{"loc": [], "msg": "why <b>", "type": "bad_request"}]
                )

    def test_browsers_get_html_with_the_reason_escaped(self):
        response = self.render(BadRequest("why <b>"), "text/html, */*;q=0.8")
        self.assertIn("why &lt;b&gt;", response.get_data(as_text=True))

    def test_server_errors_do_not_reveal_their_cause(self):
        response = self.render(InternalServerError("password is x"))
        self.assertNotIn("password", response.get_data(as_text=True))

    def test_headers_of_the_error_and_of_the_route_are_sent(self):
        response = self.render(MethodNotAllowed(["GET"]), cors="https://shop.example")
        self.assertEqual(response.headers["Allow"], "GET")
        allowed = response.headers["Access-Control-Allow-Origin"]
        self.assertEqual(allowed, "https://shop.example")

    def test_without_cors_no_header_is_sent(self):
        response = self.render(NotFound(), cors=False)
        self.assertNotIn("Access-Control-Allow-Origin", response.headers)

    def test_complete_responses_are_kept(self):
        complete = Response("mine", status=409)
        self.assertIs(self.render(complete), complete)
        try:
            abort(complete)
        except Exception as error:
            self.assertEqual(self.render(error).get_data(), b"mine")
