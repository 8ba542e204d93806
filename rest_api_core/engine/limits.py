"""The operation limits: what the caller may send, and what remains of it."""

from datetime import datetime, timezone

from odoo import models
from odoo.tools import SQL

from ..limits import quota, rate
from ..limits.quota import PERIODS
from ..wire import jobs
from ..wire.result import Result

# those of the same caller in other transactions: two keys of 32 bits, see ``_slot``
_TAKEN = """
SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
AND classid = %s AND objid BETWEEN 1 AND %s AND pid <> pg_backend_pid()
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class RestLimits(models.AbstractModel):
    """Each is ``{"limit", "remaining", "reset"}``: ``limit`` is null where there is
    none, ``reset`` a Unix time in seconds, as in ``X-RateLimit-Reset``."""

    _name = "rest.limits"
    _description = "REST limits of a caller"

    def _operation__limits(self, context, call):
        return Result(self._limits(context, call))

    def _limits(self, context, call):
        """``{name: limit}``; an addon adds its own."""
        api = context.api
        return {
            "rate": self._rate(context, call),
            "concurrency": self._concurrency(context, call),
            "quota": self._quotas(call),
            "body": {"limit": api.max_body},
            "page": {"limit": api.limits.max_limit},
            "jobs": self._jobs(call),
        }

    def _rate(self, context, call):
        """What a pause allows at once, as the headers have it."""
        if call.rate is None:
            limit = self.env["rest.limiter"]._limit(context.api, call.caller)
            return {"limit": limit.quota or None}
        decision, limit, now = call.rate
        return {
            "limit": limit.quota,
            "remaining": decision.remaining,
            "reset": rate.seconds(now + decision.reset),
        }

    def _concurrency(self, context, call):
        """This request does not count for itself."""
        limiter, caller = self.env["rest.limiter"], call.caller
        most = limiter._applicable(context.api, caller, "max_concurrent")
        if most <= 0:
            return {"limit": None}
        key = rate.key(context.api.id, caller.client_id, caller.user_id, call.ip)
        # PostgreSQL shows the key without its sign
        statement = SQL(_TAKEN, rate.lock_key(key) % 2**32, most)
        taken = self.env.execute_query(statement)[0][0]
        return {"limit": most, "remaining": max(0, most - taken)}

    def _quotas(self, call):
        """Of clients alone: sessions and Basic have none."""
        client, service = call.caller.client_id, self.env["rest.quotas"]
        if not client:
            return {period: {"limit": None} for period in PERIODS}
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        used = service._known(client, now.date())
        return {
            period: _document(period, service._quotas(call.caller), used, now.date())
            for period in PERIODS
        }

    def _jobs(self, call):
        active = self.env["rest.jobs"]._active(call)
        return {
            "limit": jobs.MAX_ACTIVE,
            "remaining": max(0, jobs.MAX_ACTIVE - len(active)),
        }


def _document(period, quotas, used, day):
    number = getattr(used, period)
    document = {"limit": quotas.of(period) or None, "used": number}
    if quotas.of(period):
        ends = quota.end(period, day).replace(tzinfo=timezone.utc)
        document["remaining"] = max(0, quotas.of(period) - number)
        document["reset"] = int(ends.timestamp())
    return document
