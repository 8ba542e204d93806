"""The same request again, with the same key: the response of the first one.

The key is inserted in the transaction of the request: neither can be kept without the
other, and a request that fails, or whose worker dies, leaves no key. A twin at the same
time waits for that insert. PostgreSQL then tells it of a serialization failure, Odoo
runs it again, and it finds the response.
"""

import json

from odoo import models
from odoo.tools import SQL

from ..wire.etag import Tag
from ..wire.idempotency import REPLAYED, KeyReused, StillRunning
from ..wire.received import Reply

KEPT = "24 hours"
# Code may commit before its request ends: a worker that dies then leaves a key without
# response, which is taken over later
RUNNING = "5 minutes"


class RestIdempotency(models.AbstractModel):
    _name = "rest.idempotency"
    _description = "REST idempotency"

    def _claim(self, call):
        """The ``Reply`` of the first request with this key; None for the first one, and
        for calls without a key. Raises KeyReused and StillRunning."""
        if not self._applies(call) or self._insert(call):
            return None
        status, fingerprint, response, is_over = self._stored(call)
        if is_over:
            self._take_over(call)
            return None
        if fingerprint != call.idempotency.fingerprint:
            raise KeyReused()
        if not status:
            raise StillRunning()
        return _reply(status, bytes(response))

    def _keep(self, call, reply):
        """Store the response of the first request, which is about to be sent."""
        if not self._applies(call):
            return
        where = self._where(call)
        if not isinstance(reply.content, bytes):
            # nothing to store: it is sent while it is read
            self.env.cr.execute(SQL("DELETE FROM rest_idempotency_key %s", where))
            return
        self.env.cr.execute(
            SQL(
                "UPDATE rest_idempotency_key SET status = %s, response = %s,"
                " expires_at = NOW() AT TIME ZONE 'UTC' + %s::interval %s",
                reply.status,
                _stored_reply(reply),
                KEPT,
                where,
            )
        )

    def _applies(self, call):
        """A dry run keeps nothing, and what only reads can be repeated anyhow."""
        if call.idempotency is None or call.caller.user_id is None:
            return False
        if call.preferences.rollback:
            return False
        pipeline = self.env["rest.pipeline"]
        return not pipeline._is_readonly(call.api_id, call.operation, call.target)

    # --- rows ----------------------------------------------------------------

    def _insert(self, call):
        """Whether the key is new; waits for another request that has inserted it."""
        statement = SQL(
            "INSERT INTO rest_idempotency_key (api_id, client_id, user_id, key,"
            " fingerprint, operation, model, status, expires_at, create_uid,"
            " create_date, write_uid, write_date)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 0,"
            " NOW() AT TIME ZONE 'UTC' + %s::interval, %s, NOW() AT TIME ZONE 'UTC',"
            " %s, NOW() AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING",
            *self._caller(call),
            *call.idempotency,
            call.operation.name,
            call.model or None,
            RUNNING,
            call.caller.user_id,
            call.caller.user_id,
        )
        # the second of two twins fails here and is run again: not an error to log
        self.env.cr.execute(statement, log_exceptions=False)
        return bool(self.env.cr.rowcount)

    def _stored(self, call):
        self.env.cr.execute(
            SQL(
                "SELECT status, fingerprint, response,"
                " expires_at < NOW() AT TIME ZONE 'UTC'"
                " FROM rest_idempotency_key %s",
                self._where(call),
            )
        )
        return self.env.cr.fetchone()

    def _take_over(self, call):
        """Begin anew with a key that has expired."""
        self.env.cr.execute(
            SQL(
                "UPDATE rest_idempotency_key SET status = 0, response = NULL,"
                " fingerprint = %s, expires_at = NOW() AT TIME ZONE 'UTC'"
                " + %s::interval %s",
                call.idempotency.fingerprint,
                RUNNING,
                self._where(call),
            ),
            log_exceptions=False,
        )

    def _caller(self, call):
        return call.api_id, call.caller.client_id, call.caller.user_id

    def _where(self, call):
        api_id, client_id, user_id = self._caller(call)
        return SQL(
            "WHERE api_id = %s AND COALESCE(client_id, 0) = %s AND user_id = %s"
            " AND key = %s",
            api_id,
            client_id or 0,
            user_id,
            call.idempotency.key,
        )


def _stored_reply(reply):
    head = {
        "media_type": reply.media_type,
        "headers": reply.headers,
        "tag": reply.tag and reply.tag.opaque,
    }
    return json.dumps(head).encode() + b"\n" + reply.content


def _reply(status, stored):
    head, _newline, content = stored.partition(b"\n")
    values = json.loads(head)
    headers = tuple(map(tuple, values["headers"]))
    tag = Tag(values["tag"]) if values["tag"] else None
    return Reply(status, content, values["media_type"], (*headers, REPLAYED), tag)
