"""Creating, changing, replacing, deleting, archiving and copying records."""

from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from ..engine import mentions
from .common import RestCase


class WritingCase(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Azure", "city": "Gent"})
        cls.other = cls.env["res.partner"].create({"name": "Deco"})
        cls.path = f"res.partner/{cls.partner.id}"

    def scoped(self, model="res.partner", user=None, **rights):
        """The key of a client with one scope."""
        client, key = self.make_client(user or self.user)
        self.make_scope(client, model, **rights)
        return key

    def rule(self, mode, access, *names, model="res.partner", **party):
        fields = self.env["ir.model.fields"]
        found = [fields._get(model, name).id for name in names]
        party = party or {"resource_id": self.resource(model).id}
        self.env["rest.field.rule"].create(
            {"mode": mode, "access": access, "field_ids": found, **party}
        )


@tagged("post_install", "-at_install")
class TestWriting(WritingCase):
    # --- create --------------------------------------------------------------------

    def test_a_new_record_is_answered_with_its_address(self):
        answer = self.rest.post("res.partner", {"name": "New", "city": "Liège"})
        data = self.data(answer, 201)
        record = self.env["res.partner"].browse(data["id"])
        self.assertEqual((record.name, record.city), ("New", "Liège"))
        self.assertEqual(record.create_uid, self.user)
        address = f"{self.base_url()}{self.root}/res.partner/{record.id}"
        self.assertEqual(answer.headers["Location"], address)

    def test_the_tag_of_a_new_record_is_that_of_reading_it(self):
        created = self.rest.post("res.partner", {"name": "New"})
        number = self.data(created, 201)["id"]
        read = self.rest.get(f"res.partner/{number}")
        self.assertEqual(created.headers["ETag"], read.headers["ETag"])
        self.assertEqual(created.content, read.content)

    def test_a_list_is_created_in_its_order(self):
        answer = self.rest.post("res.partner", [{"name": "A"}, {"name": "B"}])
        data = self.data(answer, 201)
        self.assertEqual([each["name"] for each in data], ["A", "B"])
        self.assertEqual(answer.json()["meta"], {"count": 2})
        ids = ",".join(str(each["id"]) for each in data)
        self.assertTrue(answer.headers["Location"].endswith(f"/res.partner/{ids}"))

    def test_one_wrong_record_of_a_list_prevents_all(self):
        before = self.env["res.partner"].search_count([])
        body = [{"name": "A"}, {"name": 3}, {"nmae": "C", "city": "D"}]
        problem = self.assert_problem(
            self.rest.post("res.partner", body), 422, "body.refused", "#/1/name"
        )
        places = {fault["pointer"] for fault in problem["errors"]}
        self.assertEqual(places, {"#/1/name", "#/2/nmae"})
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_a_body_is_needed(self):
        self.assert_problem(self.rest.post("res.partner"), 400, "body.malformed")
        self.assert_problem(self.rest.post("res.partner", []), 422, "body.value", "#")
        self.assert_problem(self.rest.post("res.partner", "x"), 422, "body.value", "#")
        self.assert_problem(self.rest.patch(self.path, [1]), 422, "body.value", "#")

    def test_the_api_limits_how_many_records_are_written(self):
        self.api.max_records = 2
        body = [{"name": "A"}, {"name": "B"}, {"name": "C"}]
        self.assert_problem(self.rest.post("res.partner", body), 413, "body.too_large")
        nested = {"name": "A", "child_ids": [{"name": "B"}, {"name": "C"}]}
        self.assert_problem(
            self.rest.post("res.partner", nested), 413, "body.too_large"
        )
        answer = self.rest.patch("res.partner", {"ids": [1, 2, 3], "data": {}})
        self.assert_problem(answer, 413, "body.too_large")
        self.assert_problem(
            self.rest.delete("res.partner/1,2,3"), 413, "body.too_large"
        )

    def test_what_each_record_names_counts_before_it_is_looked_up(self):
        self.api.max_records = 5
        self.enterContext(patch.object(mentions, "MENTIONS", 1))
        tags = self.env["res.partner.category"].create([{"name": n} for n in "ABC"])
        ids = [self.partner.id, self.other.id]
        body = {"ids": ids, "data": {"category_id": tags.ids}}
        service = type(self.env["rest.lookup"])
        with patch.object(service, "_look_up", side_effect=AssertionError):
            answer = self.rest.patch("res.partner", body)
        self.assert_problem(answer, 413, "body.too_large")
        self.api.max_records = 10
        self.data(self.rest.patch("res.partner", body))

    def test_records_that_are_only_named_are_not_written(self):
        self.api.max_records = 3
        tags = self.env["res.partner.category"].create([{"name": n} for n in "ABCD"])
        lines = [{"name": n, "category_id": tags.ids} for n in "AB"]
        self.data(
            self.rest.post("res.partner", {"name": "New", "child_ids": lines}), 201
        )
        lines.append({"name": "C"})
        answer = self.rest.post("res.partner", {"name": "New", "child_ids": lines})
        self.assert_problem(answer, 413, "body.too_large")

    def test_too_many_records_are_counted_before_anything_is_made_of_them(self):
        self.api.max_records = 10
        fields_of = type(self.env["rest.relation"])
        body = {"child_ids": [{}] * 100_000}
        with patch.object(fields_of, "_consequences", side_effect=AssertionError):
            answer = self.rest.post("res.partner", body)
            self.assert_problem(answer, 413, "body.too_large")
            body = {"category_id": [1] * 2000}
            answer = self.rest.post("res.partner", body)
            self.assert_problem(answer, 413, "body.too_large")

    # --- empty texts ---------------------------------------------------------

    def test_an_empty_text_is_no_value(self):
        data = self.data(self.rest.patch(self.path, {"ref": "", "city": "A"}))
        self.assertIsNone(data["ref"])
        self.assertFalse(self.partner.ref)
        self.env.cr.execute(
            "UPDATE res_partner SET ref = '' WHERE id = %s", [self.partner.id]
        )
        self.env.invalidate_all()
        params = {"fields": "ref"}
        self.assertIsNone(self.data(self.rest.get(self.path, params=params))["ref"])

    def test_a_name_that_is_needed_is_not_empty(self):
        answer = self.rest.post("res.partner", {"name": ""})
        self.assert_problem(answer, 422, "record.invalid")
        answer = self.rest.post("res.partner.category", {"name": ""})
        self.assert_problem(answer, 422, "body.required", "#/name")

    def test_nothing_is_looked_up_by_an_empty_text(self):
        self.other.ref = False
        body = {"name": "New", "parent_id": {"ref": ""}}
        answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "body.value", "#/parent_id")

    def test_each_copy_has_records_of_its_own(self):
        self.api.max_records = 5
        path = f"res.partner/{self.partner.id},{self.other.id}/copy"
        body = {"child_ids": [{"name": "A"}]}
        headers = {"Prefer": "max-affected=3"}
        answer = self.rest.post(path, body, headers=headers)
        self.assert_problem(answer, 400, "policy.max_affected")
        self.data(self.rest.post(path, body), 201)
        body["child_ids"].append({"name": "B"})
        self.assert_problem(self.rest.post(path, body), 413, "body.too_large")

    def test_the_answer_has_the_shape_that_is_asked_for(self):
        answer = self.rest.post(
            "res.partner",
            {"name": "New", "country_id": self.env.ref("base.be").id},
            params={"fields": "name,country_id.code"},
        )
        data = self.data(answer, 201)
        country = {"id": self.env.ref("base.be").id, "code": "BE"}
        expected = {"id": data["id"], "name": "New", "country_id": country}
        self.assertEqual(data, expected)

    def test_a_wrong_shape_prevents_the_write(self):
        answer = self.rest.patch(self.path, {"name": "X"}, params={"fields": "nmae"})
        self.assert_problem(answer, 400, "query.field", "fields")
        self.assertEqual(self.partner.name, "Azure")

    def test_types_are_kept(self):
        body = {"name": "New", "active": False, "color": 3, "comment": "<p>Hi</p>"}
        record = self.created(body)
        self.assertFalse(record.active)
        self.assertEqual((record.color, str(record.comment)), (3, "<p>Hi</p>"))

    def created(self, body, **options):
        data = self.data(self.rest.post("res.partner", body, **options), 201)
        return self.env["res.partner"].browse(data["id"])

    def test_files_are_written_in_base64_alone(self):
        self.expose("ir.attachment", sensitive=True)
        body = {"name": "File", "raw": "aGVsbG8="}
        answer = self.rest.post("ir.attachment", body)
        self.assert_problem(answer, 422, "body.field", "#/raw")
        body = {"name": "File", "datas": "aGVsbG8="}
        number = self.data(self.rest.post("ir.attachment", body), 201)["id"]
        self.assertEqual(self.env["ir.attachment"].browse(number).raw, b"hello")

    def test_rules_of_the_business_are_told(self):
        answer = self.rest.post("res.partner", {"city": "Gent"})
        self.assert_problem(answer, 422, "record.invalid")

    def test_what_is_required_is_named(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        body = [{"name": "Q", "code": "QQ"}, {"code": "QZ"}]
        answer = self.rest.post("res.country", body)
        self.assert_problem(answer, 422, "body.required", "#/1/name")
        answer = self.rest.patch("res.country/1", {"name": None})
        self.assert_problem(answer, 422, "body.required", "#/name")

    def test_doubles_are_conflicts(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        answer = self.rest.post("res.country", {"name": "Belgium two", "code": "BE"})
        self.assert_problem(answer, 409, "record.duplicate")

    # --- what a body may name ------------------------------------------------------

    def test_magic_fields_are_refused(self):
        for name in ("id", "create_uid", "create_date", "write_uid", "write_date"):
            with self.subTest(name):
                answer = self.rest.post("res.partner", {"name": "New", name: 1})
                self.assert_problem(answer, 422, "body.field", f"#/{name}")
                answer = self.rest.patch(self.path, {name: 1})
                self.assert_problem(answer, 422, "body.field", f"#/{name}")

    def test_unknown_computed_and_forbidden_fields_are_refused_alike(self):
        self.rule("block", "write", "city")
        self.rule("block", "both", "street")
        for name in ("nosuch", "commercial_partner_id", "city", "street", "tz_offset"):
            response = self.rest.patch(self.path, {name: "x"})
            problem = self.assert_problem(response, 422, "body.field", f"#/{name}")
            detail = f"Field '{name}' does not exist or cannot be written."
            # the one wording; hints name what can be written
            self.assertTrue(problem["errors"][0]["detail"].startswith(detail))

    def test_all_faults_come_at_once(self):
        body = {"id": 3, "name": None, "color": "red", "child_ids": [{"x": 1}, "a"]}
        problem = self.assert_problem(
            self.rest.patch(self.path, body), 422, "body.refused"
        )
        places = {fault["pointer"] for fault in problem["errors"]}
        expected = {"#/id", "#/color", "#/child_ids/0/x", "#/child_ids/1"}
        self.assertLessEqual(expected, places)

    def test_fields_that_a_scope_does_not_allow_are_refused(self):
        client, key = self.make_client(self.user)
        scope = self.make_scope(client, "res.partner", can_create=True)
        self.rule("allow", "write", "name", scope_id=scope.id)
        body = {"name": "New", "city": "Gent"}
        answer = self.rest.post("res.partner", body, key=key)
        self.assert_problem(answer, 422, "body.field", "#/city")
        self.assertEqual(self.created({"name": "New"}, key=key).name, "New")

    # --- update --------------------------------------------------------------------

    def test_a_change_is_answered_with_the_record(self):
        data = self.data(self.rest.patch(self.path, {"name": "Azur", "city": None}))
        self.assertEqual((data["name"], data["city"]), ("Azur", None))
        self.assertEqual((self.partner.name, self.partner.city), ("Azur", False))

    def test_an_empty_change_changes_nothing(self):
        before = self.partner.write_date
        self.data(self.rest.patch(self.path, {}))
        self.assertEqual(self.partner.write_date, before)

    def test_one_change_of_several_records(self):
        ids = [self.other.id, self.partner.id]
        body = {"ids": ids, "data": {"city": "Brugge"}}
        answer = self.rest.patch("res.partner", body)
        self.assertEqual([each["id"] for each in self.data(answer)], ids)
        self.assertEqual(answer.json()["meta"], {"count": 2})
        self.assertEqual((self.partner | self.other).mapped("city"), ["Brugge"] * 2)

    def test_one_change_of_the_records_of_a_path(self):
        path = f"res.partner/{self.partner.id},{self.other.id}"
        self.assertEqual(len(self.data(self.rest.patch(path, {"city": "Brugge"}))), 2)
        self.assertEqual((self.partner | self.other).mapped("city"), ["Brugge"] * 2)

    def test_several_changes_of_several_records(self):
        body = [
            {"id": self.partner.id, "city": "Ieper"},
            {"id": self.other.id, "city": "Mons", "name": "Decor"},
        ]
        self.data(self.rest.patch("res.partner", body))
        self.assertEqual((self.partner | self.other).mapped("city"), ["Ieper", "Mons"])
        self.assertEqual(self.other.name, "Decor")

    def test_a_list_of_changes_must_name_each_record_once(self):
        number = self.partner.id
        rows = [
            ([{"city": "X"}], "#/0/id"),
            ([{"id": number}, {"id": number}], "#/1/id"),
            ([3], "#/0"),
            ({"ids": [number, "3"], "data": {}}, "#/ids/1"),
            ({"ids": [], "data": {}}, "#/ids"),
            ({"ids": number, "data": {}}, "#/ids"),
            ({"ids": [number], "data": []}, "#/data"),
            ({"ids": [number]}, "#"),
            ({"city": "X"}, "#"),
        ]
        for body, place in rows:
            with self.subTest(body):
                answer = self.rest.patch("res.partner", body)
                self.assert_problem(answer, 422, "body.value", place)

    def test_a_missing_record_prevents_the_change_of_the_others(self):
        missing = self.env["res.partner"].search([], order="id desc", limit=1).id + 999
        body = {"ids": [self.partner.id, missing], "data": {"city": "X"}}
        answer = self.rest.patch("res.partner", body)
        self.assert_problem(answer, 404, "record.not_found")
        self.assertEqual(self.partner.city, "Gent")
        for method in ("PATCH", "PUT", "DELETE"):
            answer = self.rest.ask(
                method, f"res.partner/{missing}", json_body={"name": "X"}
            )
            self.assert_problem(answer, 404, "record.not_found")
        for verb in ("archive", "restore", "copy"):
            answer = self.rest.post(f"res.partner/{missing}/{verb}")
            self.assert_problem(answer, 404, "record.not_found")

    def test_records_that_rules_hide_are_missing(self):
        self.env["ir.rule"].create(
            {
                "name": "No Azure",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Azure')]",
            }
        )
        hidden = self.rest.patch(self.path, {"name": "X"})
        missing = self.rest.patch("res.partner/99999999", {"name": "X"})
        self.assert_problem(hidden, 404, "record.not_found")
        drop = ("instance", "request_id")
        first, second = hidden.json(), missing.json()
        # each is told the id that it asked for, and nothing else differs
        second["detail"] = second["detail"].replace("99999999", str(self.partner.id))
        self.assertEqual(
            {n: v for n, v in first.items() if n not in drop},
            {n: v for n, v in second.items() if n not in drop},
        )

    def test_readable_records_that_rights_protect_are_forbidden(self):
        reader = new_test_user(self.env, "rest_reader", "base.group_user")
        _client, key = self.make_client(reader, all_resources=True)
        answer = self.rest.patch("res.country/1", {"name": "X"}, key=key)
        self.assert_problem(answer, 403, "policy.forbidden")

    def test_readable_records_that_rules_protect_are_forbidden(self):
        self.env["ir.rule"].create(
            {
                "name": "Azure stays",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Azure')]",
                "perm_read": False,
            }
        )
        answer = self.rest.patch(self.path, {"city": "X"})
        self.assert_problem(answer, 403, "policy.forbidden")

    def test_a_record_that_leaves_the_reach_of_its_user_is_only_an_id(self):
        self.env["ir.rule"].create(
            {
                "name": "No Gold",
                "model_id": self.env["ir.model"]._get_id("res.partner.category"),
                "domain_force": "[('name', '!=', 'Gold')]",
            }
        )
        category = self.env["res.partner.category"].create({"name": "Silver"})
        path = f"res.partner.category/{category.id}"
        data = self.data(self.rest.patch(path, {"name": "Gold"}))
        self.assertEqual(data, {"id": category.id})

    def test_texts_are_written_in_the_language_of_the_request(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        category = self.env["res.partner.category"].create({"name": "Silver"})
        path = f"res.partner.category/{category.id}"
        data = self.data(
            self.rest.patch(path, {"name": "Argent"}, params={"lang": "fr_FR"})
        )
        self.assertEqual(data["name"], "Argent")
        self.assertEqual(category.with_context(lang="fr_FR").name, "Argent")
        self.assertEqual(category.with_context(lang="en_US").name, "Silver")

    # --- replace -------------------------------------------------------------------

    def test_what_is_left_out_of_a_put_goes_back_to_its_default(self):
        company = self.env.company
        self.partner.write(
            {
                "color": 5,
                "active": False,
                "company_id": company.id,
                "category_id": [(0, 0, {"name": "Kept"})],
                "country_id": self.env.ref("base.be").id,
            }
        )
        data = self.data(self.rest.put(self.path, {"name": "Azur"}))
        self.assertEqual((data["name"], data["city"], data["color"]), ("Azur", None, 0))
        self.assertFalse(self.partner.country_id)
        self.assertFalse(self.partner.active)
        self.assertEqual(self.partner.company_id, company)
        self.assertEqual(self.partner.category_id.name, "Kept")

    def test_a_put_leaves_what_the_caller_may_not_write(self):
        self.rule("block", "write", "city")
        self.partner.street = "Rue"
        self.rule("block", "read", "street")
        self.data(self.rest.put(self.path, {"name": "Azur"}))
        self.assertEqual((self.partner.city, self.partner.street), ("Gent", "Rue"))

    def test_required_fields_must_come_with_a_put(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        answer = self.rest.put("res.country/1", {"name": "X"})
        self.assert_problem(answer, 422, "body.required", "#/code")
        answer = self.rest.put("res.country/1", {"name": None, "code": "QQ"})
        self.assert_problem(answer, 422, "body.required", "#/name")

    # --- delete, archive, restore --------------------------------------------------

    def test_a_deletion_archives_what_can_be_archived(self):
        data = self.data(self.rest.delete(self.path, params={"fields": "active"}))
        self.assertEqual(data, {"id": self.partner.id, "active": False})
        self.assertFalse(self.partner.active)

    def test_a_forced_deletion_deletes(self):
        answer = self.rest.delete(self.path, params={"force": "true"})
        self.assertEqual((answer.status_code, answer.content), (204, b""))
        self.assertFalse(self.partner.exists())

    def test_a_resource_may_delete_at_once(self):
        self.resource("res.partner").delete_mode = "unlink"
        self.assertEqual(self.rest.delete(self.path).status_code, 204)
        self.assertFalse(self.partner.exists())

    def test_what_cannot_be_archived_is_deleted(self):
        self.expose("res.partner.bank")
        self.user.group_ids |= self.env.ref("base.group_system")
        country = self.env["res.country"].create({"name": "Q", "code": "QQ"})
        self.assertEqual(self.rest.delete(f"res.country/{country.id}").status_code, 204)
        self.assertFalse(country.exists())

    def test_several_records_are_deleted_or_none(self):
        path = f"res.partner/{self.partner.id},{self.other.id}"
        self.assertEqual(len(self.data(self.rest.delete(path))), 2)
        answer = self.rest.delete(f"{path},99999999", params={"force": "1"})
        self.assert_problem(answer, 404, "record.not_found")
        self.assertTrue((self.partner | self.other).exists())
        answer = self.rest.delete(path, params={"force": "1"})
        self.assertEqual(answer.status_code, 204)
        self.assertFalse((self.partner | self.other).exists())

    def test_what_is_in_use_cannot_be_deleted(self):
        self.partner.write({"child_ids": [(0, 0, {"name": "Child"})]})
        self.env.ref("base.main_company").partner_id = self.partner
        answer = self.rest.delete(self.path, params={"force": "true"})
        self.assertIn(answer.status_code, (409, 422), answer.text)
        self.assertTrue(self.partner.exists())

    def test_archive_and_restore(self):
        answer = self.rest.post(f"{self.path}/archive", params={"fields": "active"})
        self.assertEqual(self.data(answer)["active"], False)
        self.assertFalse(self.partner.active)
        answer = self.rest.post(f"{self.path}/restore", params={"fields": "active"})
        self.assertEqual(self.data(answer)["active"], True)
        self.assertTrue(self.partner.active)
        path = f"res.partner/{self.partner.id},{self.other.id}"
        self.assertEqual(len(self.data(self.rest.post(f"{path}/archive"))), 2)

    def test_a_body_that_nobody_looks_at_is_refused(self):
        for method, path in (
            ("DELETE", self.path),
            ("POST", f"{self.path}/archive"),
            ("POST", f"{self.path}/restore"),
        ):
            with self.subTest(path):
                answer = self.rest.ask(method, path, json_body={"force": True})
                self.assert_problem(answer, 422, "body.value", "#")
                self.assertTrue(self.partner.active)

    def test_what_has_no_archive_says_so(self):
        answer = self.rest.post("res.country/1/archive")
        self.assert_problem(answer, 422, "record.invalid")

    def test_a_record_that_an_archive_hides_from_the_key_is_only_an_id(self):
        self.resource("res.partner").domain = "[('active', '=', True)]"
        data = self.data(self.rest.delete(self.path))
        self.assertEqual(data, {"id": self.partner.id})
        answer = self.rest.post(f"{self.path}/restore")
        self.assert_problem(answer, 404, "record.not_found")

    # --- copy ----------------------------------------------------------------------

    def test_a_copy_takes_the_values_of_the_body(self):
        answer = self.rest.post(f"{self.path}/copy", {"name": "Twin"})
        data = self.data(answer, 201)
        self.assertEqual((data["name"], data["city"]), ("Twin", "Gent"))
        self.assertNotEqual(data["id"], self.partner.id)
        self.assertTrue(answer.headers["Location"].endswith(f"/{data['id']}"))

    def test_a_copy_needs_no_body(self):
        data = self.data(self.rest.post(f"{self.path}/copy"), 201)
        self.assertEqual(data["name"], "Azure (copy)")

    def test_several_copies(self):
        path = f"res.partner/{self.partner.id},{self.other.id}/copy"
        self.assertEqual(len(self.data(self.rest.post(path, {"city": "X"}), 201)), 2)

    def test_the_values_of_a_copy_obey_the_rules(self):
        answer = self.rest.post(f"{self.path}/copy", {"create_uid": 1})
        self.assert_problem(answer, 422, "body.field", "#/create_uid")

    # --- rights --------------------------------------------------------------------

    def test_each_verb_needs_its_right(self):
        key = self.scoped()
        rows = [
            ("POST", "res.partner", {"name": "X"}),
            ("PATCH", self.path, {"name": "X"}),
            ("PUT", self.path, {"name": "X"}),
            ("DELETE", self.path, None),
            ("POST", f"{self.path}/archive", None),
            ("POST", f"{self.path}/restore", None),
            ("POST", f"{self.path}/copy", None),
        ]
        for method, path, body in rows:
            with self.subTest(method=method, path=path):
                answer = self.rest.ask(method, path, json_body=body, key=key)
                self.assert_problem(answer, 403, "policy.scope")
        self.assertEqual((self.partner.name, self.partner.active), ("Azure", True))

    def test_a_read_only_client_writes_nothing(self):
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        answer = self.rest.patch(self.path, {"name": "X"}, key=key)
        self.assert_problem(answer, 403, "policy.scope")

    def test_a_get_writes_nothing(self):
        for path in (f"{self.path}/archive", f"{self.path}/copy"):
            self.assert_problem(self.rest.get(path), 405, "policy.method")
        self.assertTrue(self.partner.active)

    def test_who_may_create_but_not_read_gets_an_id(self):
        key = self.scoped(can_read=False, can_create=True)
        data = self.data(self.rest.post("res.partner", {"name": "New"}, key=key), 201)
        self.assertEqual(data.keys(), {"id"})
        answer = self.rest.get(f"res.partner/{data['id']}", key=key)
        self.assert_problem(answer, 403, "policy.scope")
