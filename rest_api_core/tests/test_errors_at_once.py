"""All errors of a body come in one response, in both dialects."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_errors_of_records import CONSTRAINTS, DUPLICATE, INVALID, NO, ErrorCase, P
from .test_token_dialect import TokenCase

MISSING = 2**31 - 1
# a wrong value, and where it is said to be
WRONG = {
    "unknown": ({"nosuch": 1}, "nosuch"),
    "read-only": ({"create_uid": 1}, "create_uid"),
    "computed": ({"tz_offset": "x"}, "tz_offset"),
    "type": ({"color": "red"}, "color"),
    "selection": ({"type": "nosuch"}, "type"),
    "date": ({"lang": 3}, "lang"),
    "id": ({"country_id": MISSING}, "country_id"),
    "lookup": ({"country_id": {"code": "??"}}, "country_id"),
    "two lookups": (
        {"state_id": {"code": "WA", "country_id": {"code": "??"}}},
        "state_id",
    ),
    "ambiguous": ({"parent_id": {"name": "Same"}}, "parent_id"),
    "external": ({"country_id": {"external_id": "base.nosuch"}}, "country_id"),
    "nested": ({"child_ids": [{"nosuch": 1}]}, "child_ids/0/nosuch"),
    "nested lookup": (
        {"child_ids": [{"country_id": MISSING}]},
        "child_ids/0/country_id",
    ),
    "member": ({"child_ids": [{"id": MISSING, "name": "A"}]}, "child_ids/0"),
    "tag": ({"category_id": [MISSING]}, "category_id/0"),
}


@tagged("post_install", "-at_install")
class TestAtOnce(ErrorCase):
    def setUp(self):
        super().setUp()
        self.env[P].create([{"name": "Same"}, {"name": "Same"}])

    def test_each_error_of_a_list_is_told(self):
        """Values, fields and lookups, whatever the others are."""
        rows = [{"name": "Good"}]
        rows += [{"name": "Bad", **wrong} for wrong, _place in WRONG.values()]
        expected = [
            f"#/{index}/{place}" for index, (_, place) in enumerate(WRONG.values(), 1)
        ]
        answer = self.rest.post(P, rows)
        places = self.places(answer, 422, "body.refused")
        self.assertEqual(sorted(places), sorted(expected))

    def test_each_error_alone_has_its_place(self):
        for name, (wrong, place) in WRONG.items():
            with self.subTest(name):
                answer = self.rest.post(P, {"name": "Bad", **wrong})
                self.assertEqual(answer.status_code, 422, answer.text)
                places = [e["pointer"] for e in answer.json()["errors"]]
                self.assertEqual(places, [f"#/{place}"])
                rows = [
                    {"id": self.one.id, "city": "X"},
                    {"id": self.other.id, **wrong},
                ]
                answer = self.rest.patch(P, rows)
                self.assertEqual(answer.status_code, 422, answer.text)
                places = [e["pointer"] for e in answer.json()["errors"]]
                self.assertEqual(places, [f"#/1/{place}"])

    def test_a_lookup_by_an_unknown_field_has_a_hint(self):
        """Fields that are out of reach are as unknown as others."""
        country = self.env["ir.model.fields"]._get("res.country", "phone_code")
        rule = {"mode": "block", "access": "both", "field_ids": country.ids}
        self.resource("res.country").field_rule_ids = [(0, 0, rule)]
        details = []
        for name in ("cde", "phone_code"):
            answer = self.rest.post(P, {"name": "A", "country_id": {name: "BE"}})
            problem = self.assert_problem(answer, 422, "body.lookup", "#/country_id")
            details.append(problem["errors"][0]["detail"])
        self.assertEqual(
            details[0],
            "Field 'cde' does not exist or cannot be used here. Did you mean 'code'?",
        )
        expected = "Field 'phone_code' does not exist or cannot be used here."
        self.assertTrue(details[1].startswith(expected))
        rows = [{"name": "A", "country_id": {f"cde{i}": "BE"}} for i in range(40)]
        problem = self.assert_problem(self.rest.post(P, rows), 422, "body.lookup")
        hinted = ["Field 'cde" in error["detail"] for error in problem["errors"]]
        self.assertEqual(hinted, [True] * 10 + [False] * 30)

    def test_lookups_of_a_shared_value_are_told_once(self):
        body = {"ids": [self.one.id, self.other.id], "data": {"category_id": [MISSING]}}
        answer = self.rest.patch(P, body)
        places = self.places(answer, 422, "body.lookup")
        self.assertEqual(places, ["#/data/category_id/0"])

    def test_all_rights_that_are_lacking_are_told(self):
        self.resource("res.partner.category").can_create = False
        tags = {"category_id": [{"name": "A", "color": 1}, {"name": "B", "color": 1}]}
        answer = self.rest.patch(f"{P}/{self.one.id}", tags)
        expected = ["#/category_id/0", "#/category_id/1"]
        self.assertEqual(self.places(answer, 403, "policy.forbidden"), expected)

    def test_records_of_a_list_without_id_are_all_told(self):
        answer = self.rest.patch(P, [3, {"id": "x"}, {"id": self.one.id}, {}])
        expected = ["#/0", "#/1/id", "#/3/id"]
        self.assertEqual(self.places(answer, 422, "body.value"), expected)

    def test_wrong_ids_and_wrong_values_are_told_together(self):
        rows = [3, {"id": "x", "nosuch": 1}, {"id": self.one.id, "country_id": MISSING}]
        answer = self.rest.patch(P, rows)
        expected = ["#/0", "#/1/id", "#/1/nosuch", "#/2/country_id"]
        self.assertEqual(self.places(answer, 422, "body.refused"), expected)
        body = {"ids": [self.one.id, "x"], "data": {"nosuch": 1}}
        places = self.places(self.rest.patch(P, body), 422, "body.refused")
        self.assertEqual(places, ["#/ids/1", "#/data/nosuch"])
        answer = self.rest.patch(P, {"ids": [], "data": {}})
        self.assertEqual(self.places(answer, 422, "body.value"), ["#/ids"])
        answer = self.rest.patch(P, {"city": "X"})
        self.assertEqual(self.places(answer, 422, "body.value"), ["#"])

    def test_many_unknown_fields_have_few_hints(self):
        body = {f"nam{index}": 1 for index in range(40)}
        problem = self.assert_problem(self.rest.post(P, body), 422, "body.field")
        hinted = ["Did you mean 'name'" in e["detail"] for e in problem["errors"]]
        self.assertEqual(hinted, [True] * 10 + [False] * 30)


@tagged("post_install", "-at_install")
class TestTokenDialect(TokenCase, ErrorCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_records_of_a_list_are_named(self):
        for name, (statement, wrong, status, code, fields) in CONSTRAINTS.items():
            with self.subTest(name), self.constrained(statement):
                bad = {"name": "New", **wrong}
                response = self.send("POST", P, [{"name": "Good"}, bad])
                for field in fields:
                    self.assert_error(response, status, code, f"#/1/{field}: ")
                response = self.send("PUT", f"{P}/{self.one.id}", wrong)
                self.assert_error(response, status, code, f"#/{fields[0]}: ")

    def test_records_of_a_path_are_named(self):
        def unlink(this):
            if self.other in this:
                raise UserError(NO)
            return True

        self.resource(P).delete_mode = "unlink"
        ids = f"{self.one.id},{self.other.id}"
        with self.patched(unlink, "unlink"):
            response = self.send("DELETE", f"{P}/{ids}")
        self.assert_error(response, 422, INVALID, f"record {self.other.id}: No.")

    def test_all_errors_come_together(self):
        rows = [{"nosuch": 1}, {"name": "A", "country_id": MISSING}]
        response = self.send("POST", P, rows)
        self.assert_error(response, 422, "body.refused", "#/0/nosuch: ")
        self.assert_error(response, 422, "body.refused", "#/1/country_id: ")

    def test_parameters_have_the_words_of_the_dialect(self):
        for body, word in (
            ({"include_fields": ["nosuch"]}, "include_fields"),
            ({"exclude_fields": ["nosuch"]}, "exclude_fields"),
            ({"order": "nosuch"}, "order"),
            ({"filters": [["nosuch", "=", 1]]}, "filters"),
            ({"filters": [["name", "nosuch", 1]]}, "filters"),
        ):
            with self.subTest(word):
                response = self.send("GET", P, body)
                document = self.json(response, 400)
                self.assertTrue(document["error_descrip"].startswith(f"{word}: "))

    def test_a_constraint_of_a_tree_is_told(self):
        with self.constrained(CONSTRAINTS["unique"][0]), mute_logger("odoo.sql_db"):
            lines = [{"name": "1", "ref": "b"}, {"name": "2", "ref": "taken"}]
            response = self.send("POST", P, {"name": "New", "child_ids": lines})
        self.assert_error(response, 409, DUPLICATE, "#/child_ids/1/ref: ")
