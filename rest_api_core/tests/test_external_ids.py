"""``external_id``: what a client calls the records of Odoo."""

import json

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_attacks import AttackCase

P = "res.partner"
DATA = "ir.model.data"
CATEGORY = "res.partner.category"


class ExternalIdCase(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.namespace = "shop"
        cls.other, cls.other_key = cls.make_client(cls.user, all_resources=True)
        cls.partner = cls.env[P].create({"name": "Azure"})
        cls.path = f"{P}/{cls.partner.id}"

    def named(self, name, record=None, module="__rest__shop"):
        record = self.partner if record is None else record
        values = {"module": module, "name": name, "noupdate": True}
        values |= {"model": record._name, "res_id": record.id}
        return self.env[DATA].create(values)

    def shown(self, path=None, **options):
        path = path or self.path
        answer = self.rest.get(path, params={"fields": "external_id"}, **options)
        return self.data(answer)["external_id"]

    def rows(self, record=None):
        record = self.partner if record is None else record
        domain = [("model", "=", record._name), ("res_id", "=", record.id)]
        return self.env[DATA].search(domain, order="id").mapped("complete_name")

    def give(self, name, path=None, **options):
        return self.rest.patch(path or self.path, {"external_id": name}, **options)


@tagged("post_install", "-at_install")
class TestReadingExternalIds(ExternalIdCase):
    def test_a_record_without_one_shows_null(self):
        self.assertIsNone(self.shown())

    def test_the_own_one_goes_before_that_of_a_module(self):
        self.named("azure", module="crm")
        self.named("later", module="__export__")
        self.assertEqual(self.shown(), "crm.azure")
        self.named("crm.p1")
        self.assertEqual(self.shown(), "crm.p1")
        self.assertEqual(self.shown(key=self.other_key), "crm.azure")

    def test_nobody_sees_those_of_another_client(self):
        self.named("secret", module=f"__rest__{self.other.namespace}")
        self.named("secret", module=f"__rest__user_{self.user.id}")
        self.assertIsNone(self.shown())
        self.assertEqual(self.shown(key=self.other_key), "secret")

    def test_clients_may_share_a_namespace(self):
        self.named("p1")
        self.other.namespace = "shop"
        self.assertEqual(self.shown(key=self.other_key), "p1")

    def test_it_comes_by_name_only(self):
        for params in ({}, {"fields": "*"}):
            self.assertNotIn(
                "external_id", self.data(self.rest.get(self.path, params=params))
            )

    def test_it_comes_in_lists_bulk_relations_and_what_was_written(self):
        self.named("p1")
        child = self.env[P].create({"name": "C", "parent_id": self.partner.id})
        self.named("c1", child)
        tags = [("filter[id]", self.partner.id), ("fields", "external_id")]
        (row,) = self.data(self.rest.get(P, params=tags))
        self.assertEqual(row, {"id": self.partner.id, "external_id": "p1"})
        params = {"ids": self.partner.id, "fields": "external_id"}
        self.assertEqual(self.data(self.rest.get(f"{P}/bulk", params=params)), [row])
        params = {"fields": "child_ids.external_id"}
        shown = self.data(self.rest.get(self.path, params=params))
        self.assertEqual(shown["child_ids"], [{"id": child.id, "external_id": "c1"}])
        params = {"fields": "parent_id.external_id"}
        shown = self.data(self.rest.get(f"{P}/{child.id}", params=params))
        self.assertEqual(shown["parent_id"], row)
        made = self.rest.post(
            f"{P}?fields=external_id", {"name": "N", "external_id": "n1"}
        )
        self.assertEqual(self.data(made, 201)["external_id"], "n1")

    def test_a_level_takes_one_query(self):
        partners = self.env[P].create([{"name": f"Q{n}"} for n in range(20)])
        for partner in partners:
            self.named(f"q{partner.id}", partner)
        self.rest.get(P, params={"fields": "external_id"})
        with self.counted() as few:
            self.listed(partners[:2])
        with self.counted() as many:
            self.assertEqual(len(self.listed(partners)), 20)
        self.assertEqual(few.count, many.count)

    def listed(self, partners):
        params = {"filter": json.dumps([["id", "in", partners.ids]])}
        answer = self.rest.get(P, params={**params, "fields": "external_id"})
        rows = self.data(answer)
        self.assertTrue(all(row["external_id"] == f"q{row['id']}" for row in rows))
        return rows

    def counted(self):
        return CountedQueries(self.env.cr)

    def test_fields_lists_it(self):
        found = self.data(self.rest.get(f"{P}/fields"))["external_id"]
        self.assertEqual((found["type"], found["string"]), ("char", "External Id"))
        uses = ("writable", "filterable", "sortable", "expandable", "required")
        self.assertEqual(
            [found[use] for use in uses], [True, True, False, False, False]
        )

    def test_it_can_be_read_whatever_field_rules_allow(self):
        self.block(P, "name", mode="allow")
        self.named("p1")
        self.assertEqual(self.shown(), "p1")

    def test_it_cannot_be_sorted_by(self):
        for name in ("external_id", "parent_id.external_id", "-external_id"):
            answer = self.rest.get(P, params={"sort": name})
            self.assert_problem(answer, 400, "query.field", "sort")

    def test_a_list_that_shows_it_has_a_tag_that_depends_on_it(self):
        params = {"filter[id]": self.partner.id, "fields": "external_id"}
        before = self.rest.get(P, params=params).headers["ETag"]
        self.give("p1")
        after = self.rest.get(P, params=params, headers={"If-None-Match": before})
        self.assertEqual(after.status_code, 200)


class CountedQueries:
    def __init__(self, cr):
        self.cr = cr

    def __enter__(self):
        self.start = self.cr.sql_log_count
        return self

    def __exit__(self, *_error):
        self.count = self.cr.sql_log_count - self.start


@tagged("post_install", "-at_install")
class TestFilteringByExternalIds(ExternalIdCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env[P].create([{"name": f"F{n}"} for n in range(4)])

    def setUp(self):
        super().setUp()
        one, two, three, _none = self.partners
        self.named("crm.p1", one)
        self.named("p2", two)
        self.named("p3", three, module="crm")
        hidden = f"__rest__{self.other.namespace}"
        self.named("p1", self.partners[3], module=hidden)

    def found(self, domain, **options):
        mine = [["id", "in", self.partners.ids]]
        return self.partners.browse(sorted(self.filtered(P, mine + domain, **options)))

    def test_the_operators_are_those_of_equality(self):
        one, two, three, none = self.partners
        name = "external_id"
        for domain, expected in (
            ([name, "=", "crm.p1"], one),
            ([name, "=", "crm.p3"], three),
            ([name, "!=", "crm.p1"], two | three | none),
            ([name, "in", ["p2", "crm.p3"]], two | three),
            ([name, "not in", ["p2", "crm.p3"]], one | none),
            ([name, "=", None], none),
            ([name, "!=", None], one | two | three),
            ([name, "in", ["p2", None]], two | none),
            ([name, "=", "p1"], self.partners.browse()),
        ):
            self.assertEqual(self.found([domain]), expected, domain)
        negated = ["!", [name, "=", "p2"]]
        self.assertEqual(self.found(negated), one | three | none)

    def test_brackets_and_paths(self):
        one, two, _three, _none = self.partners
        params = {"filter[external_id]": "crm.p1"}
        self.assertEqual(self.data(self.rest.get(P, params=params))[0]["id"], one.id)
        two.parent_id = one
        for name, domain in (
            ("path", [["parent_id.external_id", "=", "crm.p1"]]),
            ("any", [["parent_id", "any", [["external_id", "=", "crm.p1"]]]]),
        ):
            self.assertEqual(self.found(domain), two, name)

    def test_nobody_finds_those_of_another_client(self):
        hidden = f"__rest__{self.other.namespace}.p1"
        own = "__rest__shop.p2"
        for name in ("p1", hidden, own):
            self.assertFalse(self.found([["external_id", "=", name]]), name)

    def test_others_are_refused(self):
        for operator in ("ilike", "<", "child_of", "=like"):
            params = {"filter": json.dumps([["external_id", operator, "a"]])}
            answer = self.rest.get(P, params=params)
            self.assert_problem(answer, 400, "query.filter", "filter")
        params = {"filter": json.dumps([["external_id", "=", 3]])}
        self.assert_problem(self.rest.get(P, params=params), 400, "query.filter")

    def test_the_own_one_goes_before_that_of_a_module(self):
        one, _two, three, _none = self.partners
        self.named("crm.p3", one)
        self.assertEqual(self.found([["external_id", "=", "crm.p3"]]), one)
        other = self.found([["external_id", "=", "crm.p3"]], key=self.other_key)
        self.assertEqual(other, three)


@tagged("post_install", "-at_install")
class TestSettingExternalIds(ExternalIdCase):
    def test_a_record_has_one_for_each_namespace(self):
        self.data(self.give("crm.p1"))
        self.data(self.give("theirs", key=self.other_key))
        self.assertEqual(
            self.rows(),
            ["__rest__shop.crm.p1", f"__rest__{self.other.namespace}.theirs"],
        )
        self.data(self.give("p2"))
        self.assertEqual(self.shown(), "p2")
        self.assertEqual(self.shown(key=self.other_key), "theirs")
        self.data(self.give(None))
        self.assertIsNone(self.shown())
        self.assertEqual(self.shown(key=self.other_key), "theirs")

    def test_the_record_itself_stays_as_it_is(self):
        before = self.rest.get(self.path)
        stamp = self.partner.write_date
        self.data(self.give("p1", headers={"If-Match": before.headers["ETag"]}))
        after = self.rest.get(self.path)
        self.assertEqual(before.headers["ETag"], after.headers["ETag"])
        self.assertEqual(self.partner.write_date, stamp)

    def test_an_id_of_another_record_is_a_conflict(self):
        other = self.env[P].create({"name": "O"})
        self.named("p1", other)
        for name in ("p1", "base.main_partner", "base.main_company"):
            answer = self.give(name)
            self.assert_problem(answer, 409, "record.duplicate", "#/external_id")
            answer = self.rest.post(P, [{"name": "N", "external_id": name}])
            self.assert_problem(answer, 409, "record.duplicate", "#/0/external_id")
        self.assertEqual(self.rows(), [])
        twice = [{"name": "N", "external_id": "n"}] * 2
        answer = self.rest.post(P, twice)
        self.assert_problem(answer, 409, "record.duplicate", "#/1/external_id")
        self.assertFalse(self.env[P].search([("name", "=", "N")]))

    def test_another_client_may_use_the_same_words(self):
        other = self.env[P].create({"name": "O"})
        self.data(self.give("p1"))
        self.data(self.give("p1", f"{P}/{other.id}", key=self.other_key))
        self.assertEqual(self.shown(), "p1")

    def test_rows_of_odoo_are_never_touched(self):
        row = self.named("azure", module="crm")
        row.noupdate = False
        for name in ("crm.azure", "p1", None):
            self.data(self.give(name))
            self.assertEqual((row.name, row.module, row.res_id), self.azure())
        self.assertEqual(self.rows(), ["crm.azure"])

    def azure(self):
        return "azure", "crm", self.partner.id

    def test_what_was_read_can_be_sent_back(self):
        self.named("azure", module="crm")
        self.data(self.give(self.shown()))
        self.assertEqual(self.rows(), ["crm.azure"])

    def test_it_needs_the_right_to_write_the_record(self):
        rule = {"name": "R", "model_id": self.env["ir.model"]._get_id(P)}
        rule |= {"domain_force": f"[('id', '!=', {self.partner.id})]"}
        self.env["ir.rule"].create({**rule, "perm_read": False})
        self.assert_problem(self.give("p1"), 403, "policy.forbidden")
        self.assertEqual(self.rows(), [])
        client, key = self.make_client(self.user)
        scope = self.make_scope(client, P)
        self.assert_problem(self.give("p1", key=key), 403, "policy.scope")
        scope.write({"can_update": True, "domain": "[('name', '=', 'Z')]"})
        self.assert_problem(self.give("p1", key=key), 404, "record.not_found")

    def test_a_dry_run_keeps_none(self):
        self.data(self.give("p1", headers={"Prefer": "tx=rollback"}))
        self.assertEqual(self.rows(), [])

    def test_a_deleted_record_takes_its_ids_along(self):
        self.data(self.give("p1"))
        self.rest.delete(f"{self.path}?force=true")
        self.assertFalse(self.env[DATA].search([("module", "=", "__rest__shop")]))

    def test_an_id_of_a_record_that_the_database_has_deleted_is_free(self):
        # PostgreSQL deletes children with their parent, and Odoo does not notice
        parent = self.env[CATEGORY].create({"name": "Parent"})
        for name in ("c1", "c2"):
            values = {"name": name, "parent_id": parent.id}
            self.named(name, self.env[CATEGORY].create(values))
        self.rest.delete(f"{CATEGORY}/{parent.id}?force=true")
        self.assertFalse(self.env[CATEGORY].search([("name", "in", ("c1", "c2"))]))
        body = {"key": {"external_id": "c1"}, "data": {"name": "C1"}}
        for status in (201, 200):
            made = self.data(self.rest.post(f"{CATEGORY}/upsert", body), status)
            self.assertEqual(self.shown(f"{CATEGORY}/{made['id']}"), "c1")
        body = {"name": "C2", "external_id": "c2"}
        made = self.data(self.rest.post(CATEGORY, body), 201)
        self.assertEqual(self.shown(f"{CATEGORY}/{made['id']}"), "c2")

    def test_an_update_of_modules_keeps_them(self):
        self.data(self.give("base.p1"))
        self.env[DATA]._process_end(["__rest__shop"])
        self.assertEqual(self.shown(), "base.p1")

    def test_bodies_find_records_by_them(self):
        self.named("crm.p1")
        hidden = self.env[P].create({"name": "H"})
        self.named("h1", hidden, module=f"__rest__{self.other.namespace}")
        body = {"name": "C", "parent_id": {"external_id": "crm.p1"}}
        made = self.data(self.rest.post(P, body), 201)
        self.assertEqual(made["parent_id"]["id"], self.partner.id)
        for name in ("h1", f"__rest__{self.other.namespace}.h1"):
            body = {"name": "C", "parent_id": {"external_id": name}}
            answer = self.rest.post(P, body)
            self.assert_problem(answer, 422, "body.lookup", "#/parent_id")

    def test_callers_without_client_have_the_namespace_of_their_user(self):
        self.authenticate("rest_user", "rest_user")
        headers = {"Origin": self.base_url()}
        self.data(self.give("p1", key=False, headers=headers))
        self.assertEqual(self.rows(), [f"__rest__user_{self.user.id}.p1"])
        self.assertIsNone(self.shown())


@tagged("post_install", "-at_install")
class TestNamespaces(ExternalIdCase):
    def test_a_client_begins_with_one_of_its_own(self):
        self.assertEqual(self.other.namespace, f"client_{self.other.id}")
        self.assertNotEqual(self.client.copy().namespace, "shop")
        self.other.namespace = False
        self.assertEqual(self.other._frozen().namespace, f"client_{self.other.id}")

    def test_it_is_one_word(self):
        for name in ("Shop", "a.b", "a b", "a" * 65, "é"):
            with self.assertRaises(ValidationError):
                self.other.namespace = name
