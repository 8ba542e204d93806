"""Writes within the domain of a key and the companies of a request."""

from odoo.tests import tagged

from .test_writing import WritingCase


@tagged("post_install", "-at_install")
class TestReach(WritingCase):
    # --- the domain of a key -------------------------------------------------------

    def domain_key(self):
        domain = "[('city', '=', 'Gent')]"
        rights = dict.fromkeys(
            ("can_create", "can_update", "can_delete", "can_archive", "can_restore"),
            True,
        )
        return self.scoped(domain=domain, **rights)

    def test_records_outside_the_domain_are_missing(self):
        key, path = self.domain_key(), f"res.partner/{self.other.id}"
        self.other.city = "Mons"
        answers = [
            self.rest.patch(path, {"city": "Gent"}, key=key),
            self.rest.put(path, {"name": "X", "city": "Gent"}, key=key),
            self.rest.delete(path, key=key),
            self.rest.delete(path, params={"force": "1"}, key=key),
            self.rest.post(f"{path}/archive", key=key),
            self.rest.post(f"{path}/restore", key=key),
            self.rest.post(f"{path}/copy", {"city": "Gent"}, key=key),
            self.rest.patch(f"{self.path},{self.other.id}", {"name": "X"}, key=key),
        ]
        for answer in answers:
            self.assert_problem(answer, 404, "record.not_found")
        self.assertEqual(self.partner.name, "Azure")
        self.assertTrue(self.other.active)

    def test_no_write_leads_out_of_the_domain(self):
        key, count = self.domain_key(), self.env["res.partner"].search_count([])
        answers = [
            self.rest.patch(self.path, {"city": "Mons"}, key=key),
            self.rest.put(self.path, {"name": "X"}, key=key),
            self.rest.post(f"{self.path}/copy", {"city": "Mons"}, key=key),
            self.rest.post("res.partner", {"name": "X", "city": "Mons"}, key=key),
            self.rest.post(
                "res.partner", [{"name": "X", "city": "Gent"}, {"name": "Y"}], key=key
            ),
        ]
        for answer in answers:
            self.assert_problem(answer, 403, "policy.forbidden")
        self.assertEqual((self.partner.name, self.partner.city), ("Azure", "Gent"))
        self.assertEqual(self.env["res.partner"].search_count([]), count)

    def test_writes_within_the_domain_pass(self):
        key = self.domain_key()
        self.data(self.rest.patch(self.path, {"name": "X"}, key=key))
        self.data(
            self.rest.post("res.partner", {"name": "X", "city": "Gent"}, key=key), 201
        )
        self.data(self.rest.post(f"{self.path}/copy", key=key), 201)

    # --- companies -----------------------------------------------------------------

    def test_a_company_of_others_cannot_be_written(self):
        foreign = self.env["res.company"].create({"name": "Foreign"})
        body = {"name": "New", "company_id": foreign.id}
        answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "body.lookup", "#/company_id")
        answer = self.rest.patch(self.path, {"company_id": foreign.id})
        self.assert_problem(answer, 422, "body.lookup", "#/company_id")
        self.assertFalse(self.partner.company_id)

    def test_a_company_that_the_request_leaves_out_cannot_be_written(self):
        second = self.env["res.company"].create({"name": "Second"})
        self.user.company_ids |= second
        self.user.group_ids |= self.env.ref("base.group_erp_manager")
        first = self.user.company_id
        headers = {"X-Company-Id": str(first.id)}
        body = {"name": "New", "company_id": second.id}
        answer = self.rest.post("res.partner", body, headers=headers)
        self.assert_problem(answer, 422, "body.lookup", "#/company_id")
        headers = {"X-Company-Id": f"{first.id},{second.id}"}
        self.data(self.rest.post("res.partner", body, headers=headers), 201)
