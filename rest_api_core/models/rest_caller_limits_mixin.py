"""How much one caller may take of an API."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# lowest and highest value; beyond them PostgreSQL, dates or memory give out
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
        string="Rate limit", help="Requests a minute and caller; 0 for no limit."
    )
    max_concurrent = fields.Integer(
        string="Requests at once",
        help="Of one caller; what comes while so many are being answered gets 429; 0"
        " for no limit.",
    )
    statement_timeout = fields.Integer(
        string="Query time (s)",
        help="A request whose database query takes longer is answered with 503; 0 for"
        " no limit.",
    )

    @api.constrains(lambda self: tuple(self._rest_ranges))
    def _check_ranges(self):
        for record in self:
            for name, (lowest, highest) in self._rest_ranges.items():
                if not lowest <= record[name] <= highest:
                    raise ValidationError(record._out_of_range(name, lowest, highest))

    def _out_of_range(self, name, lowest, highest):
        return self.env._(
            "%(field)s: %(value)s is not between %(lowest)s and %(highest)s.",
            field=self._fields[name]._description_string(self.env),
            value=self[name],
            lowest=lowest,
            highest=highest,
        )
