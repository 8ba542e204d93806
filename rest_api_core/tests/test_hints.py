"""Errors tell a developer where the fault is, and what would be right."""

from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestHints(RestCase):
    def test_what_a_nested_record_lacks_is_named_there(self):
        """And not as a field of the outer record that happens to have the same name."""
        body = {"type": "invoice", "category_id": [{"color": 1, "active": True}]}
        answer = self.post("res.partner", body)
        self.assert_problem(answer, 422, "body.required", "#/category_id/0/name")
        partner = self.user.partner_id
        answer = self.patch(f"res.partner/{partner.id}", body)
        self.assert_problem(answer, 422, "body.required", "#/category_id/0/name")
