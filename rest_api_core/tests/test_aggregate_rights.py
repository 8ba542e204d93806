"""Groups tell no more than lists do."""

import json
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..query.volume import Volume
from . import enumeration
from .test_aggregates import AT, P
from .test_attacks import AttackCase
from .test_masks import MaskCase


def named(name):
    """``{what: parameters}`` of an aggregate that names a field in each place."""
    return {
        "group_by": {"group_by": name},
        "aggregate": {"aggregate": f"{name}:count"},
        "having": {"having": json.dumps([[f"{name}:max", ">", "a"]])},
        "having in brackets": {f"having[{name}:count][gt]": "0"},
        "sort": {"sort": f"-{name}:max"},
    }


class RightsCase(AttackCase):
    def groups(self, model=P, **options):
        options, params = {k: options.pop(k) for k in {"key"} & {*options}}, options
        answer = self.rest.get(f"{model}/aggregate", params=params, **options)
        return self.data(answer)

    def told_of(self, name, params, **options):
        answer = self.rest.get(AT, params=params, **options)
        told = json.dumps(self.told(answer)).replace(name, "xx")
        return enumeration.HINT.sub("", told)


@tagged("post_install", "-at_install")
class TestAggregateFields(RightsCase):
    def assert_unknown(self, *names, **options):
        for name in names:
            for place, params in named(name).items():
                with self.subTest(place, field=name):
                    unknown = named("zz_unknown")[place]
                    wanted = self.told_of("zz_unknown", unknown, **options)
                    self.assertEqual(self.told_of(name, params, **options), wanted)
                    self.assertIn("query.field", wanted)

    def test_fields_that_groups_hide_are_unknown(self):
        field = self.env[P]._fields["street2"]
        with patch.object(field, "groups", "base.group_system"):
            self.env.registry.clear_all_caches()
            self.assert_unknown("street2", "parent_id.street2")
        self.env.registry.clear_all_caches()

    def test_fields_that_rules_block_are_unknown(self):
        self.block(P, "street2")
        self.assert_unknown("street2", "parent_id.street2")
        client, key = self.make_client(self.user)
        self.block(P, "city", client=client)
        self.assert_unknown("city", "parent_id.city", key=key)

    def test_fields_of_models_that_are_no_resources_are_unknown(self):
        self.assert_unknown("company_id.name", "user_ids.login", "create_uid.login")

    def test_what_is_not_a_column_is_unknown(self):
        self.assert_unknown(
            "contact_address", "child_ids", "child_ids.name", "image_1920"
        )

    def test_a_many2one_is_not_sorted_by_what_is_blocked(self):
        self.block("res.country", "name")
        self.assertTrue(self.groups(group_by="country_id"))
        params = {"group_by": "country_id", "sort": "country_id"}
        self.assert_problem(self.rest.get(AT, params=params), 400, "query.field")

    def test_every_field_that_is_hidden_from_a_user_is_unknown(self):
        self.expose("res.users", sensitive=True)
        user = new_test_user(self.env, "rest_little", "base.group_user")
        key = self.make_client(user, all_resources=True)[1]
        tried = 0
        for model in ("res.users", P):
            shown = self.data(self.rest.get(f"{model}/fields", key=key))
            for name in self.env[model]._fields.keys() - shown.keys():
                for place, params in named(name).items():
                    tried += 1
                    with self.subTest(model, field=name, place=place):
                        path = f"{model}/aggregate"
                        answer = self.rest.get(path, params=params, key=key)
                        self.assert_problem(answer, 400, "query.field")
        self.assertGreater(tried, 20)

    def test_callers_without_rights_learn_nothing(self):
        client, key = self.make_client(self.user)
        answer = self.rest.get(AT, key=key)
        missing = self.rest.get("no.such.model/aggregate", key=key)
        self.assertEqual(self.told(answer), self.told(missing))
        self.assertEqual(missing.status_code, 404)
        self.make_scope(client, P, can_read=False, can_create=True)
        self.assert_problem(self.rest.get(AT, key=key), 403, "policy.scope")


@tagged("post_install", "-at_install")
class TestAggregateRecords(RightsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.env["res.company"].create({"name": "Theirs"})
        cls.parent = cls.env[P].create({"name": "Open parent", "city": "A"})
        cls.secret = cls.env[P].create(
            {"name": "Secret parent", "city": "Z", "company_id": cls.theirs.id}
        )
        cls.rows = cls.env[P].create(
            [
                {"name": "One", "parent_id": cls.parent.id},
                {"name": "Two", "parent_id": cls.secret.id},
                {"name": "Three"},
            ]
        )
        # Odoo gives children the company of their parent
        cls.rows.write({"company_id": False, "ref": "rows"})

    def rows_by(self, **params):
        return self.groups(**{"filter[ref]": "rows", **params})

    def test_records_that_rules_hide_do_not_count(self):
        self.rows[0].company_id = self.theirs
        self.assertEqual(self.rows_by(), [{"id:count": 2}])

    def test_records_out_of_a_domain_do_not_count(self):
        self.resource(P).domain = "[('name', '!=', 'One')]"
        self.assertEqual(self.rows_by(), [{"id:count": 2}])
        client, key = self.make_client(self.user)
        self.make_scope(client, P, can_read=True, domain="[('name', '=', 'Three')]")
        self.assertEqual(self.rows_by(key=key), [{"id:count": 1}])

    def test_companies_of_the_request_count(self):
        self.user.company_ids = [Command.link(self.theirs.id)]
        self.rows[0].company_id = self.theirs
        own = self.user.company_id
        for companies, count in ((f"{own.id}", 2), (f"{own.id},{self.theirs.id}", 3)):
            self.assertEqual(self.rows_by(company=companies), [{"id:count": count}])
        answer = self.rest.get(AT, params={"company": "99999"})
        self.assert_problem(answer, 403, "policy.company")

    def test_records_that_may_not_be_seen_have_no_names(self):
        found = self.rows_by(group_by="parent_id")
        shown = {"id": self.parent.id, "display_name": "Open parent"}
        self.assertEqual(
            [group["parent_id"] for group in found],
            [shown, {"id": self.secret.id}, None],
        )
        listed = self.rest.get(P, params={"filter[ref]": "rows", "fields": "parent_id"})
        self.assertEqual(
            {json.dumps(row["parent_id"]) for row in self.data(listed)},
            {json.dumps(group["parent_id"]) for group in found},
        )

    def test_nor_values(self):
        """Their values are as those of no record, in each place."""
        found = self.rows_by(group_by="parent_id.city")
        self.assertEqual(
            found,
            [
                {"parent_id.city": "A", "id:count": 1},
                {"parent_id.city": None, "id:count": 2},
            ],
        )
        found = self.rows_by(aggregate="parent_id.city:max,parent_id.id:count")
        self.assertEqual(found, [{"parent_id.city:max": "A", "parent_id.id:count": 1}])
        having = json.dumps([["parent_id.city:max", "=", "Z"]])
        self.assertEqual(self.rows_by(group_by="name", having=having), [])
        found = self.rows_by(group_by="name", sort="-parent_id.city:max,name")
        self.assertEqual([g["name"] for g in found], ["Three", "Two", "One"])
        found = self.rows_by(group_by="parent_id.is_company,parent_id.color")
        values = [tuple(group.values()) for group in found]
        self.assertEqual(values, [(False, 0, 1), (None, None, 2)])

    def test_nor_a_place_in_an_order(self):
        self.secret.name = "Aaa"
        found = self.rows_by(group_by="parent_id", sort="parent_id")
        places = [g["parent_id"] and g["parent_id"]["id"] for g in found]
        self.assertEqual(places[0], self.parent.id)

    def test_tags_that_may_not_be_seen_are_no_groups(self):
        open_tag, secret_tag = self.env["res.partner.category"].create(
            [{"name": "Open"}, {"name": "Secret"}]
        )
        self.rows[:2].category_id = open_tag + secret_tag
        self.resource("res.partner.category").domain = "[('name', '!=', 'Secret')]"
        found = self.rows_by(group_by="category_id")
        self.assertEqual(
            [
                (g["category_id"] and g["category_id"]["id"], g["id:count"])
                for g in found
            ],
            [(open_tag.id, 2), (None, 1)],
        )
        listed = self.data(
            self.rest.get(P, params={"filter[ref]": "rows", "fields": "category_id"})
        )
        self.assertEqual(
            {tuple(row["category_id"]) for row in listed}, {(open_tag.id,), ()}
        )

    def test_names_of_models_without_access_are_hidden(self):
        self.rows[0].user_id = self.env.ref("base.user_admin")
        self.expose("res.users", sensitive=True).domain = "[('id', '=', 0)]"
        found = self.rows_by(group_by="user_id")
        self.assertIn(
            {"id": self.env.ref("base.user_admin").id}, [g["user_id"] for g in found]
        )

    def test_a_user_without_any_record_gets_no_group(self):
        rule = {
            "name": "None",
            "model_id": self.env["ir.model"]._get_id(P),
            "domain_force": "[(0, '=', 1)]",
        }
        self.env["ir.rule"].create(rule)
        self.assertEqual(self.groups(group_by="country_id"), [])
        self.assertEqual(self.groups(), [{"id:count": 0}])

    def test_attachments_count_with_the_records_that_they_belong_to(self):
        """Odoo searches them in its own way."""
        self.expose("ir.attachment", sensitive=True)
        values = {"name": "agg.txt", "raw": b"x", "res_model": P}
        self.env["ir.attachment"].create(
            [{**values, "res_id": each.id} for each in self.rows + self.secret]
        )
        params = {"filter[name]": "agg.txt", "group_by": "mimetype"}
        found = self.groups("ir.attachment", sort="-mimetype", **params)
        self.assertEqual(found, [{"mimetype": "text/plain", "id:count": 3}])

    def test_orders_behind_relations_of_relations(self):
        belgium = self.env.ref("base.be")
        self.parent.country_id = belgium
        self.secret.country_id = self.env.ref("base.fr")
        name = "parent_id.country_id"
        found = self.rows_by(group_by=name, sort=f"-{name}")
        shown = [group[name] and group[name]["id"] for group in found]
        self.assertEqual(shown, [None, belgium.id])
        self.expose("res.users", sensitive=True)
        self.user.partner_id.country_id = belgium
        params = {"filter[login]": self.user.login, "group_by": "country_id"}
        (found,) = self.groups("res.users", sort="country_id", **params)
        self.assertEqual(found["country_id"]["id"], belgium.id)

    def test_users_are_grouped_by_fields_of_their_contact(self):
        self.expose("res.users", sensitive=True)
        self.user.partner_id.city = "Ghent"
        params = {"filter[login]": self.user.login, "group_by": "city"}
        found = self.groups("res.users", aggregate="name:max,email:count", **params)
        wanted = {"city": "Ghent", "name:max": self.user.name, "email:count": 1}
        self.assertEqual(found, [wanted])


@tagged("post_install", "-at_install")
class TestAggregateMasks(MaskCase):
    def test_masked_fields_make_no_groups(self):
        for declared in (False, True):
            if declared:
                self.declare()
            for name in ("ref", "name", "category_id", "parent_id.ref"):
                for place, params in named(name).items():
                    with self.subTest(place, field=name, declared=declared):
                        answer = self.rest.get(AT, params=params)
                        self.assert_problem(answer, 400, "query.field")

    def test_filters_count_only_records_whose_values_are_shown(self):
        self.declare()
        for ref, count in (("a", 0), ("b", 1)):
            found = self.data(self.rest.get(AT, params={"filter[ref]": ref}))
            self.assertEqual(found, [{"id:count": count}])
        params = {"filter[id]": self.secret.id, "group_by": "function"}
        found = self.data(self.rest.get(AT, params=params))
        self.assertEqual(found, [{"function": "Secret", "id:count": 1}])


VALUE, FILTER, FIELD = "query.value", "query.filter", "query.field"
MANY = json.dumps([["id:count", "=", n] for n in range(201)])
BAD = (
    ("group_by", "", VALUE),
    ("group_by", "name,", VALUE),
    ("group_by", "name,name", VALUE),
    ("group_by", "id,name,city,zip,color,type", VALUE),
    ("group_by", "parent_id." * 5 + "name", VALUE),
    ("group_by", "n" * 400, VALUE),
    ("group_by", "name;select 1", VALUE),
    ("group_by", "create_date:century", VALUE),
    ("group_by", "properties.x", FIELD),
    ("group_by", "child_ids", FIELD),
    ("group_by", "category_id.name", FIELD),
    ("group_by", "nope", FIELD),
    ("group_by", "__class__", FIELD),
    ("aggregate", "", VALUE),
    ("aggregate", "color", VALUE),
    ("aggregate", "color:median", VALUE),
    ("aggregate", "color:array_agg", VALUE),
    ("aggregate", "color:recordset", VALUE),
    ("aggregate", "id:sum", VALUE),
    ("aggregate", "name:sum", VALUE),
    ("aggregate", "*:count", VALUE),
    ("aggregate", ",".join(f"f{n}:sum" for n in range(21)), VALUE),
    ("aggregate", "nope:count", FIELD),
    ("aggregate", "child_ids:count", FIELD),
    ("having", "[", FILTER),
    ("having", MANY, FILTER),
    ("having", '[["color", ">", 1]]', FILTER),
    ("having", '[["color:sum", "ilike", "1"]]', FILTER),
    ("having", '[["color:sum", ">", "many"]]', FILTER),
    ("having", '[["color:sum", "any", []]]', FILTER),
    ("having", '[["color:sum", "=", 1e999]]', FILTER),
    ("having", '[["name:max", "=", "\\u0000"]]', FILTER),
    ("having", '[["create_date:max", ">", "2026-01-31"]]', FILTER),
    ("having", '[["name:sum", ">", 1]]', VALUE),
    ("having", '[["nope:sum", ">", 1]]', FIELD),
    ("having[color:sum]", "many", FILTER),
    ("having[color][gt]", "1", FILTER),
    ("sort", "name", VALUE),
    ("sort", "color:sum,-color:sum", VALUE),
    ("sort", "id;select 1", VALUE),
    ("sort", "nope:sum", FIELD),
    ("limit", "1001", VALUE),
    ("offset", "-1", VALUE),
    ("page", "0", VALUE),
    ("count", "estimated", VALUE),
    ("archived", "yes", VALUE),
    ("lang", "xx", VALUE),
    ("filter", "[", FILTER),
    ("fields", "name", "query.unknown"),
    ("cursor", "", "query.unknown"),
    ("expand", "country_id", "query.unknown"),
    ("groupby", "name", "query.unknown"),
)


@tagged("post_install", "-at_install")
class TestAggregateLimits(RightsCase):
    def test_each_wrong_value_is_a_400_that_names_its_parameter(self):
        for parameter, value, code in BAD:
            with self.subTest(value[:60], parameter=parameter):
                answer = self.rest.get(AT, params={parameter: value})
                self.assert_problem(answer, 400, code, parameter)

    def test_wrong_bodies_are_refused(self):
        for body, code in (
            ([], "body.malformed"),
            ({"group_by": 1}, VALUE),
            ({"group_by": [1]}, VALUE),
            ({"aggregate": []}, VALUE),
            ({"aggregate": {"color": "sum"}}, VALUE),
            ({"having": {}}, FILTER),
            ({"having": "[]"}, FILTER),
            ({"limit": "1"}, VALUE),
            ({"nope": 1}, "query.unknown"),
        ):
            with self.subTest(str(body)):
                self.assert_problem(self.rest.post(AT, body), 400, code)

    def test_parameters_come_once(self):
        for name, value in (("group_by", "name"), ("aggregate", "id:count")):
            answer = self.rest.get(AT, params=[(name, value), (name, value)])
            self.assert_problem(answer, 400, "query.repeated", name)
        params = {"having": "[]", "having[id:count]": "1"}
        self.assert_problem(self.rest.get(AT, params=params), 400, "query.conflict")

    def test_a_page_of_long_texts_is_too_large(self):
        size, most = 2**16, 8 * 2**16
        self.env[P].create(
            [{"name": "A", "city": f"{n}" * size, "ref": "long"} for n in range(9)]
        )
        params = {"filter[ref]": "long", "group_by": "city"}
        cities = [len(group["city"]) for group in self.groups(**params)]
        self.assertEqual(cities, [size] * 9)
        in_python = patch.object(Volume.__init__, "__defaults__", (1_000_000, most))
        in_sql = patch("odoo.addons.rest_api_core.engine.aggregates.MAX_BYTES", most)
        with in_python, in_sql:
            answer = self.rest.get(AT, params=params)
        self.assert_problem(answer, 413, "query.too_large")
