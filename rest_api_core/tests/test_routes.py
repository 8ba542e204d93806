"""APIs are records whose paths are live at once."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestRoutes(RestCase):
    over_http = True

    def test_an_api_answers_as_soon_as_it_is_saved(self):
        self.env["rest.api"].create({"name": "Portal", "root_path": "portal/v9/"})
        answer = self.url_open("/portal/v9/health")
        self.assertEqual(answer.json(), {"data": {"status": "ok"}})

    def test_an_archived_api_is_gone(self):
        self.api.active = False
        self.assertEqual(self.rest.get("health").status_code, 404)

    def test_a_renamed_root_moves_the_api(self):
        self.api.root_path = "/rest/moved"
        self.assertEqual(self.url_open("/rest/moved/health").status_code, 200)
        self.assertEqual(self.rest.get("health").status_code, 404)

    def test_an_api_is_always_synchronized_when_it_is_saved(self):
        """Otherwise a new base path would end the old one, and not be served."""
        for values in ({}, {"root_path": "/rest/moved"}):
            with self.assertRaisesRegex(ValidationError, "cannot be switched off"):
                with self.env.cr.savepoint():
                    self.api.write({**values, "registry_auto_sync": False})
            with self.assertRaisesRegex(ValidationError, "cannot be switched off"):
                with self.env.cr.savepoint():
                    self.env["rest.api"].create(
                        {
                            "name": "Off",
                            "root_path": "/rest/off",
                            "registry_auto_sync": False,
                        }
                    )
        self.assertEqual(self.rest.get("health").status_code, 200)
        self.assertEqual(self.url_open("/rest/moved/health").status_code, 404)

    def test_unknown_paths_below_the_root_are_problems(self):
        self.assert_problem(self.rest.get("a/b/c/d"), 404, "record.not_found")

    def test_unknown_methods_are_problems_with_allow(self):
        answer = self.rest.ask("BREW", "res.partner")
        self.assert_problem(answer, 405, "policy.method")
        self.assertIn("GET", answer.headers["Allow"])

    def test_strangers_are_asked_for_credentials(self):
        answer = self.rest.get("res.partner", key=False)
        self.assert_problem(answer, 401, "auth.missing")
        start = 'Bearer realm="Test API", resource_metadata="'
        self.assertTrue(answer.headers["WWW-Authenticate"].startswith(start))

    def test_models_that_are_no_resources_are_not_found(self):
        self.assert_problem(self.rest.get("res.currency"), 404, "record.not_found")
        self.assert_problem(self.rest.get("no.such.model"), 404, "record.not_found")
