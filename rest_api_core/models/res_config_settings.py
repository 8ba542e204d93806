"""What holds for all APIs."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..limits import redis_store as rate_redis


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

    @api.constrains("rest_rate_backend", "rest_redis_url")
    def _check_redis(self):
        """What can be known without asking Redis, which may be down for a moment."""
        for settings in self:
            if settings.rest_rate_backend != "redis":
                continue
            try:
                rate_redis.RedisBackend(settings.rest_redis_url or "", "").connect()
            except rate_redis.RedisMissing as error:
                raise ValidationError(
                    self.env._(
                        "The Python package redis is not installed where Odoo runs."
                    )
                ) from error
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%s is no URL of Redis, such as redis://127.0.0.1:6379/0.",
                        settings.rest_redis_url or "“”",
                    )
                ) from error
