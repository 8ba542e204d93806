"""Archiving and restoring by a value needs the rights of the verbs."""

from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestArchivingByValue(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.partner = partners.create({"name": "Azure"})
        cls.gone = partners.create({"name": "Gone", "active": False})
        cls.line = partners.create({"name": "Ann", "parent_id": cls.partner.id})
        cls.path = f"res.partner/{cls.partner.id}"
        narrow = {"can_update": True, "can_create": True}
        cls.client, cls.key = cls.make_client(cls.user)
        cls.scope = cls.make_scope(cls.client, "res.partner", **narrow)

    def test_archiving_needs_the_right_to_archive(self):
        rows = [
            ("PATCH", self.path, {"active": False}, "#/active"),
            ("PUT", self.path, {"name": "A", "active": False}, "#/active"),
            (
                "PATCH",
                "res.partner",
                {"ids": [self.partner.id], "data": {"active": False}},
                "#/data/active",
            ),
            (
                "PATCH",
                self.path,
                {"child_ids": [{"id": self.line.id, "active": False}]},
                "#/child_ids/0/active",
            ),
        ]
        for method, path, body, place in rows:
            with self.subTest(method=method, body=body):
                answer = self.rest.ask(method, path, json_body=body)
                self.assert_problem(answer, 403, "policy.scope", place)
        self.scope.can_archive = True
        self.data(self.rest.patch(self.path, {"active": False}))
        self.assertFalse(self.partner.active)

    def test_restoring_needs_the_right_to_restore(self):
        self.scope.can_archive = True
        path = f"res.partner/{self.gone.id}"
        answer = self.rest.patch(path, {"active": True})
        self.assert_problem(answer, 403, "policy.scope", "#/active")
        self.scope.can_restore = True
        self.data(self.rest.patch(path, {"active": True}))
        self.assertTrue(self.gone.active)

    def test_a_value_that_changes_nothing_needs_no_right(self):
        """A record that was read is sent back as it is."""
        self.data(self.rest.patch(self.path, {"active": True, "city": "Ghent"}))
        self.assertEqual(self.partner.city, "Ghent")

    def test_a_new_record_may_be_archived_from_the_beginning(self):
        body = {"name": "New", "active": False}
        self.data(self.rest.post("res.partner", body), 201)
