"""Copies bring lines of their own: what ``create`` refuses, a copy does not make."""

from unittest.mock import patch

from odoo.tests import tagged

from ..orm.copies import copied_lines
from .test_writing import WritingCase

BANK = "res.partner.bank"


@tagged("post_install", "-at_install")
class TestCopies(WritingCase):
    """Contacts whose bank accounts are copied with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.bank_ids = [(0, 0, {"acc_number": "BE1"})]
        cls.startClassPatcher(
            patch.object(cls.env["res.partner"]._fields["bank_ids"], "copy", True)
        )
        cls.env.registry.clear_all_caches()
        cls.addClassCleanup(cls.env.registry.clear_all_caches)
        # an account has one owner and number
        cls.startClassPatcher(
            patch.object(cls.env[BANK]._fields["acc_number"], "copy", True)
        )

    def copy_of(self, body=None, **options):
        return self.rest.post(f"{self.path}/copy", body, **options)

    def count(self):
        return self.env[BANK].search_count([])

    def copied(self, answer):
        copy = self.env["res.partner"].browse(self.data(answer, 201)["id"])
        return copy.bank_ids.mapped("acc_number")

    def test_lines_outside_the_api_are_not_copied(self):
        before = self.count()
        self.assert_problem(self.copy_of(), 403, "policy.forbidden")
        self.assertEqual(self.count(), before)

    def test_records_without_lines_are(self):
        answer = self.rest.post(f"res.partner/{self.other.id}/copy")
        self.assertEqual(self.copied(answer), [])

    def test_lines_need_the_right_to_create_them(self):
        self.expose(BANK, can_create=False)
        answer = self.copy_of()
        self.assert_problem(answer, 403, "policy.forbidden", "#/bank_ids")

    def test_who_may_create_lines_may_leave_them_out(self):
        self.expose(BANK)
        self.assertEqual(self.copied(self.copy_of({"bank_ids": []})), [])

    def test_lines_stay_within_their_domain(self):
        self.expose(BANK, domain="[('acc_number', '!=', 'BE1')]")
        self.assert_problem(self.copy_of(), 403, "policy.forbidden")


@tagged("post_install", "-at_install", "rest_enumeration")
class TestLargeCopies(WritingCase):
    """Copies of projects make tasks, and those of price lists rules."""

    def test_the_code_tells_which_lines_are_copied(self):
        expected = {
            "project.project": "project.task",
            "product.pricelist": "product.pricelist.item",
            "sale.order": "sale.order.line",
        }
        for name, comodel in expected.items():
            if name in self.env:
                lines = copied_lines(self.env[name])
                self.assertIn(comodel, [each.comodel for each in lines], name)

    def test_a_project_is_not_copied_with_its_tasks(self):
        if "project.project" not in self.env:
            self.skipTest("project is not installed")
        self.user.group_ids |= self.env.ref("project.group_project_manager")
        self.resource("project.project") or self.expose("project.project")
        project = self.env["project.project"].create({"name": "P"})
        path = f"project.project/{project.id}/copy"
        self.data(self.rest.post(path), 201)
        self.env["project.task"].create({"name": "T", "project_id": project.id})
        self.assert_problem(self.rest.post(path), 403, "policy.forbidden")
        self.expose("project.task")
        self.data(self.rest.post(path), 201)

    def test_a_price_list_is_not_copied_with_its_rules(self):
        if "product.pricelist" not in self.env:
            self.skipTest("product is not installed")
        self.user.group_ids |= self.env.ref("base.group_system")
        self.expose("product.pricelist")
        values = {"name": "P", "item_ids": [(0, 0, {"fixed_price": 1})]}
        pricelist = self.env["product.pricelist"].create(values)
        path = f"product.pricelist/{pricelist.id}/copy"
        self.assert_problem(self.rest.post(path), 403, "policy.forbidden")
