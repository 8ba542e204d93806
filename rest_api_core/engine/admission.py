"""What bounds the requests of a caller: the rate, the quotas of a client, and errors
without valid credentials.

The exchange keeps what headers and log tell of it. Odoo may run a request several
times: it counts once.
"""

from odoo import models

from ..limits import quota, rate
from ..wire import problem


class RestAdmission(models.AbstractModel):
    """Counts requests; each method takes the ``exchange.Exchange`` of one."""

    _name = "rest.admission"
    _description = "REST admission of requests"

    def _admit(self, exchange):
        """Count a request of a known caller; raises RateLimited and QuotaExceeded."""
        exchange.quota = exchange.quota or self._rate(exchange)
        if exchange.caller.client_id and exchange.counted_on is None:
            self._meter(exchange)

    def _rate(self, exchange):
        spent = self.env["rest.limiter"]._spend(
            exchange.api, exchange.caller, exchange.http.remote_addr or ""
        )
        if spent and not spent[0].allowed:
            exchange.quota = spent
            owner = "client" if exchange.caller.client_id else "user"
            size = rate.words(spent[1])
            raise problem.RateLimited(
                f"Too many requests of your {owner}. Allowed: {size}."
            )
        return spent

    def _meter(self, exchange):
        if not exchange.is_metered():
            return
        now = exchange.now
        exchange.usage = self.env["rest.quotas"]._spend(exchange.caller, now)
        if exchange.usage and not exchange.usage.admitted:
            raise quota.exceeded(exchange.usage)
        exchange.counted_on = now.date()

    def _throttled(self, exchange, found):
        """The same Problem, or LoginThrottled for too many requests without valid
        credentials. Only errors of anonymous callers count, so valid ones lose none."""
        exchange.rejection = getattr(found, "rejection", None)
        if exchange.caller.user_id or found.status >= 500:
            return found
        throttled = self.env["rest.limiter"]._throttled(
            exchange.api, exchange.http.remote_addr or ""
        )
        exchange.is_throttled = throttled is not None
        return throttled or found
