"""Limits of one caller of an API."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# lowest and highest value. PostgreSQL rejects timeouts of more than 2^31 ms; it tries
# one lock after the other up to max_concurrent
RANGES = {
    "rate_limit": (0, 1_000_000),
    "max_concurrent": (0, 1000),
    "statement_timeout": (0, 86_400),
}


class RestCallerLimitsMixin(models.AbstractModel):
    _name = "rest.caller.limits.mixin"
    _description = "REST limits of a caller"
    _rest_ranges = RANGES

    rate_limit = fields.Integer(
        help="Requests per minute that one caller can send. 0 means no limit."
    )
    max_concurrent = fields.Integer(
        string="Maximum Concurrent Requests",
        help="One caller gets an error (429) for each request above this number at the"
        " same time. 0 means no limit.",
    )
    statement_timeout = fields.Integer(
        string="Statement Timeout (s)",
        help="A request gets an error (503) when one of its database queries takes"
        " longer. 0 means no limit.",
    )

    # a function: the models that inherit the mixin have more ranges
    @api.constrains(lambda self: tuple(self._rest_ranges))
    def _check_ranges(self):
        for record in self:
            for name, (lowest, highest) in self._rest_ranges.items():
                if not lowest <= record[name] <= highest:
                    raise ValidationError(record._out_of_range(name, lowest, highest))

    def _out_of_range(self, name, lowest, highest):
        return self.env._(
            "%(field)s: %(value)s is out of range. Enter a value from %(lowest)s to"
            " %(highest)s.",
            field=self._fields[name]._description_string(self.env),
            value=self[name],
            lowest=lowest,
            highest=highest,
        )
