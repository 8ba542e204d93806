"""What a worker may remember between requests, and when it must forget it.

Odoo signals cleared caches to all workers, but a change clears them before it commits:
a request that began before may refill a cache with what is about to be old, for ever.
Two rules prevent it. The cache is cleared again after commit (``mark_changed``), and
who fills reads through a transaction of its own (``committed_cursor``) into an object
that dies with the cache (``Epoch``), so whatever was read before a clearing is lost.
"""

import contextlib
import functools
import threading

from odoo.sql_db import Cursor

LOCK_TIMEOUT = 10  # seconds; filling takes a fraction of one


class Epoch:
    """Values that one worker shares until somebody clears the cache that holds it."""

    def __init__(self):
        self._lock = threading.RLock()
        self._values = {}

    def get(self, key, fill):
        """The value of ``key``; the first caller computes it by ``fill()``."""
        try:
            return self._values[key]
        except KeyError:
            with _locked(self._lock):
                if key not in self._values:
                    self._values[key] = fill()
        return self._values[key]


@contextlib.contextmanager
def _locked(lock):
    """Wait for who fills, but not for ever: a test may hold the cursor's lock."""
    acquired = lock.acquire(timeout=LOCK_TIMEOUT)
    try:
        yield
    finally:
        if acquired:
            lock.release()


@contextlib.contextmanager
def committed_cursor(env):
    """A cursor that sees what is committed now, not when the request began.

    A test cursor shares one transaction with all others already.
    """
    if isinstance(env.cr, Cursor):
        with env.registry.cursor() as cr:
            yield cr
    else:
        yield env.cr


def is_changed(env, cache):
    """Whether this transaction changed what ``cache`` remembers, uncommitted yet."""
    return _flag(cache) in env.cr.postcommit.data


def mark_changed(env, cache):
    """Forget ``cache`` here at once, and in every worker after commit."""
    env.registry.clear_cache(cache)
    if not is_changed(env, cache):
        env.cr.postcommit.data[_flag(cache)] = True
        env.cr.postcommit.add(
            functools.partial(_clear_after_commit, env.registry, env.cr, cache)
        )


def _clear_after_commit(registry, cr, cache):
    cr.postcommit.data.pop(_flag(cache), None)
    registry.clear_cache(cache)
    if registry.ready:
        registry.signal_changes()


def _flag(cache):
    return f"endpoint_changed:{cache}"
