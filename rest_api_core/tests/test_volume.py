"""No request takes a server down: what a response contains, and how long it takes."""

import base64
from unittest.mock import patch

from odoo.tests import tagged

from ..engine import files
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
class TestTime(RestCase):
    def test_a_request_ends_in_time_whatever_its_queries_take(self):
        with patch.object(type(self.env["rest.limiter"]), "_seconds", lambda *_: 1e-9):
            answer = self.rest.get(P)
        problem = self.assert_problem(answer, 503, "server.timeout")
        self.assertIn("longer than", problem["detail"])
        self.assertEqual(self.rest.get(P).status_code, 200)

    def test_a_new_api_has_limits(self):
        api = self.env["rest.api"].create({"name": "N", "root_path": "/rest/new"})
        limits = api._frozen()
        self.assertTrue(limits.rate_limit)
        self.assertTrue(limits.max_concurrent)
        self.assertLess(0, limits.statement_timeout)
        # before Odoo ends the worker
        self.assertLess(limits.statement_timeout, limits.request_timeout)
        self.assertLess(limits.request_timeout, 120)
