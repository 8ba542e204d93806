"""Logs requests to endpoints in ``rest.log``, as ``rest.logger`` does those to APIs.

Failed requests of anonymous callers have small entries, and above a limit one entry per
minute for their network.

The entry of a request that has written is inserted in its transaction. All others are
left to a thread.
"""

import logging
import time
from datetime import datetime, timezone
from functools import partial
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.sql_db import Cursor

from odoo.addons.endpoint.exceptions import RequestValidationError
from odoo.addons.endpoint_route_handler import error_response

from ..limits import rate
from ..log import entry as log_entry
from ..log import writer as log_writer
from ..log.entry import LoggedRequest
from ..log.usage import Summary, Uses
from ..wire.call import Caller, request_id
from ..wire.problem import Problem

_logger = logging.getLogger(__name__)

# Entries of failed anonymous requests to an endpoint in a worker: of a network, of all
FAILED, FAILED_OF_ALL = rate.Limit(60), rate.Limit(600)
_failed = rate.MemoryStore(size=10_000)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
BLOCKED = frozenset()


class EndpointCall(NamedTuple):
    """A request to an endpoint and what it got.

    ``failure``: the exception, None for a success; ``body``: ``received.Body`` or None;
    ``started``: the time when Odoo began with it.
    """

    http: Any
    route: str
    response: Any
    failure: Exception | None
    body: Any
    started: float | None


class EndpointProblem(Problem):
    """What the log tells of an error."""

    def __init__(self, code, detail):
        self.code = code
        super().__init__(detail)


class RestEndpointLogger(models.AbstractModel):
    _name = "rest.endpoint.logger"
    _description = "REST logger of endpoints"

    def _record(self, call):
        """Log one request. Errors of the log do not change the response."""
        try:
            endpoint = self.env["endpoint.endpoint"]._find_endpoint(call.route)
            if endpoint and log_entry.is_logged(endpoint.rest_log_mode, _status(call)):
                uses = self._summary(endpoint, call)
                entry = None if uses else self._entry(endpoint, call)
                self._keep(entry, uses, call)
        except Exception:
            _logger.warning("A request to %s was not logged", call.route, exc_info=True)

    def _is_anonymous(self, call):
        """Whether a request of anybody has failed."""
        is_known = self.env.uid and not self.env.user._is_public()
        return call.failure is not None and not is_known

    def _summary(self, endpoint, call):
        """``Uses`` with a request that has no entry of its own, else None."""
        if not self._is_anonymous(call):
            return None
        network = rate.network(call.http.remote_addr or "")
        key, now = f"{self.env.cr.dbname}:{endpoint.id}", time.time_ns() // 1000
        if (
            _failed.spend(f"{key}:{network}", FAILED, now).allowed
            and _failed.spend(key, FAILED_OF_ALL, now).allowed
        ):
            return None
        uses = Uses()
        uses.summarize(Summary(_utc(time.time()), 0, network, endpoint.id))
        return uses

    def _entry(self, endpoint, call):
        http = call.http
        received = LoggedRequest(
            method=http.method,
            path=http.path,
            query=http.query_string.decode("utf-8", "replace"),
            ip=http.remote_addr or "",
            headers=http.headers,
        )
        is_anonymous = self._is_anonymous(call)
        with_bodies = endpoint.rest_log_bodies and not is_anonymous
        bodies = _bodies(call) if with_bodies else {}
        now = time.time()
        return log_entry.entry(
            received,
            Caller(user_id=self.env.uid),
            call.failure and _problem(call),
            BLOCKED,
            log_entry.SMALL if is_anonymous else log_entry.FULL,
            date=_utc(now),
            api_id=None,
            route=endpoint.route,
            model=None,
            status=_status(call),
            duration_ms=round((now - (call.started or now)) * 1000, 3),
            request_id=request_id(http.headers.get("X-Request-ID"), "") or None,
            endpoint_id=endpoint.id,
            **bodies,
        )

    def _keep(self, entry, uses, call):
        cr, logger = self.env.cr, self.env["rest.logger"]
        can_write = call.failure is None and not cr.readonly
        if not isinstance(cr, Cursor):
            return logger._keep_in_test(can_write, entry, uses)
        if uses:
            return log_writer.put_uses(cr.dbname, uses)
        is_safe = call.http.method in SAFE_METHODS
        if can_write and not is_safe and self._has_written() and logger._insert(entry):
            return
        put = partial(log_writer.put_entry, cr.dbname, entry)
        if call.failure is None:
            # Odoo can run the request again, until it commits
            cr.postcommit.add(put)
        else:
            put()

    def _has_written(self):
        """Whether this transaction has changed the database.

        An INSERT would make the commit of one that has not much slower.
        """
        self.env.cr.execute("SELECT txid_current_if_assigned()")
        return self.env.cr.fetchone()[0] is not None


def _utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)


def _status(call):
    return getattr(call.response, "status_code", None) or call.response.code


def _problem(call):
    """The error as the log tells it: for administrators, with the reason of a 500."""
    failure = call.failure
    if isinstance(failure, RequestValidationError):
        return EndpointProblem("endpoint.invalid_body", _joined(failure.detail))
    if not isinstance(failure, HTTPException):
        reason = f"{type(failure).__name__}: {failure}"
        return EndpointProblem(f"endpoint.status_{_status(call)}", reason)
    if failure.code is None:
        return EndpointProblem("endpoint.response", "The code raised a response.")
    [error] = error_response.payload(failure)["detail"]
    return EndpointProblem(f"endpoint.{error['type']}", error["msg"])


def _joined(errors):
    """The errors of a body in one text: ``body.lines.0: 'x' is not an integer``."""
    lines = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in errors)
    return "; ".join(lines)


def _bodies(call):
    content = call.body.raw if call.body else b""
    response = call.response
    is_text = hasattr(response, "get_data") and not response.is_streamed
    return {
        "request_body": log_entry.body(content, BLOCKED),
        "response_body": log_entry.body(response.get_data(), BLOCKED)
        if is_text
        else None,
    }
