"""The token dialect of an API: its switch and the base path of its routes."""

import shlex
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .rest_api_routes import normalized

TOKEN = "rest.dialect.token"


class RestApi(models.Model):
    # a file of its own, as the routes have one
    _inherit = "rest.api"  # pylint: disable=consider-merging-classes-inherited

    token_dialect = fields.Boolean(
        string="Token Routes",
        help="The API also serves the routes of the rest_api module: clients log in"
        " with username and password and send an Access-Token. Resources, limits and"
        " log are those of this API.",
    )
    token_root_path = fields.Char(
        string="Token Base Path",
        default="/api",
        copy=False,
        help="All token routes begin with this path. Longer base paths and fixed routes"
        " below it, such as /api/v1, take precedence.",
    )
    token_query_login = fields.Boolean(
        string="Passwords in URLs",
        help="A login can have username and password in its URL. Proxies and browsers"
        " log URLs, so use this only for clients that cannot send a body.",
    )
    token_curl_example = fields.Char(
        string="Login Request",
        compute="_compute_token_curl_example",
        help="Command that logs in and returns tokens. Replace the words in capitals.",
    )

    # --- routes --------------------------------------------------------------

    def _mounts(self):
        mounts = super()._mounts()
        if self.token_dialect:
            mounts[self._token_base_path()] = TOKEN
        return mounts

    def _token_base_path(self):
        return normalized(self.token_root_path)

    def _routing_impacting_fields(self, options=None):
        names = super()._routing_impacting_fields(options)
        return (*names, "token_dialect", "token_root_path")

    def _frozen(self):
        return replace(super()._frozen(), token_query_login=self.token_query_login)

    # --- for the administrator -----------------------------------------------

    @api.depends("token_dialect", "token_root_path")
    def _compute_token_curl_example(self):
        body = '{"username": "LOGIN", "password": "PASSWORD"}'
        for record in self:
            url = f"{record.get_base_url()}{record._token_base_path()}/auth/get_tokens"
            record.token_curl_example = shlex.join(["curl", url, "-d", body])

    # --- constraints ---------------------------------------------------------

    def _apis_at(self, path):
        # archived APIs too, as in super()
        with_archived = self.with_context(active_test=False)
        at_token = Domain("token_dialect", "=", True) & Domain(
            # a default from the context is not normalized: create() has not seen it
            "token_root_path",
            "in",
            (path, path.removeprefix("/")),
        )
        return super()._apis_at(path) | with_archived.search(at_token)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_normal_token_path(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        return super().write(self._with_normal_token_path(vals))

    def _with_normal_token_path(self, vals):
        if not vals.get("token_root_path"):
            return vals
        return {**vals, "token_root_path": normalized(vals["token_root_path"])}

    @api.constrains("token_dialect", "token_root_path", "root_path")
    def _check_token_root_path(self):
        for record in self.filtered("token_dialect"):
            base = record._token_base_path()
            record._check_base_path(base)
            # _check_base_path_is_unused leaves this record out
            if base == record._base_path():
                raise ValidationError(
                    self.env._(
                        "%s is already the base path of this API. Choose another token"
                        " base path.",
                        base,
                    )
                )
            record._check_base_path_is_unused(base)
            record._check_no_controller_hides(base)

    def _check_no_controller_hides(self, base):
        """Reject a base path whose URLs all match the route of a controller.

        Routes of controllers below it match before ours, so only one that covers all
        of it is an error.
        """
        controllers = self.env["ir.http"]._rest_controllers()
        for shape in (base, f"{base}/<path>"):
            if shape in controllers:
                raise self._path_conflict(base, controllers[shape])
