"""Messages of Odoo's code: shown where the caller may see what they name."""

from unittest.mock import patch

from odoo.api import constrains
from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tests import tagged

from .test_attacks import AttackCase

LOGGER = "odoo.addons.rest_api_core.engine.texts"


@tagged("post_install", "-at_install")
class TestTexts(AttackCase):
    """A rule that looks for all partners with a reference, as that of barcodes does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.secret = partners.create({"name": "TOPSECRET", "ref": "A1"})
        cls.open = partners.create({"name": "Azure Interior", "ref": "B1"})
        cls.resource("res.partner").domain = f"[('id', '!=', {cls.secret.id})]"

    def setUp(self):
        super().setUp()
        self.rule(self.name_the_other)

    @staticmethod
    def name_the_other(this):
        for record in this.sudo():
            domain = [("ref", "=", record.ref), ("id", "!=", record.id)]
            others = this.sudo().search(domain if record.ref else [(0, "=", 1)])
            if others:
                raise ValidationError(
                    this.env._(
                        "Reference %(ref)s is already assigned to %(names)s",
                        ref=record.ref,
                        names=", ".join(others.mapped("display_name")),
                    )
                )

    def rule(self, function):
        owner = type(self.env["res.partner"])

        @constrains("ref", "name")
        def _check_barcode_unicity(self):
            function(self)

        checked = _check_barcode_unicity
        for name, value in (
            ("_check_barcode_unicity", checked),
            ("_constraint_methods", [checked]),
        ):
            self.enterContext(patch.object(owner, name, value))

    def post(self, ref="A1", **options):
        return self.rest.post("res.partner", {"name": "New", "ref": ref}, **options)

    def withheld(self, answer_of, *args, **options):
        with self.assertLogs(LOGGER, "WARNING") as log:
            answer = answer_of(*args, **options)
        self.assert_problem(answer, 422, "record.invalid")
        self.assertNotIn("TOPSECRET", answer.text)
        self.assertNotIn("assigned", answer.text)
        return answer, log.output[0]

    def test_a_record_out_of_reach_is_not_named(self):
        answer, log = self.withheld(self.post)
        self.assertIn("TOPSECRET", log)
        pointers = {each["pointer"] for each in answer.json()["errors"]}
        self.assertIn("#/ref", pointers)
        self.withheld(self.rest.patch, f"res.partner/{self.open.id}", {"ref": "A1"})

    def test_nor_for_any_of_several_records(self):
        body = [
            {"name": f"N{n}", "ref": ref} for n, ref in enumerate(("A1", "X", "A1"))
        ]
        answer, _log = self.withheld(self.rest.post, "res.partner", body)
        self.assertIn("#/0/ref", {e["pointer"] for e in answer.json()["errors"]})

    def test_a_record_within_reach_is_named(self):
        answer = self.post("B1")
        problem = self.assert_problem(answer, 422, "record.invalid", "#/ref")
        self.assertIn("already assigned to Azure Interior", problem["detail"])

    def test_a_field_that_is_blocked_is_not_named(self):
        self.secret.ref = "Z"
        self.block(
            "res.partner", "name", "display_name", "complete_name", access="read"
        )
        self.open.write({"name": "TOPSECRET 2"})
        self.withheld(self.post, "B1")

    def test_what_the_request_says_is_no_secret(self):
        body = {"name": "TOPSECRET", "ref": "A1"}
        answer = self.rest.post("res.partner", body)
        problem = self.assert_problem(answer, 422, "record.invalid")
        self.assertIn("assigned to TOPSECRET", problem["detail"])

    def test_what_sql_has_read_is_not_shown(self):
        def fail(this):
            query = "SELECT name FROM res_partner WHERE ref = 'A1' ORDER BY id"
            this.env.cr.execute(query)
            told = f"Held by {this.env.cr.fetchone()[0]}"
            raise UserError(told)

        self.rule(fail)
        self.withheld(self.post)

    def test_a_variable_of_code_is_not_shown(self):
        def fail(this):
            domain = [("ref", "=", "A1"), ("id", "not in", this.ids)]
            name = this.sudo().search(domain).name

            def told():
                raise UserError(name)

            this.env.invalidate_all(flush=False)
            told()

        self.rule(fail)
        self.withheld(self.post)

    def test_other_messages_with_a_name_are_not_shown_either(self):
        def fail(this):
            domain = [("ref", "=", "A1"), ("id", "not in", this.ids)]
            name = this.sudo().search(domain).name
            told, button = f"See {name}", "Open"
            raise RedirectWarning(told, 1, button)

        self.rule(fail)
        self.withheld(self.post)

    def test_texts_of_code_are_shown_in_each_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        partner = f"res.partner/{self.open.id}"
        for lang in ("en_US", "fr_FR"):
            body = {"image_1920": "AAAA"}
            answer = self.rest.patch(partner, body, params={"lang": lang})
            problem = self.assert_problem(answer, 422, "record.invalid")
            self.assertNotIn("you may not see", problem["detail"])

    def test_numbers_and_labels_are_shown(self):
        def fail(this):
            label = this._fields["function"].string
            told = f"{label}: {12345.5:.2f} on {this.env.cr.now():%Y-%m-%d}"
            raise UserError(told)

        self.rule(fail)
        problem = self.assert_problem(self.post(), 422, "record.invalid")
        self.assertIn("Job Position: 12345.50", problem["detail"])

    def test_an_administrator_can_show_all(self):
        key = "rest_api_core.show_all_messages"
        self.env["ir.config_parameter"].set_param(key, "True")
        problem = self.assert_problem(self.post(), 422, "record.invalid")
        self.assertIn("TOPSECRET", problem["detail"])
