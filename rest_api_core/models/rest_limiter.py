"""How many requests a caller may send.

Another backend is a word in the system parameter ``rest_api_core.rate_backend`` and a
method ``_backend__<word>``.
"""

import functools

import psycopg2

from odoo import models
from odoo.sql_db import Cursor
from odoo.tools import sql

from .. import rate, rate_database, rate_redis
from ..rate_fallback import Fallback, MemoryBackend

TABLE = "rest_rate"


class RestLimiter(models.AbstractModel):
    _name = "rest.limiter"
    _description = "REST rate limit"

    def init(self):
        """The table is no model's: it is unlogged, and nobody looks at it."""
        if not sql.table_exists(self.env.cr, TABLE):
            self.env.cr.execute(rate.TABLE)

    # --- spending -------------------------------------------------------------

    def _spend(self, api, caller, ip):
        """Count one request: ``(Decision, Limit, now)``, None without a limit.

        Only known callers are counted here, each as a client or user; ``ip`` is the
        connection's, which Odoo takes from a proxy only in proxy mode.
        """
        limit = self._limit(api, caller)
        if limit.unlimited or caller.user_id is None:
            return None
        key = rate.key(api.id, caller.client_id, caller.user_id, ip)
        decision, now = self._backend().spend(key, limit)
        return decision, limit, now

    def _limit(self, api, caller):
        own = 0
        if caller.client_id:
            client = self.env["rest.configuration"]._client(caller.client_id)
            own = client.rate_limit if client else 0
        return rate.applicable(api.rate_limit, own)

    # --- backends -------------------------------------------------------------

    def _backend(self):
        """The ``rate_fallback.Backend`` of this database."""
        settings = self.env["rest.configuration"]._rates()
        make = getattr(self, f"_backend__{settings.backend}", None)
        return (make or self._backend__database)(settings)

    def _backend__memory(self, _settings):
        return _memory(self.env.cr.dbname)

    def _backend__database(self, _settings):
        if isinstance(self.env.cr, Cursor):
            return _database(self.env.cr.dbname)
        return _TestBackend(self.env)

    def _backend__redis(self, settings):
        return _redis(self.env.cr.dbname, settings.redis_url)

    # --- the cron -------------------------------------------------------------

    def _purge(self):
        """Forget callers whose whole quota is free again; tells how many."""
        if isinstance(self.env.cr, Cursor):
            return rate_database.DatabaseBackend(self.env.cr.dbname).purge()
        return rate_database.purge_on(self.env.cr)


class _TestBackend:
    """In a test there is one transaction; what it counts is gone with the test."""

    def __init__(self, env):
        self._env = env

    def spend(self, key, limit, now=None):
        # nothing else is in this cursor yet; a read-only one lets no other one write
        self._env.cr.commit()  # pylint: disable=invalid-commit
        with self._env.registry.cursor() as cr:
            return rate_database.spend_on(cr, key, limit, now)


# One for each database and worker: they remember who has failed when


@functools.lru_cache
def _memory(_database_name):
    return MemoryBackend()


@functools.lru_cache
def _database(name):
    backend = rate_database.DatabaseBackend(name)
    return Fallback(backend, _memory(name), (psycopg2.Error,))


@functools.lru_cache
def _redis(name, url):
    backend = rate_redis.RedisBackend(url, name)
    return Fallback(backend, _memory(name), rate_redis.ERRORS)
