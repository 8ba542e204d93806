"""Failures of Odoo's own code, and what of them the body is told to be."""

from unittest.mock import patch

from odoo.api import constrains
from odoo.exceptions import MissingError, RedirectWarning
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine import diagnosis as rest_diagnosis
from .common import RestCase


@tagged("post_install", "-at_install")
class TestBlame(RestCase):
    def failing(self, function, method="create"):
        """Let the creation of partners fail as code of an addon may."""
        patcher = patch.object(type(self.env["res.partner"]), method, function)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_code_that_misses_a_value_of_the_body_blames_the_body(self):
        def create(this, values):
            return [each["ref"] for each in values]

        self.failing(create)
        answer = self.rest.post("res.partner", {"name": "New"})
        self.assert_problem(answer, 422, "body.required", "#/ref")

    def test_code_that_misses_what_cannot_be_written_blames_the_record(self):
        def create(this, values):
            return [each["color"] for each in values] and [{}["create_uid"]]

        patcher = patch.object(type(self.env["res.partner.category"]), "create", create)
        patcher.start()
        self.addCleanup(patcher.stop)
        body = {"name": "New", "category_id": [{"name": "A", "color": 1}]}
        self.assert_problem(self.rest.post("res.partner", body), 422, "record.invalid")

    def test_code_that_stumbles_over_nothing_blames_the_record(self):
        def create(this, values):
            return this.browse().ensure_one()

        self.failing(create)
        answer = self.rest.post("res.partner", {"name": "New"})
        self.assert_problem(answer, 422, "record.invalid")

    def test_code_that_does_not_expect_a_structure_blames_the_body(self):
        def create(this, values):
            return [each["properties"].nosuch for each in values]

        self.failing(create)
        body = {"name": "New", "properties": {"a": [1]}}
        with patch.object(rest_diagnosis, "_FREE", frozenset(("properties",))):
            answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "body.value", "#/properties")

    def blamed(self, body, *expected):
        """The body is told to be wrong there, and the log has the traceback."""
        logger = "odoo.addons.rest_api_core.engine.diagnosis"
        with self.assertLogs(logger, "WARNING") as log:
            answer = self.rest.post("res.partner", body)
        problem = self.assert_problem(answer, 422, "body.value")
        pointers = [each["pointer"] for each in problem.get("errors", ())]
        self.assertEqual(pointers, list(expected))
        self.assertIn("Traceback", log.output[0])
        self.assertNotIn("too odd", answer.text)
        return problem

    def test_code_that_takes_a_value_to_other_fields_blames_the_value(self):
        def _write_company_type(self):
            raise TypeError("too odd")

        self.extra_writable("res.partner", "company_type")
        self.failing(_write_company_type, "_write_company_type")
        self.blamed({"name": "New", "company_type": "person"}, "#/company_type")

    def test_code_that_computes_from_a_value_blames_the_value(self):
        def _compute_complete_name(self):
            raise OverflowError("too odd")

        self.failing(_compute_complete_name, "_compute_complete_name")
        self.blamed({"name": "New", "ref": "R"}, "#/name")

    def test_code_that_checks_a_value_blames_the_value(self):
        @constrains("ref")
        def _check_barcode_unicity(self):
            raise IndexError("too odd")

        self.failing(_check_barcode_unicity, "_check_barcode_unicity")
        self.failing([_check_barcode_unicity], "_constraint_methods")
        self.blamed({"name": "New", "ref": "R"}, "#/ref")

    def test_code_that_looks_for_a_value_blames_the_value(self):
        def create(_this, values):
            return {}[values[0]["ref"]]

        self.failing(create)
        self.blamed({"name": "New", "ref": "R"}, "#/ref")

    def test_code_that_looks_for_a_record_misses_its_model(self):
        def create(_this, values):
            return {}[1]

        patcher = patch.object(type(self.env["ir.attachment"]), "create", create)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.expose("ir.attachment", sensitive=True)
        with mute_logger("odoo.addons.rest_api_core.engine.diagnosis"):
            answer = self.rest.post("ir.attachment", {"name": "File", "res_id": 1})
        self.assert_problem(answer, 422, "body.required", "#/res_model")

    def test_each_record_of_a_list_that_fails_is_told(self):
        def _compute_complete_name(self):
            raise OverflowError("too odd")

        self.failing(_compute_complete_name, "_compute_complete_name")
        self.blamed([{"name": "A"}, {"name": "B"}], "#/0/name", "#/1/name")

    def test_what_is_written_but_cannot_be_shown_blames_the_value(self):
        def _compute_company_type(self):
            raise ValueError("too odd")

        self.failing(_compute_company_type, "_compute_company_type")
        logger = "odoo.addons.rest_api_core.engine.diagnosis"
        with mute_logger(logger):
            answer = self.rest.post(
                "res.partner",
                {"name": "New", "is_company": True},
                params={"fields": "company_type"},
            )
        self.assert_problem(answer, 422, "body.value", "#/is_company")

    def test_a_rule_of_the_business_says_what_it_is_about(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        body = {"city": "Gent", "parent_id": partner.id}
        answer = self.rest.patch(f"res.partner/{partner.id}", body)
        self.assert_problem(answer, 422, "record.invalid", "#/parent_id")
        body = {"name": "New", "image_1920": "AAAA"}
        answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "record.invalid", "#/image_1920")

    def test_what_code_does_not_find_is_not_the_path(self):
        gone = MissingError(f"{self.env['res.partner'].browse(5)}")

        def create(this, _values):
            raise gone

        self.failing(create)
        answer = self.rest.post("res.partner", {"name": "New"})
        problem = self.assert_problem(answer, 422, "body.lookup")
        self.assertNotIn("(5)", problem["detail"])

    def test_values_that_the_database_refuses_are_the_bodys(self):
        def create(this, _values):
            this.env.cr.execute("SELECT 'x'::jsonb")

        self.failing(create)
        with mute_logger("odoo.sql_db"):
            answer = self.rest.post("res.partner", {"name": "New"})
        self.assert_problem(answer, 422, "record.invalid")

    def test_other_failures_of_code_are_bugs(self):
        def create(this, values):
            raise ValueError("a bug")

        self.failing(create)
        with mute_logger("odoo.addons.rest_api_core.dispatcher"):
            answer = self.rest.post("res.partner", {"name": "New"})
        self.assert_problem(answer, 500, "server.error")
        self.assertNotIn("a bug", answer.text)

    # --- wrong guesses -------------------------------------------------------

    def assert_bug(self, body):
        """A failure that is reported as a bug, without details."""
        with mute_logger("odoo.addons.rest_api_core.dispatcher"):
            answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 500, "server.error")
        self.assertNotIn("errors", answer.json())

    def test_code_that_checks_other_values_blames_no_value(self):
        """The frame names fields that the body does not have."""

        @constrains("ref")
        def _check_barcode_unicity(self):
            raise IndexError("a bug")

        def create(this, _values):
            this._check_barcode_unicity()

        self.failing(_check_barcode_unicity, "_check_barcode_unicity")
        self.failing(create)
        self.assert_bug({"name": "New"})

    def test_a_key_that_is_no_field_and_no_value_blames_no_value(self):
        def create(_this, values):
            return {}["nosuch"]

        self.failing(create)
        self.assert_bug({"name": "New"})

    def test_words_of_odoo_in_a_failure_of_another_type_blame_no_value(self):
        def create(this, _values):
            raise RuntimeError("Expected singleton: res.partner()")

        self.failing(create)
        self.assert_bug({"name": "New"})

    def test_a_bug_of_ours_blames_no_value(self):
        """Though it fails on a key that is the name of a field of the body's model."""

        def documents(*_args):
            return [{}], {}

        serializer = type(self.env["rest.serializer"])
        with patch.object(serializer, "_documents", documents):
            self.assert_bug({"name": "New"})

    def test_a_bug_below_ours_blames_no_value(self):
        """The innermost frame of an addon counts, not that of a library it calls."""

        def documents(*_args):
            return [{"id": []}], {}  # a key of a dictionary that cannot be hashed

        serializer = type(self.env["rest.serializer"])
        with patch.object(serializer, "_documents", documents):
            self.assert_bug({"name": "New"})

    def test_a_failure_without_values_blames_no_value(self):
        partner = self.env["res.partner"].create({"name": "Azure"})

        def _compute_company_type(self):
            self.browse().ensure_one()

        self.failing(_compute_company_type, "_compute_company_type")
        with mute_logger("odoo.addons.rest_api_core.dispatcher"):
            answer = self.rest.post(
                f"res.partner/{partner.id}/archive", params={"fields": "company_type"}
            )
        self.assert_problem(answer, 500, "server.error")

    def test_a_field_that_is_hidden_is_not_named(self):
        """Not even if code misses just that."""
        field = self.env["ir.model.fields"]._get("res.partner", "ref")
        self.env["rest.field.rule"].create(
            {
                "resource_id": self.resource("res.partner").id,
                "mode": "block",
                "access": "both",
                "field_ids": [(6, 0, field.ids)],
            }
        )

        def create(_this, values):
            return [each["ref"] for each in values]

        self.failing(create)
        answer = self.rest.post("res.partner", {"name": "New"})
        self.assertNotIn('ref"', answer.text)
        self.assertNotIn("/ref", answer.text)

    def test_a_warning_that_leads_elsewhere_is_a_rule_of_the_business(self):
        told, button = "Choose a plan first.", "Settings"

        def create(_this, _values):
            raise RedirectWarning(told, 1, button)

        self.failing(create)
        answer = self.rest.post("res.partner", {"name": "New"})
        problem = self.assert_problem(answer, 422, "record.invalid")
        self.assertEqual(problem["detail"], told)
