"""The bare side: what one would write by hand. Each does the work of one endpoint of
``endpoints.py``, with the same route options, on the same user's rights.

``checked`` ones also validate, with the validator that the endpoint uses.
"""

import json

from lxml import etree

from odoo import http
from odoo.http import Response, request

from odoo.addons.endpoint import body_schema

from .endpoints import EXECUTING_USER, ORDER_SCHEMA, PARTNER_FIELDS, XSD

OPTIONS = {"type": "http", "auth": "public", "csrf": False, "cors": "*"}
REFUSAL = {"detail": [{"loc": ["body"], "msg": "no", "type": "refused"}]}


def _total(order):
    total = sum(line["qty"] * line["price"] for line in order["lines"])
    return {"customer": order["customer"], "total": total}


class BareController(http.Controller):
    @http.route("/bench/bare/hello", methods=["GET"], **OPTIONS)
    def hello(self, **_params):
        return Response("Hello, World!", mimetype="text/plain")

    @http.route("/bench/bare/order", methods=["POST"], **OPTIONS)
    def order(self, **_params):
        order = json.loads(request.httprequest.get_data())
        return request.make_json_response(_total(order), status=201)

    @http.route("/bench/bare/refusal", methods=["POST"], **OPTIONS)
    def refusal(self, **_params):
        json.loads(request.httprequest.get_data())
        return request.make_json_response(REFUSAL, status=400)

    @http.route("/bench/bare/xml", methods=["POST"], **OPTIONS)
    def xml(self, **_params):
        body = request.httprequest.get_data()
        etree.fromstring(body)
        return Response(body, mimetype="application/xml")

    @http.route("/bench/bare/partners", methods=["GET"], **OPTIONS)
    def partners(self, **_params):
        env = request.env(user=_executing_user())
        # as snippets have it: a tenth of the time, since its environment stays alive
        _user = env.user
        rows = env["res.partner"].search_read([], PARTNER_FIELDS, limit=80)
        return request.make_json_response(rows)


class CheckedController(http.Controller):
    @http.route("/bench/checked/order", methods=["POST"], **OPTIONS)
    def order(self, **_params):
        body = request.httprequest.get_data()
        errors = body_schema.compiled("application/json", ORDER_SCHEMA).errors(body)
        if errors:
            return request.make_json_response({"detail": errors}, status=400)
        return request.make_json_response(_total(json.loads(body)), status=201)

    @http.route("/bench/checked/xml", methods=["POST"], **OPTIONS)
    def xml(self, **_params):
        body = request.httprequest.get_data()
        if body_schema.compiled("application/xml", XSD).errors(body):
            return Response(status=400)
        return Response(body, mimetype="application/xml")


def _executing_user():
    return request.env["ir.model.data"]._xmlid_to_res_id(EXECUTING_USER)
