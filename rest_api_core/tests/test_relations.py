"""Relations in a body: targets, nested records, and what they must obey."""

from unittest.mock import patch

from odoo.models import BaseModel
from odoo.tests import tagged

from ..engine import lookup as rest_lookup
from .common import RestCase


@tagged("post_install", "-at_install")
class TestRelations(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.parent = partners.create({"name": "Azure", "is_company": True})
        cls.children = partners.create(
            [{"name": name, "parent_id": cls.parent.id} for name in ("Ann", "Bob")]
        )
        cls.ann, cls.bob = cls.children
        cls.stranger = partners.create({"name": "Stranger"})
        categories = cls.env["res.partner.category"]
        cls.gold, cls.silver = categories.create(
            [{"name": "Gold", "color": 2}, {"name": "Silver", "color": 2}]
        )
        cls.belgium = cls.env.ref("base.be")
        cls.path = f"res.partner/{cls.parent.id}"

    def written(self, body, path=None, **options):
        return self.data(self.rest.patch(path or self.path, body, **options))

    def refused(self, body, place, status=422, code="body.lookup", **options):
        answer = self.rest.patch(self.path, body, **options)
        return self.assert_problem(answer, status, code, place)

    def hide(self, record):
        """A record rule that hides it from everybody."""
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env["ir.model"]._get_id(record._name),
                "domain_force": f"[('id', '!=', {record.id})]",
            }
        )

    def scoped(self, **scopes):
        """A key with one scope a model: ``res_partner={"can_update": True}``."""
        client, key = self.make_client(self.user)
        for name, rights in scopes.items():
            self.make_scope(client, name.replace("_", "."), **rights)
        return key

    # --- many2one ------------------------------------------------------------------

    def test_a_many2one_takes_all_forms(self):
        forms = [
            self.belgium.id,
            {"id": self.belgium.id},
            {"id": self.belgium.id, "display_name": "what answers show"},
            {"id": self.belgium.id, "code": "the id alone counts"},
            {"code": "BE"},
            {"name": "Belgium"},
            {"external_id": "base.be"},
        ]
        for form in forms:
            with self.subTest(form):
                self.parent.country_id = False
                self.written({"country_id": form})
                self.assertEqual(self.parent.country_id, self.belgium)
        self.written({"country_id": None})
        self.assertFalse(self.parent.country_id)

    def test_what_answers_show_is_taken_back(self):
        self.parent.country_id = self.belgium
        names = "name,country_id,category_id,color"
        data = self.data(self.rest.get(self.path, params={"fields": names}))
        number = data.pop("id")
        self.assertEqual(
            self.written(data, params={"fields": names}), {"id": number, **data}
        )

    def test_a_lookup_takes_several_values(self):
        self.expose("res.country.state")
        australia = self.env.ref("base.au").id
        rows = [
            ({"code": "WA", "country_id": {"code": "US"}}, "US"),
            ({"code": "WA", "country_id": {"external_id": "base.us"}}, "US"),
            ({"code": "WA", "country_id": australia}, "AU"),
        ]
        for value, country in rows:
            with self.subTest(value):
                body = {"name": "New", "state_id": value}
                data = self.data(self.rest.post("res.partner", body), 201)
                state = self.env["res.country.state"].browse(data["state_id"]["id"])
                self.assertEqual((state.code, state.country_id.code), ("WA", country))
        for value in (
            {"code": "WA"},
            {"code": "WA", "country_id": {"code": "XX"}},
            {"code": "WA", "country_id": {"code": "BE"}},
            {"code": "WA", "name": {"code": "BE"}},
        ):
            with self.subTest(value):
                body = {"name": "New", "state_id": value}
                answer = self.rest.post("res.partner", body)
                self.assert_problem(answer, 422, "body.lookup", "#/state_id")

    def test_a_lookup_needs_exactly_one_record(self):
        self.env["res.partner"].create([{"name": "Twin"}, {"name": "Twin"}])
        several = self.refused({"parent_id": {"name": "Twin"}}, "#/parent_id")
        none = self.refused({"parent_id": {"name": "Nobody at all"}}, "#/parent_id")
        self.assertNotEqual(several["errors"][0]["detail"], none["errors"][0]["detail"])

    def test_many_lookups_are_not_taken_for_many_similar_records(self):
        names = [f"Tag {number}" for number in range(5)]
        category = self.env["res.partner.category"]
        category.create([{"name": name} for name in names])
        lookups = [{"name": name} for name in names]
        with patch.object(rest_lookup, "MAX_SIMILAR", 3):
            self.written({"category_id": lookups})
            category.create([{"name": names[0]} for _time in range(4)])
            self.refused({"category_id": lookups}, "#/category_id/0")
            category.create([{"name": names[0]} for _time in range(4)])
            self.refused({"category_id": lookups}, "#/category_id/0")

    def test_lookups_by_value_read_each_match_once(self):
        """A body can name many thousand records: not each is compared with each."""
        names = [f"Tag {number}" for number in range(40)]
        tags = self.env["res.partner.category"].create([{"name": n} for n in names])
        read, plain = [], rest_lookup._plain

        def spy(value):
            read.append(value)
            return plain(value)

        lookups = [{"name": name} for name in names]
        with patch.object(rest_lookup, "_plain", spy):
            self.written({"category_id": lookups})
        self.assertEqual(self.parent.category_id, tags)
        self.assertEqual(sorted(read), sorted(names))

    def test_archived_records_are_found_by_id_alone(self):
        self.stranger.active = False
        self.refused({"parent_id": {"name": "Stranger"}}, "#/parent_id")
        self.written({"parent_id": self.stranger.id}, f"res.partner/{self.ann.id}")
        self.assertEqual(self.ann.parent_id, self.stranger)

    def test_values_that_are_no_target_are_refused(self):
        for value in ("3", 0, -1, 1.5, True, [], {}, {"id": "3"}, 2**31, {"a b": 1}):
            with self.subTest(value):
                self.refused({"country_id": value}, "#/country_id", code="body.value")

    def test_lookups_by_strange_fields_or_values_find_nothing(self):
        rows = [
            {"code": 3},
            {"id": 99999999},
            {"phone_code": 2**40},
            {"phone_code": "32"},
            {"display_name": "Belgium"},
            {"external_id": "base.nosuch"},
            {"external_id": "base.main_company"},
        ]
        details = set()
        for value in rows:
            with self.subTest(value):
                problem = self.refused({"country_id": value}, "#/country_id")
                details.add(problem["errors"][0]["detail"])
        self.assertEqual(details, {"was not found or is not accessible"})
        for name in ("nosuch", "image_url"):
            problem = self.refused({"country_id": {name: "x"}}, "#/country_id")
            detail = problem["errors"][0]["detail"]
            expected = f"Field '{name}' does not exist or cannot be used here."
            self.assertTrue(detail.startswith(expected), detail)

    def test_all_lookups_that_fail_come_at_once(self):
        body = {
            "country_id": {"code": "??"},
            "category_id": [self.gold.id, 99999999],
            "child_ids": [{"name": "C", "country_id": {"external_id": "a.b"}}],
        }
        problem = self.refused(body, "#/country_id")
        places = {fault["pointer"] for fault in problem["errors"]}
        expected = {"#/country_id", "#/category_id/1", "#/child_ids/0/country_id"}
        self.assertEqual(places, expected)
        self.assertEqual(len(self.parent.child_ids), 2)

    def test_lookups_take_one_query_a_model(self):
        model = self.env["res.partner.category"]
        names = [f"Category {number}" for number in range(12)]
        model.create([{"name": name} for name in names])
        searches = []
        search_fetch = BaseModel.search_fetch

        def spy(this, *args, **kwargs):
            searches.extend([args] if this._name == model._name else [])
            return search_fetch(this, *args, **kwargs)

        # a model with a method of its own could show other values than its columns
        self.patch_method(BaseModel, "search_fetch", spy)
        self.written({"category_id": [{"name": name} for name in names]})
        self.assertEqual(len(searches), 1)
        self.assertEqual(set(self.parent.category_id.mapped("name")), set(names))

    def patch_method(self, owner, name, function):
        patcher = patch.object(owner, name, function)
        patcher.start()
        self.addCleanup(patcher.stop)

    # --- targets that may not be read ----------------------------------------------

    def test_a_guessed_id_of_a_hidden_record_is_no_record(self):
        self.hide(self.stranger)
        path = f"res.partner/{self.ann.id}"
        hidden = self.rest.patch(path, {"parent_id": self.stranger.id})
        missing = self.rest.patch(path, {"parent_id": 99999999})
        self.assert_problem(hidden, 422, "body.lookup", "#/parent_id")
        self.assertEqual(hidden.json()["errors"], missing.json()["errors"])
        self.assertEqual(self.ann.parent_id, self.parent)

    def test_hidden_records_are_found_in_no_form(self):
        self.env["ir.model.data"].create(
            {
                "module": "rest_test",
                "name": "stranger",
                "model": "res.partner",
                "res_id": self.stranger.id,
            }
        )
        forms = [{"name": "Stranger"}, {"external_id": "rest_test.stranger"}]
        for form in forms:
            self.written({"parent_id": form}, f"res.partner/{self.ann.id}")
        self.hide(self.stranger)
        for form in (*forms, {"id": self.stranger.id}):
            with self.subTest(form):
                self.refused({"parent_id": form}, "#/parent_id")

    def test_a_target_must_lie_in_the_domain_of_its_resource(self):
        self.resource("res.country").domain = "[('code', '!=', 'BE')]"
        for form in (self.belgium.id, {"code": "BE"}, {"external_id": "base.be"}):
            with self.subTest(form):
                self.refused({"country_id": form}, "#/country_id")
        self.written({"country_id": {"code": "FR"}})

    def test_a_target_must_lie_in_the_domain_of_the_scope(self):
        key = self.scoped(
            res_partner={"can_update": True},
            res_country={"domain": "[('code', '!=', 'BE')]"},
        )
        self.refused({"country_id": self.belgium.id}, "#/country_id", key=key)
        self.written({"country_id": {"code": "FR"}}, key=key)

    def test_records_of_a_resource_without_scope_cannot_be_named(self):
        key = self.scoped(res_partner={"can_update": True})
        self.refused({"country_id": self.belgium.id}, "#/country_id", key=key)

    def test_records_of_models_outside_the_api_are_named_by_id(self):
        industry = self.env["res.partner.industry"].create({"name": "Brewing"})
        self.written({"industry_id": industry.id})
        self.assertEqual(self.parent.industry_id, industry)
        self.refused({"industry_id": {"name": "Brewing"}}, "#/industry_id")

    # --- many2many -----------------------------------------------------------------

    def test_a_list_of_ids_replaces(self):
        self.parent.category_id = self.gold
        self.written({"category_id": [self.silver.id]})
        self.assertEqual(self.parent.category_id, self.silver)
        self.written({"category_id": []})
        self.assertFalse(self.parent.category_id)

    def test_modes_add_remove_and_replace(self):
        def mode(name, *records):
            self.written({"category_id": {"mode": name, "records": list(records)}})
            return self.parent.category_id

        self.assertEqual(mode("add", self.gold.id), self.gold)
        self.assertEqual(mode("add", {"name": "Silver"}), self.gold | self.silver)
        self.assertEqual(mode("remove", self.gold.id), self.silver)
        self.assertEqual(mode("replace", {"id": self.gold.id}), self.gold)

    def test_objects_of_a_many2many_create_and_change(self):
        self.parent.category_id = self.gold
        body = [{"name": "Bronze", "color": 3}, {"id": self.silver.id, "color": 7}]
        self.written({"category_id": body})
        names = set(self.parent.category_id.mapped("name"))
        self.assertEqual(names, {"Gold", "Bronze", "Silver"})
        self.assertEqual(self.silver.color, 7)

    def test_a_new_record_gets_its_relations(self):
        body = {
            "name": "New",
            "category_id": [self.gold.id],
            "child_ids": [
                {"name": "C1"},
                {"name": "C2", "category_id": [self.gold.id]},
            ],
        }
        answer = self.rest.post("res.partner", body)
        record = self.env["res.partner"].browse(self.data(answer, 201)["id"])
        self.assertEqual(record.category_id, self.gold)
        self.assertEqual(record.child_ids.mapped("name"), ["C1", "C2"])
        self.assertEqual(record.child_ids[1].category_id, self.gold)

    def test_a_replacement_keeps_what_the_caller_cannot_see(self):
        self.parent.category_id = self.gold | self.silver
        self.resource("res.partner.category").domain = "[('name', '!=', 'Gold')]"
        self.written({"category_id": []})
        self.assertEqual(self.parent.category_id, self.gold)

    # --- one2many ------------------------------------------------------------------

    def test_objects_of_a_one2many_create_change_and_delete(self):
        body = [
            {"id": self.ann.id, "name": "Anna"},
            {"id": self.bob.id, "_delete": True},
            {"name": "Cid"},
        ]
        self.written({"child_ids": body})
        self.assertFalse(self.bob.exists())
        names = set(self.parent.child_ids.mapped("name"))
        self.assertEqual(names, {"Anna", "Cid"})

    def test_what_a_list_of_objects_leaves_out_stays(self):
        self.written({"child_ids": [{"name": "Cid"}]})
        self.assertEqual(len(self.parent.child_ids), 3)

    def test_a_list_of_ids_replaces_the_records_of_a_one2many(self):
        self.written({"child_ids": [self.ann.id, self.stranger.id]})
        self.assertEqual(self.parent.child_ids, self.ann | self.stranger)
        self.assertTrue(self.bob.exists())
        self.assertFalse(self.bob.parent_id)

    def test_modes_of_a_one2many(self):
        self.written({"child_ids": {"mode": "add", "records": [self.stranger.id]}})
        self.assertEqual(self.stranger.parent_id, self.parent)
        self.written({"child_ids": {"mode": "remove", "records": [self.stranger.id]}})
        self.assertFalse(self.stranger.parent_id)
        body = {"mode": "replace", "records": [self.ann.id, {"name": "Cid"}]}
        self.written({"child_ids": body})
        self.assertEqual(set(self.parent.child_ids.mapped("name")), {"Ann", "Cid"})

    def test_records_of_others_are_not_changed_in_passing(self):
        for extra in ({"name": "Mine"}, {"_delete": True}):
            with self.subTest(extra):
                body = [{"id": self.stranger.id, **extra}]
                self.refused({"child_ids": body}, "#/child_ids/0")
        body = {"mode": "remove", "records": [self.stranger.id]}
        self.refused({"child_ids": body}, "#/child_ids/records/0")
        body = {"name": "New", "child_ids": [{"id": self.ann.id, "name": "Mine"}]}
        answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "body.lookup", "#/child_ids/0")
        self.assertEqual((self.stranger.name, self.ann.name), ("Stranger", "Ann"))

    def test_relations_nest(self):
        body = [{"id": self.ann.id, "child_ids": [{"name": "Grand"}]}]
        self.written({"child_ids": body})
        self.assertEqual(self.ann.child_ids.name, "Grand")
        deep = [{"id": self.ann.id, "child_ids": [{"id": self.bob.id, "name": "X"}]}]
        self.refused({"child_ids": deep}, "#/child_ids/0/child_ids/0")

    def test_each_of_several_records_gets_records_of_its_own(self):
        ids = [self.parent.id, self.stranger.id]
        body = {"ids": ids, "data": {"child_ids": [{"name": "Cid"}]}}
        self.data(self.rest.patch("res.partner", body))
        for record in self.parent | self.stranger:
            self.assertIn("Cid", record.child_ids.mapped("name"))

    # --- rights on the records of a relation ---------------------------------------

    def category_key(self, **rights):
        partner = dict.fromkeys(("can_create", "can_update"), True)
        scopes = {"res_partner": partner}
        if rights:
            scopes["res_partner_category"] = rights
        return self.scoped(**scopes)

    def test_nested_records_need_the_rights_of_their_own_resource(self):
        rows = [
            ({"category_id": [{"name": "X", "color": 1}]}, {"can_update": True}),
            ({"category_id": [{"id": self.gold.id, "color": 1}]}, {"can_create": True}),
        ]
        for body, rights in rows:
            with self.subTest(body):
                key = self.category_key(**rights)
                self.refused(body, None, 403, "policy.scope", key=key)
        self.assertEqual(self.gold.color, 2)

    def test_nested_records_need_the_rights_of_the_resource_itself(self):
        self.resource("res.partner.category").write(
            {"can_create": False, "can_update": False}
        )
        for values in ({"name": "X", "color": 1}, {"id": self.gold.id, "color": 1}):
            body = {"category_id": [values]}
            self.refused(body, None, 403, "policy.forbidden")

    def test_a_nested_deletion_needs_the_right_to_delete(self):
        key = self.scoped(res_partner={"can_update": True, "can_create": True})
        body = {"child_ids": [{"id": self.ann.id, "_delete": True}]}
        self.refused(body, None, 403, "policy.scope", key=key)
        self.assertTrue(self.ann.exists())

    def test_nothing_is_written_in_models_outside_the_key(self):
        known = {"id": self.gold.id, "color": 1}
        for values, code in (
            ({"name": "X", "color": 1}, "body.field"),
            (known, "body.refused"),  # the record is out of reach, too
        ):
            key = self.category_key()
            body = {"category_id": [values]}
            self.refused(body, "#/category_id/0/color", 422, code, key=key)
        self.assertFalse(self.parent.category_id)

    def test_nothing_is_written_in_models_outside_the_api(self):
        bank = {"acc_number": "BE1"}
        place = "#/bank_ids/0/acc_number"
        self.refused({"bank_ids": [bank]}, place, 422, "body.field")
        self.refused({"bank_ids": [{}]}, "#/bank_ids/0", 422, "body.field")

    def test_nested_values_obey_the_rules_of_their_model(self):
        self.env["rest.field.rule"].create(
            {
                "mode": "block",
                "access": "write",
                "resource_id": self.resource("res.partner.category").id,
                "field_ids": [
                    self.env["ir.model.fields"]._get("res.partner.category", "color").id
                ],
            }
        )
        body = {"category_id": [{"name": "X", "color": 1}]}
        self.refused(body, "#/category_id/0/color", 422, "body.field")

    def test_joining_a_one2many_needs_the_right_to_change_what_joins(self):
        field = self.env["ir.model.fields"]._get("res.partner", "parent_id").id
        self.env["rest.field.rule"].create(
            {
                "mode": "block",
                "access": "write",
                "resource_id": self.resource("res.partner").id,
                "field_ids": [field],
            }
        )
        body = {"child_ids": {"mode": "add", "records": [self.stranger.id]}}
        self.refused(body, None, 422, "body.field")
        self.refused({"child_ids": [self.ann.id]}, None, 422, "body.field")
        self.written({"child_ids": [self.ann.id, self.bob.id]})
        self.assertEqual(self.parent.child_ids, self.children)

    def test_nested_records_stay_in_the_domain_of_their_resource(self):
        self.resource("res.partner.category").domain = "[('name', '!=', 'Bad')]"
        count = self.env["res.partner.category"].search_count([])
        bodies = [
            [{"name": "Bad", "color": 1}],
            [{"id": self.gold.id, "name": "Bad"}],
        ]
        for body in bodies:
            answer = self.rest.patch(self.path, {"category_id": body})
            self.assert_problem(answer, 403, "policy.forbidden")
            answer = self.rest.post("res.partner", {"name": "N", "category_id": body})
            self.assert_problem(answer, 403, "policy.forbidden")
        self.assertEqual(self.gold.name, "Gold")
        self.assertEqual(self.env["res.partner.category"].search_count([]), count)

    def test_members_that_stay_are_not_written(self):
        self.parent.bank_ids = [(0, 0, {"acc_number": "BE1"})]
        before = self.parent.bank_ids
        self.written({"bank_ids": before.ids})
        self.assertEqual(self.parent.bank_ids, before)

    def test_records_outside_the_domain_are_not_changed_in_passing(self):
        self.resource("res.partner.category").domain = "[('name', '!=', 'Gold')]"
        body = {"category_id": [{"id": self.gold.id, "color": 9}]}
        self.refused(body, "#/category_id/0")

    def test_nested_rights_of_odoo_hold(self):
        self.user.group_ids -= self.env.ref("base.group_partner_manager")
        self.env["ir.model.access"].create(
            {
                "name": "partners",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        body = {"category_id": [{"name": "X", "color": 1}]}
        self.refused(body, None, 403, "policy.forbidden")
