"""Validation of requests to endpoints."""

from werkzeug.exceptions import MethodNotAllowed

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.endpoint_route_handler import media_types

from .. import body_schema, received
from ..exceptions import RequestValidationError, UnsupportedContentType
from .endpoint_synced import CONTENT_TYPES

BODY_METHODS = ("POST", "PUT", "PATCH")


def _content_type(request):
    headers = request.httprequest.headers
    # requests mocked by other addons can have a plain, case-sensitive dict
    return headers.get("Content-Type") or headers.get("Content-type")


def _has_content(request):
    """Return whether a request sends content (RFC 9112 §6.3)."""
    environ = getattr(request.httprequest, "environ", None)
    if environ is None:
        # a mocked request stands for one with content
        return True
    sent = environ.get("CONTENT_LENGTH") or "0"
    return sent != "0" or "HTTP_TRANSFER_ENCODING" in environ


class EndpointRequestMixin(models.AbstractModel):
    """Validate method, content type and body before the endpoint runs."""

    _name = "endpoint.request.mixin"
    _inherit = "endpoint.body.mixin"
    _description = "Endpoint Request Mixin"

    request_content_schema = fields.Text(
        string="Request Schema",
        help="Schema of the request body: JSON Schema (as JSON or YAML) for JSON, XML"
        " Schema (XSD) for XML. Invalid bodies are rejected with status 400 and a list"
        " of errors.",
    )
    request_content_schema_applicable = fields.Boolean(
        compute="_compute_request_content_schema_applicable"
    )
    request_content_schema_type = fields.Char(
        compute="_compute_request_content_schema_applicable",
        help="Media type that the schema is for.",
    )

    def _get_request_content_schema_applicable_for_types(self):
        return ["application/json", "application/xml"]

    @api.depends("request_method", "additional_methods", *CONTENT_TYPES)
    def _compute_request_content_schema_applicable(self):
        for record in self:
            record.request_content_schema_applicable = record._is_schema_applicable()
            record.request_content_schema_type = record._schema_type()

    def _is_schema_applicable(self):
        """Return whether a schema applies; faster than reading the computed field."""
        has_body = not set(BODY_METHODS).isdisjoint(self._get_request_methods())
        return has_body and bool(self._schema_type())

    def _schema_type(self):
        """Return the media type that the schema is for, or None.

        It is the first type of the endpoint with schemas, in its standard form.
        """
        types = self._get_request_content_schema_applicable_for_types()
        standard = map(media_types.standard, self._get_content_types())
        return next((name for name in standard if name in types), None)

    @api.onchange("request_content_type")
    def _onchange_request_content_type_clear_schema(self):
        self.request_content_schema = False

    @api.constrains("request_content_schema", *CONTENT_TYPES)
    def _check_request_content_schema(self):
        for record in self.filtered("request_content_schema"):
            content_type = record._schema_type()
            if content_type == media_types.JSON:
                record._check_request_content_schema_json()
            elif content_type == media_types.XML:
                record._check_request_content_schema_xml()

    def _check_request_content_schema_json(self):
        try:
            body_schema.check("application/json", self.request_content_schema)
        except body_schema.SchemaError as error:
            raise UserError(
                self.env._(
                    "Request Schema: Invalid YAML/JSON in request content schema: %s",
                    error,
                )
                if error.error_type == "syntax"
                else self.env._(
                    "Request Schema: Invalid JSON Schema in request content schema: %s",
                    error,
                )
            ) from error

    def _check_request_content_schema_xml(self):
        try:
            body_schema.check("application/xml", self.request_content_schema)
        except body_schema.SchemaError as error:
            raise UserError(
                self.env._(
                    "Request Schema: Invalid XML in request content schema: %s", error
                )
                if error.error_type == "syntax"
                else self.env._(
                    "Request Schema: Invalid XML Schema (XSD) in request content"
                    " schema: %s",
                    error,
                )
            ) from error

    def _validate_request(self, request):
        """Raise an HTTPException for an invalid method, content type or body."""
        self._validate_request_method(request)
        self._validate_request_size(request)
        self._validate_request_content_type(request)
        self._validate_request_content(request)

    def _validate_request_method(self, request):
        if not self._accepts_method(request.httprequest.method):
            raise MethodNotAllowed(valid_methods=self._get_request_methods())

    def _validate_request_content_type(self, request):
        allowed = self._get_content_types()
        if not allowed or self._may_lack_body(request) or not _has_content(request):
            return
        received = _content_type(request)
        if not media_types.accepts(allowed, received):
            method = request.httprequest.method
            raise UnsupportedContentType(received, allowed, method)

    def _may_lack_body(self, request):
        """Return whether the method of the request usually has no body.

        Records with several methods require the content type only for the others.
        """
        method = request.httprequest.method
        return self.additional_methods and method not in BODY_METHODS

    def _validate_request_content(self, request):
        received.begin(request).check()
        if not self.request_content_schema or self._may_lack_body(request):
            return
        if self._is_schema_applicable() and self._is_for_schema(request):
            subtype = self._schema_type().partition("/")[2]
            getattr(self, f"_validate_request_content_{subtype}")(request)

    def _is_for_schema(self, request):
        """Return whether the schema applies to the body of a request.

        It does not apply to the other types of the endpoint. A missing type, or another
        one with an empty body, does not avoid the schema.
        """
        content_type = _content_type(request)
        if media_types.standard(content_type) == self._schema_type():
            return True
        return not media_types.accepts(self._get_content_types(), content_type)

    def _validate_request_content_json(self, request):
        self._validate_body("application/json", request)

    def _validate_request_content_xml(self, request):
        self._validate_body("application/xml", request)

    def _validate_body(self, content_type, request):
        errors = self._schema_errors(content_type, received.of(request).as_utf8())
        if errors:
            raise RequestValidationError(errors)
