"""A write that fails says which record it was, and which field if that is known."""

from contextlib import contextmanager
from typing import NamedTuple
from unittest.mock import patch

from odoo.api import constrains
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..orm import dry_run
from .common import RestCase

P, INVALID, DUPLICATE = "res.partner", "record.invalid", "record.duplicate"
NO = "No."  # of code that refuses
# constraint: statement, a wrong value, status, code, the fields that are named
CONSTRAINTS = {
    "unique": (
        "CREATE UNIQUE INDEX rest_test ON res_partner (ref)",
        {"ref": "taken"},
        409,
        DUPLICATE,
        ["ref"],
    ),
    "partial": (
        "CREATE UNIQUE INDEX rest_test ON res_partner (vat) WHERE active",
        {"vat": "taken"},
        409,
        DUPLICATE,
        ["vat"],
    ),
    "composite": (
        "ALTER TABLE res_partner ADD CONSTRAINT rest_test UNIQUE (city, zip)",
        {"city": "taken", "zip": "1"},
        409,
        DUPLICATE,
        ["city", "zip"],
    ),
    "expression": (
        "CREATE UNIQUE INDEX rest_test ON res_partner (lower(street))",
        {"street": "TAKEN"},
        409,
        DUPLICATE,
        ["street"],
    ),
    "check": (
        "ALTER TABLE res_partner ADD CONSTRAINT rest_test CHECK (color < 100)",
        {"color": 200},
        422,
        INVALID,
        ["color"],
    ),
    "exclusion": (
        "ALTER TABLE res_partner ADD CONSTRAINT rest_test"
        " EXCLUDE USING btree (phone WITH =)",
        {"phone": "taken"},
        409,
        DUPLICATE,
        ["phone"],
    ),
}
# demo data has the same values twice
CLEAR = """
UPDATE res_partner SET ref = NULL, vat = NULL, city = NULL, street = NULL, phone = NULL
"""


class Diagnostics(NamedTuple):
    """As psycopg2 has them."""

    table_name: str
    constraint_name: str
    column_name: str | None = None


class ErrorCase(RestCase):
    def setUp(self):
        super().setUp()
        self.env.cr.execute(CLEAR)
        taken = {"name": "Taken", "ref": "taken", "vat": "taken", "phone": "taken"}
        taken |= {"city": "taken", "zip": "1", "street": "taken"}
        self.env[P].create(taken)
        self.one, self.other = self.env[P].create([{"name": "A"}, {"name": "B"}])
        self.enterContext(mute_logger("odoo.sql_db"))

    def places(self, answer, status, code):
        """Pointer or id of each error."""
        problem = self.assert_problem(answer, status, code)
        return [e.get("pointer") or e.get("id") for e in problem.get("errors", ())]

    @contextmanager
    def patched(self, function, name="create", model=P):
        with patch.object(type(self.env[model]), name, function):
            yield

    @contextmanager
    def constrained(self, statement):
        """Undone by a savepoint, also in the schema of the test's database."""
        self.env.flush_all()
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(statement)
            yield
            savepoint.close(rollback=True)


@tagged("post_install", "-at_install")
class TestConstraints(ErrorCase):
    def test_constraints_of_the_database_name_the_fields(self):
        for name, (statement, wrong, status, code, fields) in CONSTRAINTS.items():
            with self.subTest(name), self.constrained(statement):
                self.check(wrong, status, code, fields)

    def check(self, wrong, status, code, fields):
        body = {"name": "New", **wrong}
        path = f"{P}/{self.one.id}"
        expected = [f"#/{field}" for field in fields]
        for method, where, sent in (
            ("POST", P, body),
            ("PATCH", path, wrong),
            ("PUT", path, body),
            ("POST", f"{path}/copy", wrong),
        ):
            answer = self.rest.ask(method, where, json_body=sent)
            self.assertEqual(self.places(answer, status, code), expected, method)
        self.check_lists(wrong, status, code, fields)

    def test_a_value_that_no_index_can_have_is_an_error_of_its_record(self):
        # PostgreSQL would have to compress it to 2704 bytes
        long = {"name": "".join(f"{n:x}" for n in range(100_000))}
        self.assertEqual(self.places(self.rest.post(P, long), 422, INVALID), [])
        rows = [{"name": "Good"}, long]
        self.assertEqual(self.places(self.rest.post(P, rows), 422, INVALID), ["#/1"])
        batch = {"mode": "partial"}
        batch["operations"] = [{"op": "create", "model": P, "data": e} for e in rows]
        answer = self.rest.post("batch", batch)
        statuses = [each["status"] for each in self.data(answer, 207)]
        self.assertEqual(statuses, [201, 422])

    def check_lists(self, wrong, status, code, fields):
        good, body = {"name": "Good"}, {"name": "New", **wrong}
        expected = [f"#/1/{field}" for field in fields]
        answer = self.rest.post(P, [good, body, good])
        self.assertEqual(self.places(answer, status, code), expected)
        self.assertNotIn("Good", self.env[P].search([]).mapped("name"))
        ids = [self.one.id, self.other.id]
        rows = [{"id": ids[0], **good}, {"id": ids[1], **wrong}]
        answer = self.rest.patch(P, rows)
        self.assertEqual(self.places(answer, status, code), expected)
        expected = [f"#/{field}" for field in fields]
        answer = self.rest.patch(f"{P}/{ids[0]},{ids[1]}", wrong)
        self.assertLessEqual(set(self.places(answer, status, code)), set(expected))
        shared = {"ids": ids, "data": wrong}
        problem = self.assert_problem(self.rest.patch(P, shared), status, code)
        expected = {f"#/data/{field}" for field in fields}
        self.assertEqual({e["pointer"] for e in problem["errors"]}, expected)
        self.assertLessEqual({e["id"] for e in problem["errors"]}, set(ids))

    def test_nothing_is_told_of_rows_and_tables(self):
        for name, (statement, wrong, status, code, _fields) in CONSTRAINTS.items():
            with self.subTest(name), self.constrained(statement):
                answer = self.rest.post(P, [{"name": "New", **wrong}])
                self.assert_problem(answer, status, code)
                for word in ("rest_test", "res_partner", "Failing", "Key ("):
                    self.assertNotIn(word, answer.text)

    def test_each_record_that_fails_has_an_error(self):
        statement, wrong, *_rest = CONSTRAINTS["unique"]
        with self.constrained(statement):
            rows = [{"name": str(index), "ref": f"r{index % 7}"} for index in range(10)]
            rows += [{"name": "X", **wrong}]
            answer = self.rest.post(P, rows)
        places = self.places(answer, 409, DUPLICATE)
        self.assertEqual(places, ["#/7/ref", "#/8/ref", "#/9/ref", "#/10/ref"])

    def test_errors_of_several_sorts_come_together(self):
        """Status and code are those of the first."""
        with (
            self.constrained(CONSTRAINTS["unique"][0]),
            self.constrained(CONSTRAINTS["check"][0].replace("rest_test", "rest_too")),
        ):
            rows = [{"name": "A", "color": 200}, {"name": "B"}]
            rows += [{"name": "C", "ref": "taken"}]
            answer = self.rest.post(P, rows)
        problem = self.assert_problem(answer, 422, INVALID)
        codes = [(e["pointer"], e["code"]) for e in problem["errors"]]
        self.assertEqual(codes, [("#/0/color", INVALID), ("#/2/ref", DUPLICATE)])

    def test_lines_are_named_by_their_values(self):
        with self.constrained(CONSTRAINTS["unique"][0]):
            lines = [{"name": "1", "ref": "a"}, {"name": "2", "ref": "taken"}]
            answer = self.rest.post(P, {"name": "New", "child_ids": lines})
            self.assertEqual(self.places(answer, 409, DUPLICATE), ["#/child_ids/1/ref"])
            lines[1]["ref"] = "a"
            answer = self.rest.post(P, [{"name": "New", "child_ids": lines}])
            expected = ["#/0/child_ids/0/ref", "#/0/child_ids/1/ref"]
            self.assertEqual(self.places(answer, 409, DUPLICATE), expected)

    def test_what_is_not_in_the_body_is_not_named(self):
        def create(this, values):
            return create.original(this, [{**each, "ref": "taken"} for each in values])

        create.original = type(self.env[P]).create
        with self.constrained(CONSTRAINTS["unique"][0]), self.patched(create):
            answer = self.rest.post(P, {"name": "New"})
            self.assertEqual(self.places(answer, 409, DUPLICATE), [])
            answer = self.rest.post(P, [{"name": "New"}])
            self.assertEqual(self.places(answer, 409, DUPLICATE), [])
            answer = self.rest.post(P, [{"name": "A"}, {"name": "B"}])
            self.assertEqual(self.places(answer, 409, DUPLICATE), ["#/0", "#/1"])

    def test_all_values_that_a_record_lacks_are_named(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        answer = self.rest.post("res.country", {})
        expected = ["#/code", "#/name"]
        self.assertEqual(sorted(self.places(answer, 422, "body.required")), expected)
        rows = [{"name": "Q", "code": "QQ"}, {"name": "Z"}, {"code": "QZ"}, {}]
        places = self.places(self.rest.post("res.country", rows), 422, "body.required")
        expected = ["#/1/code", "#/2/name", "#/3/code", "#/3/name"]
        self.assertEqual(sorted(places), expected)

    def test_what_code_fills_in_is_not_missing(self):
        """The other required field gets its value in ``create``."""

        def create(this, values):
            return create.original(this, [{"code": "QX", **each} for each in values])

        create.original = type(self.env["res.country"]).create
        self.user.group_ids |= self.env.ref("base.group_system")
        with self.patched(create, model="res.country"):
            answer = self.rest.post("res.country", {"phone_code": 3})
        self.assertEqual(self.places(answer, 422, "body.required"), ["#/name"])

    def test_the_fields_of_all_constraints_are_known(self):
        """Of each model of this database, with those of its addons."""
        unknown, constraints = {}, self.env["rest.constraints"]
        stored = (m for m in self.env.registry.values() if m._auto and not m._abstract)
        for model in stored:
            for name, each in model._table_objects.items():
                kind = each.get_definition(self.env.registry).upper()
                if kind.startswith(("UNIQUE", "CHECK", "EXCLUDE")):
                    known = Diagnostics(model._table, name)
                    found = set(constraints._columns(known))
                    if not found or found - model._fields.keys():
                        unknown[name] = found
        self.assertEqual(unknown, {})

    # --- links ---------------------------------------------------------------

    def test_a_link_to_nothing_is_a_lookup_that_failed(self):
        """As when another transaction deletes the record in between."""

        def create(this, values):
            gone = [{**each, "country_id": 2**31 - 1} for each in values]
            return create.original(this, gone)

        create.original = type(self.env[P]).create
        body = {"name": "New", "country_id": self.env.ref("base.be").id}
        with self.patched(create):
            answer = self.rest.post(P, body)
        self.assertEqual(self.places(answer, 422, "body.lookup"), ["#/country_id"])

    def test_a_record_in_use_says_what_refers_to_it(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        free, used = self.env["res.country"].create(
            [{"name": "Free", "code": "Q1"}, {"name": "Used", "code": "Q2"}]
        )
        self.one.country_id = used
        for path in (f"res.country/{used.id}", f"res.country/{free.id},{used.id}"):
            problem = self.assert_problem(
                self.rest.delete(path), 409, "record.referenced"
            )
            self.assertIn("'Contact' (res.partner)", problem["detail"])
        (error,) = problem["errors"]
        self.assertEqual((error["id"], error["code"]), (used.id, "record.referenced"))
        self.assertTrue(free.exists() and used.exists())

    def test_a_line_in_use_is_named(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        self.expose("res.country.state")
        country = self.env["res.country"].create({"name": "Used", "code": "Q2"})
        lines = [{"name": n, "code": n, "country_id": country.id} for n in "ABC"]
        states = self.env["res.country.state"].create(lines)
        self.one.state_id = states[1]
        gone = [{"id": state.id, "_delete": True} for state in states]
        answer = self.rest.patch(f"res.country/{country.id}", {"state_ids": gone})
        places = self.places(answer, 409, "record.referenced")
        self.assertEqual(places, ["#/state_ids/1"])

    def test_a_caller_who_may_not_know_the_model_is_not_told(self):
        admin = new_test_user(self.env, "rest_admin", "base.group_system")
        client, key = self.make_client(admin)
        self.make_scope(client, "res.country", can_delete=True)
        used = self.env["res.country"].create({"name": "Used", "code": "Q2"})
        self.one.country_id = used
        answer = self.rest.delete(f"res.country/{used.id}", key=key)
        problem = self.assert_problem(answer, 409, "record.referenced")
        self.assertEqual(problem["detail"], "Other records refer to this record.")
        self.make_scope(client, P, can_read=False, can_create=True)
        answer = self.rest.delete(f"res.country/{used.id}", key=key)
        self.assertNotIn("Contact", answer.text)

    def test_a_many2many_refers_too(self):
        self.env.cr.execute(
            "ALTER TABLE res_partner_res_partner_category_rel"
            " ADD CONSTRAINT rest_test FOREIGN KEY (category_id)"
            " REFERENCES res_partner_category ON DELETE RESTRICT"
        )
        self.env.cr.execute(
            SQL(
                "ALTER TABLE res_partner_res_partner_category_rel DROP CONSTRAINT %s",
                SQL.identifier("res_partner_res_partner_category_rel_category_id_fkey"),
            )
        )
        tag = self.env["res.partner.category"].create({"name": "Tag"})
        self.one.category_id = tag
        answer = self.rest.delete(f"res.partner.category/{tag.id}?force=true")
        problem = self.assert_problem(answer, 409, "record.referenced")
        self.assertIn("(res.partner)", problem["detail"])


@tagged("post_install", "-at_install")
class TestRules(ErrorCase):
    """Rules of the business, rights and domains."""

    def failing(self, error):
        def write(this, values):
            if values.get("ref") == "bad":
                raise error
            return write.original(this, values)

        def create(this, values):
            if any(each.get("ref") == "bad" for each in values):
                raise error
            return create.original(this, values)

        for function in (write, create):
            name = function.__name__
            function.original = getattr(type(self.env[P]), name)
            self.enterContext(self.patched(function, name))

    def rows(self):
        return [{"name": "A"}, {"name": "B", "ref": "bad"}, {"name": "C", "ref": "bad"}]

    def test_a_rule_of_the_business_names_the_records(self):
        self.failing(UserError(NO))
        expected = ["#/1", "#/2"]
        answer = self.rest.post(P, self.rows())
        self.assertEqual(self.places(answer, 422, INVALID), expected)
        ids = self.env[P].create([{"name": name} for name in "XYZ"]).ids
        rows = [{"id": i, **row} for i, row in zip(ids, self.rows(), strict=True)]
        answer = self.rest.patch(P, rows)
        self.assertEqual(self.places(answer, 422, INVALID), expected)
        self.assertEqual(self.env[P].browse(ids).mapped("name"), ["X", "Y", "Z"])

    def test_a_rule_about_a_field_names_it_in_each_record(self):
        @constrains("ref")
        def _check_barcode_unicity(self):
            if "bad" in self.mapped("ref"):
                raise ValidationError(NO)

        self.enterContext(
            self.patched(_check_barcode_unicity, "_check_barcode_unicity")
        )
        self.enterContext(self.patched([_check_barcode_unicity], "_constraint_methods"))
        answer = self.rest.post(P, self.rows())
        expected = ["#/1/ref", "#/2/ref"]
        self.assertEqual(self.places(answer, 422, INVALID), expected)

    def test_a_record_outside_of_a_rule_is_named(self):
        self.env["ir.rule"].create(
            {
                "name": "No bad ones",
                "model_id": self.env["ir.model"]._get_id(P),
                "domain_force": "['|', ('ref', '=', False), ('ref', '!=', 'bad')]",
                "perm_read": False,
            }
        )
        answer = self.rest.post(P, self.rows())
        expected = ["#/1", "#/2"]
        self.assertEqual(self.places(answer, 403, "policy.forbidden"), expected)

    def test_a_record_outside_of_a_domain_is_named(self):
        domain = "['|', ('ref', '=', False), ('ref', '!=', 'bad')]"
        self.resource(P).domain = domain
        answer = self.rest.post(P, self.rows())
        expected = ["#/1", "#/2"]
        self.assertEqual(self.places(answer, 403, "policy.forbidden"), expected)
        ids = [self.one.id, self.other.id]
        rows = [{"id": ids[0]}, {"id": ids[1], "ref": "bad"}]
        answer = self.rest.patch(P, rows)
        self.assertEqual(self.places(answer, 403, "policy.forbidden"), ["#/1"])

    def test_records_that_leave_or_are_copied_are_named_by_id(self):
        def refuse(this, *_args):
            if self.other in this:
                raise UserError(NO)
            return this

        ids = f"{self.one.id},{self.other.id}"
        for name, method, path, params in (
            ("unlink", "DELETE", f"{P}/{ids}", {"force": "true"}),
            ("action_archive", "DELETE", f"{P}/{ids}", {}),
            ("action_archive", "POST", f"{P}/{ids}/archive", {}),
            ("action_unarchive", "POST", f"{P}/{ids}/restore", {}),
            ("copy", "POST", f"{P}/{ids}/copy", {}),
        ):
            with self.subTest(path=path, name=name), self.patched(refuse, name):
                answer = self.rest.ask(method, path, params=params)
                places = self.places(answer, 422, INVALID)
                self.assertEqual(places, [self.other.id])

    # --- what is tried again ---------------------------------------------------

    def test_the_second_try_is_dry(self):
        """It sends nothing, and what it would send is not counted against a record."""
        dry = []

        def create(this, values):
            dry.append(dry_run.is_dry())
            if len(values) > 1:
                raise UserError(NO)
            return create.original(this, values)

        create.original = type(self.env[P]).create
        with self.patched(create):
            answer = self.rest.post(P, [{"name": "A"}, {"name": "B"}])
        self.assertEqual(self.places(answer, 422, INVALID), [])
        self.assertEqual(dry, [False, True, True])

    def test_a_second_try_that_fails_in_another_way_is_forgotten(self):
        calls = []

        def create(this, values):
            calls.append(values)
            if len(calls) == 1:
                raise UserError(NO)
            raise RuntimeError("a bug")

        with self.patched(create):
            answer = self.rest.post(P, [{"name": "A"}, {"name": "B"}])
        self.assertEqual(self.places(answer, 422, INVALID), [])
        self.assertEqual(len(calls), 2)

    def test_a_second_try_that_commits_is_forgotten(self):
        def create(this, values):
            if len(values) == 1:
                this.env.cr.commit()  # pylint: disable=invalid-commit
            raise UserError(NO)

        with self.patched(create):
            answer = self.rest.post(P, [{"name": "A"}, {"name": "B"}])
        self.assertEqual(self.places(answer, 422, INVALID), [])

    def test_code_that_commits_can_go_well(self):
        """There is no savepoint left to release."""

        def create(this, values):
            records = create.original(this, values)
            this.env.cr.commit()  # pylint: disable=invalid-commit
            return records

        create.original = type(self.env[P]).create
        with self.patched(create):
            data = self.data(self.rest.post(P, [{"name": "A"}, {"name": "B"}]), 201)
        self.assertEqual([each["name"] for each in data], ["A", "B"])

    def test_few_tries_find_one_of_many(self):
        sizes = []

        def create(this, values):
            sizes.append(len(values))
            if any(each.get("ref") == "bad" for each in values):
                raise UserError(NO)
            return create.original(this, values)

        create.original = type(self.env[P]).create
        rows = [{"name": str(index)} for index in range(64)]
        rows[40]["ref"] = "bad"
        with self.patched(create):
            answer = self.rest.post(P, rows)
        self.assertEqual(self.places(answer, 422, INVALID), ["#/40"])
        self.assertEqual(len(sizes), 13)  # all, and two halves on six levels

    def test_a_dry_run_names_the_records_too(self):
        self.failing(UserError(NO))
        headers = {"Prefer": "tx=rollback"}
        answer = self.rest.post(P, self.rows(), headers=headers)
        self.assertEqual(self.places(answer, 422, INVALID), ["#/1", "#/2"])
