"""Lists: pages, orders, cursors, counts and filters."""

import json
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from .common import RestCase

P = "res.partner"


class ListCase(RestCase):
    """Seven contacts whose ``function`` is Case."""

    models = (*RestCase.models, "res.country.state", "res.currency")
    names = ("Adam", "Berta", "Carl", "Dora", "Emil", "Fritz", "Gerd")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        countries = [cls.env.ref(f"base.{c}").id for c in ("be", "us", "de")]
        cls.partners = cls.env[P].create(
            [
                {
                    "name": name,
                    "function": "Case",
                    "color": number % 3,
                    "ref": f"R{number}" if number % 2 else False,
                    "country_id": countries[number % 4] if number % 4 < 3 else False,
                    "partner_latitude": number / 2,
                }
                for number, name in enumerate(cls.names)
            ]
        )

    def page(self, **params):
        """The body of a list of these partners."""
        params.setdefault("fields", "name")
        found = [*params.pop("more", ())]
        if "filter" in params:
            domain = [["function", "=", "Case"], *json.loads(params["filter"])]
            params["filter"] = json.dumps(domain)
        else:
            found.append(("filter[function]", "Case"))
        answer = self.rest.get(P, params=[*params.items(), *found])
        self.assertEqual(answer.status_code, 200, answer.text)
        self.last = answer
        return answer.json()

    def names_of(self, **params):
        return [row["name"] for row in self.page(**params)["data"]]

    def filtered(self, domain):
        """The names of those that a domain finds, in their order."""
        found = self.names_of(filter=json.dumps(domain), sort="id")
        wanted = (
            self.env[P]
            .with_user(self.user)
            .search([("function", "=", "Case"), *map(self._leaf, domain)], order="id")
        )
        self.assertEqual(found, wanted.mapped("name"))
        return found

    def _leaf(self, leaf):
        if isinstance(leaf, str):
            return leaf
        return (*leaf[:2], False if leaf[2] is None else leaf[2])


@tagged("post_install", "-at_install")
class TestPages(ListCase):
    def test_a_list_has_data_and_meta(self):
        body = self.page()
        self.assertEqual(len(body["data"]), 7)
        self.assertEqual(
            body["meta"],
            {"count": 7, "limit": 80, "offset": 0, "total": 7, "page": 1, "pages": 1},
        )

    def test_pages_by_offset(self):
        body = self.page(limit=3, offset=3, sort="id")
        self.assertEqual([r["name"] for r in body["data"]], ["Dora", "Emil", "Fritz"])
        meta = {"count": 3, "limit": 3, "offset": 3, "total": 7, "page": 2, "pages": 3}
        self.assertEqual(body["meta"], meta)

    def test_skip_and_page_number_are_other_names(self):
        self.assertEqual(self.names_of(limit=2, skip=5, sort="id"), ["Fritz", "Gerd"])
        self.assertEqual(self.names_of(limit=3, page_number=3, sort="id"), ["Gerd"])
        self.assertEqual(self.names_of(limit=3, page=3, sort="id"), ["Gerd"])

    def test_a_page_behind_the_last_is_empty(self):
        body = self.page(limit=3, page=9)
        self.assertEqual(body["data"], [])
        self.assertEqual(body["meta"]["total"], 7)

    def test_links_lead_to_the_other_pages(self):
        self.page(limit=3, offset=3, sort="id")
        links = self.last.links
        self.assertEqual(set(links), {"first", "prev", "next", "last"})
        for relation, offset in (("first", 0), ("prev", 0), ("next", 6), ("last", 6)):
            url = links[relation]["url"]
            self.assertTrue(url.startswith(f"{self.base_url()}{self.root}/{P}?"))
            query = parse_qs(urlsplit(url).query)
            self.assertEqual(query["offset"], [str(offset)], relation)
            self.assertEqual(query["filter[function]"], ["Case"])

    def test_counting_can_be_left_out(self):
        meta = self.page(limit=3, count="none")["meta"]
        self.assertEqual(meta, {"count": 3, "limit": 3, "offset": 0, "page": 1})

    def test_an_estimate_is_a_number_without_pages(self):
        meta = self.page(limit=3, count="estimated")["meta"]
        self.assertIsInstance(meta["total"], int)
        self.assertNotIn("pages", meta)

    def test_the_api_has_its_own_limits(self):
        self.api.write({"default_limit": 2, "max_limit": 4})
        self.assertEqual(len(self.page()["data"]), 2)
        self.assertEqual(len(self.page(limit=4)["data"]), 4)
        answer = self.rest.get(P, params={"limit": 5})
        self.assert_problem(answer, 400, "query.value", "limit")

    def test_the_same_by_query_and_by_post(self):
        body = {
            "filter": [["function", "=", "Case"]],
            "fields": ["name"],
            "sort": ["-id"],
            "limit": 2,
        }
        wanted = self.page(limit=2, sort="-id")
        for method, path in (("QUERY", P), ("POST", f"{P}/search")):
            answer = self.rest.ask(method, path, json_body=body)
            self.assertEqual(answer.json(), wanted)

    def test_links_of_a_search_by_body_lead_to_its_pages(self):
        body = {
            "filter": [["function", "=", "Case"]],
            "fields": ["name"],
            "sort": ["-name", "id"],
            "limit": 2,
        }
        for start in ({}, {"offset": 0}, {"page": 1}, {"cursor": ""}):
            for method, path in (("QUERY", P), ("POST", f"{P}/search")):
                answer = self.rest.ask(method, path, json_body={**body, **start})
                url = answer.links["next"]["url"].partition(f"{self.root}/")[2]
                found = [row["name"] for row in self.data(self.rest.get(url))]
                self.assertEqual(found, ["Emil", "Dora"], (method, start))

    def test_the_query_s_parameters_hold_beside_a_body(self):
        body = {"filter": [["function", "=", "Case"]]}
        answer = self.rest.post(f"{P}/search?limit=2&fields=name", body)
        self.assertEqual(len(self.data(answer)), 2)

    def test_the_count_alone(self):
        params = {"filter": '[["function", "=", "Case"], ["color", "=", 0]]'}
        answer = self.rest.get(f"{P}/count", params=params)
        self.assertEqual(self.data(answer), {"count": 3})


@tagged("post_install", "-at_install")
class TestOrders(ListCase):
    def test_signs_and_words_say_the_direction(self):
        self.assertEqual(self.names_of(sort="-id")[0], "Gerd")
        self.assertEqual(self.names_of(sort="id desc")[0], "Gerd")
        self.assertEqual(self.names_of(sort="id asc")[0], "Adam")

    def test_several_keys_count_one_after_the_other(self):
        found = self.names_of(sort="-color,name")
        self.assertEqual(found[:2], ["Carl", "Fritz"])

    def test_the_id_breaks_ties_in_the_direction_of_the_last_key(self):
        self.assertEqual(self.names_of(sort="-function")[0], "Gerd")
        self.assertEqual(self.names_of(sort="function")[0], "Adam")

    def test_a_dotted_key_follows_many2one(self):
        found = self.page(sort="country_id.code,id", fields="country_id.code")["data"]
        codes = [row["country_id"] and row["country_id"]["code"] for row in found]
        self.assertEqual(codes, ["BE", "BE", "DE", "DE", "US", "US", None])

    def test_a_many2one_sorts_by_the_order_of_its_model(self):
        found = self.page(sort="country_id", fields="country_id")["data"]
        names = [
            row["country_id"] and row["country_id"]["display_name"] for row in found
        ]
        self.assertEqual([n for n in names if n], sorted(n for n in names if n))

    def test_without_sort_it_is_the_model_s_order(self):
        wanted = self.env[P].with_user(self.user).search([("function", "=", "Case")])
        self.assertEqual(self.names_of(), wanted.mapped("name"))


@tagged("post_install", "-at_install")
class TestCursors(ListCase):
    def walk(self, limit=2, between=None, **params):
        """The names on all pages; ``between`` is called after the first."""
        found, cursor = [], ""
        while cursor is not None:
            body = self.page(limit=limit, cursor=cursor, **params)
            found += [row["name"] for row in body["data"]]
            self.assertEqual(len(body["data"]), body["meta"]["count"])
            cursor = body["meta"]["next_cursor"]
            if between:
                between, _done = None, between()
        return found

    def test_pages_by_cursor_have_all_records_once(self):
        orders = (
            "id",
            "-id",
            "name",
            "-name",
            "color,-name",
            "-color,name",
            "ref",
            "-ref",
            "ref,-color",
            "-ref,color",
            "color,ref",
            "-color,-ref,id",
            "create_date,id",
            "partner_latitude",
            "-is_company,ref",
            "country_id.code",
            "-country_id.code,name",
            "country_id.name,-ref",
            "type,-country_id.code",
            "id,name",
            "color,-id,name",
            "country_id",
            "-country_id,name",
            "country_id,-ref",
            "-ref,country_id",
            "country_id.currency_id,name",
            "parent_id,-name",
        )
        for sort in orders:
            for limit in (1, 2, 3, 7):
                with self.subTest(sort, limit=limit):
                    wanted = self.names_of(sort=sort)
                    self.assertEqual(self.walk(limit, sort=sort), wanted)

    def test_cursors_can_be_counted_too(self):
        meta = self.page(limit=2, cursor="", count="exact")["meta"]
        self.assertEqual((meta["count"], meta["total"]), (2, 7))
        self.assertNotIn("total", self.page(limit=2, cursor="")["meta"])

    def test_the_next_page_is_linked(self):
        body = self.page(limit=2, cursor="", sort="id")
        url = self.last.links["next"]["url"]
        self.assertIn("cursor=", url)
        path = url.partition(f"{self.root}/")[2]
        names = [row["name"] for row in self.data(self.rest.get(path))]
        self.assertEqual(names, ["Carl", "Dora"])
        self.assertEqual(
            body["meta"]["next_cursor"], parse_qs(urlsplit(url).query)["cursor"][0]
        )

    def test_rows_that_come_and_go_before_the_cursor_shift_nothing(self):
        def change():
            self.partners[0].unlink()
            self.env[P].create({"name": "AAA", "function": "Case"})

        found = self.walk(sort="name", between=change)
        self.assertEqual(found, ["Adam", "Berta", *self.names[2:]])

    def test_rows_that_come_behind_the_cursor_are_seen(self):
        def change():
            self.partners[3].unlink()
            self.env[P].create({"name": "Zoe", "function": "Case"})

        found = self.walk(sort="name", between=change)
        self.assertEqual(
            found, ["Adam", "Berta", "Carl", "Emil", "Fritz", "Gerd", "Zoe"]
        )

    def test_the_row_of_the_cursor_may_go(self):
        found = self.walk(sort="name", between=self.partners[1].unlink)
        self.assertEqual(found, list(self.names))

    def test_values_with_microseconds_lose_no_row(self):
        for number, partner in enumerate(self.partners):
            moment = datetime(2026, 1, 1, 0, 0, 0, number + 1)
            self.env.cr.execute(
                "UPDATE res_partner SET create_date = %s WHERE id = %s",
                [moment, partner.id],
            )
        for sort in ("create_date", "-create_date", "-create_date,name"):
            with self.subTest(sort):
                wanted = self.names_of(sort=sort)
                self.assertEqual(self.walk(sort=sort), wanted)

    def test_a_cursor_is_for_the_same_request_only(self):
        cursor = self.page(limit=2, cursor="", sort="name")["meta"]["next_cursor"]
        changed = (
            {"sort": "-name"},
            {"sort": "name,ref"},
            {"sort": "name", "archived": "include"},
            {"sort": "name", "more": [("filter[color]", "1")]},
            {"sort": "name", "lang": "en_US", "archived": "only"},
        )
        for params in changed:
            with self.subTest(str(params)):
                more = params.pop("more", ())
                pairs = [*params.items(), *more, ("filter[function]", "Case")]
                answer = self.rest.get(P, params=[*pairs, ("cursor", cursor)])
                self.assert_problem(answer, 400, "query.cursor", "cursor")

    def test_a_cursor_is_for_its_caller_only(self):
        cursor = self.page(limit=2, cursor="", sort="name")["meta"]["next_cursor"]
        key = self.make_client(self.user, all_resources=True)[1]
        params = [("cursor", cursor), ("sort", "name"), ("filter[function]", "Case")]
        answer = self.rest.get(P, params=params, key=key)
        self.assert_problem(answer, 400, "query.cursor", "cursor")

    def test_a_changed_cursor_is_refused(self):
        cursor = self.page(limit=2, cursor="")["meta"]["next_cursor"]
        forged = ("B" if cursor[0] == "A" else "A") + cursor[1:]
        for wrong in (f"{cursor}A", forged, cursor[:-1], "."):
            answer = self.rest.get(
                P, params={"cursor": wrong, "filter[function]": "Case"}
            )
            self.assert_problem(answer, 400, "query.cursor", "cursor")

    def test_limit_and_fields_may_change_between_pages(self):
        cursor = self.page(limit=2, cursor="", sort="id")["meta"]["next_cursor"]
        body = self.page(limit=5, cursor=cursor, sort="id", fields="name,ref")
        self.assertEqual(len(body["data"]), 5)


@tagged("post_install", "-at_install")
class TestConditions(ListCase):
    """What Odoo 19 finds, and what a URL can say."""

    def test_any_finds_what_odoo_finds(self):
        kids = [["child_ids", "any", [["name", "ilike", "kid"]]]]
        self.env[P].create({"name": "Kid", "parent_id": self.partners[0].id})
        for domain, wanted in (
            (kids, ["Adam"]),
            ([["child_ids", "not any", kids[0][2]]], self.names[1:]),
            ([["country_id", "any", [["code", "=", "DE"]]]], ["Carl", "Gerd"]),
            ([["child_ids", "any", []]], ["Adam"]),
        ):
            with self.subTest(str(domain)):
                found = self.names_of(filter=json.dumps(domain), sort="id")
                self.assertEqual([n for n in found if n in wanted], list(wanted))
                self.assertFalse({"Adam"} & {*found} - {*wanted})

    def test_any_passes_the_resolver(self):
        for domain in (
            [["child_ids", "any", [["zz_unknown", "=", 1]]]],
            [["company_id", "any", [["name", "=", "x"]]]],
            [["name", "any", []]],
        ):
            answer = self.rest.get(P, params={"filter": json.dumps(domain)})
            self.assert_problem(answer, 400, "query.field", "filter")
        domain = [["child_ids", "any!", [["name", "=", "x"]]]]
        answer = self.rest.get(P, params={"filter": json.dumps(domain)})
        self.assert_problem(answer, 400, "query.filter", "filter")

    def test_any_shows_nothing_of_records_out_of_reach(self):
        self.env[P].create({"name": "Kid", "parent_id": self.partners[0].id})
        self.resource(P).domain = "[('name', '!=', 'Kid')]"
        domain = [["child_ids", "any", [["name", "=", "Kid"]]]]
        self.assertEqual(self.names_of(filter=json.dumps(domain)), [])

    def test_times_compare_by_whole_seconds(self):
        moments = ("06.900000", "07.000001", "07.600000", "08.000000")
        for partner, moment in zip(self.partners, moments, strict=False):
            statement = "UPDATE res_partner SET write_date = %s WHERE id = %s"
            self.env.cr.execute(statement, [f"2026-05-14 09:30:{moment}", partner.id])
        before, first, last, after = self.names[:4]
        ids = ("filter[id][in]", ",".join(map(str, self.partners[:4].ids)))
        for operator, wanted in {
            "lt": [before],
            "lte": [before, first, last],
            "gt": [after],
            "gte": [first, last, after],
            "eq": [first, last],
            "ne": [before, after],
        }.items():
            with self.subTest(operator):
                moment = (f"filter[write_date][{operator}]", "2026-05-14T09:30:07Z")
                found = self.names_of(more=[ids, moment], sort="id")
                self.assertEqual(found, wanted)

    def test_a_date_is_the_whole_day_of_the_user(self):
        self.user.tz = "Asia/Tokyo"  # 2026-07-14 begins at 15:00 UTC of the 13th
        moments = ("13 14:59:59", "13 15:00:00", "14 14:59:59", "14 15:00:00")
        for partner, moment in zip(self.partners, moments, strict=False):
            statement = "UPDATE res_partner SET create_date = %s WHERE id = %s"
            self.env.cr.execute(statement, [f"2026-07-{moment}", partner.id])
        before, first, last, after = self.names[:4]
        ids = ("filter[id][in]", ",".join(map(str, self.partners[:4].ids)))
        for operator, wanted in {
            "lt": [before],
            "lte": [before, first, last],
            "gt": [after],
            "gte": [first, last, after],
            "eq": [first, last],
            "ne": [before, after],
            "in": [first, last],
            "not_in": [before, after],
        }.items():
            with self.subTest(operator):
                more = [ids, (f"filter[create_date][{operator}]", "2026-07-14")]
                self.assertEqual(self.names_of(more=more, sort="id"), wanted)

    def test_values_in_brackets(self):
        self.partners[0].name = "Doe, John"
        for name, text, wanted in (
            ("name][in", '"Doe, John",Dora', ["Doe, John", "Dora"]),
            ("ref", "null", ["Doe, John", "Carl", "Emil", "Gerd"]),
            ("ref", '"null"', []),
            ("parent_id][ne", "null", []),
            ("name][starts_with", "doe", ["Doe, John"]),
            ("name][ends_with", "TA", ["Berta"]),
            ("name][ieq", "BERTA", ["Berta"]),
            ("name][contains", "%", []),
        ):
            with self.subTest(f"{name}={text}"):
                found = self.names_of(more=[(f"filter[{name}]", text)], sort="id")
                self.assertEqual(found, wanted)

    def test_a_bracket_with_a_wrong_value_or_field_is_named(self):
        for name, text, code in (
            ("filter[parent_id]", "false", "query.filter"),
            ("filter[color][gt]", "x", "query.filter"),
            ("filter[name][in]", 'a"b', "query.filter"),
            ("filter[zz]", "1", "query.field"),
        ):
            answer = self.rest.get(P, params={name: text})
            self.assert_problem(answer, 400, code, name)

    def test_archived_and_a_filter_on_the_field_contradict_each_other(self):
        params = {"archived": "only", "filter[active]": "false"}
        answer = self.rest.get(P, params=params)
        self.assert_problem(answer, 400, "query.conflict", "archived")

    def test_one_record_is_read_whether_archived_or_not(self):
        path = f"{P}/{self.partners[0].id}"
        for archived, active in (("include", 200), ("exclude", 200), ("only", 404)):
            answer = self.rest.get(path, params={"archived": archived})
            self.assertEqual(answer.status_code, active, archived)

    def test_a_misspelled_field_is_told_what_there_is(self):
        answer = self.rest.get(P, params={"fields": "country_id.nme"})
        problem = self.assert_problem(answer, 400, "query.field")
        self.assertIn("Did you mean 'name'?", problem["detail"])
