"""Errors tell a developer where the fault is, and what would be right."""

from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestHints(RestCase):
    def test_what_a_nested_record_lacks_is_named_there(self):
        """And not as a field of the outer record that happens to have the same name."""
        body = {"type": "invoice", "category_id": [{"color": 1, "active": True}]}
        answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "body.required", "#/category_id/0/name")
        partner = self.user.partner_id
        answer = self.rest.patch(f"res.partner/{partner.id}", body)
        self.assert_problem(answer, 422, "body.required", "#/category_id/0/name")

    def test_a_right_that_a_nested_record_needs_is_named_where_it_is_needed(self):
        self.resource("res.partner").can_create = False
        partner = self.user.partner_id
        body = {"child_ids": [{"name": "Ann"}]}
        answer = self.rest.patch(f"res.partner/{partner.id}", body)
        problem = self.assert_problem(answer, 403, "policy.forbidden", "#/child_ids/0")
        (fault,) = problem["errors"]
        self.assertIn("the right to create res.partner", fault["detail"])

    def test_a_cursor_of_another_request_is_told_what_has_to_stay(self):
        params = {"limit": 1, "cursor": ""}
        answer = self.rest.get("res.country", params=params).json()
        params |= {"cursor": answer["meta"]["next_cursor"], "sort": "-name"}
        answer = self.rest.get("res.country", params=params)
        problem = self.assert_problem(answer, 400, "query.cursor", "cursor")
        self.assertIn("the same key, filter, sort,", problem["detail"])

    def test_a_double_is_told_in_the_words_of_its_constraint(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        body = {"name": "Belgium two", "code": "BE"}
        answer = self.rest.post("res.country", body)
        problem = self.assert_problem(answer, 409, "record.duplicate")
        self.assertIn("The code of the country must be unique", problem["detail"])

    def test_a_double_tells_nothing_of_the_other_record(self):
        """Where a constraint has no words of its own, Odoo's would quote it."""
        self.env.cr.execute("CREATE UNIQUE INDEX rest_test ON res_partner (ref)")
        self.user.partner_id.ref = "R1"
        answer = self.rest.post("res.partner", {"name": "Other", "ref": "R1"})
        problem = self.assert_problem(answer, 409, "record.duplicate")
        self.assertEqual(problem["detail"], "Such a record already exists.")

    def test_the_root_says_who_the_caller_is(self):
        user = self.data(self.rest.get())["user"]
        company = self.user.company_id
        self.assertEqual(user["login"], "rest_user")
        self.assertEqual(user["companies"], [{"id": company.id, "name": company.name}])
        self.assertIn(user["lang"], user["languages"])
        self.assertNotIn("user", self.data(self.rest.get(key=False)))

    def test_a_header_without_effect_is_an_error_if_the_client_is_strict(self):
        headers = {"Idempotency-Key": "k1"}
        self.data(self.rest.get("res.country", headers=headers))
        headers["Prefer"] = "handling=strict"
        answer = self.rest.get("res.country", headers=headers)
        self.assert_problem(answer, 400, "query.header")

    def test_which_of_several_records_is_missing_is_told(self):
        ids = f"{self.user.partner_id.id},999999999,999999998"
        answer = self.rest.patch(f"res.partner/{ids}", {"city": "Gent"})
        problem = self.assert_problem(answer, 404, "record.not_found")
        self.assertEqual(
            problem["detail"],
            "Records 999999999, 999999998 of res.partner were not found or are not"
            " accessible.",
        )
