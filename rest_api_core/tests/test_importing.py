"""Rows of an import are written many at once, with the rights and words of bodies."""

from odoo.tests import tagged

from ..body.import_rows import Record
from ..engine.importing import Work
from ..query.importing import Import
from ..wire.call import Caller
from ..wire.problem import Problem
from .common import RestCase

P = "res.partner"


class ImportingCase(RestCase):
    """``written(rows)`` gives the outcomes, and ``created`` the records by name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")

    def context(self, client=None):
        client = client or self.client
        api = self.env["rest.configuration"]._api(self.api.id)
        caller = Caller("key", client.user_id.id, client.id)
        return self.env["rest.context"]._make(api, caller)

    def written(self, rows, key=(), model=P, client=None):
        records = [Record(n, n, row) for n, row in enumerate(rows, 1)]
        work = Work(model, Import(tuple(key)))
        importing = self.env["rest.importing"]
        return importing._write(self.context(client), work, records)

    def named(self, name):
        return self.env[P].search([("name", "=", name)])

    def assert_failed(self, outcome, code, pointer=None):
        self.assertIsNotNone(outcome.problem, outcome)
        self.assertEqual(outcome.problem.code, code)
        if pointer is not None:
            pointers = [error.pointer for error in outcome.problem.errors]
            self.assertEqual(pointers, [pointer])


@tagged("post_install", "-at_install")
class TestImporting(ImportingCase):
    def test_rows_are_new_records(self):
        rows = [{"name": f"Row {n}", "country_id": {"code": "BE"}} for n in range(5)]
        outcomes = self.written(rows)
        self.assertEqual([o.number for o in outcomes], [1, 2, 3, 4, 5])
        self.assertEqual({o.verb for o in outcomes}, {"created"})
        partners = self.env[P].browse([o.id for o in outcomes])
        self.assertEqual(partners.mapped("name"), [row["name"] for row in rows])
        self.assertEqual(partners.country_id, self.belgium)

    def test_rows_with_errors_fail_and_the_others_are_written(self):
        outcomes = self.written(
            [
                {"name": "Good 1"},
                {"name": 3},
                {"name": "Bad", "color": "red"},
                {"name": "Bad", "country_id": {"code": "XX"}},
                {"name": "Bad", "nme": "x"},
                {"name": "Good 2"},
            ]
        )
        self.assertEqual([bool(o.id) for o in outcomes], [True, *[False] * 4, True])
        self.assert_failed(outcomes[1], "body.value", "#/name")
        self.assert_failed(outcomes[2], "body.value", "#/color")
        self.assert_failed(outcomes[3], "body.lookup", "#/country_id")
        self.assert_failed(outcomes[4], "body.field", "#/nme")
        self.assertEqual(outcomes[4].data, {"name": "Bad", "nme": "x"})
        self.assertFalse(self.named("Bad"))
        self.assertEqual(len(self.named("Good 1") + self.named("Good 2")), 2)

    def test_what_odoo_refuses_is_found_among_many(self):
        # a rule of the business: no row is named by it
        rows = [{"name": f"Row {n}"} for n in range(40)]
        for bad in (7, 8, 23):
            rows[bad] = {"type": "contact"}  # base: contacts require a name
        outcomes = self.written(rows)
        failed = [index for index, o in enumerate(outcomes) if o.problem]
        self.assertEqual(failed, [7, 8, 23])
        self.assertEqual(len({o.id for o in outcomes if o.id}), 37)

    def test_a_unique_value_that_comes_twice_is_an_error_of_the_second(self):
        self.expose("res.partner.industry")
        self.expose("res.lang")
        rows = [{"name": "A", "external_id": "x.1"}, {"name": "B"}]
        rows.append({"name": "C", "external_id": "x.1"})
        one, other, twin = self.written(rows)
        self.assertTrue(one.id and other.id)
        self.assert_failed(twin, "record.duplicate", "#/external_id")

    def test_each_problem_is_that_of_the_record_alone(self):
        bad = [
            {"name": None},
            {"name": "Bad", "color": "red", "nme": 1},
            {"name": "Bad", "country_id": {"code": "XX"}},
            {"name": "Bad", "child_ids": [{"name": "x", "color": "red"}]},
            {"type": "contact"},
            [],
        ]
        for row, outcome in zip(bad, self.written(bad), strict=True):
            answer = self.rest.post(P, row if row else [[]])
            document = answer.json()
            found = outcome.document()["problem"]
            self.assertEqual(found["status"], answer.status_code, document)
            if row:
                self.assertEqual(found.get("errors"), document.get("errors"))
                self.assertEqual(found["code"], document["code"])

    def test_a_row_names_records_of_rows_before_it(self):
        rows = [{"name": "Top", "external_id": "top"}]
        for number in range(1, 6):
            parent = {"external_id": "top" if number == 1 else f"sub{number - 1}"}
            rows.append(
                {
                    "name": f"Sub {number}",
                    "external_id": f"sub{number}",
                    "parent_id": parent,
                }
            )
        outcomes = self.written(rows)
        self.assertFalse([o.problem for o in outcomes if o.problem])
        ids = [o.id for o in outcomes]
        parents = self.env[P].browse(ids[1:]).parent_id.ids
        self.assertEqual(sorted(parents), sorted(ids[:-1]))

    def test_lines_do_not_make_a_part_too_large(self):
        self.api.max_records = 10
        lines = [{"name": f"Line {n}"} for n in range(4)]
        outcomes = self.written(
            [{"name": f"Row {n}", "child_ids": lines} for n in "abcd"]
        )
        self.assertFalse([o.problem for o in outcomes if o.problem])
        partners = self.env[P].browse([o.id for o in outcomes])
        self.assertEqual(len(partners.child_ids), 16)

    # --- keys ----------------------------------------------------------------------

    def test_a_key_changes_what_it_finds_and_creates_the_rest(self):
        known = self.env[P].create({"name": "Old", "ref": "K1"})
        rows = [{"ref": "K1", "name": "New"}, {"ref": "K2", "name": "Other"}]
        one, other = self.written(rows, ["ref"])
        self.assertEqual((one.id, one.verb), (known.id, "updated"))
        self.assertEqual(other.verb, "created")
        self.assertEqual(known.name, "New")
        self.assertEqual(self.env[P].browse(other.id).ref, "K2")

    def test_external_ids_are_a_key(self):
        row = {"external_id": "crm.p1", "name": "One"}
        (made,) = self.written([row], ["external_id"])
        (again,) = self.written([{**row, "name": "Two"}], ["external_id"])
        self.assertEqual((again.id, again.verb), (made.id, "updated"))
        self.assertEqual(self.env[P].browse(made.id).name, "Two")

    def test_of_equal_keys_the_last_counts(self):
        rows = [{"ref": "K1", "name": f"Name {n}"} for n in range(3)]
        outcomes = self.written(rows, ["ref"])
        self.assertEqual([o.verb for o in outcomes], ["created", "updated", "updated"])
        self.assertEqual(len({o.id for o in outcomes}), 1)
        self.assertEqual(self.env[P].browse(outcomes[0].id).name, "Name 2")

    def test_rows_without_key_and_keys_of_several_records_fail(self):
        self.env[P].create([{"name": "A", "ref": "K1"}, {"name": "B", "ref": "K1"}])
        rows = [{"name": "X"}, {"ref": "K1", "name": "X"}, {"ref": "K2", "name": "X"}]
        lacks, several, good = self.written(rows, ["ref"])
        self.assert_failed(lacks, "body.value", "#/ref")
        self.assert_failed(several, "record.duplicate", "#/ref")
        self.assertTrue(good.id)

    def test_an_unknown_id_as_key_fails(self):
        known = self.env[P].create({"name": "Old"})
        rows = [{"id": known.id, "name": "New"}, {"id": 2**31 - 1, "name": "New"}]
        one, other = self.written(rows, ["id"])
        self.assertEqual((one.id, known.name), (known.id, "New"))
        self.assertEqual(other.problem.errors[0].pointer, "#/id")

    # --- rights --------------------------------------------------------------------

    def test_rows_outside_of_the_domain_fail(self):
        self.resource(P).domain = "[('country_id.code', '=', 'BE')]"
        rows = [{"name": "In", "country_id": {"code": "BE"}}, {"name": "Out"}]
        one, other = self.written(rows)
        self.assertTrue(one.id)
        self.assert_failed(other, "policy.forbidden")
        self.assertFalse(self.named("Out"))

    def test_who_may_only_update_creates_nothing(self):
        client, _key = self.make_client(self.user)
        self.make_scope(client, P, can_update=True)
        known = self.env[P].create({"name": "Old", "ref": "K1"})
        rows = [{"ref": "K1", "name": "New"}, {"ref": "K2", "name": "No"}]
        one, other = self.written(rows, ["ref"], client=client)
        self.assertEqual((one.id, known.name), (known.id, "New"))
        self.assert_failed(other, "policy.scope")

    def test_fields_of_the_scope_count(self):
        client, _key = self.make_client(self.user)
        scope = self.make_scope(client, P, can_create=True)
        fields = self.env["ir.model.fields"].search(
            [("model", "=", P), ("name", "=", "city")]
        )
        scope.field_rule_ids = [
            (0, 0, {"mode": "block", "access": "both", "field_ids": fields.ids})
        ]
        one, other = self.written(
            [{"name": "A", "city": "Gent"}, {"name": "B"}], client=client
        )
        self.assert_failed(one, "body.field", "#/city")
        self.assertTrue(other.id)

    def test_who_may_not_import_is_told_before(self):
        importing = self.env["rest.importing"]
        client, _key = self.make_client(self.user)
        self.make_scope(client, P, can_read=True)
        for form in (Import(), Import(("ref",))):
            with self.assertRaises(Problem) as caught:
                importing._check_rights(self.context(client), Work(P, form))
            self.assertEqual(caught.exception.status, 403)
        importing._check_rights(self.context(), Work(P, Import()))

    # --- rows that name each other -------------------------------------------------

    def chain(self, count):
        rows = [{"name": "Row 0", "external_id": "chain.0"}]
        for number in range(1, count):
            parent = {"external_id": f"chain.{number - 1}"}
            name, own = f"Row {number}", f"chain.{number}"
            rows.append({"name": name, "external_id": own, "parent_id": parent})
        return rows

    def test_a_long_chain_is_written_in_its_order(self):
        outcomes = self.written(self.chain(40))
        self.assertFalse([o.problem for o in outcomes if o.problem])
        partners = self.env[P].browse([o.id for o in outcomes])
        self.assertEqual(partners[1:].parent_id, partners[:-1])

    def test_what_follows_from_a_row_that_fails_fails_alone(self):
        rows = self.chain(10)
        rows[5]["color"] = "red"
        outcomes = self.written(rows)
        self.assertEqual([bool(o.id) for o in outcomes], [True] * 5 + [False] * 5)
        self.assert_failed(outcomes[6], "body.lookup", "#/parent_id")

    def test_keys_that_come_to_one_record_are_written_one_after_the_other(self):
        known = self.env[P].create({"name": "Old", "ref": "K1"})
        rows = [
            {"country_id": {"code": "BE"}, "ref": "K9", "name": "One"},
            {"country_id": {"external_id": "base.be"}, "ref": "K9", "name": "Two"},
            {"country_id": None, "ref": "K1", "name": "No"},
        ]
        one, other, bad = self.written(rows, ["ref", "country_id"])
        self.assertEqual((one.verb, other.verb), ("created", "updated"))
        self.assertEqual(self.env[P].browse(one.id).name, "Two")
        self.assertEqual(other.id, one.id)
        self.assert_failed(bad, "body.value", "#/country_id")
        self.assertEqual(known.name, "Old")
