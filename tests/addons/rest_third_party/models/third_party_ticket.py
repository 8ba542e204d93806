from odoo import api, fields, models

from odoo.addons.rest_api_core.body import inputs, values


class Colour(fields.Char):
    type = "colour"


values.WRITERS["colour"] = values.WRITERS["char"]
inputs.READERS["colour"] = inputs.READERS["char"]


class Ticket(models.Model):
    _name = "third.party.ticket"
    _description = "Ticket"

    name = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", index=True)
    active = fields.Boolean(default=True)
    colour = Colour()
    hours = fields.Float()
    shares = fields.Json(help="Per cent of the hours, by the ids of contacts")
    is_large = fields.Boolean(compute="_compute_is_large", store=True)
    is_short = fields.Boolean(compute="_compute_is_large", search="_search_is_short")

    @api.depends("hours")
    def _compute_is_large(self):
        for ticket in self:
            ticket.is_large = ticket.hours >= 8
            ticket.is_short = not ticket.is_large

    def _search_is_short(self, operator, value):
        return [("is_large", "not in" if operator == "in" else "in", value)]

    def action_close(self):
        """Archive the tickets; gives back how many hours they took."""
        self.action_archive()
        return {"hours": sum(self.mapped("hours"))}
