"""Quotas of clients: requests in a day and in a month.

    rest.quotas._spend(caller, now)    admits a request, or not, from memory
    rest.logger, log/writer.py         count it with others, in the batches of the log
    rest.quotas._warn()                cron: messages at 80 and 100 percent

The pure part is ``limits/quota.py``.
"""

from odoo import models
from odoo.sql_db import Cursor

from ..limits import quota, quota_store
from ..limits.quota import Meter, Used


class RestQuotas(models.AbstractModel):
    _name = "rest.quotas"
    _description = "REST quotas"

    def _spend(self, caller, now):
        """``quota.Usage`` of a request; None for clients without quotas.

        :param now: UTC, without a zone
        """
        quotas = self._quotas(caller)
        if not quotas:
            return None
        meter, client = self._meter(), caller.client_id
        usage = meter.spend(client, quotas, now)
        if usage is None:
            meter.learn(client, now.date(), self._used(client, now.date()))
            usage = meter.spend(client, quotas, now)
        return usage

    def _quotas(self, caller):
        client = self.env["rest.configuration"]._client(caller.client_id)
        return client.quotas if client else quota.Quotas()

    def _meter(self):
        # the one transaction of a test is rolled back, and what it has counted
        if not isinstance(self.env.cr, Cursor):
            return Meter()
        return quota_store.meter(self.env.cr.dbname)

    def _known(self, client_id, day):
        """``Used``, with what this worker has admitted since the last batch."""
        used, own = self._used(client_id, day), self._meter().own(client_id, day)
        return Used(*(each + own for each in used))

    def _used(self, client_id, day):
        """``Used``, as the database has it."""
        found = quota_store.read_on(self.env.cr, [client_id], day)
        return found.get(client_id, Used())
