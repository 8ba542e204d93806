"""The switch of an API for the token dialect, and the base path of its routes."""

import shlex
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

TOKEN = "rest.dialect.token"


class RestApi(models.Model):
    _inherit = "rest.api"

    token_dialect = fields.Boolean(
        string="Token Routes",
        help="Serve the routes of the rest_api module as well: clients log in with"
        " username and password and send an Access-Token. Resources, limits and log are"
        " those of this API.",
    )
    token_root_path = fields.Char(
        string="Token Base Path",
        default="/api",
        copy=False,
        help="All token routes begin with it. Longer base paths and fixed routes below"
        " it, such as /api/v1, go first.",
    )
    token_query_login = fields.Boolean(
        string="Passwords in URLs",
        help="Accept username and password in the URL of a login. URLs are kept in the"
        " logs of proxies and browsers, so switch it on for clients only that cannot"
        " send a body.",
    )
    token_curl_example = fields.Char(
        string="Token Login", compute="_compute_token_curl_example"
    )

    # --- routes --------------------------------------------------------------

    def _mounts(self):
        mounts = super()._mounts()
        if self.token_dialect:
            mounts[self._token_base()] = TOKEN
        return mounts

    def _token_base(self):
        return "/" + (self.token_root_path or "").strip().strip("/")

    def _routing_impacting_fields(self, options=None):
        known = super()._routing_impacting_fields(options)
        return (*known, "token_dialect", "token_root_path")

    def _frozen(self):
        return replace(super()._frozen(), token_query_login=self.token_query_login)

    # --- for the administrator -----------------------------------------------

    @api.depends("token_dialect", "token_root_path")
    def _compute_token_curl_example(self):
        body = '{"username": "LOGIN", "password": "PASSWORD"}'
        for record in self:
            url = f"{record.get_base_url()}{record._token_base()}/auth/get_tokens"
            record.token_curl_example = shlex.join(["curl", url, "-d", body])

    # --- constraints ---------------------------------------------------------

    def _apis_at(self, path):
        everyone = self.with_context(active_test=False)
        at_token = Domain("token_dialect", "=", True) & Domain(
            "token_root_path", "in", (path, path.removeprefix("/"))
        )
        return super()._apis_at(path) | everyone.search(at_token)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_token_root(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_clean_token_root(vals))

    def _with_clean_token_root(self, vals):
        if not vals.get("token_root_path"):
            return vals
        path = "/" + vals["token_root_path"].strip().strip("/")
        return {**vals, "token_root_path": path}

    @api.constrains("token_dialect", "token_root_path", "root_path")
    def _check_token_root_path(self):
        for record in self.filtered("token_dialect"):
            base = record._token_base()
            record._check_base_path(base)
            if base == record._clean_root():
                raise ValidationError(
                    self.env._("%s is the root path of this API already.", base)
                )
            record._check_root_path_is_free(base)
            record._check_nothing_swallows(base)

    def _check_nothing_swallows(self, base):
        """Routes of controllers below the base path go first; none may take all of it,
        or the token routes would never be reached."""
        static = self.env["ir.http"]._endpoint_static_routes()
        for shape in (base, f"{base}/<path>"):
            if shape in static:
                raise ValidationError(
                    self.env._(
                        "Paths of %(root)s are served by %(controller)s already.",
                        root=base,
                        controller=static[shape][0][1],
                    )
                )
