"""Lists: filters, and models with a search of their own."""

import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import RestCase
from .test_reading_lists import ListCase, P


@tagged("post_install", "-at_install")
class TestFilters(ListCase):
    def test_domains_find_what_odoo_finds(self):
        ids = self.partners.ids
        moment = "2000-01-01T00:00:00Z"
        domains = (
            [["name", "=", "Adam"]],
            [["name", "!=", "Adam"]],
            [["name", "ilike", "A"]],
            [["name", "not ilike", "a"]],
            [["name", "=like", "%r%"]],
            [["name", "like", "r_"]],
            [["name", "in", ["Adam", "Dora"]]],
            [["name", "not in", ["Adam", "Dora"]]],
            [["ref", "=", None]],
            [["ref", "!=", None]],
            [["ref", "!=", "R1"]],
            [["ref", "in", ["R1", None]]],
            [["ref", "not in", ["R1", None]]],
            [["color", ">", 0]],
            [["color", "in", []]],
            [["color", "not in", []]],
            [["partner_latitude", ">=", 1.5]],
            [["partner_latitude", "<", 2]],
            [["is_company", "=", False]],
            [["is_company", "!=", True]],
            [["create_date", ">", moment]],
            [["id", "in", ids[:2]]],
            [["id", "=", ids[0]]],
            [["id", "child_of", ids[:2]]],
        )
        self.compare(domains)

    def test_domains_on_relations_find_what_odoo_finds(self):
        ids = self.partners.ids
        belgium = self.env.ref("base.be").id
        domains = (
            [["country_id", "=", belgium]],
            [["country_id", "=", None]],
            [["country_id", "!=", belgium]],
            [["country_id", "ilike", "belg"]],
            [["country_id", "not ilike", "belg"]],
            [["country_id", "=", "Belgium"]],
            [["country_id", "!=", "Belgium"]],
            [["country_id", "in", ["Belgium", "Germany"]]],
            [["country_id", "not in", ["Belgium", "Germany"]]],
            [["child_ids", "not ilike", "a"]],
            [["category_id", "ilike", "a"]],
            [["country_id", "in", [belgium, None]]],
            [["parent_id", "child_of", ids[0]]],
            [["id", "parent_of", ids[0]]],
            [["country_id.code", "=", "BE"]],
            [["country_id.code", "!=", "BE"]],
            [["country_id.code", "not in", ["BE", "US"]]],
            [["country_id.currency_id", "!=", "EUR"]],
            [["country_id.currency_id", "not in", ["EUR", "USD"]]],
            [["country_id.currency_id", "not ilike", "eu"]],
            [["country_id.state_ids", "=", None]],
            [["country_id.state_ids", "!=", None]],
            [["country_id.state_ids", "not in", [1]]],
            [["country_id.state_ids", "!=", 1]],
            [["country_id.state_ids", "not ilike", "z"]],
            [["parent_id", "=", None]],
            [["child_ids", "=", None]],
            [["child_ids", "!=", None]],
            [["category_id", "=", None]],
            [["display_name", "ilike", "ad"]],
        )
        self.compare(domains)

    def test_domains_of_several_leaves_find_what_odoo_finds(self):
        domains = (
            ["|", ["name", "=", "Adam"], ["name", "=", "Dora"]],
            ["!", ["name", "=", "Adam"]],
            ["!", "|", ["name", "=", "Adam"], ["color", "=", 1]],
            ["&", ["color", "=", 1], "!", ["ref", "=", None]],
            [["type", "=", "contact"], ["type", "in", ["contact", "other"]]],
        )
        self.compare(domains)

    def compare(self, domains):
        for domain in domains:
            with self.subTest(str(domain)):
                self.filtered(domain)

    def _leaf(self, leaf):
        leaf = super()._leaf(leaf)
        if leaf[0] == "create_date":
            return (*leaf[:2], leaf[2].rstrip("Z").replace("T", " "))
        return leaf

    def test_brackets_say_the_same(self):
        found = (
            ([("filter[name]", "Adam")], ["Adam"]),
            ([("filter[name][ilike]", "er")], ["Berta", "Gerd"]),
            (
                [("filter[color][gte]", "1"), ("filter[ref][ne]", "")],
                ["Berta", "Fritz"],
            ),
            ([("filter[name][in]", "Adam,Dora")], ["Adam", "Dora"]),
            ([("filter[country_id.code]", "DE")], ["Carl", "Gerd"]),
            ([("filter[ref]", "")], ["Adam", "Carl", "Emil", "Gerd"]),
            ([("filter[is_company]", "true")], []),
            (
                [("filter[id][not_in]", ",".join(map(str, self.partners[1:].ids)))],
                ["Adam"],
            ),
        )
        for more, wanted in found:
            with self.subTest(str(more)):
                self.assertEqual(self.names_of(more=more, sort="id"), wanted)

    def test_a_search_that_fails_on_a_filter_refuses_it(self):
        def fails(_model, operator, value):
            return [("no_such_field", operator, value)]

        def asks(model, _operator, _value):
            raise UserError(model.env._("Ask for less."))

        target = (type(self.env[P]), "_search_display_name")
        parent = self.partners[0]
        parent.child_ids = [Command.create({"name": "Child"})]
        for method, status, code in (
            (fails, 400, "query.filter"),
            (asks, 422, "record.invalid"),
        ):
            with patch.object(*target, method):
                for path in (f"{P}/count", P):
                    answer = self.rest.get(path, params={"filter[display_name]": "x"})
                    self.assert_problem(answer, status, code)
                tree = {"child_ids": {"filter": [["display_name", "=", "x"]]}}
                parameters = {"expand": json.dumps(tree)}
                answer = self.rest.get(f"{P}/{parent.id}", params=parameters)
                self.assert_problem(answer, status, code)

    def test_one_request_has_one_grammar(self):
        params = {"filter": '[["color", "=", 0]]', "filter[name]": "Adam"}
        answer = self.rest.get(P, params=params)
        self.assert_problem(answer, 400, "query.conflict", "filter")

    def test_wildcards_of_a_user_are_wildcards(self):
        self.assertEqual(len(self.filtered([["name", "ilike", "%"]])), 7)
        self.assertEqual(self.filtered([["name", "ilike", "\\%"]]), [])

    def test_no_text_is_sql(self):
        self.assertEqual(self.filtered([["name", "=", "' OR 1=1 --"]]), [])
        self.assertEqual(self.filtered([["name", "ilike", "%s %(a)s \\"]]), [])

    def test_archived_records_come_when_they_are_asked_for(self):
        self.partners[0].active = False
        self.assertEqual(len(self.names_of()), 6)
        self.assertEqual(len(self.names_of(archived="include")), 7)
        self.assertEqual(self.names_of(archived="only"), ["Adam"])
        self.assertEqual(self.names_of(filter='[["active", "=", false]]'), ["Adam"])

    def test_archived_records_are_found_by_name(self):
        Category = self.env["res.partner.category"]
        Category.create([{"name": "Zed"}, {"name": "Zed old", "active": False}])
        for archived, wanted in (("include", 2), ("only", 1), ("exclude", 1)):
            params = {"filter[display_name][ilike]": "zed", "archived": archived}
            found = self.data(self.rest.get("res.partner.category", params=params))
            self.assertEqual(len(found), wanted, archived)

    def test_an_archived_record_is_read_by_its_id(self):
        self.partners[0].active = False
        found = self.data(self.rest.get(f"{P}/{self.partners[0].id}?fields=active"))
        self.assertEqual(found, {"id": self.partners[0].id, "active": False})


@tagged("post_install", "-at_install")
class TestOwnSearch(RestCase):
    """Attachments: their own search drops what is out of reach, row by row, and looks
    at them in an order of its own."""

    models = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expose("ir.attachment", sensitive=True)
        partner = cls.user.partner_id
        hidden = cls.env["ir.config_parameter"].search([], limit=1)
        owners = (cls.env.company, hidden, partner, hidden) * 2 + (cls.env.company,)
        cls.env["ir.attachment"].create(
            [
                {"name": f"{number} own", "res_model": o._name, "res_id": o.id}
                for number, o in enumerate(owners)
            ]
        )

    def page(self, **params):
        params = {"filter[name][like]": "own", "sort": "-name", "limit": 2, **params}
        answer = self.rest.get("ir.attachment", params={**params, "fields": "name"})
        names = [row["name"][0] for row in self.data(answer)]
        return names, answer.json()["meta"]

    def test_a_page_has_the_first_rows_of_the_order(self):
        names, meta = self.page()
        self.assertEqual(names, ["8", "6"])
        self.assertEqual(meta["total"], 5)
        self.assertEqual(self.page(offset=2)[0], ["4", "2"])

    def test_pages_by_cursor_have_all_records(self):
        found, cursor = [], ""
        while cursor is not None:
            names, meta = self.page(cursor=cursor)
            found, cursor = found + names, meta["next_cursor"]
        self.assertEqual(found, ["8", "6", "4", "2", "0"])
