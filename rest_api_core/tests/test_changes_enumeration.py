"""The change feed names no field that Odoo hides, of any model."""

import json

from odoo.tests import TransactionCase, new_test_user, tagged

from ..capture.watching import watch
from ..wire.call import Caller
from . import enumeration
from .in_process import perform, received


@tagged("post_install", "-at_install", "rest_enumeration")
class TestChangesEnumeration(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api, cls.models = enumeration.expose_everything(cls.env)
        cls.user = new_test_user(cls.env, "rest_feed_user", "base.group_user")
        cls.client = cls.env["rest.client"].create(
            {"name": "All", "user_id": cls.user.id, "all_resources": True}
        )
        cls.env.flush_all()
        cls.env.cr.execute("DELETE FROM rest_change")

    def add(self, model, record_id):
        """A change of all fields of a record; and a deletion, with all old values."""
        names = list(self.env[model]._fields)
        self.env.cr.execute(
            """INSERT INTO rest_change
                      (xid, model, res_id, operation, fields, old_values, date)
               VALUES ('50', %s, %s, 'update', %s, NULL, now()),
                      ('50', %s, 2000000000, 'delete', NULL, %s, now())""",
            [
                *(model, record_id, json.dumps(names)),
                *(model, json.dumps(dict.fromkeys(names, "old secret"))),
            ],
        )

    def feed(self, env):
        """All changes of all models."""
        since, rows, has_more = "", [], True
        caller = Caller("key", env.uid, self.client.id)
        while has_more:
            params = {"since": since, "limit": 1000}
            base = enumeration.Enumeration.base
            sent = received(base, "GET", "changes", params=params)
            result = perform(env, sent, self.api.id, caller)
            rows += result.data
            since, has_more = result.meta["next_since"], result.meta["has_more"]
        return rows

    def test_fields_that_odoo_hides_are_not_named(self):
        env = enumeration.as_user(self.env, self.user)
        watched = watch(self.env).models
        for model in enumeration.some(self.env, self.models, 3):
            record = self.env[model].sudo().search([], limit=1)
            if record and model in watched:
                self.add(model, record.id)
        rows = self.feed(env)
        self.assertNotIn("old secret", json.dumps(rows))
        self.assertGreater(len(rows), 20)
        oracle, hiding = enumeration.Oracle(env), 0
        for row in rows:
            model, names = row["model"], set(row["fields"])
            self.assertTrue(env[model].has_access("read"), model)
            forbidden = {name for name in names if oracle.forbids(model, name)}
            self.assertEqual(forbidden, set(), model)
            hiding += bool(names) and names < set(self.env[model]._fields)
        self.assertTrue(hiding)
