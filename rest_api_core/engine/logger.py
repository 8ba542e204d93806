"""Writes ``rest.log`` and counts uses, once for each response.

A write that succeeds has its entry in its own transaction: what is logged has happened,
and what has happened is logged. All else is left to a thread (``log.writer``), for
there is no transaction that would be kept, or none that may write.
"""

import logging

import psycopg2

from odoo import models
from odoo.sql_db import Cursor

from ..access import policy
from ..log import entry as log_entry
from ..log import redaction
from ..log import writer as log_writer
from ..log.entry import Heard
from ..log.usage import Uses
from ..wire.problem import BodyMalformed

_logger = logging.getLogger(__name__)


class RestLogger(models.AbstractModel):
    _name = "rest.logger"
    _description = "REST logger"

    def _record(self, exchange, status, response_body, failure):
        """Log one request; whatever goes wrong with it does not change the response.

        :param exchange: ``exchange.Exchange``
        :param failure: the Problem that was told, None for a success
        """
        try:
            entry = None
            if self._is_wanted(exchange, status):
                entry = self._entry(exchange, status, response_body, failure)
            self._keep(exchange, entry, self._uses(exchange), failure)
        except Exception:
            _logger.warning(
                "Request %s is not in the log", exchange.request_id, exc_info=True
            )

    def _is_wanted(self, exchange, status):
        """Anybody may ask for ``health`` as often as they like: it says nothing."""
        is_anonymous = exchange.caller.user_id is None
        if is_anonymous and exchange.call and exchange.call.operation.name == "health":
            return False
        return log_entry.wants(exchange.api.log_mode, status)

    def _uses(self, exchange):
        caller = exchange.caller
        if not caller.client_id:
            return None
        uses = Uses()
        uses.add(caller.client_id, caller.credential_id, exchange.now)
        return uses

    # --- the entry ------------------------------------------------------------

    def _entry(self, exchange, status, response_body, failure):
        http, api, path = exchange.http, exchange.api, exchange.http.path
        found = exchange.template()
        model = found.target.model if found else ""
        blocked = log_entry.secret_names(
            path, self._blocked(api.id, exchange.caller.client_id, model)
        )
        heard = Heard(
            method=http.method,
            path=path,
            query=http.query_string.decode("utf-8", "replace"),
            ip=http.remote_addr or "",
            headers=http.headers,
        )
        request_text, response_text = None, None
        if api.log_bodies:
            request_text = self._request_body(exchange, failure, blocked)
            response_text = log_entry.body(response_body or b"", blocked)
        return log_entry.entry(
            heard,
            exchange.caller,
            failure,
            blocked,
            date=exchange.now,
            api_id=api.id,
            route=f"/{found.template}" if found else None,
            model=redaction.clean(model) or None,
            status=status,
            duration_ms=round(exchange.duration_ms, 3),
            request_id=exchange.request_id,
            request_body=request_text,
            response_body=response_text,
        )

    def _request_body(self, exchange, failure, blocked):
        """Only what was read: nobody makes us read more for the log."""
        if exchange.call is not None:
            content = exchange.call.body
            return None if content is None else redaction.dumps(content, blocked)
        if isinstance(failure, BodyMalformed):
            content = exchange.http.get_data(cache=True)
            return log_entry.body(content, blocked)
        return None

    def _blocked(self, api_id, client_id, model):
        """Names of fields whose values the log must not show.

        Those that a rule of any resource of the API blocks, and binary ones, since
        bodies reach over relations; of this model, also those that no rule allows.
        """
        settings = self.env["rest.configuration"]
        resources = settings._resources(api_id)
        if model not in resources:
            model = None  # names from outside would fill the memory

        def fill(env):
            own = env["rest.configuration"]
            found = set()
            for name, resource in resources.items():
                rules = own._policy(api_id, client_id, name)
                fields = (
                    rules.grant.readable
                    if rules
                    else policy.field_set(resource.policy.rules, "read")
                )
                found |= fields.blocked | _binary(env[name])
                if name == model and fields.allowed is not None:
                    found |= env[name]._fields.keys() - fields.allowed
            return frozenset(found - {"id"})

        return settings._kept(("log.blocked", api_id, client_id, model), fill)

    # --- where it goes --------------------------------------------------------

    def _keep(self, exchange, entry, uses, failure):
        if not isinstance(self.env.cr, Cursor):
            return self._keep_in_test(exchange, entry, uses, failure)
        name = self.env.cr.dbname
        if self._is_written_with(exchange, failure):
            entry = entry if entry and not self._insert(entry) else None
            if uses:
                # nothing is counted twice where Odoo runs a request again
                self.env.cr.postcommit.add(lambda: log_writer.put_uses(name, uses))
        elif uses:
            log_writer.put_uses(name, uses)
        if entry:
            log_writer.put_entry(name, entry)

    def _is_written_with(self, exchange, failure):
        """Whether the request has written, in a transaction that will be committed."""
        is_over = failure is not None or exchange.is_rolled_back
        if is_over or exchange.call is None or exchange.call.operation.readonly:
            return False
        return not self.env.cr.readonly

    def _insert(self, entry):
        """Whether it worked; if not, the transaction is as it was."""
        try:
            log_writer.insert_on(self.env.cr, entry)
        except psycopg2.Error:
            _logger.info("Request %s is logged later", entry.request_id, exc_info=True)
            return False
        return True

    def _keep_in_test(self, exchange, entry, uses, failure):
        """At once, so that tests see it, and in the one transaction there is."""
        if not self._is_written_with(exchange, failure):
            self.env.cr.rollback()  # or it takes with it what another cursor writes
        elif entry:
            entry = None if self._insert(entry) else entry
        with self.env.registry.cursor() as cr:
            if entry:
                log_writer.insert_on(cr, entry)
            if uses:
                log_writer.count_on(cr, uses)


def _binary(model):
    return {name for name, field in model._fields.items() if field.type == "binary"}
