"""Logs each response in ``rest.log`` and counts the requests of clients.

Requests without valid credentials have small entries, and above a limit none of their
own: they are counted in one entry per minute for their network.

The entry of a successful write is inserted in the same transaction: neither can exist
without the other. All other entries are left to a thread (``log.writer``), because
their transaction is rolled back or read-only.
"""

import logging
import time

import psycopg2

from odoo import models
from odoo.sql_db import Cursor

from ..access.field_rules import field_set
from ..body import batch_reading
from ..limits import rate
from ..log import entry as log_entry
from ..log import redaction
from ..log import writer as log_writer
from ..log.entry import LoggedRequest
from ..log.usage import Summary, Uses
from ..wire.call import Caller
from ..wire.problem import BodyMalformed
from ..wire.uploads import Upload, Uploads

_logger = logging.getLogger(__name__)

# Entries of anonymous callers, of all networks of an API in a worker: who has many
# addresses can stay below the limit with each of them
DETAILS = rate.Limit(600)
_details = rate.MemoryStore(size=1_000)


class RestLogger(models.AbstractModel):
    _name = "rest.logger"
    _description = "REST logger"

    def _record(self, exchange, status, response_body, failure):
        """Log one request. Errors of the log do not change the response.

        :param exchange: ``exchange.Exchange``
        :param failure: the Problem that was told, None for a success
        """
        try:
            entry, uses = None, self._uses(exchange)
            if self._is_logged(exchange, status):
                if self._is_summarized(exchange, failure):
                    network = rate.network(exchange.http.remote_addr or "")
                    uses.summarize(Summary(exchange.now, exchange.api.id, network))
                else:
                    entry = self._entry(exchange, status, response_body, failure)
            self._keep(exchange, entry, uses, failure)
        except Exception:
            _logger.warning(
                "Request %s could not be logged", exchange.request_id, exc_info=True
            )

    def _is_logged(self, exchange, status):
        """Whether the API logs it; anonymous ``health`` requests are never logged."""
        is_anonymous = exchange.caller.user_id is None
        if is_anonymous and exchange.call and exchange.call.operation.name == "health":
            return False
        return log_entry.is_logged(exchange.api.log_mode, status)

    def _is_summarized(self, exchange, failure):
        """Whether a request has no entry of its own."""
        if not self._is_anonymous(exchange, failure):
            return False
        if failure is None:
            limiter, ip = self.env["rest.limiter"], exchange.http.remote_addr or ""
            exchange.is_throttled = limiter._throttled(exchange.api, ip) is not None
        if exchange.is_throttled:
            return True
        if not exchange.api.anonymous_rate_limit:
            return False
        key = f"{self.env.cr.dbname}:{exchange.api.id}"
        return not _details.spend(key, DETAILS, time.time_ns() // 1000).allowed

    def _is_anonymous(self, exchange, failure):
        """Whether there were no valid credentials; a login has them in its body."""
        if exchange.caller.user_id is not None:
            return False
        return failure is not None or bool(exchange.call.operation.readonly)

    def _uses(self, exchange):
        uses, caller, rejection = Uses(), exchange.caller, exchange.rejection
        if caller.client_id:
            uses.add(caller.client_id, caller.credential_id, exchange.now)
        elif rejection and rejection.client_id:
            uses.add(rejection.client_id, None, None)
        if exchange.counted_on:
            uses.count(caller.client_id, exchange.counted_on)
        return uses

    # --- the entry ------------------------------------------------------------

    def _entry(self, exchange, status, response_body, failure):
        http, api, path = exchange.http, exchange.api, exchange.http.path
        route = exchange.template()
        model = route.target.model if route else ""
        blocked = log_entry.secret_names(path, self._blocked_in(exchange, model))
        received = LoggedRequest(
            method=http.method,
            path=path,
            query=http.query_string.decode("utf-8", "replace"),
            ip=http.remote_addr or "",
            headers=http.headers,
        )
        request_text, response_text = None, None
        is_anonymous = self._is_anonymous(exchange, failure)
        if api.log_bodies and not is_anonymous and not _is_secret(exchange):
            request_text = self._request_body(exchange, failure, blocked)
            response_text = log_entry.body(response_body or b"", blocked)
        return log_entry.entry(
            received,
            _known_caller(exchange),
            failure,
            blocked,
            log_entry.SMALL if is_anonymous else log_entry.FULL,
            date=exchange.now,
            api_id=api.id,
            route=f"/{route.template}" if route else None,
            model=log_entry.model(model),
            status=status,
            duration_ms=round(exchange.duration_ms, 3),
            request_id=exchange.request_id,
            rejection_reason=exchange.rejection and exchange.rejection.reason,
            request_body=request_text,
            response_body=response_text,
        )

    def _request_body(self, exchange, failure, blocked):
        """The body as far as it was read: the log does not read more of it."""
        if exchange.call is not None:
            content = exchange.call.body
            if isinstance(content, (Upload, Uploads)):
                return str(content)
            return None if content is None else redaction.dumps(content, blocked)
        if isinstance(failure, BodyMalformed):
            content = exchange.http.get_data(cache=True)
            return log_entry.body(content, blocked)
        return None

    def _blocked_in(self, exchange, model):
        """``_blocked`` of the model, and of those that a batch names."""
        call, models = exchange.call, {model}
        if call is not None and call.operation.body == "operations":
            models |= batch_reading.models(call.body)
        caller = (exchange.api.id, exchange.caller.client_id)
        return frozenset().union(*(self._blocked(*caller, each) for each in models))

    def _blocked(self, api_id, client_id, model):
        """Names of fields whose values are redacted.

        They are the binary fields and those that a rule blocks or masks, of all
        resources of the API: bodies can contain related records. Of this model, they
        are also the fields that no "Allow Only" rule contains.
        """
        settings = self.env["rest.configuration"]
        resources = settings._resources(api_id)
        if model not in resources:
            model = None  # arbitrary names in requests would fill the cache

        def fill(env):
            own = env["rest.configuration"]
            names, masks = set(), own._field_masks(api_id, client_id)
            for name, resource in resources.items():
                rules = own._policy(api_id, client_id, name)
                fields = (
                    rules.grant.readable
                    if rules
                    else field_set(resource.policy.rules, "read")
                )
                names |= fields.blocked | masks.get(name, {}).keys()
                names |= _binary(env[name])
                if name == model and fields.allowed is not None:
                    names |= env[name]._fields.keys() - fields.allowed
            return frozenset(names - {"id"})

        return settings._kept(("log.blocked", api_id, client_id, model), fill)

    # --- storage --------------------------------------------------------------

    def _keep(self, exchange, entry, uses, failure):
        if not isinstance(self.env.cr, Cursor):
            is_written = self._is_written_with(exchange, failure)
            return self._keep_in_test(is_written, entry, uses)
        name = self.env.cr.dbname
        if self._is_written_with(exchange, failure):
            entry = entry if entry and not self._insert(entry) else None
            if uses:
                # after the commit: Odoo can run a request again
                self.env.cr.postcommit.add(lambda: log_writer.put_uses(name, uses))
        elif uses:
            log_writer.put_uses(name, uses)
        if entry:
            log_writer.put_entry(name, entry)

    def _is_written_with(self, exchange, failure):
        """Whether the request has written in a transaction that will be committed."""
        is_over = failure is not None or exchange.is_rolled_back
        if is_over or exchange.call is None or exchange.call.operation.readonly:
            return False
        return not self.env.cr.readonly

    def _insert(self, entry):
        """Insert an entry; return False if that failed, which changed nothing."""
        try:
            log_writer.insert_on(self.env.cr, entry)
        except psycopg2.Error:
            message = "Request %s will be logged later"
            _logger.info(message, entry.request_id, exc_info=True)
            return False
        return True

    def _keep_in_test(self, is_written, entry, uses):
        """Write at once, in the one transaction of a test."""
        if not is_written:
            # otherwise Odoo does it later, together with what the cursor below writes
            self.env.cr.rollback()
        elif entry:
            entry = None if self._insert(entry) else entry
        with self.env.registry.cursor() as cr:
            if entry:
                log_writer.insert_on(cr, entry)
            if uses:
                log_writer.write_uses_on(cr, uses)


def _is_secret(exchange):
    return exchange.call is not None and exchange.call.operation.secret


def _known_caller(exchange):
    """The caller, also one who was rejected."""
    rejection = exchange.rejection
    if exchange.caller.user_id or rejection is None:
        return exchange.caller
    return Caller(
        user_id=rejection.user_id,
        client_id=rejection.client_id,
        credential_id=rejection.credential_id,
    )


def _binary(model):
    return {name for name, field in model._fields.items() if field.type == "binary"}
