"""Limits of callers: requests per minute, concurrent requests, statement timeout.

An addon adds a backend for rate limits with a method ``_backend__<name>``; the system
parameter ``rest_api_core.rate_backend`` selects it by its name.
"""

import functools

import psycopg2

from odoo import models
from odoo.sql_db import Cursor
from odoo.tools import sql

from ..limits import database_store as rate_database
from ..limits import rate
from ..limits import redis_store as rate_redis
from ..limits.fallback import Fallback, MemoryBackend, Rejecting
from ..wire.problem import TooManyAtOnce

TABLE = "rest_rate"
LOCK_TIMEOUT = 3000  # milliseconds that a write waits for a row of another transaction
# milliseconds of a transaction of a job, which may take longer than a request
JOB_TIMEOUTS = {"lock_timeout": 10_000, "statement_timeout": 3_600_000}
# PostgreSQL tries one slot after the other until it has locked one. The lock belongs to
# the transaction: it is released even if the worker dies
_SLOT = """(
    SELECT slot FROM generate_series(1, %s) AS slot
    WHERE pg_try_advisory_xact_lock(%s, slot) LIMIT 1
)"""


class RestLimiter(models.AbstractModel):
    _name = "rest.limiter"
    _description = "REST rate limit"

    def init(self):
        """Create the table without the ORM, which cannot make it unlogged."""
        if not sql.table_exists(self.env.cr, TABLE):
            self.env.cr.execute(rate.TABLE)

    # --- rate limit -----------------------------------------------------------

    def _spend(self, api, caller, ip):
        """Count one request: ``(Decision, Limit, now)``; None without a limit.

        Anonymous callers are counted by ``_throttled``.

        :param ip: address of the connection, or of the proxy's client in proxy mode
        """
        limit = self._limit(api, caller)
        if limit.unlimited or caller.user_id is None:
            return None
        key = rate.key(api.id, caller.client_id, caller.user_id, ip)
        decision, now = self._backend().spend(key, limit)
        return decision, limit, now

    def _throttled(self, api, ip):
        """Count one request without valid credentials: LoginThrottled if its network
        sends too many of them, else None."""
        limit = rate.Limit(api.anonymous_rate_limit)
        if limit.unlimited:
            return None
        backend = self._backend()
        if isinstance(self.env.cr, Cursor):
            backend = _rejecting(backend)
        decision, _now = backend.spend(rate.key(api.id, None, None, ip), limit)
        return None if decision.allowed else rate.throttled(decision, limit)

    def _limit(self, api, caller):
        return rate.Limit(self._applicable(api, caller, "rate_limit"))

    def _applicable(self, api, caller, name):
        """The limit of the client if it has one, otherwise that of the API."""
        own = 0
        if caller.client_id:
            client = self.env["rest.configuration"]._client(caller.client_id)
            own = getattr(client, name) if client else 0
        return own or getattr(api, name)

    # --- limits of a request --------------------------------------------------

    def _apply(self, call, streaming=False):
        """Set the timeouts of statements and locks, and count concurrent requests.

        Jobs have timeouts of their own, and no slots.

        :param streaming: whether this is the transaction that a streamed response is
            read from: it has the slot of its call, as long as it lasts
        Raises TooManyAtOnce if the caller already has the maximum number of them.
        """
        if call.in_job:
            self._apply_job()
            return
        api = self.env["rest.configuration"]._api(call.api_id)
        # Odoo would end the worker after limit_time_real, without a response
        seconds = self._applicable(api, call.caller, "statement_timeout")
        timeouts = {"statement_timeout": seconds * 1000} if seconds > 0 else {}
        if not call.operation.readonly:
            timeouts["lock_timeout"] = LOCK_TIMEOUT
        # in one round trip, which each request takes
        slot = self._slot(api, call) if call.operation.streamed is streaming else {}
        terms = {**slot, **dict(map(_setting, timeouts.items()))}
        if terms and self._selected(terms)[0] is None:
            raise TooManyAtOnce(self._too_many(api, call.caller))

    def _apply_job(self):
        """Set the timeouts of a transaction of a job."""
        self._selected(dict(map(_setting, JOB_TIMEOUTS.items())))

    def _selected(self, terms):
        """The values of SQL terms, which are given with their parameters."""
        values = [value for values in terms.values() for value in values]
        self.env.cr.execute("SELECT " + ", ".join(terms), values)
        return self.env.cr.fetchone()

    def _too_many(self, api, caller):
        owner = "client" if caller.client_id else "user"
        maximum = self._applicable(api, caller, "max_concurrent")
        return f"Too many concurrent requests of your {owner}. Allowed: {maximum}."

    def _slot(self, api, call):
        """SQL that takes one of the slots of the caller until the transaction ends, and
        is NULL if there is none, with its values. A replica has slots of its own."""
        caller = call.caller
        maximum = self._applicable(api, caller, "max_concurrent")
        if maximum <= 0 or caller.user_id is None:
            return {}
        key = rate.key(api.id, caller.client_id, caller.user_id, call.ip)
        return {_SLOT: (maximum, rate.lock_key(key))}

    def _seconds(self, call):
        """How long the whole request may take; 0 for no limit."""
        if call.in_job:
            return 0
        return self.env["rest.configuration"]._api(call.api_id).request_timeout

    # --- backends -------------------------------------------------------------

    def _backend(self):
        """The ``fallback.Backend`` of this database."""
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
        """Delete callers whose whole quota is available again; return their number."""
        if isinstance(self.env.cr, Cursor):
            return rate_database.DatabaseBackend(self.env.cr.dbname).purge()
        return rate_database.purge_on(self.env.cr)


def _setting(timeout):
    """SQL that sets a timeout of PostgreSQL, until the transaction ends; its values."""
    name, milliseconds = timeout
    return f"set_config('{name}', %s, true)", (str(milliseconds),)


class _TestBackend:
    """Counts in the one transaction of a test, which is rolled back."""

    def __init__(self, env):
        self._env = env

    def spend(self, key, limit, now=None):
        # a commit, because a test cursor that is read-only lets no other cursor write
        self._env.cr.commit()  # pylint: disable=invalid-commit
        with self._env.registry.cursor() as cr:
            return rate_database.spend_on(cr, key, limit, now)


# One of each per database and worker: they remember counts and failures


@functools.lru_cache
def _rejecting(backend):
    return Rejecting(backend)


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
