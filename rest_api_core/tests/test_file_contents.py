"""Binary fields as files: read, resumed, stored."""

import base64
import io

from PIL import Image

from odoo.tests import tagged

from .common import RestCase


def png(size):
    content = io.BytesIO()
    Image.new("RGB", size).save(content, "PNG")
    return content.getvalue()


SMALL, LARGE = png((2, 2)), png((3, 3))


@tagged("-at_install", "post_install")
class TestFileContents(RestCase):
    models = ("res.partner", "res.country")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        image = base64.b64encode(SMALL)
        cls.partner = cls.env["res.partner"].create(
            {"name": "Ada", "image_1920": image}
        )
        cls.path = f"res.partner/{cls.partner.id}/content/image_1920"

    def image(self):
        self.partner.invalidate_recordset()
        return base64.b64decode(self.partner.image_1920)

    def test_the_url_of_a_binary_is_a_file(self):
        path = f"res.partner/{self.partner.id}"
        shown = self.data(self.rest.get(path, params={"fields": "image_1920"}))
        self.assertEqual(
            shown["image_1920"]["url"], f"{self.base_url()}{self.root}/{self.path}"
        )
        response = self.rest.get(self.path)
        self.assertEqual(response.content, SMALL)
        self.assertEqual(response.headers["Content-Type"], "image/png")
        self.assertIn("inline", response.headers["Content-Disposition"])
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])

    def test_accept_of_an_image_element_is_fine(self):
        accept = {"Accept": "image/avif,image/webp,*/*;q=0.1"}
        self.assertEqual(self.rest.get(self.path, headers=accept).status_code, 200)

    def test_what_a_browser_could_run_is_a_download(self):
        page = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'></svg>")
        attachment = self.env["ir.attachment"].create(
            {
                "name": "x.svg",
                "datas": page,
                "res_model": "res.partner",
                "res_id": self.partner.id,
            }
        )
        self.expose("ir.attachment", sensitive=True)
        response = self.rest.get(f"ir.attachment/{attachment.id}/content/datas")
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])

    def test_a_known_content_is_not_sent_again(self):
        tag = self.rest.get(self.path).headers["ETag"]
        again = self.rest.get(self.path, headers={"If-None-Match": tag})
        self.assertEqual(again.status_code, 304)

    def test_a_part_is_sent(self):
        response = self.rest.get(self.path, headers={"Range": "bytes=10-"})
        self.assertEqual((response.status_code, response.content), (206, SMALL[10:]))
        size = len(SMALL)
        self.assertEqual(
            response.headers["Content-Range"], f"bytes 10-{size - 1}/{size}"
        )

    def test_of_another_version_the_whole_is_sent(self):
        headers = {"Range": "bytes=10-", "If-Range": '"other"'}
        response = self.rest.get(self.path, headers=headers)
        self.assertEqual((response.status_code, response.content), (200, SMALL))

    def test_a_part_behind_the_end_is_told_the_size(self):
        response = self.rest.get(self.path, headers={"Range": "bytes=99999-"})
        self.assert_problem(response, 416, "query.range")
        self.assertEqual(response.headers["Content-Range"], f"bytes */{len(SMALL)}")

    def test_bytes_are_stored(self):
        headers = {"Content-Type": "image/png"}
        response = self.rest.put(self.path, headers=headers, data=LARGE)
        self.assertEqual((response.status_code, response.content), (204, b""))
        self.assertEqual(self.image(), LARGE)

    def test_a_file_of_a_form_is_stored(self):
        response = self.rest.put(self.path, files={"file": ("a.png", LARGE)})
        self.assertEqual(response.status_code, 204)
        self.assertEqual(self.image(), LARGE)

    def test_the_tag_of_the_content_or_of_the_record_holds_for_storing(self):
        for path in (self.path, f"res.partner/{self.partner.id}"):
            tag = self.rest.get(path).headers["ETag"]
            headers = {"If-Match": tag}
            self.assertEqual(
                self.rest.put(self.path, headers=headers, data=LARGE).status_code, 204
            )
            stale = self.rest.put(self.path, headers={"If-Match": '"0-0"'}, data=SMALL)
            self.assert_problem(stale, 412, "record.precondition")

    def test_a_dry_run_stores_nothing(self):
        headers = {"Prefer": "tx=rollback"}
        response = self.rest.put(self.path, headers=headers, data=LARGE)
        self.assertEqual(response.status_code, 204)
        self.assertEqual(self.image(), SMALL)

    def test_content_that_is_no_image_is_refused(self):
        response = self.rest.put(self.path, data=b"no image")
        self.assertIn(response.status_code, (400, 422), response.text)
        self.assertEqual(self.image(), SMALL)

    def test_the_log_has_the_size_and_not_the_bytes(self):
        self.api.log_bodies = True
        self.rest.put(self.path, data=LARGE)
        entry = self.env["rest.log"].search([], order="id desc", limit=1)
        self.assertEqual(entry.request_body, f"[{len(LARGE)} bytes]")

    def test_what_is_missing_hidden_or_no_file_gets_the_same_error(self):
        empty = self.env["res.partner"].create({"name": "No image"})
        paths = [
            f"res.partner/{empty.id}/content/image_1920",
            f"res.partner/{self.partner.id}/content/name",
            f"res.partner/{self.partner.id}/content/nothing",
            "res.partner/999999/content/image_1920",
        ]
        for path in paths:
            with self.subTest(path):
                self.assert_problem(self.rest.get(path), 404, "record.not_found")

    def test_rights_are_those_of_reading_and_updating(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, "res.partner")
        self.assertEqual(self.rest.get(self.path, key=key).status_code, 200)
        response = self.rest.put(self.path, key=key, data=LARGE)
        self.assertEqual(response.status_code, 403)
        field = self.env["ir.model.fields"]._get("res.partner", "image_1920")
        self.env["rest.field.rule"].create(
            {
                "scope_id": client.scope_ids.id,
                "mode": "block",
                "access": "both",
                "field_ids": field.ids,
            }
        )
        self.assert_problem(self.rest.get(self.path, key=key), 404, "record.not_found")
