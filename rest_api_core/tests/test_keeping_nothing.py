"""Calls that keep nothing: code of Odoo that commits is refused."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestKeepingNothing(RestCase):
    def setUp(self):
        super().setUp()
        self.path = f"res.partner/{self.user.partner_id.id}"

    def committing(self, name):
        """Let a method of partners commit first."""
        owner = type(self.env["res.partner"])
        original = getattr(owner, name)

        def commit(this, *args, **options):
            this.env.cr.commit()
            return original(this, *args, **options)

        self.enterContext(patch.object(owner, name, commit))

    def test_a_dry_run_cannot_commit(self):
        self.committing("write")
        answer = self.rest.ask(
            "PATCH",
            self.path,
            json_body={"city": "X"},
            headers={"Prefer": "tx=rollback"},
        )
        self.assert_problem(answer, 409, "record.commit")
        self.assertNotEqual(self.user.partner_id.city, "X")

    def test_a_change_can(self):
        self.committing("write")
        self.data(self.rest.patch(self.path, {"city": "X"}))

    def test_a_read_cannot(self):
        self.committing("_compute_display_name")
        params = {"fields": "display_name"}
        answer = self.rest.get(self.path, params=params)
        self.assert_problem(answer, 409, "record.commit")

    def test_a_method_that_is_listed_as_reading_cannot(self):
        self.committing("address_get")
        method = self.env["rest.resource.method"].create(
            {"resource_id": self.resource("res.partner").id, "name": "address_get"}
        )
        self.data(self.rest.post(f"{self.path}/call/address_get"))
        method.readonly = True
        answer = self.rest.post(f"{self.path}/call/address_get")
        self.assert_problem(answer, 409, "record.commit")
