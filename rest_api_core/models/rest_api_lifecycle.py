"""The end of an API, which its responses announce."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..wire.lifecycle import Lifecycle, is_url


class RestApi(models.Model):
    _inherit = "rest.api"  # pylint: disable=consider-merging-classes-inherited

    deprecated_on = fields.Datetime(
        string="Deprecation Date",
        copy=False,
        help="From this time on, clients should use another API. All responses have the"
        " header Deprecation.",
    )
    sunset_on = fields.Datetime(
        string="Sunset Date",
        copy=False,
        help="From this time on, all requests except /health get the status 410. All"
        " responses have the header Sunset before.",
    )
    deprecation_url = fields.Char(
        string="Deprecation Page",
        copy=False,
        help="Page that tells how to move to another API. Responses link to it.",
    )

    _sunset_after_deprecation = models.Constraint(
        "CHECK (sunset_on IS NULL OR deprecated_on IS NULL"
        " OR sunset_on >= deprecated_on)",
        "The sunset date must not be before the deprecation date.",
    )

    @api.constrains("deprecation_url")
    def _check_deprecation_url(self):
        for record in self:
            if record.deprecation_url and not is_url(record.deprecation_url):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a URL. Enter one such as"
                        " https://www.example.com/api.",
                        record.deprecation_url,
                    )
                )

    def _frozen(self):
        lifecycle = Lifecycle(
            self.deprecated_on or None,
            self.sunset_on or None,
            self.deprecation_url or "",
        )
        return replace(super()._frozen(), lifecycle=lifecycle)
