from odoo import models


class RestJsonIds(models.AbstractModel):
    _inherit = "rest.json.ids"

    def _comodel__shares(self, field):
        return "res.partner"
