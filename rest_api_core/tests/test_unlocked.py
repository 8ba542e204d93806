"""Fields that are read-only in Odoo's forms, and that a resource may unlock."""

from odoo.tests import new_test_user, tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestUnlocked(RestCase):
    models = ("rest.client",)

    @classmethod
    def expose(cls, model, **values):
        return super().expose(model, sensitive=True, **values)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,rest_api_core.group_rest_manager"
        cls.manager = new_test_user(cls.env, "rest_manager", groups)
        cls.own, cls.manager_key = cls.make_client(cls.manager, all_resources=True)

    def unlock(self, *names):
        self.extra_writable("rest.client", *names)

    def change(self, **values):
        return self.rest.patch(
            f"rest.client/{self.client.id}", values, key=self.manager_key
        )

    def test_read_only_fields_are_refused(self):
        answer = self.change(request_count=7)
        self.assert_problem(answer, 422, "body.field", "#/request_count")

    def test_unlocked_fields_are_written(self):
        self.unlock("request_count")
        self.assertEqual(self.data(self.change(request_count=7))["request_count"], 7)

    def test_metadata_says_so(self):
        self.unlock("request_count")
        path = "rest.client/fields?fields=request_count"
        described = self.data(self.rest.get(path, key=self.manager_key))
        self.assertTrue(described["request_count"]["writable"])

    def test_what_odoo_sets_itself_cannot_be_unlocked(self):
        self.unlock("create_date", "id")
        answer = self.change(create_date="2020-01-01T00:00:00Z")
        self.assert_problem(answer, 422, "body.field", "#/create_date")
