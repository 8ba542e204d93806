"""How much an API serves, and how much a request may take of it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .rest_caller_limits_mixin import RANGES as OF_CALLERS

RANGES = {
    **OF_CALLERS,
    "default_limit": (1, 10_000),
    "max_limit": (1, 10_000),
    "max_expand_depth": (0, 4),
    "max_records": (1, 1_000_000),
    "max_body_size": (0.001, 1024),
    "log_retention_days": (0, 36_500),
}


class RestLimitsMixin(models.AbstractModel):
    _name = "rest.limits.mixin"
    _inherit = "rest.caller.limits.mixin"
    _description = "REST limits"
    _rest_ranges = RANGES

    default_limit = fields.Integer(
        string="Records a page",
        default=80,
        help="Records on a page where the request says nothing.",
    )
    max_limit = fields.Integer(
        string="Largest page",
        default=1000,
        help="Records on a page at most; a request for more is answered with 400.",
    )
    max_expand_depth = fields.Integer(
        string="Levels of expand",
        default=4,
        help="Levels of relations that one answer may follow, 4 at most.",
    )
    max_records = fields.Integer(
        string="Records at once",
        default=1000,
        help="Records that one request may create, change or delete; one with more is"
        " answered with 413.",
    )
    max_body_size = fields.Float(
        string="Largest body (MB)", default=16, help="Of a request, in megabytes."
    )
    log_retention_days = fields.Integer(
        string="Keep for",
        default=90,
        help="Days; 0 to keep the log for ever. Older entries are deleted every hour.",
    )
    statement_timeout = fields.Integer(default=60)

    @api.constrains(lambda self: tuple(self._rest_ranges))
    def _check_ranges(self):
        result = super()._check_ranges()
        for record in self:
            if record.default_limit > record.max_limit:
                raise ValidationError(
                    self.env._("Records a page cannot be more than the largest page.")
                )
        return result
