"""What an administrator of the API, who is none of Odoo's, cannot reach by it."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestEscalation(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "rest_manager",
            "base.group_user,rest_api_core.group_rest_manager",
        )

    def as_manager(self, record):
        return record.with_user(self.manager)

    def test_no_path_is_taken_from_odoo(self):
        own = self.as_manager(self.api)
        for root in (
            "/web/dataset",
            "/web/dataset/call_kw",
            "/web/image",
            "/web/login",
            "/web/content/1",
            "/json/2",
            "/jsonrpc",
            "/xmlrpc/2/common",
            "/xmlrpc/2",
        ):
            with self.subTest(root), self.assertRaises(UserError):
                own.root_path = root
        for root in ("/web/rest", "/xmlrpc/rest/api", "/portal/v1", "/api/v7"):
            own.root_path = root
