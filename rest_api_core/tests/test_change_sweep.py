"""Every stored field of every model: a write is one change that names it."""

from datetime import date, datetime
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..capture import surveying, watching
from ..capture.names import IGNORED
from . import changes

GIF = b"R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs="
# writing these changes the registry, or what the test itself needs
LEFT_OUT = ("ir.model", "ir.module", "rest.", "endpoint.", "bus.")
TYPES = {
    "binary",
    "boolean",
    "char",
    "date",
    "datetime",
    "float",
    "html",
    "integer",
    "many2many",
    "many2one",
    "selection",
    "text",
}


@tagged("post_install", "-at_install")
class TestChangeSweep(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tracked = {
            name: "orm"
            for name, model in cls.env.registry.items()
            if not model._abstract and not model._transient and model._auto
        }

    def setUp(self):
        super().setUp()
        service = type(self.env["rest.capture"])
        self.startPatcher(
            patch.object(service, "_tracked_models", lambda _self: dict(self.tracked))
        )
        self.env.registry.clear_cache()
        watching.forget(self.env)

    def tearDown(self):
        self.env.registry.clear_cache()
        watching.forget(self.env)
        super().tearDown()

    def test_all_values_can_be_read(self):
        """The SQL of every value of every model is valid."""
        watch = surveying.survey(self.env, self.tracked)
        self.assertGreater(len(watch.models), 50)
        for watched in watch.models.values():
            for name, expression in watched.values.items():
                with self.subTest(model=watched.model, field=name):
                    table = SQL.identifier(watched.table)
                    statement = SQL("SELECT %s FROM %s t LIMIT 3", expression, table)
                    self.env.execute_query(statement)

    def value(self, record, field):
        """Another value than the present one, or None."""
        old = record[field.name]
        if field.type in ("char", "text", "html"):
            return f"<p>{old}x</p>" if field.type == "html" else f"{old or ''}x"
        if field.type in ("integer", "float", "monetary"):
            return old + 1
        if field.type == "selection":
            keys = [k for k in field.get_values(self.env) if k != old]
            return keys[0] if keys else None
        if field.type == "many2one":
            other = self.env[field.comodel_name].search([("id", "!=", old.id)], limit=1)
            return other.id or None
        if field.type == "many2many":
            known = [("id", "not in", old.ids)]
            other = self.env[field.comodel_name].search(known, limit=1)
            return [Command.link(other.id)] if other else None
        simple = {
            "boolean": not old,
            "date": date(2001, 2, 3),
            "datetime": datetime(2001, 2, 3, 4, 5, 6),
            "binary": GIF,
        }
        return simple.get(field.type)

    def fields_of(self, model):
        """One field of each type."""
        found = {}
        for field in model._fields.values():
            if field.store and not field.compute and not field.related:
                if field.name not in IGNORED and not field.company_dependent:
                    found.setdefault(field.type, field)
        return found.values()

    def test_written_fields_are_named_once(self):
        written = {}
        for name in sorted(self.tracked):
            if name.startswith(LEFT_OUT):
                continue
            record = self.env[name].with_context(active_test=False).search([], limit=1)
            for field in self.fields_of(record) if record else ():
                with self.subTest(model=name, field=field.name):
                    if self.is_written(record, field):
                        written.setdefault(field.type, []).append(
                            f"{name}.{field.name}"
                        )
        self.assertEqual(TYPES - {*written}, set())
        self.assertGreater(sum(map(len, written.values())), 100)

    def is_written(self, record, field):
        """Whether Odoo lets the field be written; then it must be in the outbox."""
        changes.start(self.env)
        old = record[field.name]
        savepoint = self.env.cr.savepoint()
        try:
            value = self.value(record, field)
            if value is None:
                return False
            record.write({field.name: value})
            self.env.flush_all()
            self.env.invalidate_all()
            if record[field.name] == old:  # the model does as it pleases
                return savepoint.close(rollback=True)
        except Exception:  # whatever the business code of the model says
            savepoint.close(rollback=True)
            return False
        found = [
            row
            for row in changes.rows(self.env)
            if row[:2] == (record._name, record.id)
        ]
        savepoint.close(rollback=True)
        self.assertEqual(len(found), 1)
        self.assertIn(field.name, found[0][3])
        return True
