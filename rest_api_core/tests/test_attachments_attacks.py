"""What a hostile caller tries with attachments: reach, members, markup, names."""

import base64

from odoo.tests import new_test_user, tagged

from .test_attachments import ATTACHMENT, AttachmentCase
from .test_attacks import AttackCase

P = "res.partner"
HTML, SVG = b"<html><script>x()</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
VERBS = (
    ("GET", ""),
    ("GET", "/content"),
    ("PUT", "/content"),
    ("DELETE", ""),
)


def sent(method, content=b"x"):
    return {"data": content} if method in ("POST", "PUT") else {}


class Case(AttachmentCase, AttackCase):
    def every_answer(self, ids, **options):
        """The answers of each operation to all of these ids."""
        for method, rest in VERBS:
            paths = [f"attachments/{n}{rest}" for n in ids]
            body = sent(method, b"stolen")
            answers = (self.rest.ask(method, p, **body, **options) for p in paths)
            yield list(map(self.told, answers))

    def assert_missing(self, attachments, **options):
        """Each looks as if there were none, whatever the operation."""
        for missing, *others in self.every_answer(
            [999_999, *attachments.ids], **options
        ):
            self.assertEqual(
                (missing[0], missing[2]["code"]), (404, "record.not_found")
            )
            for attachment, other in zip(attachments, others, strict=True):
                self.assertEqual(other, missing, attachment.name)
        self.assertEqual(set(attachments.exists()), set(attachments))
        self.assertNotIn(b"stolen", attachments.mapped("raw"))


@tagged("-at_install", "post_install")
class TestReachOfAttachments(Case):
    def test_what_belongs_to_no_record_in_reach_is_missing(self):
        company = self.env["res.company"].create({"name": "Theirs"})
        hidden = self.env[P].create({"name": "H", "company_id": company.id})
        outside = self.env[P].create({"name": "Outside"})
        self.resource(P).domain = "[('name', '!=', 'Outside')]"
        self.env.user.image_1920 = False
        currency = self.env["res.currency"].search([], limit=1)
        gone = self.attach(name="of a model that is gone")
        self.env.cr.execute(
            "UPDATE ir_attachment SET res_model = 'no.such.model' WHERE id = %s",
            [gone.id],
        )
        files = self.env[ATTACHMENT].create({"name": "orphan", "raw": b"x"})
        files |= files.with_user(self.user).create({"name": "own orphan", "raw": b"x"})
        files |= files.create({"name": "public orphan", "raw": b"x", "public": True})
        for record in (hidden, outside, currency, self.user, company, self.api):
            files |= self.attach(record, name=record._name)
            files |= self.attach(record, name=f"public {record._name}", public=True)
        files |= gone
        files |= self.attach(name="link", type="url", url="https://example.com")
        files |= self.attach(name="of a field", res_field="image_1920")
        files[3].generate_access_token()
        self.assert_missing(files)
        for record in (hidden, outside, currency, company):
            path = f"{record._name}/{record.id}/attachments"
            missing = f"{P}/999999/attachments"
            for method, body in (
                ("GET", None),
                ("POST", {"name": "a", "datas": "aGk="}),
            ):
                answers = [
                    self.told(self.rest.ask(method, each, json_body=body))
                    for each in (path, missing)
                ]
                self.assertEqual(answers[0], answers[1], path)

    def test_rules_of_odoo_hide_files_with_their_records(self):
        self.env["ir.rule"].create(
            {
                "name": "no R",
                "model_id": self.env["ir.model"]._get_id(P),
                "domain_force": "[('name', '!=', 'R')]",
            }
        )
        ruled = self.env[P].create({"name": "R"})
        self.assert_missing(self.attach(ruled))

    def test_a_client_sees_the_files_of_its_scope_alone(self):
        client, key = self.make_client(self.user)
        country = self.env["res.country"].search([], limit=1)
        files = self.attach(country)
        self.assert_missing(files | self.attach(), key=key)
        self.make_scope(client, P, can_read=True, domain="[('name', '!=', 'Ada')]")
        self.assert_missing(files | self.attach(), key=key)

    def test_rights_are_those_on_the_record(self):
        file = self.attach()
        client, key = self.make_client(self.user)
        scope = self.make_scope(client, P)
        for path in (self.path, f"attachments/{file.id}"):
            self.assertEqual(self.rest.get(path, key=key).status_code, 200)
        for method, path in (
            ("POST", self.path),
            ("PUT", f"attachments/{file.id}/content"),
            ("DELETE", f"attachments/{file.id}"),
        ):
            response = self.rest.ask(method, path, key=key, **sent(method))
            self.assert_problem(response, 403, "policy.scope")
        scope.write({"can_read": False, "can_update": True})
        for path in (f"attachments/{file.id}", f"attachments/{file.id}/content"):
            missing = self.rest.get(path.replace(str(file.id), "999999"), key=key)
            self.assertEqual(
                self.told(self.rest.get(path, key=key)), self.told(missing)
            )
        path = f"attachments/{file.id}/content"
        self.assertEqual(self.rest.put(path, key=key, data=b"x").status_code, 204)

    def test_who_may_not_write_the_record_in_odoo_changes_no_file(self):
        reader = new_test_user(self.env, "reader", "base.group_user")
        _client, key = self.make_client(reader, all_resources=True)
        file = self.attach()
        self.assertEqual(
            self.rest.get(f"attachments/{file.id}", key=key).status_code, 200
        )
        for method, path in (
            ("POST", self.path),
            ("PUT", f"attachments/{file.id}/content"),
            ("DELETE", f"attachments/{file.id}"),
        ):
            response = self.rest.ask(method, path, key=key, **sent(method))
            self.assert_problem(response, 403, "policy.forbidden")
        self.assertEqual(file.raw, b"hello")

    def test_a_rule_of_odoo_on_writing_is_one_on_files(self):
        file = self.attach()
        self.env["ir.rule"].create(
            {
                "name": "Ada is read-only",
                "model_id": self.env["ir.model"]._get_id(P),
                "domain_force": "[('name', '!=', 'Ada')]",
                "perm_read": False,
            }
        )
        self.assert_problem(self.send(b"x"), 403, "policy.forbidden")
        for method, path in (("PUT", "/content"), ("DELETE", "")):
            path = f"attachments/{file.id}{path}"
            response = self.rest.ask(method, path, **sent(method))
            self.assert_problem(response, 403, "policy.forbidden")

    def test_a_portal_user_reaches_no_file(self):
        portal = new_test_user(self.env, "portal_files", "base.group_portal")
        _client, key = self.make_client(portal, all_resources=True)
        file = self.attach(portal.partner_id)
        self.assert_missing(file, key=key)
        path = f"{P}/{portal.partner_id.id}/attachments"
        for method in ("GET", "POST"):
            response = self.rest.ask(method, path, key=key, **sent(method))
            self.assertIn(response.status_code, (403, 404))

    def test_a_read_only_key_changes_nothing(self):
        client, key = self.make_client(self.user, all_resources=True, read_only=True)
        file = self.attach()
        response = self.rest.delete(f"attachments/{file.id}", key=key)
        self.assert_problem(response, 403, "policy.scope")

    def test_rules_that_allow_some_fields_allow_no_files(self):
        client, key = self.make_client(self.user)
        self.block(P, "name", client=client, mode="allow")
        client.scope_ids.can_update = True
        self.assert_problem(self.rest.get(self.path, key=key), 403, "policy.forbidden")
        response = self.rest.post(self.path, key=key, data=b"x")
        self.assert_problem(response, 403, "policy.forbidden")
        self.assert_missing(self.attach(), key=key)

    def test_the_company_of_the_request_counts(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.user.company_ids |= company
        partner = self.env[P].create({"name": "S", "company_id": company.id})
        file = self.attach(partner)
        path = f"attachments/{file.id}"
        self.assertEqual(self.rest.get(path).status_code, 200)
        headers = {"X-Company-Id": str(self.user.company_id.id)}
        response = self.rest.get(path, headers=headers)
        self.assert_problem(response, 404, "record.not_found")

    def test_anonymous_callers_reach_nothing(self):
        file = self.attach(public=True)
        for path in (self.path, f"attachments/{file.id}/content"):
            response = self.rest.get(path, key=False)
            self.assert_problem(response, 401, "auth.missing")


@tagged("-at_install", "post_install")
class TestContentOfAttacks(Case):
    def test_no_other_member_can_be_set(self):
        good = {"name": "a", "datas": base64.b64encode(b"x").decode()}
        for name, value in {
            "public": True,
            "type": "url",
            "url": "javascript:alert(1)",
            "res_model": "res.users",
            "res_id": 2,
            "res_field": "image_1920",
            "access_token": "x",
            "store_fname": "aa/b",
            "db_datas": "eA==",
            "raw": "x",
            "checksum": "x",
            "company_id": 1,
            "create_uid": 1,
            "unknown": 1,
        }.items():
            with self.subTest(name):
                response = self.rest.post(self.path, {**good, name: value})
                problem = self.assert_problem(response, 422, "body.field", f"#/{name}")
                detail = f"Field '{name}' does not exist or cannot be written."
                self.assertEqual(problem["errors"][0]["detail"], detail)
        form = {"public": "true", "res_id": "2"}
        response = self.rest.post(self.path, data=form, files={"f": ("a", b"x")})
        self.assert_problem(response, 422, "body.field", "#/public")
        self.assertFalse(self.stored())

    def test_pages_and_scripts_are_stored_and_sent_as_plain_text(self):
        admin = new_test_user(self.env, "api_admin", "base.group_system")
        _client, admins_key = self.make_client(admin, all_resources=True)
        for key in (self.key, admins_key):
            for content, name, content_type in (
                (HTML, "a.html", "text/html"),
                (HTML, "a.png", "image/png"),
                (SVG, "a.svg", "image/svg+xml"),
                (SVG, "a", "application/octet-stream"),
                (b"x()", "a.js", "text/javascript"),
            ):
                with self.subTest(name):
                    response = self.send(content, name, content_type, key=key)
                    shown = self.data(response, 201)
                    self.assertEqual(shown["mimetype"], "text/plain")
                    self.assert_download(shown["id"], content)

    def assert_download(self, record_id, content):
        response = self.rest.get(f"attachments/{record_id}/content")
        self.assertEqual(response.content, content)
        headers = response.headers
        self.assertTrue(headers["Content-Disposition"].startswith("attachment;"))
        policy = "default-src 'none'; sandbox"
        self.assertEqual(headers["Content-Security-Policy"], policy)
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")

    def test_pages_that_odoo_has_stored_are_downloads(self):
        for content, media_type in ((HTML, "text/html"), (SVG, "image/svg+xml")):
            file = self.attach(raw=content, mimetype=media_type)
            self.assertEqual(file.mimetype, media_type)
            self.assert_download(file.id, content)

    def test_other_bytes_do_not_become_a_page(self):
        file = self.attach(name="a.png")
        headers = {"Content-Type": "text/html"}
        self.rest.put(f"attachments/{file.id}/content", headers=headers, data=HTML)
        self.assertEqual(file.mimetype, "text/plain")

    def test_names_end_no_header_and_lead_nowhere(self):
        for name, clean in (
            ("a\r\nX-Evil: 1.txt", "aX-Evil: 1.txt"),
            ("../../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ('a";filename=b.exe', 'a";filename=b.exe'),
            ("<img src=x>.txt", "<img src=x>.txt"),
            ("x" * 5000 + ".txt", "x" * 251 + ".txt"),
        ):
            with self.subTest(clean):
                body = {"name": name, "datas": "aGk="}
                shown = self.data(self.rest.post(self.path, body), 201)
                self.assertEqual(shown["name"], clean)
                self.assert_download(shown["id"], b"hi")

    def test_names_and_types_of_odoo_end_no_header(self):
        file = self.attach(name="a\r\nX-Evil: 1.txt")
        file.mimetype = "text/plain\r\nX-Evil: 1"
        response = self.rest.get(f"attachments/{file.id}/content")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("X-Evil", response.headers)

    def test_a_form_has_a_limited_number_of_parts(self):
        files = [("f", (f"{n}.txt", b"x")) for n in range(50)]
        response = self.rest.post(self.path, files=files)
        self.assert_problem(response, 400, "body.malformed")

    def test_a_record_of_a_wrong_id_is_missing(self):
        for path in ("attachments/0", "attachments/9999999999999", "attachments/x"):
            self.assert_problem(self.rest.get(path), 404, "record.not_found")
