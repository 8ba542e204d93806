"""Clients of the keys that users generate for themselves."""

from odoo import fields, models


class RestClient(models.Model):
    _inherit = "rest.client"

    personal = fields.Boolean(
        readonly=True,
        copy=False,
        help="The client has the keys that its user has generated with POST auth/keys.",
    )

    _personal_once = models.UniqueIndex("(user_id) WHERE personal")
