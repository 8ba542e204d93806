"""What users may do with their own accounts."""

from odoo import fields, models


class RestApi(models.Model):
    _inherit = "rest.api"

    own_keys = fields.Boolean(
        default=True,
        help="Internal users can generate API keys for themselves. Such a key has the"
        " rights that the user has with a session.",
    )
