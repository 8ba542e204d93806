"""Failures of Odoo's own code, and what of them the body is told to be."""

from unittest.mock import patch

from odoo.exceptions import RedirectWarning
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RestCase


@tagged("post_install", "-at_install")
class TestBlame(RestCase):
    def failing(self, function):
        """Let the creation of partners fail as code of an addon may."""
        patcher = patch.object(type(self.env["res.partner"]), "create", function)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_code_that_misses_a_value_of_the_body_blames_the_body(self):
        def create(this, values):
            return [each["ref"] for each in values]

        self.failing(create)
        answer = self.post("res.partner", {"name": "New"})
        self.assert_problem(answer, 422, "body.required", "#/ref")

    def test_code_that_stumbles_over_nothing_blames_the_record(self):
        def create(this, values):
            return this.browse().ensure_one()

        self.failing(create)
        answer = self.post("res.partner", {"name": "New"})
        self.assert_problem(answer, 422, "record.invalid")

    def test_code_that_does_not_expect_a_structure_blames_the_body(self):
        def create(this, values):
            return [each["properties"].nosuch for each in values]

        self.failing(create)
        body = {"name": "New", "properties": {"a": [1]}}
        answer = self.post("res.partner", body)
        self.assert_problem(answer, 422, "body.value", "#/properties")

    def test_other_failures_of_code_are_bugs(self):
        def create(this, values):
            raise ValueError("a bug")

        self.failing(create)
        with mute_logger("odoo.addons.rest_api_core.dispatcher"):
            answer = self.post("res.partner", {"name": "New"})
        self.assert_problem(answer, 500, "server.error")
        self.assertNotIn("a bug", answer.text)

    def test_a_warning_that_leads_elsewhere_is_a_rule_of_the_business(self):
        def create(_this, _values):
            raise RedirectWarning("Choose a plan first.", 1, "Settings")

        self.failing(create)
        answer = self.post("res.partner", {"name": "New"})
        problem = self.assert_problem(answer, 422, "record.invalid")
        self.assertEqual(problem["detail"], "Choose a plan first.")
