"""Empty pages of the change feed that wait for a change: ``Prefer: wait=n``, RFC 7240.

While it waits, a request holds no transaction and no cursor of the database: its own
has been closed, as with all responses that are made while they are sent. It looks for
changes with a new one, for a moment, again and again.

The server for long connections (``gevent``) waits long. Elsewhere a worker serves no
other request meanwhile, so it waits for two seconds at most.
"""

import contextlib
import threading
import time
from collections import Counter
from dataclasses import replace

import odoo
from odoo import api, models
from odoo.sql_db import Cursor

from ..query.patience import Patience
from ..wire.envelope import envelope
from ..wire.json_bytes import encode
from ..wire.operation import JSON
from ..wire.problem import Problem
from ..wire.result import Content

MAX_WAITING = 20  # requests of a caller that wait, in each process
_waiting = Counter()
_lock = threading.Lock()


class RestChangeWaiting(models.AbstractModel):
    _name = "rest.change.waiting"
    _description = "REST waiting for changes"

    def _unneeded(self, call, result):
        """The result of a call that need not wait."""
        seconds = self._seconds(call)
        return replace(result, honoured=_honoured(seconds)) if seconds else result

    def _held(self, call, result):
        """The result, or one that waits for changes while it is sent."""
        seconds = self._seconds(call)
        if not seconds:
            return result
        parts = self._parts(call, result, seconds)
        if not isinstance(self.env.cr, Cursor):
            # in tests: its cursor shares their transaction, and must end first
            parts = _at_once(list(parts))
        return replace(
            result, content=Content(parts, JSON), honoured=_honoured(seconds)
        )

    def _seconds(self, call):
        """How long a call may wait; 0 if it does not want to, or may not."""
        wish = call.preferences.wait
        if not wish or _waiting[_key(call)] >= MAX_WAITING:
            return 0
        most = self.env["rest.limiter"]._seconds(call)
        return Patience.seconds(wish, odoo.evented, most)

    def _parts(self, call, result, seconds):
        """Nothing as long as nothing changes, then JSON: a generator of bytes, which is
        closed if the client has left meanwhile."""
        with _counted(_key(call)):
            mark, patience = None, Patience(seconds, time.monotonic)
            for pause in patience.pauses():
                time.sleep(pause)
                yield b""
                result, mark = self._looked(call, result, mark)
                if result.data or result.meta["has_more"]:
                    break
        yield encode(envelope(result))

    def _looked(self, call, result, mark):
        """The result now, and the last change that there is, with a cursor of the
        database of its own.

        :param mark: the last change at the look before
        """
        with contextlib.closing(self.env.registry.cursor(readonly=True)) as cr:
            env = api.Environment(cr, self.env.uid, self.env.context)
            last = env["rest.change.rows"]._last()
            if last == mark:
                return result, mark
            if isinstance(cr, Cursor):
                self.env.registry.check_signaling(cr)
            return env[self._name]._page_now(call, result), last

    def _page_now(self, call, result):
        """The result after the one before. The next request gets the error of
        this one by now, such as a key that was revoked."""
        since, pipeline = result.meta["next_since"], self.env["rest.pipeline"]
        call = replace(call, feed=replace(call.feed, since=since))
        handler = self.env["rest.changes"]._result
        try:
            return pipeline._performed_by(handler, pipeline._admitted(call), call)
        except Problem:
            return result


@contextlib.contextmanager
def _counted(key):
    with _lock:
        _waiting[key] += 1
    try:
        yield
    finally:
        with _lock:
            _waiting[key] -= 1
            if not _waiting[key]:
                del _waiting[key]


def _key(call):
    caller = call.caller
    return call.api_id, caller.client_id, caller.user_id


def _honoured(seconds):
    return (f"wait={seconds}",)


def _at_once(parts):
    yield from parts
