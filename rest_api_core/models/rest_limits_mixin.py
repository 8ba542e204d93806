"""Limits of an API."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .rest_caller_limits_mixin import RANGES as CALLER_RANGES

RANGES = {
    **CALLER_RANGES,
    "anonymous_rate_limit": (0, 1_000_000),
    "default_limit": (1, 10_000),
    "max_limit": (1, 10_000),
    "max_expand_depth": (0, 4),
    "max_records": (1, 1_000_000),
    "max_body_size": (0.001, 1024),
    "request_timeout": (0, 86_400),
    # dates end in the year 9999; 100 years is far enough from the first one
    "log_retention_days": (0, 36_500),
}


class RestLimitsMixin(models.AbstractModel):
    _name = "rest.limits.mixin"
    _inherit = "rest.caller.limits.mixin"
    _description = "REST limits"
    _rest_ranges = RANGES

    default_limit = fields.Integer(
        string="Page Size",
        default=80,
        help="Records in a list response when the request has no limit.",
    )
    max_limit = fields.Integer(
        string="Maximum Page Size",
        default=1000,
        help="A request with a higher limit gets an error (400).",
    )
    max_expand_depth = fields.Integer(
        string="Expand Depth",
        default=4,
        help="Levels of relations that one request can expand, at most 4.",
    )
    max_records = fields.Integer(
        string="Maximum Records",
        default=1000,
        help="A request that creates, updates or deletes more records gets an error"
        " (413). It can name 100 times as many.",
    )
    max_body_size = fields.Float(
        string="Maximum Body Size (MB)",
        default=1,
        help="A request with a larger body gets an error (413). In JSON, files"
        " are a third larger.",
    )
    log_retention_days = fields.Integer(
        string="Log Retention",
        default=90,
        help="Log entries are deleted after this number of days. 0 keeps them forever.",
    )
    # Odoo ends a worker after limit_time_real (120 s by default); a request that ends
    # before gives the client a problem instead of a broken connection
    statement_timeout = fields.Integer(default=30)
    request_timeout = fields.Integer(
        string="Request Timeout (s)",
        default=60,
        help="A request gets an error (503) when all of it takes longer, up to the end"
        " of its last query. 0 means no limit.",
    )
    # one caller shall not take all workers, nor keep one busy alone
    max_concurrent = fields.Integer(default=8)
    rate_limit = fields.Integer(default=3000)
    anonymous_rate_limit = fields.Integer(
        default=60,
        help="Requests per minute without valid credentials that one IP address (IPv6:"
        " one /64 network) can send. More of them get an error (429), and the log has"
        " one entry per minute for them. Requests with valid credentials are not"
        " counted. 0 means no limit.",
    )

    # repeated: Odoo reads the decorator of the overriding method only
    @api.constrains(lambda self: tuple(self._rest_ranges))
    def _check_ranges(self):
        result = super()._check_ranges()
        for record in self:
            if record.default_limit > record.max_limit:
                raise ValidationError(
                    self.env._(
                        "The page size %(size)s is larger than the maximum page size"
                        " %(maximum)s. Enter a smaller one.",
                        size=record.default_limit,
                        maximum=record.max_limit,
                    )
                )
        return result
