"""Validation of requests to endpoints."""

from werkzeug.exceptions import MethodNotAllowed, UnsupportedMediaType

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import body_schema
from ..exceptions import RequestValidationError

BODY_METHODS = ("POST", "PUT", "PATCH")


def media_type(content_type):
    """Return ``application/json`` for ``Application/JSON; charset=utf-8``."""
    return (content_type or "").partition(";")[0].strip().lower()


class EndpointRequestMixin(models.AbstractModel):
    """Validate method, content type and body before the endpoint runs."""

    _name = "endpoint.request.mixin"
    _inherit = "endpoint.definition.mixin"
    _description = "Endpoint Request Mixin"

    request_content_schema = fields.Text(
        string="Request Schema",
        help="Schema of the request body: JSON Schema (Draft 2020-12, as YAML or JSON)"
        " for JSON, XML Schema (XSD) for XML. Invalid bodies are rejected with status"
        " 400 and a list of errors.",
    )
    request_content_schema_applicable = fields.Boolean(
        compute="_compute_request_content_schema_applicable"
    )

    def _get_request_content_schema_applicable_for_types(self):
        return ["application/json", "application/xml"]

    @api.depends("request_method", "additional_methods", "request_content_type")
    def _compute_request_content_schema_applicable(self):
        for record in self:
            record.request_content_schema_applicable = record._is_schema_applicable()

    def _is_schema_applicable(self):
        """Return whether a schema applies; faster than reading the computed field."""
        types = self._get_request_content_schema_applicable_for_types()
        has_body = not set(BODY_METHODS).isdisjoint(self._get_request_methods())
        # a stored type can have parameters: "application/json; charset=utf-8"
        return has_body and media_type(self.request_content_type) in types

    @api.onchange("request_content_type")
    def _onchange_request_content_type_clear_schema(self):
        self.request_content_schema = False

    @api.constrains("request_content_schema", "request_content_type")
    def _check_request_content_schema(self):
        for record in self.filtered("request_content_schema"):
            content_type = media_type(record.request_content_type)
            if content_type == "application/json":
                record._check_request_content_schema_json()
            elif content_type == "application/xml":
                record._check_request_content_schema_xml()

    def _check_request_content_schema_json(self):
        try:
            body_schema.compiled("application/json", self.request_content_schema)
        except body_schema.SchemaError as error:
            raise UserError(
                self.env._("Invalid YAML/JSON in request content schema: %s", error)
                if error.error_type == "syntax"
                else self.env._(
                    "Invalid JSON Schema in request content schema: %s", error
                )
            ) from error

    def _check_request_content_schema_xml(self):
        try:
            body_schema.compiled("application/xml", self.request_content_schema)
        except body_schema.SchemaError as error:
            raise UserError(
                self.env._("Invalid XML in request content schema: %s", error)
                if error.error_type == "syntax"
                else self.env._(
                    "Invalid XML Schema (XSD) in request content schema: %s", error
                )
            ) from error

    def _validate_request(self, request):
        """Raise an HTTPException for an invalid method, content type or body."""
        self._validate_request_method(request)
        self._validate_request_content_type(request)
        self._validate_request_content(request)

    def _validate_request_method(self, request):
        if not self._accepts_method(request.httprequest.method):
            raise MethodNotAllowed(valid_methods=self._get_request_methods())

    def _validate_request_content_type(self, request):
        if not self.request_content_type or self._may_lack_body(request):
            return
        headers = request.httprequest.headers
        # requests mocked by other addons can have a plain, case-sensitive dict
        received = headers.get("Content-Type") or headers.get("Content-type")
        if media_type(received) != media_type(self.request_content_type):
            raise UnsupportedMediaType()

    def _may_lack_body(self, request):
        """Return whether the method of the request usually has no body.

        Records with several methods require the content type only for the others.
        """
        method = request.httprequest.method
        return self.additional_methods and method not in BODY_METHODS

    def _validate_request_content(self, request):
        if not self.request_content_schema or self._may_lack_body(request):
            return
        if self._is_schema_applicable():
            subtype = media_type(self.request_content_type).partition("/")[2]
            getattr(self, f"_validate_request_content_{subtype}")(request)

    def _validate_request_content_json(self, request):
        self._validate_body("application/json", request)

    def _validate_request_content_xml(self, request):
        self._validate_body("application/xml", request)

    def _validate_body(self, content_type, request):
        schema = body_schema.compiled(content_type, self.request_content_schema)
        errors = schema.errors(self._request_body(request))
        if errors:
            raise RequestValidationError(errors)

    def _request_body(self, request):
        """Return the body as bytes; mocked requests of tests can return text."""
        body = request.httprequest.get_data()
        return body.encode() if isinstance(body, str) else body
