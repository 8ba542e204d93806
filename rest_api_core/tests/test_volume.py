"""No request takes a server down: what a response contains, and how long it takes."""

import base64
from contextlib import nullcontext
from itertools import count
from unittest.mock import patch

from odoo.api import Environment
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import files, long_texts, pipeline, x2many
from ..orm import deadline
from ..query import volume
from ..query.expansion import Branch
from ..query.query import Query
from ..wire.call import Caller
from .common import RestCase

P = "res.partner"


@tagged("post_install", "-at_install")
class TestVolume(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls.env[P].create({"name": "P", "function": "V"})
        cls.children = cls.env[P].create(
            [{"name": "C", "parent_id": cls.parent.id, "function": "V"}] * 30
        )

    def limited(self, **limits):
        init = volume.Volume.__init__
        patcher = patch.object(init, "__defaults__", tuple(limits.values()))
        patcher.start()
        self.addCleanup(patcher.stop)

    def list(self, **params):
        return self.rest.get(P, params={"filter[function]": "V", **params})

    def assert_too_large(self, answer, text):
        problem = self.assert_problem(answer, 413, "query.too_large")
        self.assertIn(text, problem["detail"])

    def test_relations_in_a_circle_count_as_often_as_they_are_shown(self):
        circle = "parent_id.child_ids.parent_id.child_ids"
        # 30 children of the same parent, with 30 children each, twice
        answer = self.list(expand=circle, fields="id,parent_id", limit=31)
        self.assert_too_large(answer, "more than 1000000 values")
        answer = self.list(expand="parent_id.child_ids", fields="id", limit=31)
        self.assertEqual(answer.status_code, 200)

    def test_values_that_are_read_count_before_they_are_read(self):
        self.limited(max_values=100, max_bytes=volume.MAX_BYTES)
        self.assertEqual(self.list(fields="id,name").status_code, 200)
        self.assert_too_large(self.list(fields="id,name,city,ref"), "100 values")
        with patch.object(type(self.env["rest.search"]), "_query") as search:
            search.side_effect = AssertionError
            context, level = self.reading()
            with self.assertRaises(volume.PageTooLarge):
                serializer = self.env["rest.serializer"]
                above = [{"id": 1, "child_ids": list(range(100))}]
                serializer._related_rows(context, level, above)

    def reading(self):
        api = self.env["rest.configuration"]._api(self.api.id)
        caller = Caller("key", self.user.id, self.client.id)
        context = self.env["rest.context"]._make(api, caller)
        query = Query(fields=("id",), expand=(Branch("child_ids"),))
        _query, level = self.env["rest.serializer"]._plan(context, P, query)
        return context, level.relations[0]

    def test_files_count_while_they_are_read(self):
        image = base64.b64encode(b"GIF89a" + b"\0" * 1500)
        attachments = self.env["ir.attachment"]
        for child in self.children:
            attachments.create(
                {
                    "name": "image_1920",
                    "res_model": P,
                    "res_id": child.id,
                    "res_field": "image_1920",
                    "datas": image,
                }
            )
        self.limited(max_values=volume.MAX_VALUES, max_bytes=20_000)
        read, content = [], type(self.env["rest.files"])._content

        def spy(service, *args):
            read.append(args)
            return content(service, *args)

        with patch.object(type(self.env["rest.files"]), "_content", spy):
            answer = self.list(fields="image_1920", binary="base64")
        self.assert_too_large(answer, "0 MB")
        self.assertLess(len(read), files.FILES_AT_ONCE + 5)


@tagged("post_install", "-at_install")
class TestLongTexts(RestCase):
    """Texts are weighed before they are read."""

    models = (P, "res.partner.category", "res.country", "res.partner.bank")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"function": "V", "comment": "<p>c</p>"}
        cls.partners = cls.env[P].create(
            [{**values, "name": f"{n:02}", "ref": f"R{n}"} for n in range(20)]
        )
        cls.tags = cls.env["res.partner.category"].create([{"name": "T"}] * 3)
        cls.partners[:15].category_id = cls.tags

    def list(self, fields, **params):
        params = {"filter[function]": "V", "fields": fields, **params}
        return self.rest.get(P, params=params)

    def limited(self, size):
        defaults = (volume.MAX_VALUES, size)
        patcher = patch.object(volume.Volume.__init__, "__defaults__", defaults)
        patcher.start()
        self.addCleanup(patcher.stop)

    def lengthen(self, records, name, size=20_000):
        """As callers may, but without the code of Odoo."""
        records.flush_recordset()
        statement = SQL(
            "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
            SQL.identifier(records._table),
            SQL.identifier(name),
            "x" * size,
            records.ids,
        )
        self.env.cr.execute(statement)
        records.invalidate_recordset()

    def assert_same_as_few(self, fields, **params):
        """Rows read in parts are the rows of single reads, in their order."""
        listed = self.data(self.list(fields, sort="id", limit=100, **params))
        single = [
            self.data(self.rest.get(f"{P}/{one.id}", params={"fields": fields}))
            for one in self.partners
        ]
        self.assertEqual(listed, single)

    FIELDS = "name,ref,comment,color,is_company,parent_id,category_id,country_id"

    def test_long_rows_are_read_like_short_ones(self):
        self.partners[1].parent_id = self.partners[0]
        self.assert_same_as_few(self.FIELDS)
        self.lengthen(self.partners[3:6], "ref", 70_000)
        self.lengthen(self.partners[5], "comment", 70_000)
        self.assert_same_as_few(self.FIELDS)
        with patch.object(long_texts, "MOST", 30):
            self.assert_same_as_few(self.FIELDS)

    def test_cursors_go_on_behind_long_keys(self):
        self.lengthen(self.partners[3:6], "ref", 70_000)
        seen, cursor = [], ""
        with patch.object(long_texts, "FEW", 0), patch.object(long_texts, "MOST", 1):
            while cursor is not None:
                answer = self.list("name", sort="name", limit=7, cursor=cursor)
                seen += [one["name"] for one in self.data(answer)]
                cursor = answer.json()["meta"]["next_cursor"]
        self.assertEqual(seen, [f"{n:02}" for n in range(20)])

    def refused_unread(self, fields, longest):
        """The response is too large, and PostgreSQL has sent none of the values."""
        received, original = [], Environment.execute_query

        def execute_query(env, statement):
            rows = original(env, statement)
            received.extend(v for row in rows for v in row if isinstance(v, str))
            return rows

        with patch.object(Environment, "execute_query", execute_query):
            answer = self.list(fields, limit=100)
        problem = self.assert_problem(answer, 413, "query.too_large")
        self.assertIn("larger than", problem["detail"])
        self.assertLess(max(map(len, received), default=0), longest)

    def test_texts_are_not_read_if_they_are_too_large(self):
        self.lengthen(self.partners, "ref", 70_000)
        self.limited(2**20)
        self.refused_unread("ref", 70_000)

    def test_nor_are_names_beside_ids(self):
        countries = self.env["res.country"].search([], limit=20)
        for partner, country in zip(self.partners, countries, strict=True):
            partner.country_id = country
            country.name = f"{country.code}{'x' * 5000}"
        self.limited(50_000)
        with patch.object(long_texts, "MOST", 1000):
            self.refused_unread("country_id", 5000)

    def test_nor_are_lists_of_ids(self):
        self.limited(300)
        answer = self.list("category_id", limit=100)
        self.assert_problem(answer, 413, "query.too_large")

    def test_ids_are_values(self):
        patcher = patch.object(
            volume.Volume.__init__, "__defaults__", (95, volume.MAX_BYTES)
        )
        patcher.start()
        self.addCleanup(patcher.stop)
        self.assertEqual(self.list("category_id", limit=100).status_code, 200)
        self.partners[15:].category_id = self.tags
        for most in (x2many.MAX_ARRAYS, 0):
            with patch.object(x2many, "MAX_ARRAYS", most):
                answer = self.list("category_id", limit=100)
                self.assert_problem(answer, 413, "query.too_large")

    # --- what Odoo reads ---------------------------------------------------------

    def parts(self):
        """The sizes of the parts in which Odoo reads contacts."""
        seen, original = [], type(self.env["rest.long.texts"])._parts

        def spy(service, context, model, ids):
            for part in original(service, context, model, ids):
                seen.append(len(part))
                yield part

        patcher = patch.object(type(self.env["rest.long.texts"]), "_parts", spy)
        patcher.start()
        self.addCleanup(patcher.stop)
        return seen

    def test_odoo_reads_long_records_in_parts(self):
        fields = "contact_address,category_id"
        before = self.data(self.list(fields, sort="id", limit=100))
        self.lengthen(self.partners, "ref", 70_000)
        seen = self.parts()
        with patch.object(long_texts, "PART", 400_000):
            after = self.data(self.list(fields, sort="id", limit=100))
        self.assertEqual(before, after)
        self.assertEqual(seen, [5, 5, 5, 5])

    def test_short_records_are_one_part(self):
        seen = self.parts()
        self.data(self.list("contact_address", limit=100))
        self.assertEqual(seen, [20])

    def test_names_are_read_in_parts_as_well(self):
        self.env["res.partner.bank"].create(
            [
                {"acc_number": f"N{number}", "partner_id": partner.id}
                for number, partner in enumerate(self.partners)
            ]
        )
        self.lengthen(self.partners, "ref", 70_000)
        seen = self.parts()
        params = {"fields": "partner_id", "filter[partner_id.function]": "V"}
        with patch.object(long_texts, "PART", 700_000):
            rows = self.data(self.rest.get("res.partner.bank", params=params))
        self.assertEqual(
            {row["partner_id"]["display_name"] for row in rows},
            {f"{n:02}" for n in range(20)},
        )
        self.assertEqual(sorted(seen), [9, 9, 2][::-1])

    def test_computed_texts_are_weighed_part_by_part(self):
        self.lengthen(self.partners, "street", 70_000)
        self.limited(500_000)
        seen = self.parts()
        with patch.object(long_texts, "PART", 300_000):
            answer = self.list("contact_address", limit=100)
        self.assert_problem(answer, 413, "query.too_large")
        self.assertLess(len(seen), 4)


@tagged("post_install", "-at_install")
class TestTime(RestCase):
    def test_a_request_ends_in_time_whatever_its_queries_take(self):
        with patch.object(type(self.env["rest.limiter"]), "_seconds", lambda *_: 1e-9):
            answer = self.rest.get(P)
        problem = self.assert_problem(answer, 503, "server.timeout")
        self.assertIn("longer than", problem["detail"])
        self.assertEqual(self.rest.get(P).status_code, 200)

    def late(self):
        """A clock that goes on by 100 seconds with each look."""
        limiter, now = type(self.env["rest.limiter"]), count(step=100)
        clock = patch.object(
            deadline.Deadline.__init__, "__defaults__", (0, lambda: next(now))
        )
        for patcher in (clock, patch.object(limiter, "_seconds", lambda *_: 60)):
            patcher.start()
            self.addCleanup(patcher.stop)

    def without_queries(self):
        """Let no query look at the clock."""
        patcher = patch.object(pipeline, "bounded", lambda *_: nullcontext())
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_loops_without_queries_end_in_time(self):
        """Those over computed values, over files, and over the records of a body."""
        partner = self.env[P].create({"name": "A"})
        path = f"{P}/{partner.id}"
        self.late()
        self.without_queries()
        children = {"child_ids": [{"name": "B"}]}
        for answer in (
            self.rest.get(path, params={"fields": "contact_address"}),
            self.rest.get(path, params={"fields": "avatar_128", "binary": "base64"}),
            self.rest.post(P, {"name": "C"}),
            self.rest.patch(path, children),
            self.rest.post(f"{path}/copy", {}),
        ):
            problem = self.assert_problem(answer, 503, "server.timeout")
            self.assertIn("longer than 60 seconds", problem["detail"])
        self.assertFalse(partner.child_ids)

    def test_a_new_api_has_limits(self):
        api = self.env["rest.api"].create({"name": "N", "root_path": "/rest/new"})
        limits = api._frozen()
        self.assertTrue(limits.rate_limit)
        self.assertTrue(limits.max_concurrent)
        self.assertLess(0, limits.statement_timeout)
        # before Odoo ends the worker
        self.assertLess(limits.statement_timeout, limits.request_timeout)
        self.assertLess(limits.request_timeout, 120)
