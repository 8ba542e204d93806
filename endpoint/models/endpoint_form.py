"""What the form of endpoints needs: all errors at once, and an example of a call."""

import shlex

from odoo import api, fields, models

from odoo.addons.endpoint_route_handler import media_types

from .. import body_schema
from .endpoint_code import NEW_IN_FORM
from .endpoint_request import BODY_METHODS
from .endpoint_synced import CONTENT_TYPES


class EndpointEndpoint(models.Model):
    _inherit = "endpoint.endpoint"  # pylint: disable=consider-merging-classes-inherited

    endpoint_url = fields.Char(
        string="URL",
        compute="_compute_endpoint_url",
        help="Complete URL of the endpoint on this server.",
    )
    curl_example = fields.Char(
        string="Curl Command",
        compute="_compute_endpoint_url",
        help="Command that calls the endpoint. Replace the words in capitals. The body"
        " is an example that matches the request schema.",
    )

    def _compute_route(self):
        result = super()._compute_route()
        if self.env.context.get(NEW_IN_FORM):
            # "/" is never valid: show the placeholder of the field instead
            empty = self.filtered(lambda record: record.route == "/")
            empty.route = False
        return result

    # --- saving ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.new(vals)._check_duplicate()
        return super().create(vals_list)

    def write(self, vals):
        if {"route", "request_method"}.intersection(vals):
            for record in self:
                self.new(vals, origin=record)._check_duplicate()
        return super().write(vals)

    def _check_duplicate(self):
        """Report a duplicate with all other errors, before the database rejects it.

        Only for the form: programs get the error of the database.
        """
        if self.env.context.get(NEW_IN_FORM) and self._is_duplicate():
            self._validate_fields(self._fields)

    def _is_duplicate(self):
        domain = [
            ("route", "=", self._clean_route()),
            ("request_method", "=", self.request_method),
            ("id", "not in", self._origin.ids),
        ]
        # sudo: the unique constraint also covers records of other companies
        model = self.sudo().with_context(active_test=False)
        return bool(model.search_count(domain, limit=1))

    # --- the example -------------------------------------------------------------

    @api.depends(
        "route",
        "request_method",
        "auth_type",
        "request_content_schema",
        *CONTENT_TYPES,
    )
    def _compute_endpoint_url(self):
        for record in self:
            # a new record in a form has no route yet
            record.endpoint_url = f"{record.get_base_url()}{record.route or ''}"
            record.curl_example = shlex.join(record._curl_arguments())

    def _curl_arguments(self):
        """Return the arguments of a curl command. CAPITALS are placeholders."""
        words = ["curl", "-i"]
        if self.request_method and self.request_method != "GET":
            words += ["-X", self.request_method]
        if self.auth_type == "bearer":
            words += ["-H", "Authorization: Bearer YOUR_API_KEY"]
        elif self.auth_type == "user_endpoint":
            words += ["-b", "session_id=YOUR_SESSION_ID"]
        for content_type in self._get_content_types()[:1]:
            words += ["-H", f"Content-Type: {content_type.replace('*', 'ANY')}"]
        if self.request_method in BODY_METHODS:
            words += ["--data", self._example_body() or "BODY"]
        return [*words, self.endpoint_url]

    def _example_body(self):
        """Return a body that the schema accepts, or None."""
        media_type = self._schema_type()
        main = media_types.standard(next(iter(self._get_content_types()), ""))
        if not self.request_content_schema or main != media_type:
            return None
        return body_schema.example(media_type, self.request_content_schema)
