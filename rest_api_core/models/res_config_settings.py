"""Settings of all APIs."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..limits import redis_store as rate_redis


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rest_rate_backend = fields.Selection(
        [
            ("database", "Database (exact, shared by all workers)"),
            ("memory", "Memory (fastest, separate for each worker)"),
            ("redis", "Redis (shared by all workers and servers)"),
        ],
        string="Rate Limit Backend",
        default="database",
        config_parameter="rest_api_core.rate_backend",
        help="Where requests are counted for rate limits.",
    )
    rest_redis_url = fields.Char(
        string="Redis URL",
        config_parameter="rest_api_core.redis_url",
        help="Address of the Redis server that counts the requests.",
    )
    rest_rate_draft_headers = fields.Boolean(
        string="RateLimit Headers",
        config_parameter="rest_api_core.rate_draft_headers",
        help="Responses also have the headers RateLimit and RateLimit-Policy.",
    )

    rest_change_retention_days = fields.Integer(
        string="Days to Keep Changes",
        default=30,
        config_parameter="rest_api_core.change_retention_days",
        help="Older changes are deleted. A client that asks for them gets the status"
        " 410 and has to read all records anew.",
    )

    @api.constrains("rest_change_retention_days")
    def _check_retention(self):
        if any(settings.rest_change_retention_days < 1 for settings in self):
            raise ValidationError(self.env._("Keep changes for one day or more."))

    @api.constrains("rest_rate_backend", "rest_redis_url")
    def _check_redis(self):
        """Check the URL without a connection: Redis can be down for a moment."""
        for settings in self:
            if settings.rest_rate_backend != "redis":
                continue
            try:
                rate_redis.RedisBackend(settings.rest_redis_url or "", "").connect()
            except rate_redis.RedisMissing as error:
                raise ValidationError(
                    self.env._(
                        "The Python package redis is not installed on the server."
                        " Install it or choose another backend."
                    )
                ) from error
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” is not a Redis URL. Enter one such as"
                        " redis://127.0.0.1:6379/0.",
                        settings.rest_redis_url or "",
                    )
                ) from error
