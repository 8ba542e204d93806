"""Groups of records, with counts, sums and other values of each."""

import json
from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .common import RestCase

P = "res.partner"
AT = f"{P}/aggregate"


class AggregateCase(RestCase):
    """Four contacts, two of them in Belgium and one in France, whose ``ref`` is
    "agg"."""

    models = (*RestCase.models, "res.currency", "res.currency.rate")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.be, cls.fr = cls.env.ref("base.be"), cls.env.ref("base.fr")
        cls.tags = cls.env["res.partner.category"].create(
            [{"name": "Gold"}, {"name": "Silver"}]
        )
        gold, silver = cls.tags.ids
        cls.partners = cls.env[P].create(
            [
                {
                    "name": "Ada",
                    "country_id": cls.be.id,
                    "color": 1,
                    "category_id": [Command.set([gold, silver])],
                },
                {
                    "name": "Bob",
                    "country_id": cls.be.id,
                    "color": 2,
                    "is_company": True,
                    "category_id": [Command.set([gold])],
                },
                {"name": "Cid", "country_id": cls.fr.id, "color": 4, "city": "Lyon"},
                {"name": "Dee"},
            ]
        )
        cls.partners.ref = "agg"
        cls.ada, cls.bob, cls.cid, cls.dee = cls.partners

    def aggregate(self, status=200, model=P, **params):
        if model == P and "filter" not in params:
            params = {"filter[ref]": "agg", **params}
        answer = self.rest.get(f"{model}/aggregate", params=params)
        self.assertEqual(answer.status_code, status, answer.text)
        return answer.json()

    def groups(self, *args, **params):
        return self.aggregate(*args, **params)["data"]

    def column(self, name, **params):
        return [group[name] for group in self.groups(**params)]

    def at(self, partner, moment):
        """Give a contact a time of creation."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s",
            (moment, partner.id),
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestAggregates(AggregateCase):
    def test_without_groups_all_records_are_one(self):
        self.assertEqual(self.groups(), [{"id:count": 4}])
        found = self.groups(aggregate="color:sum,color:avg,color:max,name:min")
        wanted = {"color:sum": 7, "color:avg": 1.75, "color:max": 4, "name:min": "Ada"}
        self.assertEqual(found, [wanted])

    def test_groups_have_the_keys_of_the_request(self):
        found = self.groups(
            group_by="country_id", aggregate="id:count,color:sum", sort="-color:sum"
        )
        france = {"id": self.fr.id, "display_name": "France"}
        belgium = {"id": self.be.id, "display_name": "Belgium"}
        self.assertEqual(
            found,
            [
                {"country_id": france, "id:count": 1, "color:sum": 4},
                {"country_id": belgium, "id:count": 2, "color:sum": 3},
                {"country_id": None, "id:count": 1, "color:sum": 0},
            ],
        )

    def test_records_that_do_not_exist_have_no_values(self):
        empty = {"filter[ref]": "nothing"}
        wanted = {"id:count": 0, "color:sum": 0, "color:avg": None, "name:max": None}
        names = ",".join(wanted)
        self.assertEqual(self.groups(aggregate=names, **empty), [wanted])
        self.assertEqual(self.groups(group_by="name", **empty), [])

    # --- forms of values -----------------------------------------------------

    def test_groups_have_the_forms_of_records(self):
        for name, values in {
            "name": ["Ada", "Bob", "Cid", "Dee"],
            "city": ["Lyon", None],
            "color": [0, 1, 2, 4],
            "is_company": [False, True],
            "type": ["contact"],
            "country_id.code": ["BE", "FR", None],
            "country_id.phone_code": [32, 33, None],
            "country_id.zip_required": [True, None],
            "id": self.partners.ids,
        }.items():
            with self.subTest(name):
                self.assertEqual(self.column(name, group_by=name), values)

    def test_empty_texts_and_numbers_are_one_group_with_those_that_are_not_set(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET city = '', color = NULL WHERE id = %s",
            (self.dee.id,),
        )
        (self.ada + self.bob).write({"city": False, "color": 0})
        found = self.groups(group_by="city", aggregate="id:count,city:count")
        self.assertEqual(
            found,
            [
                {"city": "Lyon", "id:count": 1, "city:count": 1},
                {"city": None, "id:count": 3, "city:count": 0},
            ],
        )
        found = self.groups(group_by="color")
        self.assertEqual([g["id:count"] for g in found], [3, 1])

    def test_a_record_is_in_the_groups_of_all_its_tags(self):
        gold, silver = (
            {"id": tag.id, "display_name": tag.display_name} for tag in self.tags
        )
        found = self.groups(group_by="category_id", aggregate="id:count,name:max")
        self.assertEqual(
            found,
            [
                {"category_id": gold, "id:count": 2, "name:max": "Bob"},
                {"category_id": silver, "id:count": 1, "name:max": "Ada"},
                {"category_id": None, "id:count": 2, "name:max": "Dee"},
            ],
        )
        through = self.groups(
            group_by="parent_id.category_id", **{"filter[ref]": "none"}
        )
        self.assertEqual(through, [])

    def test_archived_tags_are_no_groups(self):
        self.tags[1].active = False
        found = self.column("category_id", group_by="category_id")
        self.assertEqual([tag and tag["id"] for tag in found], [self.tags[0].id, None])

    def test_functions_have_the_type_of_the_field_or_a_number(self):
        self.at(self.ada, datetime(2026, 5, 1, 12, 30))
        for name, value in {
            "id:max": self.dee.id,
            "id:count_distinct": 4,
            "country_id:count": 3,
            "country_id:count_distinct": 2,
            "country_id.code:max": "FR",
            "country_id.phone_code:sum": 32 + 32 + 33,
            "is_company:bool_or": True,
            "is_company:bool_and": False,
            "city:count": 1,
            "city:min": "Lyon",
            "type:count_distinct": 1,
            "comment:count": 0,
            "partner_latitude:sum": 0.0,
            "create_date:min": "2026-05-01T12:30:00Z",
        }.items():
            with self.subTest(name):
                self.assertEqual(self.groups(aggregate=name), [{name: value}])

    def test_columns_of_json_are_read_as_records_show_them(self):
        """Translated values and those of a company."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.be.with_context(lang="fr_FR").name = "Belgique"
        found = self.column("country_id.name", group_by="country_id.name", lang="fr_FR")
        self.assertIn("Belgique", found)
        self.ada.barcode = "123"
        self.assertEqual(self.column("barcode", group_by="barcode"), ["123", None])

    def test_all_names_that_metadata_promises_work(self):
        for model in (P, "res.currency.rate", "res.country"):
            described = self.data(self.rest.get(f"{model}/fields"))
            for name, field in described.items():
                for function in field["aggregates"]:
                    key = f"{name}:{function}"
                    with self.subTest(model, aggregate=key):
                        self.assertIn(key, self.groups(model=model, aggregate=key)[0])
                if field["groupable"]:
                    with self.subTest(model, group_by=name):
                        self.groups(model=model, group_by=name)
                else:
                    answer = self.rest.get(
                        f"{model}/aggregate", params={"group_by": name}
                    )
                    self.assert_problem(answer, 400, "query.field", "group_by")

    # --- having, sort, pages -------------------------------------------------

    def test_having_compares_aggregates_that_need_not_be_shown(self):
        for having, colors in {
            '[["color:sum", ">", 3]]': [4],
            '[["color:sum", "<=", 3]]': [3, 0],
            '["|", ["color:max", "=", 4], ["id:count", "=", 2]]': [3, 4],
            '["!", ["color:max", "=", 4]]': [3, 0],
            '[["country_id:count", "in", [0, 1]]]': [4, 0],
            '[["city:min", "=", null]]': [3, 0],
            '[["city:min", "!=", null]]': [4],
            '[["city:min", "!=", "Lyon"]]': [3, 0],
            '[["city:min", "not in", ["Lyon", null]]]': [],
            '["!", ["city:min", ">", "A"]]': [3, 0],
            '[["is_company:bool_or", "=", true]]': [3],
            '[["city:max", "=?", null]]': [3, 4, 0],
            '[["id:count", "in", []]]': [],
            '[["create_date:max", "<", "2000-01-01T00:00:00Z"]]': [],
            "[]": [3, 4, 0],
        }.items():
            with self.subTest(having):
                params = {"group_by": "country_id", "aggregate": "color:sum"}
                found = self.column("color:sum", having=having, **params)
                self.assertEqual(found, colors)

    def test_having_in_brackets(self):
        params = {"group_by": "country_id", "having[color:sum][gte]": "3"}
        params["having[id:count][in]"] = "1,5"
        self.assertEqual(self.column("id:count", **params), [1])

    def test_having_holds_without_groups_too(self):
        self.assertEqual(self.groups(having='[["id:count", ">", 4]]'), [])
        self.assertEqual(len(self.groups(having='[["id:count", "=", 4]]')), 1)

    def test_groups_are_sorted_by_values_and_groups(self):
        named = {"group_by": "country_id,name", "aggregate": "color:sum"}
        for sort, names in {
            "-name": ["Dee", "Cid", "Bob", "Ada"],
            "color:sum": ["Dee", "Ada", "Bob", "Cid"],
            "-country_id,name desc": ["Dee", "Cid", "Bob", "Ada"],
            "is_company:bool_or desc,-name": ["Bob", "Dee", "Cid", "Ada"],
        }.items():
            with self.subTest(sort):
                self.assertEqual(self.column("name", sort=sort, **named), names)

    def test_a_many2one_is_sorted_as_in_lists(self):
        self.be.name = "Zuid"
        found = self.column("country_id", group_by="country_id", sort="country_id")
        names = [country and country["display_name"] for country in found]
        self.assertEqual(names, ["France", "Zuid", None])

    def test_pages_have_totals_and_links(self):
        answer = self.rest.get(
            AT, params={"filter[ref]": "agg", "group_by": "name", "limit": 3}
        )
        meta = {"count": 3, "limit": 3, "offset": 0, "total": 4, "page": 1, "pages": 2}
        self.assertEqual(answer.json()["meta"], meta)
        following = answer.links["next"]["url"]
        answer = self.opener.get(
            following, headers={"Authorization": f"Bearer {self.key}"}, timeout=60
        )
        self.assertEqual([g["name"] for g in answer.json()["data"]], ["Dee"])
        self.assertEqual(answer.json()["meta"]["total"], 4)
        self.assertNotIn("next", answer.links)

    def test_pages_by_number_and_beyond_the_end(self):
        params = {"group_by": "country_id", "limit": "2"}
        found = self.aggregate(page="2", **params)
        self.assertEqual((found["meta"]["count"], found["meta"]["total"]), (1, 3))
        found = self.aggregate(offset="10", **params)
        self.assertEqual((found["data"], found["meta"]["total"]), ([], 3))
        having = '[["id:count", "=", 1]]'
        found = self.aggregate(limit="1", group_by="country_id", having=having)
        self.assertEqual(found["meta"]["total"], 2)
        found = self.aggregate(offset="3")
        self.assertEqual((found["data"], found["meta"]["total"]), ([], 1))
        found = self.aggregate(count="none", **params)
        self.assertNotIn("total", found["meta"])

    # --- bodies, tags, preferences -------------------------------------------

    def test_bodies_of_post_and_query_have_the_same_parameters(self):
        body = {
            "filter": [["ref", "=", "agg"]],
            "group_by": ["country_id"],
            "aggregate": ["id:count"],
            "having": [["id:count", ">", 1]],
            "limit": 1,
        }
        wanted = self.groups(group_by="country_id", having='[["id:count", ">", 1]]')
        for method in ("POST", "QUERY"):
            answer = self.rest.ask(method, AT, json_body=body)
            self.assertEqual(self.data(answer), wanted)
            url = answer.links["first"]["url"]
            answer = self.opener.get(
                url, headers={"Authorization": f"Bearer {self.key}"}, timeout=60
            )
            self.assertEqual(self.data(answer), wanted)

    def test_an_entity_tag_changes_with_the_content_alone(self):
        params = {"filter[ref]": "agg", "group_by": "country_id"}
        tag = self.rest.get(AT, params=params).headers["ETag"]
        headers = {"If-None-Match": tag}
        again = self.rest.get(AT, params=params, headers=headers)
        self.assertEqual((again.status_code, again.content), (304, b""))
        self.dee.country_id = self.fr
        again = self.rest.get(AT, params=params, headers=headers)
        self.assertEqual(again.status_code, 200)
        self.assertNotEqual(again.headers["ETag"], tag)

    def test_an_estimate_is_no_preference_that_is_honoured(self):
        params = {"filter[ref]": "agg", "group_by": "name", "limit": 1}
        for wish, applied, total in (
            ("count=none", "count=none", None),
            ("count=estimated", None, 4),
        ):
            answer = self.rest.get(AT, params=params, headers={"Prefer": wish})
            self.assertEqual(answer.headers.get("Preference-Applied"), applied)
            self.assertEqual(answer.json()["meta"].get("total"), total)

    def test_archived_records_count_if_requested(self):
        self.dee.active = False
        for archived, count in (("exclude", 3), ("include", 4), ("only", 1)):
            found = self.groups(archived=archived)
            self.assertEqual(found, [{"id:count": count}])
        found = self.groups(filter=json.dumps([["id", "=", self.dee.id]]))
        self.assertEqual(found, [{"id:count": 0}])
        answer = self.rest.get(AT, params={"filter[active]": "0", "archived": "only"})
        self.assert_problem(answer, 400, "query.conflict", "archived")
