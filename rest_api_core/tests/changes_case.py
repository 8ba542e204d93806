"""Tests of the change feed over rows that are put into the table as they are.

A test is one transaction, which does not end: what it captures would never be told.
"""

import contextlib
import json

from odoo.tools import SQL

from ..query.positions import Position
from ..wire.call import Caller
from .common import RestCase

P = "res.partner"
CURSOR = Position("", 1, 0)


class ChangesCase(RestCase):
    def setUp(self):
        super().setUp()
        # a database has changes of its own
        self.env.cr.execute("DELETE FROM rest_change")
        self.xid = 100  # all are older than any transaction that there is

    def partners(self, count):
        return self.env[P].create([{"name": f"Partner {n}"} for n in range(count)])

    def add(self, record, operation, fields=None, old=None, **values):
        """A row about a record, or the id of a partner; of a transaction of its own.

        :param values: ``xid`` (None for the present transaction), ``date``,
            ``origin_type``, ``client_id``, ``user_id``, ``request_id``
        """
        self.xid += 1
        model, res_id = (
            (P, record) if isinstance(record, int) else (record._name, record.id)
        )
        xid = values.pop("xid", self.xid)
        row = {
            "model": model,
            "res_id": res_id,
            "operation": operation,
            "fields": None if fields is None else json.dumps(fields),
            "old_values": None if old is None else json.dumps(old),
            "origin_type": "user",
            "date": "2026-01-31 12:00:00",
            **values,
        }
        if xid is not None:
            row["xid"] = str(xid)
        self._insert(row)

    def _insert(self, row):
        names = SQL(", ").join(map(SQL.identifier, row))
        values = SQL(", ").join(SQL("%s", value) for value in row.values())
        self.env.cr.execute(
            SQL("INSERT INTO rest_change (%s) VALUES (%s)", names, values)
        )

    def add_often(self, record, count):
        """So many updates of one record."""
        for _number in range(count):
            self.add(record, "update", ["comment"])

    def add_many(self, count):
        """So many updates, of partners that are not there, in one transaction."""
        self.env.cr.execute(
            """INSERT INTO rest_change
                      (xid, model, res_id, operation, fields, origin_type, date)
               SELECT '50', %s, 100000000 + n, 'update', '["comment"]', 'user',
                      timestamp '2026-01-31 12:00:00' + n * interval '1 second'
                 FROM generate_series(1, %s) n""",
            [P, count],
        )

    def untrack(self, model):
        """In all APIs: what one of them tracks, all can tell."""
        resources = self.env["rest.resource"].search([("model_id.model", "=", model)])
        resources.track_changes = "none"

    def feed(self, model=P, key=None, **params):
        options = {} if key is None else {"key": key}
        response = self.rest.get(f"{model}/changes", params=params, **options)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def changes(self, model=P, key=None, **params):
        return self.feed(model, key, **params)["data"]

    # --- retention -----------------------------------------------------------

    def keep_days(self, days):
        name = "rest_api_core.change_retention_days"
        self.env["ir.config_parameter"].set_param(name, str(days))

    def keep_from(self, record, deleted):
        """As the cron does: delete the change of a record, and note its position."""
        self.env.cr.execute(
            "DELETE FROM rest_change WHERE res_id = %s RETURNING xid::text, id",
            [deleted.id],
        )
        position = ",".join(map(str, self.env.cr.fetchone()))
        name = "rest_api_core.change_oldest_position"
        self.env["ir.config_parameter"].set_param(name, position)

    # --- below HTTP ----------------------------------------------------------

    def context(self, client=None):
        client = client or self.client
        caller = Caller("key", client.user_id.id, client.id)
        api = self.env["rest.configuration"]._api(self.api.id)
        return self.env["rest.context"]._make(api, caller)

    @contextlib.contextmanager
    def counted(self):
        """Gives a function: how many queries there were."""
        begin = self.env.cr.sql_log_count
        yield lambda: self.env.cr.sql_log_count - begin

    @contextlib.contextmanager
    def explained(self):
        """Gives a function: the plans of the queries that there were."""
        cr, queries = self.env.cr, []
        execute = cr.execute

        def watched(query, *args, **options):
            queries.append(query)
            return execute(query, *args, **options)

        def plans():
            found = []
            for query in queries:
                if isinstance(query, SQL) and "rest_change" in query.code:
                    execute(SQL("EXPLAIN %s", query))
                    found.append("\n".join(line for (line,) in cr.fetchall()))
            return found

        cr.execute = watched
        try:
            yield plans
        finally:
            del cr.execute
