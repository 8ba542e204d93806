"""What a body may be: its size, and whether formats of its schema are checked."""

from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import body_schema

KIB = 1024


class EndpointBodyMixin(models.AbstractModel):
    """Limit the size of bodies, and compile the schema that they are checked with."""

    _name = "endpoint.body.mixin"
    _inherit = "endpoint.definition.mixin"
    _description = "Endpoint Body Mixin"

    check_formats = fields.Boolean(
        default=True,
        help="Check the keyword `format` of a JSON Schema: "
        + ", ".join(body_schema.FORMATS)
        + ". Other formats accept any text.",
    )
    max_body_kib = fields.Integer(
        string="Maximum Body (KiB)",
        help="Larger bodies are rejected with status 413. 0 is the default: 1024 KiB"
        " for public endpoints, 16384 KiB for others.",
    )

    def _init_column(self, column_name):
        # endpoints from before the field keep accepting what they accepted
        if column_name == "check_formats":
            return None
        return super()._init_column(column_name)

    @api.constrains("max_body_kib")
    def _check_max_body(self):
        if any(record.max_body_kib < 0 for record in self):
            raise UserError(self.env._("The maximum body must not be negative."))

    def _max_body_size(self):
        """Return the maximum size of a body in bytes."""
        is_public = self.auth_type == "public"
        default = body_schema.MAX_PUBLIC_BODY if is_public else body_schema.MAX_BODY
        return self.max_body_kib * KIB or default

    def _validate_request_size(self, request):
        """Raise RequestEntityTooLarge for a body above the maximum."""
        limit = self._max_body_size()
        received = request.httprequest
        length = getattr(received, "content_length", None)
        # a mocked request of another addon has any attribute
        if isinstance(length, int) and length > limit:
            message = self.env._("The body is larger than %s bytes.", limit)
            raise RequestEntityTooLarge(message)
        # what has no length is counted while it is read
        received.max_content_length = limit

    def _schema_errors(self, media_type, body):
        """Return the errors of a body; 503 where its schema cannot be used."""
        try:
            schema = body_schema.compiled(
                media_type, self.request_content_schema, bool(self.check_formats)
            )
            return schema.errors(body)
        except body_schema.SchemaError as error:
            self._logger.error("%s: invalid request schema: %s", self.route, error)
            raise ServiceUnavailable(
                self.env._("This endpoint is not available.")
            ) from error
