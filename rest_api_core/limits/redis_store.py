"""Rate limits in Redis, for many servers whose database is busy enough.

Without the Python library ``redis``, the backend raises RedisMissing: ``Fallback``
treats it like a server that is unavailable.
"""

import functools

from . import rate

try:
    import redis
except ImportError:
    redis = None

TIMEOUT = 0.2  # seconds, for the connection and for a response
PREFIX = "rest_rate"


class RedisMissing(Exception):
    """The Python library is not installed."""


ERRORS = (RedisMissing, ValueError, OSError) + ((redis.RedisError,) if redis else ())


class RedisBackend:
    """The ``fallback.Backend`` of one database in one Redis. Raises ``ERRORS``.

    :param url: ``redis://user:password@host:6379/0``, ``rediss://`` or ``unix://``
    """

    def __init__(self, url, database):
        self._url = url
        self._prefix = f"{PREFIX}:{database}:"

    def connect(self):
        """A client; it connects later. Raises RedisMissing, ValueError."""
        if redis is None:
            raise RedisMissing("the Python library redis is not installed")
        return redis.Redis.from_url(
            self._url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            health_check_interval=30,
            # Idle connections may be gone: one retry, at once. By default, newer
            # versions of the library keep the request waiting for seconds.
            retry=redis.retry.Retry(
                redis.backoff.NoBackoff(), 1, supported_errors=(redis.ConnectionError,)
            ),
            retry_on_error=[redis.ConnectionError],
        )

    @functools.cached_property
    def _script(self):
        """Runs by EVALSHA; the library sends the script when the server lacks it."""
        return self.connect().register_script(rate.SCRIPT)

    def spend(self, key, limit, now=None):
        arguments = [limit.interval, limit.window, "" if now is None else now]
        response = self._script(keys=[self._prefix + key], args=arguments)
        allowed, tat, seen = map(int, response)
        return rate.decision(bool(allowed), tat, seen, limit), seen
