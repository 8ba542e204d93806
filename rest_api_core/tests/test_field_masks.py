"""Masked fields: their values in responses, and that no position reveals more."""

import contextlib
import json
import re

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .changes_case import ChangesCase
from .common import RestCase
from .test_jobs import JobCase

P, C, U = "res.partner", "res.partner.category", "res.users"
HASH = re.compile(r"masked-[0-9a-f]{32}")


class MaskMixin:
    models = (P, C, "res.country")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env[P].create(
            {
                "name": "Azure",
                "email": "jane@example.com",
                "phone": "0123456789",
                "city": "Gent",
                "ref": "R1",
                "color": 7,
                "country_id": cls.env.ref("base.be").id,
            }
        )
        cls.record = f"{P}/{cls.partner.id}"

    @classmethod
    def mask(cls, model, mask_as, *names, scope=None, **values):
        """A rule that masks fields of the resource, or of a scope."""
        fields = [cls.env["ir.model.fields"]._get(model, name).id for name in names]
        owner = {"scope_id": scope.id} if scope else {}
        owner = owner or {"resource_id": cls.resource(model).id}
        return cls.env["rest.field.rule"].create(
            {
                "mode": "mask",
                "mask_as": mask_as,
                "access": "read",
                "field_ids": fields,
                **owner,
                **values,
            }
        )

    def shown(self, name, path=None, **params):
        params = {"fields": name, **params}
        return self.data(self.rest.get(path or self.record, params=params))[name]


class MaskCase(MaskMixin, RestCase):
    pass


@tagged("post_install", "-at_install")
class TestWhatIsShown(MaskCase):
    def test_each_form(self):
        self.mask(P, "partial", "email", "phone")
        self.mask(P, "hash", "ref", "color", "country_id")
        self.mask(P, "null", "city")
        params = {"fields": "email,phone,ref,color,country_id,city"}
        shown = self.data(self.rest.get(self.record, params=params))
        self.assertEqual(shown["email"], "j***e@example.com")
        self.assertEqual(shown["phone"], "0***9")
        self.assertIsNone(shown["city"])
        for name in ("ref", "color", "country_id"):
            self.assertRegex(shown[name], HASH)

    def test_types_without_a_form_are_null(self):
        self.mask(P, "partial", "color", "country_id", "child_ids", "create_date")
        self.mask(P, "hash", "image_1920", "is_company", "category_id")
        params = {
            "fields": "color,country_id,child_ids,create_date,image_1920,is_company,"
            "category_id"
        }
        shown = self.data(self.rest.get(self.record, params=params))
        self.assertEqual(set(shown.values()), {None, self.partner.id})

    def test_a_hash_is_the_same_for_a_client_and_another_for_others(self):
        self.mask(P, "hash", "city")
        twin = self.env[P].create({"name": "Twin", "city": "Gent"})
        shown = self.shown("city")
        self.assertEqual(self.shown("city", f"{P}/{twin.id}"), shown)
        other = self.make_client(self.user, all_resources=True)[1]
        answer = self.rest.get(self.record, params={"fields": "city"}, key=other)
        self.assertRegex(self.data(answer)["city"], HASH)
        self.assertNotEqual(self.data(answer)["city"], shown)

    def test_the_strictest_of_resource_and_scope_holds(self):
        client, key = self.make_client(self.user)
        scope = self.make_scope(client, P, can_read=True)
        self.mask(P, "partial", "city", "ref")
        self.mask(P, "hash", "city", scope=scope)
        self.mask(P, "null", "ref", scope=scope)
        answer = self.rest.get(self.record, params={"fields": "city,ref"}, key=key)
        shown = self.data(answer)
        self.assertRegex(shown["city"], HASH)
        self.assertIsNone(shown["ref"])

    def test_blocked_fields_stay_blocked(self):
        self.mask(P, "partial", "city")
        self.mask(P, "null", "city", mode="block", access="both")
        answer = self.rest.get(self.record, params={"fields": "city"})
        self.assert_problem(answer, 400, "query.field")

    def test_what_odoo_computes_from_it_is_null(self):
        self.mask(P, "partial", "name", "email")
        params = {"fields": "name,display_name,complete_name,email_formatted"}
        shown = self.data(self.rest.get(self.record, params=params))
        self.assertEqual(shown.pop("name"), "A***e")
        self.assertEqual(shown.pop("id"), self.partner.id)
        self.assertEqual(set(shown.values()), {None})

    def test_names_beside_a_relation_are_null(self):
        child = self.env[P].create({"name": "Child", "parent_id": self.partner.id})
        self.mask(P, "partial", "name")
        nothing = {"id": self.partner.id, "display_name": None}
        self.assertEqual(self.shown("parent_id", f"{P}/{child.id}"), nothing)
        params = {"group_by": "parent_id", "filter": f'[["id","=",{child.id}]]'}
        (group,) = self.data(self.rest.get(f"{P}/aggregate", params=params))
        self.assertEqual(group["parent_id"], nothing)

    def test_a_masked_display_name_is_masked_beside_a_relation(self):
        child = self.env[P].create({"name": "Child", "parent_id": self.partner.id})
        self.mask(P, "partial", "display_name")
        shown = self.shown("parent_id", f"{P}/{child.id}")
        self.assertEqual(shown["display_name"], "A***e")

    def test_fields_of_a_parent_are_masked_in_the_child(self):
        self.expose(U, sensitive=True)
        user = new_test_user(self.env, "masked_user", email="jane@example.com")
        self.mask(P, "partial", "email")
        self.assertEqual(self.shown("email", f"{U}/{user.id}"), "j***e@example.com")

    def test_related_fields_are_null(self):
        self.assertEqual(self.shown("country_code"), "BE")
        self.mask(P, "hash", "country_id")
        self.assertIsNone(self.shown("country_code"))

    def test_a_list_does_not_tell_what_a_masked_link_is(self):
        self.mask(P, "hash", "parent_id")
        self.env[P].create({"name": "Child", "parent_id": self.partner.id})
        self.assertIsNone(self.shown("child_ids"))

    def test_lists_exports_and_expanded_records_show_the_same(self):
        child = self.env[P].create({"name": "Child", "parent_id": self.partner.id})
        self.mask(P, "partial", "email")
        params = {"filter": f'[["id","=",{self.partner.id}]]', "fields": "email"}
        rows = [
            self.data(self.rest.get(P, params=params))[0],
            self.data(self.rest.get(P, params={**params, "cursor": ""}))[0],
            json.loads(self.rest.get(f"{P}/export", params=params).text),
            self.shown("parent_id", f"{P}/{child.id}", expand="parent_id"),
        ]
        for row in rows:
            self.assertEqual(row["email"], "j***e@example.com")
        answer = self.rest.get(f"{P}/export", params={**params, "format": "csv"})
        self.assertIn("j***e@example.com", answer.text)

    def test_a_masked_relation_is_one_column_of_csv(self):
        self.mask(P, "hash", "country_id")
        params = {
            "filter": f'[["id","=",{self.partner.id}]]',
            "fields": "country_id",
            "format": "csv",
        }
        head, row = self.rest.get(f"{P}/export", params=params).text.splitlines()
        self.assertEqual(head, "id,country_id")
        self.assertRegex(row, HASH)

    def test_metadata_say_what_is_masked(self):
        self.mask(P, "hash", "email", "is_company")
        fields = self.data(self.rest.get(f"{P}/fields"))
        self.assertEqual(fields["email"]["masked"], "hash")
        self.assertEqual(fields["is_company"]["masked"], "null")
        self.assertEqual(fields["email_formatted"]["masked"], "null")
        self.assertIsNone(fields["city"]["masked"])
        for use in ("filterable", "sortable", "groupable", "expandable"):
            self.assertFalse(fields["email"][use])
        self.assertFalse(fields["email"]["aggregates"])

    def test_bytes_of_a_masked_file_are_not_found(self):
        self.partner.image_1920 = self.env.company.logo
        self.mask(P, "null", "image_1920")
        answer = self.rest.get(f"{self.record}/content/image_1920")
        self.assert_problem(answer, 404, "record.not_found")

    def test_the_default_order_does_not_follow_a_masked_name(self):
        self.mask(P, "null", "name")
        names = ["Aa", "Zz"]
        ids = self.env[P].create([{"name": name, "ref": "order"} for name in names]).ids
        rows = self.data(self.rest.get(P, params={"filter[ref]": "order"}))
        self.assertEqual([row["id"] for row in rows], ids[::-1])  # the newest first

    def test_callers_with_masks_get_no_reports(self):
        self.mask(C, "null", "name")
        self.assertEqual(self.data(self.rest.get("reports")), [])

    def test_results_of_methods_are_null_by_field(self):
        self.mask(P, "partial", "email")
        self.env["rest.resource.method"].create(
            {
                "resource_id": self.resource(P).id,
                "name": "read",
                "readonly": True,
                "on_records": True,
            }
        )
        body = {"args": [["name", "email"]]}
        (row,) = self.data(self.rest.post(f"{self.record}/call/read", body))
        self.assertEqual((row["name"], row["email"]), ("Azure", None))

    @contextlib.contextmanager
    def refused(self, name):
        with self.assertRaisesRegex(ValidationError, f"'{name}' of {C}"):
            with self.env.cr.savepoint():
                yield

    def test_methods_that_search_are_not_listed_beside_masks(self):
        """They would tell masked values, try by try: also of other models."""
        methods = self.env["rest.resource.method"]
        rule = {"resource_id": self.resource(C).id, "on_records": False}
        listed = methods.create({**rule, "name": "search_count"})
        with self.refused("search_count"):
            self.mask(P, "partial", "email")
        listed.unlink()
        self.mask(P, "partial", "email")
        for name in ("search", "name_search", "formatted_read_group", "export_data"):
            with self.subTest(name), self.refused(name):
                methods.create({**rule, "name": name})
        methods.create({**rule, "name": "default_get"})
        other = self.env["rest.api"].create({"name": "Other", "root_path": "/other"})
        values = {"api_id": other.id, "method_ids": [(0, 0, {"name": "search"})]}
        moved = self.resource(C).copy(values)
        with self.refused("search"):
            self.resource(C).unlink()
            moved.api_id = self.api

    def test_results_of_methods_name_no_records_with_masked_names(self):
        self.mask(P, "partial", "name")
        methods = type(self.env["rest.resource.method"])
        # as an older version has stored them
        self.patch(methods, "_check_searches_of", lambda self, apis: None)
        kid = self.env[P].create({"name": "Kid", "parent_id": self.partner.id})
        for name in ("search_read", "name_search", "read_group"):
            rule = {"resource_id": self.resource(P).id, "name": name, "readonly": True}
            self.env["rest.resource.method"].create({**rule, "on_records": False})
        domain = [["id", "=", kid.id]]
        for name, args in (
            ("search_read", [domain, ["name", "parent_id"]]),
            ("name_search", ["Azure"]),
            ("read_group", [domain, [], ["parent_id"]]),
        ):
            with self.subTest(name):
                answer = self.rest.post(f"{P}/call/{name}", {"args": args})
                self.assertIn(str(self.partner.id), json.dumps(self.data(answer)))
                self.assertNotIn("Azure", answer.text)


@tagged("post_install", "-at_install")
class TestWhatIsWritten(MaskCase):
    def test_a_masked_value_that_is_sent_back_is_refused(self):
        self.mask(P, "partial", "email")
        self.mask(P, "hash", "ref", "country_id")
        self.mask(P, "null", "city")
        names = ("email", "ref", "city", "country_id")
        shown = self.data(
            self.rest.get(self.record, params={"fields": ",".join(names)})
        )
        for name in names:
            with self.subTest(name):
                answer = self.rest.patch(self.record, {name: shown[name]})
                self.assert_problem(answer, 422, "body.value", f"#/{name}")
        self.assertEqual(self.partner.email, "jane@example.com")

    def test_it_is_refused_everywhere(self):
        self.mask(P, "partial", "email")
        child, masked = {"name": "C"}, {"name": "X", "email": "j***e@example.com"}
        key = {"external_id": "x.y"}
        requests = {
            "new": ("POST", P, masked),
            "copy": ("POST", f"{self.record}/copy", masked),
            "whole": ("PUT", self.record, masked),
            "upsert": ("POST", f"{P}/upsert", {"key": key, "data": masked}),
            "line": ("POST", P, {**child, "child_ids": [masked]}),
            "several": ("PATCH", P, {"ids": [self.partner.id], "data": masked}),
        }
        for name, (method, path, body) in requests.items():
            with self.subTest(name):
                answer = self.rest.ask(method, path, json_body=body)
                self.assertEqual(answer.status_code, 422, answer.text)
                self.assertIn("masked", answer.text)

    def test_another_value_can_be_written(self):
        self.mask(P, "partial", "email")
        shown = self.data(self.rest.patch(self.record, {"email": "joan@example.com"}))
        self.assertEqual(shown["email"], "j***n@example.com")
        self.assertEqual(self.partner.email, "joan@example.com")

    def test_nothing_can_be_written_where_the_rule_is_for_both(self):
        self.mask(P, "partial", "email", access="both")
        answer = self.rest.patch(self.record, {"email": "joan@example.com"})
        self.assert_problem(answer, 422, "body.field", "#/email")

    def test_the_mask_of_what_cannot_be_written_is_ignored(self):
        self.mask(P, "partial", "email", access="both")
        body = {"email": "j***e@example.com", "city": "Lier"}
        self.data(self.rest.patch(self.record, body))
        self.assertEqual(self.partner.city, "Lier")
        for guess in ("jane@example.com", "j***x@example.com"):
            answer = self.rest.patch(self.record, {"email": guess})
            self.assert_problem(answer, 422, "body.field", "#/email")

    def test_put_leaves_masked_fields_alone(self):
        self.mask(P, "null", "city")
        self.data(self.rest.put(self.record, {"name": "Other"}))
        self.assertEqual((self.partner.name, self.partner.city), ("Other", "Gent"))

    def test_it_is_no_key(self):
        self.mask(P, "partial", "ref")
        body = {"key": {"ref": "R1"}, "data": {"name": "X"}}
        self.assertGreaterEqual(self.rest.post(f"{P}/upsert", body).status_code, 400)
        body = {"name": "X", "parent_id": {"ref": "R1"}}
        self.assertEqual(self.rest.post(P, body).status_code, 422)
        self.assertEqual(self.partner.name, "Azure")

    def test_the_log_has_no_values_of_masked_fields(self):
        self.api.log_bodies = True
        self.mask(P, "partial", "email")
        self.rest.patch(self.record, {"email": "secret@example.com"})
        entry = self.env["rest.log"].search([], limit=1)
        self.assertNotIn("secret@example.com", entry.request_body)


@tagged("post_install", "-at_install")
class TestPositions(MaskCase):
    def assert_refused(self, path=P, place=None, **params):
        answer = self.rest.get(path, params=params)
        self.assert_problem(answer, 400, "query.field")

    def test_a_masked_field_is_named_nowhere_else(self):
        self.mask(P, "partial", "name", "email")
        for name in ("email", "name", "display_name", "complete_name"):
            with self.subTest(name):
                self.assert_refused(filter=json.dumps([[name, "ilike", "a"]]))
                self.assert_refused(filter=json.dumps([[f"parent_id.{name}", "=", 1]]))
                self.assert_refused(sort=name)
                self.assert_refused(sort=name, cursor="")
                self.assert_refused(sort=f"parent_id.{name}")
                self.assert_refused(f"{P}/aggregate", group_by=name)
                self.assert_refused(f"{P}/aggregate", aggregate=f"{name}:count")
                self.assert_refused(f"{P}/export", sort=name)
                self.assert_refused(f"{P}/count", filter=json.dumps([[name, "=", 1]]))
        self.assert_refused(filter=json.dumps([["parent_id", "ilike", "a"]]))
        self.assert_refused(sort="parent_id")

    def test_nothing_is_reached_through_a_masked_relation(self):
        self.mask(P, "hash", "country_id", "category_id")
        for link in ("country_id", "category_id"):
            with self.subTest(link):
                self.assert_refused(fields=f"{link}.name")
                self.assert_refused(expand=link)
                self.assert_refused(filter=json.dumps([[f"{link}.name", "=", "a"]]))
                self.assert_refused(
                    filter=json.dumps([[link, "any", [["id", ">", 1]]]])
                )
                self.assert_refused(sort=f"{link}.name")
                self.assert_refused(f"{P}/aggregate", group_by=f"{link}.name")
        # nor from the far side of the same links
        self.assert_refused(C, filter=json.dumps([["partner_ids", "=", 1]]))

    def test_a_search_of_names_does_not_look_at_it(self):
        params = {"filter": json.dumps([["display_name", "ilike", "R1"]])}
        self.assertTrue(self.data(self.rest.get(P, params=params)))
        self.mask(P, "partial", "ref")
        self.assertEqual(self.data(self.rest.get(P, params=params)), [])

    def test_unknown_and_masked_are_told_alike(self):
        self.mask(P, "partial", "email")
        texts = []
        for name in ("email", "zzzzz"):
            problem = self.rest.get(P, params={"sort": name}).json()
            del problem["request_id"]
            texts.append(json.dumps(problem).replace(name, "?"))
        self.assertEqual(*texts)


@tagged("post_install", "-at_install")
class TestJobs(MaskMixin, JobCase):
    def export(self):
        params = {"fields": "email", "filter": f'[["id","=",{self.partner.id}]]'}
        (output,) = self.ended(self.path(self.start(params=params)))["output"]
        return output

    def test_files_of_jobs_have_masks(self):
        self.mask(P, "partial", "email")
        found = self.file(self.export()).json()
        self.assertEqual(found["email"], "j***e@example.com")

    def test_a_file_from_before_a_mask_is_not_sent(self):
        output = self.export()
        self.assertEqual(self.file(output).json()["email"], "jane@example.com")
        scope = self.make_scope(self.client, P, can_read=True)
        self.env.flush_all()
        output = self.export()
        self.mask(P, "null", "email", scope=scope)
        self.assert_problem(self.file(output), 403, "policy.job")


@tagged("post_install", "-at_install")
class TestFeed(MaskMixin, ChangesCase):
    def test_it_names_masked_fields_and_shows_masks(self):
        self.mask(P, "partial", "email")
        self.add(self.partner, "update", ["email"])
        (row,) = self.changes(include="record", fields="email")
        self.assertEqual(row["fields"], ["email"])
        self.assertEqual(row["record"]["email"], "j***e@example.com")
