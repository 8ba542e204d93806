"""What one would write by hand, without keys, scopes, limits and log (``bare``), and
the least that a safe answer takes: key, record rules, one SQL statement (``lean``)."""

import json

from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request
from odoo.tools import SQL

from odoo.addons.rest_api_core.access import credentials

from .constants import ENOUGH, FIELDS, MEASURES, RELATED, USER

READ = {"type": "http", "auth": "none", "methods": ["GET"], "readonly": True}
WRITE = {"type": "http", "auth": "none", "csrf": False, "save_session": False}
LIMIT = 80


class BareController(http.Controller):
    @http.route("/bench/bare/one/<int:partner_id>", **READ)
    def one(self, partner_id, **_params):
        return request.make_json_response(_partners().browse(partner_id).read(FIELDS))

    @http.route("/bench/bare/list", **READ)
    def some(self, **_params):
        rows = _partners().search_read([], FIELDS, limit=LIMIT, order="id")
        return request.make_json_response(rows)

    @http.route("/bench/bare/counted", **READ)
    def counted(self, **_params):
        partners = _partners()
        rows = partners.search_read([], FIELDS, limit=LIMIT, order="id")
        return request.make_json_response([partners.search_count([]), rows])

    @http.route("/bench/bare/related", **READ)
    def related(self, **_params):
        found = _partners().web_search_read(
            [], RELATED, limit=LIMIT, order="id", count_limit=ENOUGH
        )
        return request.make_json_response(found)

    @http.route("/bench/bare/aggregate", **READ)
    def aggregate(self, below=0, **_params):
        domain = [("id", "<", int(below))] if below else []
        groups = _partners()._read_group(domain, ["country_id"], MEASURES)
        rows = [
            {
                "country_id": country.id and [country.id, country.display_name],
                "count": count,
                "color": color,
            }
            for country, count, color in groups
        ]
        return request.make_json_response(rows)

    @http.route("/bench/bare/create", methods=["POST"], **WRITE)
    def create(self, **_params):
        values = json.loads(request.httprequest.get_data())
        return request.make_json_response({"id": _partners().create(values).id})

    @http.route("/bench/bare/write/<int:partner_id>", methods=["PATCH"], **WRITE)
    def write(self, partner_id, **_params):
        values = json.loads(request.httprequest.get_data())
        _partners().browse(partner_id).write(values)
        return request.make_json_response(True)


def _partners():
    user_id = request.env["ir.model.data"]._xmlid_to_res_id(USER)
    return request.env(user=user_id)["res.partner"]


class LeanController(http.Controller):
    @http.route("/bench/lean/one/<int:partner_id>", **READ)
    def one(self, partner_id, **_params):
        return request.make_json_response(_rows([("id", "=", partner_id)])[0])

    @http.route("/bench/lean/list", **READ)
    def some(self, **_params):
        return request.make_json_response(_rows([]))


COLUMNS = SQL(
    "res_partner.id, res_partner.name, email, phone, city, country_id,"
    " (SELECT name->>'en_US' FROM res_country c WHERE c.id = country_id),"
    " ARRAY(SELECT category_id FROM res_partner_res_partner_category_rel"
    " WHERE partner_id = res_partner.id)"
)
OWNER = """
    SELECT digest, user_id FROM rest_credential
      JOIN rest_client ON rest_client.id = client_id WHERE prefix = %s
"""


def _rows(domain):
    """Rows under the rules of the user whose key came."""
    partners = request.env(user=_user_of_key())["res.partner"]
    query = partners._search(domain, limit=LIMIT, order="id")
    request.env.cr.execute(query.select(COLUMNS))
    return [_row(*values) for values in request.env.cr.fetchall()]


def _row(id_, name, email, phone, city, country_id, country, category_ids):
    values = (id_, name, email, phone, city, [country_id, country], category_ids)
    return dict(zip(("id", *FIELDS), values, strict=True))


def _user_of_key():
    value = request.httprequest.headers["Authorization"].partition(" ")[2]
    key = credentials.parse(value, credentials.API_KEY)
    request.env.cr.execute(OWNER, [key.prefix])
    digest, user_id = request.env.cr.fetchone()
    pepper = request.env["rest.configuration"]._pepper()
    if not credentials.verify(value, digest, pepper):
        raise AccessDenied()
    return user_id
