"""What holds for all APIs."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rest_rate_backend = fields.Selection(
        [
            ("database", "In the database: exact, shared by all workers"),
            ("memory", "In memory: fastest, each worker counts for itself"),
            ("redis", "In Redis: shared by all workers and servers"),
        ],
        string="Rate limit backend",
        default="database",
        config_parameter="rest_api_core.rate_backend",
    )
    rest_redis_url = fields.Char(
        string="URL of Redis", config_parameter="rest_api_core.redis_url"
    )
    rest_rate_draft_headers = fields.Boolean(
        string="Draft rate limit headers",
        config_parameter="rest_api_core.rate_draft_headers",
    )
