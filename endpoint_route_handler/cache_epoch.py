"""Values that workers cache between requests without ever serving stale ones.

Odoo signals a cleared cache to all workers, but the cache is cleared before the change
is committed. A concurrent request could then fill the cache with the old values, and
they would stay. Two rules prevent this:

- ``mark_changed`` clears the cache again after the commit.
- A fill reads through its own transaction (``committed_cursor``) and stores the value
  in an ``Epoch``, an object inside the cache. Clearing the cache drops the epoch, and
  with it every value that was read before.
"""

import contextlib
import functools
import threading
import weakref

from odoo.sql_db import Cursor

_FLAG = "endpoint_changed:"
LOCK_TIMEOUT = 10  # seconds; a fill takes well under one second


class Epoch:
    """Values that the threads of a worker share until its cache is cleared."""

    def __init__(self):
        self._lock = threading.RLock()
        self._values = {}

    def get(self, key, fill):
        """Return the value of ``key``; the first caller computes it with ``fill()``."""
        try:
            return self._values[key]
        except KeyError:
            with _locked(self._lock):
                if key not in self._values:
                    self._values[key] = fill()
        return self._values[key]


def current(env, name, lookup):
    """Return the epoch that ``lookup()`` finds in Odoo's cache.

    Odoo's own lookup takes longer than all else that a known value costs, so it is made
    once per cursor. Only the cache holds the epoch: once it is cleared, the reference
    is dead.
    """
    registry, known = env.cr.cache.get(name, (None, None))
    epoch = known() if registry is env.registry else None
    if epoch is None:
        epoch = lookup()
        env.cr.cache[name] = (env.registry, weakref.ref(epoch))
    return epoch


@contextlib.contextmanager
def _locked(lock):
    """Hold ``lock``, or go on without it after the timeout.

    Odoo's test cursors share one lock: the thread that fills may wait for a cursor that
    the thread waiting here holds.
    """
    acquired = lock.acquire(timeout=LOCK_TIMEOUT)
    try:
        yield
    finally:
        if acquired:
            lock.release()


@contextlib.contextmanager
def committed_cursor(env):
    """Yield a cursor that sees what is committed now.

    ``env.cr`` does not: its snapshot (REPEATABLE READ) dates from the first query of
    the request. In tests all cursors share one transaction, and ``env.cr`` is yielded.
    """
    if isinstance(env.cr, Cursor):
        with env.registry.cursor() as cr:
            yield cr
    else:
        yield env.cr


def is_changed(env, cache):
    """Return whether this transaction has uncommitted changes to cached values."""
    return _FLAG + cache in env.cr.postcommit.data


def mark_changed(env, cache):
    """Clear ``cache`` in this worker now and in all workers after the commit."""
    env.registry.clear_cache(cache)
    if not is_changed(env, cache):
        env.cr.postcommit.data[_FLAG + cache] = True
        env.cr.postcommit.add(
            functools.partial(_clear_after_commit, env.registry, env.cr, cache)
        )


def _clear_after_commit(registry, cr, cache):
    cr.postcommit.data.pop(_FLAG + cache, None)
    registry.clear_cache(cache)
    # Odoo rejects signals of a registry that is still loading
    if registry.ready:
        registry.signal_changes()
