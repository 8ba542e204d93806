"""Records within records: expansion, dotted fields, and what it costs."""

import json

from odoo.tests import tagged

from ..engine import long_texts
from .common import RestCase

P = "res.partner"


@tagged("post_install", "-at_install")
class TestExpand(RestCase):
    models = (P, "res.partner.category", "res.country", "res.country.state")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.be, cls.us = cls.env.ref("base.be"), cls.env.ref("base.us")
        tags = cls.env["res.partner.category"].create(
            [{"name": "Gold"}, {"name": "Silver"}]
        )
        cls.tags = tags
        cls.company = cls.env[P].create(
            {"name": "Azure", "is_company": True, "country_id": cls.us.id}
        )
        cls.people = cls.env[P].create(
            [
                {
                    "name": name,
                    "parent_id": cls.company.id,
                    "type": "other",
                    "color": color,
                    "country_id": cls.be.id,
                    "category_id": [(6, 0, tags.ids[:color])],
                }
                for name, color in (("Ada", 2), ("Bea", 1), ("Cem", 0))
            ]
        )

    def shown(self, record=None, **params):
        params.setdefault("fields", "name")
        for name, value in params.items():
            params[name] = json.dumps(value) if isinstance(value, dict) else value
        path = f"{P}/{(record or self.company).id}"
        return self.data(self.rest.get(path, params=params))

    # --- shapes --------------------------------------------------------------

    def test_a_many2one_becomes_a_record(self):
        found = self.shown(expand={"country_id": {"fields": ["code"]}})
        self.assertEqual(found["country_id"], {"id": self.us.id, "code": "US"})

    def test_an_empty_many2one_is_null(self):
        self.company.country_id = False
        self.assertIsNone(self.shown(expand="country_id")["country_id"])

    def test_an_x2many_becomes_records_in_the_order_of_their_model(self):
        found = self.shown(expand={"child_ids": {"fields": ["name"]}})["child_ids"]
        self.assertEqual([row["name"] for row in found], ["Ada", "Bea", "Cem"])

    def test_an_empty_x2many_is_an_empty_list(self):
        self.assertEqual(self.shown(expand="category_id")["category_id"], [])

    def test_without_fields_it_has_those_of_a_plain_read(self):
        found = self.shown(expand="country_id")["country_id"]
        self.assertEqual(found, self.data(self.rest.get(f"res.country/{self.us.id}")))

    def test_dotted_fields_nest_likewise(self):
        found = self.shown(fields="name,country_id.code,child_ids.name")
        self.assertEqual(found["country_id"], {"id": self.us.id, "code": "US"})
        self.assertEqual([c["name"] for c in found["child_ids"]], ["Ada", "Bea", "Cem"])

    def test_a_comma_list_nests_by_dots(self):
        found = self.shown(expand="country_id,child_ids.category_id")
        tags = [row["category_id"] for row in found["child_ids"]]
        self.assertEqual(
            [[t["name"] for t in each] for each in tags],
            [["Gold", "Silver"], ["Gold"], []],
        )

    def test_expansion_can_be_asked_for_in_a_body(self):
        body = {
            "filter": [["id", "=", self.company.id]],
            "fields": ["name"],
            "expand": {"child_ids": {"fields": ["name"], "limit": 1}},
        }
        found = self.data(self.rest.post(f"{P}/search", body))[0]
        self.assertEqual([c["name"] for c in found["child_ids"]], ["Ada"])

    def test_filter_sort_limit_and_offset_are_those_of_each_record(self):
        options = {
            "fields": ["name"],
            "filter": [["color", "<", 2]],
            "sort": "-name",
            "limit": 1,
            "offset": 1,
        }
        found = self.shown(expand={"child_ids": options})["child_ids"]
        self.assertEqual([row["name"] for row in found], ["Bea"])

    def test_a_limit_counts_for_each_record_of_a_list(self):
        other = self.env[P].create({"name": "Zoo", "is_company": True})
        self.env[P].create(
            [
                {"name": f"Z{n}", "parent_id": other.id, "type": "other"}
                for n in (1, 2, 3)
            ]
        )
        params = {
            "filter": json.dumps([["id", "in", [self.company.id, other.id]]]),
            "expand": json.dumps({"child_ids": {"fields": ["name"], "limit": 2}}),
            "sort": "id",
        }
        found = self.data(self.rest.get(P, params=params))
        names = [[c["name"] for c in row["child_ids"]] for row in found]
        self.assertEqual(names, [["Ada", "Bea"], ["Z1", "Z2"]])

    def test_four_levels_and_no_more(self):
        path = "child_ids.parent_id.child_ids.country_id"
        found = self.shown(expand=path)
        deepest = found["child_ids"][0]["parent_id"]["child_ids"][2]["country_id"]
        self.assertEqual(deepest["code"], "BE")
        params = {"expand": f"{path}.state_ids"}
        answer = self.rest.get(f"{P}/{self.company.id}", params=params)
        self.assert_problem(answer, 400, "query.value", "expand")

    def test_the_api_says_how_deep_it_goes(self):
        self.api.max_expand_depth = 1
        answer = self.rest.get(P, params={"expand": "child_ids.country_id"})
        self.assert_problem(answer, 400, "query.value", "expand")

    # --- rights --------------------------------------------------------------

    def test_records_out_of_reach_are_left_out(self):
        self.resource(P).domain = "[('name', '!=', 'Bea')]"
        found = self.shown(expand={"child_ids": {"fields": ["name"]}})["child_ids"]
        self.assertEqual([row["name"] for row in found], ["Ada", "Cem"])

    def test_a_many2one_out_of_reach_is_its_id_alone(self):
        self.resource(P).domain = "[('name', '!=', 'Azure')]"
        for params in ({"expand": "parent_id"}, {"fields": "parent_id.name"}):
            found = self.shown(self.people[0], **params)
            self.assertEqual(found["parent_id"], {"id": self.company.id})

    def test_relations_to_what_is_no_resource_are_not_followed(self):
        self.resource("res.country").active = False
        for params in ({"expand": "country_id"}, {"fields": "country_id.code"}):
            answer = self.rest.get(P, params=params)
            self.assert_problem(answer, 400, "query.field")

    def test_relations_outside_the_scopes_are_not_followed(self):
        _client, key = self.make_client(self.user)
        self.make_scope(_client, P)
        for params in (
            {"expand": "country_id"},
            {"filter": '[["country_id.code", "=", "BE"]]'},
            {"sort": "country_id.code"},
        ):
            answer = self.rest.get(P, params=params, key=key)
            self.assert_problem(answer, 400, "query.field")

    def test_the_fields_of_a_scope_hold_in_expansions(self):
        _client, key = self.make_client(self.user, all_resources=True)
        scope = self.make_scope(_client, "res.country")
        code = self.env["ir.model.fields"]._get("res.country", "code")
        self.env["rest.field.rule"].create(
            {"scope_id": scope.id, "mode": "block", "field_ids": [(6, 0, code.ids)]}
        )
        found = self.data(self.rest.get(P, params={"expand": "country_id"}, key=key))
        shown = [row["country_id"] for row in found if row["country_id"]]
        self.assertTrue(shown)
        self.assertFalse([each for each in shown if "code" in each])
        for params in (
            {"fields": "country_id.code"},
            {"expand": '{"country_id": {"filter": [["code", "=", "BE"]]}}'},
            {"expand": '{"country_id": {"sort": "code"}}'},
        ):
            answer = self.rest.get(P, params=params, key=key)
            self.assert_problem(answer, 400, "query.field")

    def test_archived_records_are_not_behind_an_x2many(self):
        self.people[0].active = False
        found = self.shown(expand={"child_ids": {"fields": ["name"]}})["child_ids"]
        self.assertEqual([row["name"] for row in found], ["Bea", "Cem"])

    # --- costs ---------------------------------------------------------------

    def _count(self, ids, expand):
        """How many statements a list of these partners takes."""
        params = {
            "filter": json.dumps([["id", "in", ids]]),
            "fields": "name",
            "expand": expand,
        }
        self.data(self.rest.get(P, params=params))
        counted = self.env.cr.sql_log_count
        self.data(self.rest.get(P, params=params))
        return self.env.cr.sql_log_count - counted

    def test_queries_grow_with_levels_and_not_with_records(self):
        companies = self.env[P].create(
            [
                {"name": f"C{n}", "is_company": True, "country_id": self.be.id}
                for n in range(20)
            ]
        )
        self.env[P].create(
            [
                {
                    "name": f"P{n}",
                    "parent_id": companies[n % 20].id,
                    "type": "other",
                    "category_id": [(6, 0, self.tags.ids)],
                }
                for n in range(60)
            ]
        )
        for expand in (
            "country_id",
            "child_ids",
            "child_ids.category_id",
            "child_ids.parent_id.country_id",
        ):
            with self.subTest(expand):
                # from here on, texts are weighed by a statement of their own
                few = self._count(companies.ids[: long_texts.FEW + 1], expand)
                many = self._count(companies.ids, expand)
                self.assertEqual(few, many)
        levels = [
            self._count(companies.ids, expand)
            for expand in (
                "child_ids",
                "child_ids.child_ids",
                "child_ids.child_ids.child_ids",
            )
        ]
        self.assertLessEqual(levels[1] - levels[0], 2)
        self.assertLessEqual(levels[2] - levels[1], 2)
