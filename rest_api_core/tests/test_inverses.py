"""Computed fields whose values Odoo passes on to other fields and records."""

from unittest.mock import patch

from odoo.tests import tagged

from ..access.paths import resolve
from ..orm import field_info, inverses
from ..orm.administrator_catalog import AdministratorCatalog
from ..wire.problem import Problem
from .common import RestCase

# required by the model, read-only in the form
UNWRITABLE = ("res.currency.rate", "account.move.line", "calendar.attendee")


@tagged("post_install", "-at_install")
class TestInverses(RestCase):
    def test_a_computed_field_is_not_written(self):
        body = {"name": "Azure", "company_type": "company"}
        answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "body.field", "#/company_type")
        nested = {"child_ids": [{"name": "Ann", "company_type": "company"}]}
        partner = self.user.partner_id
        answer = self.rest.patch(f"res.partner/{partner.id}", nested)
        self.assert_problem(answer, 422, "body.field", "#/child_ids/0/company_type")

    def test_an_administrator_lists_it_as_extra_writable(self):
        self.extra_writable("res.partner", "company_type")
        body = {"name": "Azure", "company_type": "company"}
        data = self.data(self.rest.post("res.partner", body), 201)
        self.assertTrue(data["is_company"])

    def test_the_form_says_what_it_writes(self):
        self.extra_writable("res.partner", "company_type")
        self.assertEqual(
            self.resource("res.partner").unlocked_effects,
            "company_type → res.partner: is_company",
        )

    def test_the_form_offers_what_can_be_extra_writable(self):
        offered = self.resource("res.partner").unlockable_field_ids.mapped("name")
        self.assertIn("company_type", offered)
        self.assertNotIn("name", offered)
        self.assertNotIn("display_name", offered)

    def test_the_form_says_what_new_records_lack(self):
        """A bank account needs its number, which a rule takes from the body."""
        resource = self.expose("res.partner.bank")
        self.assertFalse(resource.create_problem)
        names = [("model", "=", "res.partner.bank"), ("name", "=", "acc_number")]
        field = self.env["ir.model.fields"].search(names)
        rule = {"mode": "block", "access": "write", "field_ids": field.ids}
        resource.field_rule_ids = [(0, 0, rule)]
        self.assertIn("acc_number", resource.create_problem)
        resource.can_create = False
        self.assertFalse(resource.create_problem)

    def test_the_form_says_how_new_records_get_what_forms_do_not_write(self):
        """The name of a currency's rate, say: required by Odoo, read-only in forms."""
        banks = self.env["res.partner.bank"]
        resource = self.expose(banks._name)
        self.assertFalse(resource.create_problem)
        with patch.object(banks._fields["acc_number"], "readonly", True):
            resource.invalidate_recordset()
            self.assertRegex(
                resource.create_problem,
                r"cannot write: acc_number\. Add them to the extra writable fields",
            )
            self.extra_writable(banks._name, "acc_number")
            self.assertFalse(resource.create_problem)
        label = resource._fields["unlocked_field_ids"].string
        self.assertEqual(label, "Extra Writable Fields")

    def test_the_form_warns_of_each_model_that_cannot_be_created(self):
        found = [model for model in UNWRITABLE if model in self.env]
        self.assertIn("res.currency.rate", found)
        for model in found:
            resource = self.expose(model, sensitive=True)
            with self.subTest(model):
                self.assertIn("extra writable fields", resource.create_problem)

    def test_the_form_says_which_fields_are_hidden_without_another_resource(self):
        """Those that show values of records of a model that nobody can read."""
        resource = self.resource("res.partner")
        banks = self.expose("res.partner.bank")
        self.assertFalse(resource.hidden_fields)
        self.assertEqual(banks.hidden_fields, "res.bank: bank_bic, bank_name")
        other = self.expose("res.bank", can_read=False)
        banks.invalidate_recordset()
        self.assertEqual(banks.hidden_fields, "res.bank: bank_bic, bank_name")
        other.can_read = True
        banks.invalidate_recordset()
        self.assertFalse(banks.hidden_fields)

    def test_the_form_tells_the_truth_of_hidden_fields(self):
        """For all resources: what it lists is hidden, and shown with the model."""
        for name in ("res.users", "res.company", "res.partner.bank", "res.currency"):
            resource = self.resource(name) or self.expose(name, sensitive=True)
            for line in (resource.hidden_fields or "").splitlines():
                model, _colon, names = line.partition(": ")
                hidden = set(names.split(", "))
                shown = resource._catalog().fields_of(name)
                self.assertFalse(hidden & shown.keys())
                self.expose(model, sensitive=True)
                self.assertTrue(hidden & resource._catalog().fields_of(name).keys())

    def test_fields_of_a_parent_are_not_hidden(self):
        users = self.expose("res.users", sensitive=True)
        self.resource("res.partner").unlink()
        names = {"name", "email", "phone"}
        self.assertLessEqual(names, users._catalog().fields_of("res.users").keys())
        self.assertNotIn("email", users.hidden_fields or "")

    def test_the_content_of_a_file_is_its_own(self):
        """What is written to ``datas`` changes nothing but that file."""
        field = self.env["ir.attachment"]._fields["datas"]
        info = field_info.describe(self.env["ir.attachment"], field, ())
        self.assertFalse(info.readonly)


@tagged("post_install", "-at_install", "rest_enumeration")
class TestInversesOfTheRegistry(RestCase):
    """All models, with whatever apps are installed."""

    def test_no_computed_field_is_written(self):
        """Not even by a caller with all rights."""
        models = [m for m in self.env.values() if not m._abstract and m._auto]
        known = self.env["ir.model"].search(
            [("model", "in", [m._name for m in models])]
        )
        resources = self.env["rest.resource"].new
        catalog = AdministratorCatalog(
            self.env["rest.resource"].union(
                *(
                    resources(
                        {"api_id": self.api.id, "model_id": m.id, "sensitive": True}
                    )
                    for m in known
                )
            )
        )
        passed = [
            (model._name, name)
            for model in models
            for name, field in model._fields.items()
            if _is_computed(field.base_field)
            if _is_writable(catalog, model._name, name)
        ]
        self.assertEqual(set(passed), set())

    def test_their_code_tells_what_it_writes(self):
        """Some cannot be told; most of the registry can."""
        fields = [
            (model, name)
            for model in self.env.values()
            for name, field in model._fields.items()
            if field.compute and field.inverse and not field.related
            if not model._abstract
        ]
        told = [pair for pair in fields if inverses.written(*pair)]
        self.assertGreater(len(told), len(fields) * 0.6)


def _is_computed(field):
    """Whether code, and not only a column, keeps what is written to the field."""
    if (field.model_name, field.name) == ("ir.attachment", "datas"):
        return False
    own = field.compute and not field.related
    return bool(own and (field.inverse or not field.store))


def _is_writable(catalog, model, name):
    try:
        return bool(resolve(catalog, model, name, "body"))
    except Problem:
        return False
