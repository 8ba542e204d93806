"""If-Match and If-None-Match on writes."""

from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestPreconditions(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner, cls.other = cls.env["res.partner"].create(
            [{"name": "Azure"}, {"name": "Deco"}]
        )
        cls.path = f"res.partner/{cls.partner.id}"
        cls.paths = f"{cls.path},{cls.other.id}"

    def tag(self, path=None, **options):
        answer = self.rest.get(path or self.path, **options)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.headers["ETag"]

    def change(self, tag, path=None, name="Azur", **options):
        headers = {"If-Match": tag}
        return self.rest.patch(
            path or self.path, {"name": name}, headers=headers, **options
        )

    def write_elsewhere(self, **values):
        """A change by another transaction: in a test all are one, and a row's version
        is that of the transaction, so a savepoint makes it another."""
        with self.env.cr.savepoint():
            self.partner.write(values)
            self.env.flush_all()

    def test_a_change_of_what_the_client_has_seen_passes(self):
        answer = self.change(self.tag())
        self.data(answer)
        self.assertEqual(answer.headers["ETag"], self.tag())
        self.assertEqual(self.partner.name, "Azur")

    def test_a_change_of_what_has_changed_fails(self):
        tag = self.tag()
        self.write_elsewhere(city="Gent")
        self.assert_problem(self.change(tag), 412, "record.precondition")
        self.assertEqual(self.partner.name, "Azure")

    def test_of_two_changes_with_one_tag_the_second_fails(self):
        tag = self.tag()
        self.data(self.change(tag, name="One"))
        self.assert_problem(self.change(tag, name="Two"), 412, "record.precondition")
        self.assertEqual(self.partner.name, "One")

    def test_the_tag_of_a_change_serves_the_next_change(self):
        first = self.change(self.tag(), name="One")
        self.data(self.change(first.headers["ETag"], name="Two"))

    def test_a_tag_holds_whatever_fields_were_read(self):
        for params in ({"fields": "city"}, {"lang": "en_US"}, {"expand": "child_ids"}):
            with self.subTest(params):
                self.data(self.change(self.tag(params=params)))

    def test_any_tag_of_a_list_may_match(self):
        self.data(self.change(f'"nothing", {self.tag()}'))
        self.assert_problem(self.change('"x", "y"'), 412, "record.precondition")

    def test_a_star_matches_what_is_there(self):
        self.data(self.change("*"))
        self.assert_problem(
            self.change("*", "res.partner/99999999"), 404, "record.not_found"
        )

    def test_proxies_that_compress_do_not_matter(self):
        """They make tags weak, or append to them; the version names the row."""
        for form in ('W/"{}"', '"{}-gzip"', '"{};gzip"', 'W/"{}-gzip"', '"{}--gzip"'):
            with self.subTest(form):
                self.data(self.change(form.format(self.tag().strip('"'))))
                old = self.tag().strip('"')
                self.data(self.change("*"))
                answer = self.change(form.format(old))
                self.assert_problem(answer, 412, "record.precondition")

    def test_a_tag_without_quotes_is_told(self):
        for wrong in ("abc", self.tag().strip('"'), '"a", b', '"'):
            answer = self.change(wrong)
            problem = self.assert_problem(answer, 400, "query.header")
            self.assertEqual(problem["errors"][0]["header"], "If-Match")

    def test_every_verb_looks_at_the_tag(self):
        headers = {"If-Match": '"old"'}
        rows = [
            ("PUT", self.path, {"name": "X"}),
            ("DELETE", self.path, None),
            ("POST", f"{self.path}/archive", None),
            ("POST", f"{self.path}/restore", None),
            ("POST", f"{self.path}/copy", None),
        ]
        for method, path, body in rows:
            with self.subTest(method=method, path=path):
                answer = self.rest.ask(method, path, json_body=body, headers=headers)
                self.assert_problem(answer, 412, "record.precondition")
        self.assertTrue(self.partner.active)

    def test_deletion_with_the_right_tag(self):
        headers = {"If-Match": self.tag()}
        answer = self.rest.delete(self.path, headers=headers, params={"force": "1"})
        self.assertEqual(answer.status_code, 204)

    def test_several_records_have_the_tag_of_their_list(self):
        tag = self.tag(self.paths)
        self.data(self.change(tag, self.paths))
        self.assert_problem(self.change(tag, self.paths), 412, "record.precondition")

    def test_a_resource_may_require_a_tag(self):
        self.resource("res.partner").etag_required = True
        code = "record.precondition_required"
        body = {"name": "X"}
        self.assert_problem(self.rest.patch(self.path, body), 428, code)
        self.assert_problem(self.rest.put(self.path, body), 428, code)
        self.assert_problem(self.rest.delete(self.path), 428, code)
        self.assert_problem(self.rest.post(f"{self.path}/archive"), 428, code)
        self.assert_problem(self.rest.post(f"{self.path}/restore"), 428, code)
        body = {"ids": [self.partner.id], "data": {"name": "X"}}
        self.assert_problem(self.rest.patch("res.partner", body), 428, code)
        self.assertEqual(self.partner.name, "Azure")
        self.data(self.rest.post("res.partner", {"name": "New"}), 201)
        self.data(self.change(self.tag()))

    # --- lines -----------------------------------------------------------------------

    def lines(self):
        partners = self.env["res.partner"]
        lines = partners.create(
            [{"name": name, "parent_id": self.partner.id} for name in ("A", "B")]
        )
        self.env.flush_all()
        return lines, f"res.partner/{','.join(map(str, lines.ids))}"

    def change_lines(self, lines, *tags):
        body = {"child_ids": [{"id": each, "city": "X"} for each in lines.ids]}
        headers = {"If-Match": ", ".join(tags)}
        return self.rest.patch(self.path, body, headers=headers)

    def test_the_tag_of_a_record_says_nothing_of_its_lines(self):
        lines, path = self.lines()
        answer = self.change_lines(lines, self.tag())
        problem = self.assert_problem(answer, 428, "record.precondition_required")
        self.assertIn(path, problem["detail"])
        self.assertFalse(lines[0].city)

    def test_lines_are_changed_with_their_tags(self):
        lines, path = self.lines()
        own = [self.tag(f"res.partner/{each}") for each in lines.ids]
        self.data(self.change_lines(lines, self.tag(), *own))
        self.data(self.change_lines(lines, self.tag(), self.tag(path)))
        self.data(self.change_lines(lines, "*"))

    def test_a_line_that_has_changed_is_not_overwritten(self):
        lines, path = self.lines()
        tags = self.tag(), self.tag(path)
        with self.env.cr.savepoint():
            lines[1].city = "Ghent"
            self.env.flush_all()
        answer = self.change_lines(lines, *tags)
        self.assert_problem(answer, 412, "record.precondition")
        self.assertEqual(lines[1].city, "Ghent")

    def test_lines_that_leave_or_join_need_their_tags(self):
        lines, path = self.lines()
        rows = [
            {"child_ids": [{"id": lines[0].id, "_delete": True}]},
            {"child_ids": []},
            {"child_ids": {"mode": "remove", "records": lines.ids}},
            {"child_ids": {"mode": "add", "records": [self.other.id]}},
        ]
        for body in rows:
            with self.subTest(body):
                headers = {"If-Match": self.tag()}
                answer = self.rest.patch(self.path, body, headers=headers)
                self.assert_problem(answer, 428, "record.precondition_required")

    def test_lines_that_are_new_or_only_named_need_none(self):
        lines, path = self.lines()
        category = self.env["res.partner.category"].create({"name": "C"})
        for body in (
            {"child_ids": [{"name": "New"}]},
            {"child_ids": {"mode": "add", "records": lines.ids}},
            {"category_id": [category.id]},
        ):
            with self.subTest(body):
                headers = {"If-Match": self.tag()}
                self.data(self.rest.patch(self.path, body, headers=headers))

    def test_a_resource_that_requires_tags_requires_them_of_lines(self):
        self.resource("res.partner.category").etag_required = True
        category = self.env["res.partner.category"].create({"name": "C"})
        body = {"category_id": [{"id": category.id, "name": "D"}]}
        answer = self.rest.patch(self.path, body)
        self.assert_problem(answer, 428, "record.precondition_required")

    def test_an_empty_condition_is_none(self):
        answer = self.rest.patch(self.path, {"name": "X"}, headers={"If-Match": ""})
        self.data(answer)

    def test_new_records_only(self):
        headers = {"If-None-Match": "*"}
        self.data(self.rest.post("res.partner", {"name": "New"}, headers=headers), 201)
        answer = self.rest.put(self.path, {"name": "X"}, headers=headers)
        self.assert_problem(answer, 412, "record.precondition")
        answer = self.rest.post("res.partner", {"name": "N"}, headers={"If-Match": "*"})
        self.assert_problem(answer, 412, "record.precondition")

    def test_the_row_is_locked_before_its_version_is_read(self):
        statements = []
        serializer = type(self.env["rest.serializer"])
        lock = serializer._lock

        def spy(this, model, ids):
            statements.append((model._name, list(ids)))
            return lock(this, model, ids)

        serializer._lock = spy
        self.addCleanup(delattr, serializer, "_lock")
        self.data(self.rest.patch(self.path, {"name": "X"}))
        self.assertEqual(statements, [])
        self.data(self.change(self.tag()))
        self.assertEqual(statements, [("res.partner", [self.partner.id])])
