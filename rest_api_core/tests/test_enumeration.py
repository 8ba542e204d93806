"""No field that Odoo hides is answered for, wherever it is named."""

import contextlib
import logging
import time

from odoo.tests import TransactionCase, new_test_user, tagged

from ..access.catalog import MAGIC
from . import enumeration
from .common import RestCase

_logger = logging.getLogger(__name__)


class EnumerationCase(TransactionCase):
    """An API with all models, and a client with all of them."""

    group = "base.group_user"  # of the user of the client

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api, cls.models = enumeration.expose_everything(cls.env)
        cls.user = new_test_user(cls.env, "rest_enumerating", cls.group)
        cls.client = cls.env["rest.client"].create(
            {"name": "All", "user_id": cls.user.id, "all_resources": True}
        )

    @contextlib.contextmanager
    def enumerating(self, cls, *parties):
        """An enumeration (``cls``) in a transaction of its own."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = enumeration.as_user(self.env(cr=cr), self.user)
            yield cls(env, self.api.id, self.client.id, *parties)


@tagged("post_install", "-at_install", "rest_enumeration")
class TestEnumeration(EnumerationCase):
    """Through the pipeline, for time's sake; run it with large apps installed too."""

    def test_nothing_is_shown_that_odoo_would_refuse(self):
        counts = self.enumerate(enumeration.Enumeration)
        self.assertGreater(counts["asked"], 3000)

    def test_nothing_is_shown_in_the_token_dialect(self):
        models = enumeration.some(self.env, self.models, 3)
        counts = self.enumerate(enumeration.TokenEnumeration, models)
        self.assertGreater(counts["asked"], 1500)

    def enumerate(self, cls, models=None):
        """The counts of an enumeration without leaks."""
        started = time.perf_counter()
        with self.enumerating(cls) as found:
            found.run(models or self.models)
        counts = {
            "dialect": cls.__name__,
            "models": len(models or self.models),
            **found.counts,
            "leaks": len(found.leaks),
            "seconds": round(time.perf_counter() - started),
        }
        _logger.info("Enumeration of fields: %s", counts)
        self.assertGreater(counts["fields"], 200)
        self.assertFalse(found.leaks[:20])
        self.assertEqual(counts["asked"], counts["refused"])
        self.assertLess(len(found.withheld), counts["permitted"] / 10, found.withheld)
        return counts


@tagged("post_install", "-at_install", "rest_enumeration")
class TestMaskEnumeration(EnumerationCase):
    """Fields that rules mask, with all that Odoo computes from them."""

    group = "base.group_system"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.masked = {}
        for number, model in enumerate(enumeration.some(cls.env, cls.models, 5)):
            names = cls.some_fields(model, number)
            if names and number % 2 == 0:
                cls.masked[model] = names
                cls.mask(model, names, ("hash", "partial", "null")[number // 2 % 3])

    @classmethod
    def some_fields(cls, model, number):
        """A few stored fields, of other types in each model."""
        fields = cls.env[model]._fields.values()
        names = [f.name for f in fields if f.store and f.name not in MAGIC]
        return names[number % 2 :: 4]

    @classmethod
    def mask(cls, model, names, mask_as):
        known = cls.env["ir.model.fields"]
        cls.env["rest.field.rule"].create(
            {
                "resource_id": cls.api.resource_ids.filtered(
                    lambda resource: resource.model == model
                ).id,
                "mode": "mask",
                "mask_as": mask_as,
                "access": "read",
                "field_ids": [known._get(model, name).id for name in names],
            }
        )

    def test_nothing_is_told_of_masked_values(self):
        # the others have only fields that depend on masked ones
        others = enumeration.some(self.env, self.models, 9)
        with self.enumerating(enumeration.MaskEnumeration, self.masked) as found:
            found.run(sorted({*self.masked, *others}))
        _logger.info("Enumeration of masks: %s", found.counts)
        self.assertFalse(found.leaks[:20])
        self.assertGreater(found.counts["fields"], 80)
        self.assertGreater(found.counts["shown"], 100)
        self.assertEqual(found.counts["asked"], found.counts["refused"])
        self.assertLess(len(found.withheld), found.counts["fields"] / 10)


@tagged("post_install", "-at_install")
class TestEnumerationOverHttp(RestCase):
    """The same requests, a few of them, as a client sends them."""

    over_http = True

    models = ("res.partner", "res.partner.category")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expose("res.users", sensitive=True)
        nobody = new_test_user(cls.env, "rest_nobody", "base.group_user")
        cls.key = cls.make_client(nobody, all_resources=True)[1]
        users = cls.env["res.users"].with_user(nobody)
        cls.hidden = [
            name
            for name, field in users._fields.items()
            if not users._has_field_access(field, "read")
        ]

    def _told(self, request):
        method, path, query, body = request
        answer = self.rest.ask(method, path, params=query, json_body=body)
        self.assertGreaterEqual(answer.status_code, 400, answer.text)
        problem = answer.json()
        del problem["request_id"]
        return answer.status_code, problem

    def test_forbidden_and_unknown_fields_get_the_same_answer(self):
        tables = {**enumeration.DIRECT, **enumeration.SEARCHED}
        for position, make in tables.items():
            for name in self.hidden[:3]:
                with self.subTest(position, field=name):
                    status, told = self._told(make("res.users", name))
                    unknown = self._told(make("res.users", "zz_unknown"))
                    text = enumeration.HINT.sub("", str(told))
                    text = text.replace(name, "zz_unknown")
                    self.assertEqual((status, text), (unknown[0], str(unknown[1])))

    def test_forbidden_fields_are_no_metadata(self):
        fields = self.data(self.rest.get("res.users/fields"))
        self.assertIn("login", fields)
        self.assertFalse(fields.keys() & set(self.hidden))
