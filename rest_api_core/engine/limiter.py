"""How many requests a caller may send, how many at once, and how long one may take.

Another backend is a word in the system parameter ``rest_api_core.rate_backend`` and a
method ``_backend__<word>``.
"""

import functools

import psycopg2

from odoo import models
from odoo.sql_db import Cursor
from odoo.tools import sql

from ..limits import database_store as rate_database
from ..limits import rate
from ..limits import redis_store as rate_redis
from ..limits.fallback import Fallback, MemoryBackend
from ..wire.problem import TooManyAtOnce

TABLE = "rest_rate"
# PostgreSQL tries one slot after the other, until it has locked one
_SLOT = """
    SELECT slot FROM generate_series(1, %(most)s) AS slot
    WHERE pg_try_advisory_xact_lock(%(caller)s, slot) LIMIT 1
"""


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
        return rate.Limit(self._applicable(api, caller, "rate_limit"))

    def _applicable(self, api, caller, name):
        """The client's own limit where it has one, else that of the API."""
        own = 0
        if caller.client_id:
            client = self.env["rest.configuration"]._client(caller.client_id)
            own = getattr(client, name) if client else 0
        return own or getattr(api, name)

    # --- what one request may take --------------------------------------------

    def _bound(self, call):
        """Have PostgreSQL end what takes too long, before Odoo ends the worker; raises
        TooManyAtOnce while other requests of the caller take all that it may."""
        api = self.env["rest.configuration"]._api(call.api_id)
        seconds = self._applicable(api, call.caller, "statement_timeout")
        if seconds > 0:
            milliseconds = str(seconds * 1000)
            self.env.cr.execute("SET LOCAL statement_timeout = %s", [milliseconds])
        most = self._applicable(api, call.caller, "max_concurrent")
        if most > 0 and call.caller.user_id is not None:
            self._take_slot(api, call, most)

    def _take_slot(self, api, call, most):
        """One of so many slots, until the transaction ends: whatever becomes of the
        request or its worker, PostgreSQL gives it back. A replica has its own."""
        caller = call.caller
        key = rate.key(api.id, caller.client_id, caller.user_id, call.ip)
        self.env.cr.execute(_SLOT, {"most": most, "caller": rate.lock_number(key)})
        if not self.env.cr.rowcount:
            raise TooManyAtOnce()

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
