"""Client libraries: what a caller may use, to whom they are given."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged

from ..documents.sdk.files import FILES
from ..orm import databases
from .common import RestCase


@tagged("post_install", "-at_install")
class TestSdks(RestCase):
    def get(self, name="python", **options):
        return self.rest.get(f"sdk/{name}", **options)

    def test_a_file_for_each_language(self):
        for name, file in FILES.items():
            with self.subTest(name):
                response = self.get(name)
                self.assertEqual(response.status_code, 200, response.text)
                told = response.headers["Content-Disposition"]
                self.assertEqual(told, f"attachment; filename*=UTF-8''{file.name}")
                self.assertEqual(response.encoding, "utf-8")
                self.assertIn("ResPartner", response.text.replace("resP", "ResP"))

    def test_an_unknown_language_is_not_found(self):
        self.assert_problem(self.get("cobol"), 404, "record.not_found")

    def test_the_address_is_that_of_the_api(self):
        self.assertIn(f"BASE_URL = '{self.base_url()}{self.root}'", self.get().text)

    def test_a_client_gets_what_it_may_use(self):
        client, key = self.make_client(self.user, name="Reader", all_resources=False)
        self.make_scope(client, "res.partner", can_read=True)
        text = self.get(key=key).text
        self.assertIn("def res_partner(self)", text)
        self.assertNotIn("def res_country(self)", text)
        written = text.partition("ResPartnerValues = ")[2]
        self.assertIn("{    },", "".join(written.splitlines()[:4]))

    def test_it_is_sent_once(self):
        tag = self.get().headers["ETag"]
        again = self.get(headers={"If-None-Match": tag})
        self.assertEqual((again.status_code, again.content), (304, b""))
        self.resource("res.partner").write({"can_create": False, "can_update": False})
        changed = self.get(headers={"If-None-Match": tag})
        self.assertEqual(changed.status_code, 200)

    def test_anonymous_callers_get_it_where_documents_are_public(self):
        self.assert_problem(self.get(key=False), 401, "auth.missing")
        self.api.docs_public = True
        text = self.get(key=False).text
        self.assertIn("class AsyncClient", text)
        self.assertNotIn("res_partner", text)

    def test_the_database_is_named_where_the_address_does_not_decide(self):
        self.assertIn("DATABASE: str | None = None", self.get().text)
        both = [self.env.cr.dbname, "other"]
        several = SimpleNamespace(db_list=lambda force, host: both)
        with patch.object(databases, "http", several):
            text = self.get().text
        self.assertIn(f"DATABASE: str | None = {self.env.cr.dbname!r}", text)
