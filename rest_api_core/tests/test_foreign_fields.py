"""Fields whose values only the addon that brings them understands."""

from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestForeignFields(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Azure", "ref": "A1"})
        cls.path = f"res.partner/{cls.partner.id}"

    def test_structures_in_binary_fields_are_json(self):
        """Odoo keeps what widgets show there, such as the totals of an order."""
        totals = {"base": 10.0, "on": date(2026, 1, 31), "of": self.partner, (1,): 2}

        def compute(records):
            for record in records:
                record.avatar_128 = totals

        partners = type(self.env["res.partner"])
        with patch.object(partners, "_compute_avatar_128", compute):
            for form in ("url", "dataurl", "base64"):
                params = {"fields": "avatar_128", "binary": form}
                found = self.data(self.rest.get(self.path, params=params))
                expected = {"base": 10.0, "on": "2026-01-31", "of": None}
                self.assertEqual(found["avatar_128"], expected, form)

    def test_values_of_unknown_types_are_shown_and_not_written(self):
        field = self.env["res.partner"]._fields["ref"]
        with patch.object(field, "type", "colour"):
            key = self.make_client(self.user, all_resources=True)[1]
            answer = self.rest.get(self.path, key=key, params={"fields": "ref"})
            self.assertEqual(self.data(answer)["ref"], "A1")
            answer = self.rest.patch(self.path, {"ref": "A2"}, key=key)
            self.assert_problem(answer, 422, "body.field", "#/ref")
            described = self.data(self.rest.get("res.partner/fields", key=key))["ref"]
            self.assertEqual(described["type"], "colour")
            self.assertIs(described["writable"], False)
