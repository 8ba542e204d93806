"""How much an API serves, and how much a request may take of it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# lowest and highest value; beyond them PostgreSQL, dates or memory give out
RANGES = {
    "default_limit": (1, 10_000),
    "max_limit": (1, 10_000),
    "max_expand_depth": (0, 4),
    "max_records": (1, 1_000_000),
    "max_body_size": (0.001, 1024),
    "rate_limit": (0, 1_000_000),
    "log_retention_days": (0, 36_500),
    "statement_timeout": (0, 86_400),
}


class RestLimitsMixin(models.AbstractModel):
    _name = "rest.limits.mixin"
    _description = "REST limits"

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
    rate_limit = fields.Integer(
        string="Rate limit",
        default=0,
        help="Requests a minute and caller; 0 for no limit.",
    )
    log_retention_days = fields.Integer(
        string="Keep for",
        default=90,
        help="Days; 0 to keep the log for ever. Older entries are deleted every hour.",
    )
    statement_timeout = fields.Integer(
        string="Query time (s)",
        default=60,
        help="A request whose database query takes longer is answered with 503; 0 for"
        " no limit.",
    )

    @api.constrains(*RANGES)
    def _check_numbers(self):
        for record in self:
            for name, (lowest, highest) in RANGES.items():
                if not lowest <= record[name] <= highest:
                    raise ValidationError(record._out_of_range(name, lowest, highest))
            if record.default_limit > record.max_limit:
                raise ValidationError(
                    self.env._("Records a page cannot be more than the largest page.")
                )

    def _out_of_range(self, name, lowest, highest):
        return self.env._(
            "%(field)s: %(value)s is not between %(lowest)s and %(highest)s.",
            field=self._fields[name]._description_string(self.env),
            value=self[name],
            lowest=lowest,
            highest=highest,
        )
