"""Files that are attached to records: listed, sent, resumed, replaced, deleted."""

import base64
import gzip

from odoo.tests import tagged

from .common import RestCase
from .test_file_contents import SMALL as PNG
from .test_file_contents import png

ATTACHMENT = "ir.attachment"
OCTETS = "application/octet-stream"


class AttachmentCase(RestCase):
    models = ("res.partner", "res.country")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Ada"})
        cls.path = f"res.partner/{cls.partner.id}/attachments"

    @classmethod
    def attach(cls, record=None, name="a.txt", raw=b"hello", **values):
        record = cls.partner if record is None else record
        owner = {"res_model": record._name, "res_id": record.id}
        return cls.env[ATTACHMENT].create({"name": name, "raw": raw, **owner, **values})

    def stored(self):
        """The attachments of the partner, the oldest first."""
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)]
        domain += [("res_field", "in", (False, "image_1920"))]
        return self.env[ATTACHMENT].search(domain, order="id")

    def send(self, content, name="a.bin", content_type=OCTETS, **options):
        """POST bytes, with the name in the URL."""
        headers = {"Content-Type": content_type, **options.pop("headers", {})}
        options = {"headers": headers, "params": {"name": name}, **options}
        return self.rest.post(self.path, data=content, **options)


@tagged("-at_install", "post_install")
class TestAttachmentsOfARecord(AttachmentCase):
    def test_they_are_listed_the_oldest_first(self):
        first, second = self.attach(), self.attach(name="b.pdf", raw=b"%PDF-1.4")
        response = self.rest.get(self.path)
        shown = self.data(response)
        self.assertEqual([each["id"] for each in shown], [first.id, second.id])
        url = f"{self.base_url()}{self.root}/attachments/{first.id}/content"
        self.assertEqual(
            shown[0],
            {
                "id": first.id,
                "name": "a.txt",
                "mimetype": "text/plain",
                "size": 5,
                "checksum": first.checksum,
                "create_date": f"{first.create_date:%Y-%m-%dT%H:%M:%SZ}",
                "url": url,
            },
        )
        self.assertEqual(
            self.rest.get(f"attachments/{first.id}").json()["data"], shown[0]
        )

    def test_a_list_has_pages(self):
        made = [self.attach(name=f"{n}.txt") for n in range(5)]
        response = self.rest.get(self.path, params={"limit": 2, "offset": 2})
        self.assertEqual(
            [e["id"] for e in self.data(response)], [a.id for a in made[2:4]]
        )
        self.assertEqual(
            response.json()["meta"],
            {"count": 2, "limit": 2, "offset": 2, "total": 5, "page": 2, "pages": 3},
        )
        self.assertIn('rel="next"', response.headers["Link"])
        self.assertIn("offset=4", response.headers["Link"])

    def test_a_known_list_is_not_sent_again(self):
        self.attach()
        headers = {"If-None-Match": self.rest.get(self.path).headers["ETag"]}
        self.assertEqual(self.rest.get(self.path, headers=headers).status_code, 304)

    def test_files_of_fields_and_links_are_no_attachments(self):
        image = base64.b64encode(PNG)
        self.partner.image_1920 = image
        self.attach(type="url", url="https://example.com")
        self.assertEqual(self.data(self.rest.get(self.path)), [])

    def test_files_of_others_records_are_not_listed(self):
        other = self.env["res.partner"].create({"name": "Bob"})
        self.attach(other, public=True)
        self.env[ATTACHMENT].create({"name": "orphan", "raw": b"x", "public": True})
        self.assertEqual(self.data(self.rest.get(self.path)), [])

    def test_other_parameters_are_refused(self):
        for name in ("filter", "fields", "sort", "cursor"):
            response = self.rest.get(self.path, params={name: "id"})
            self.assert_problem(response, 400, "query.unknown", name)


@tagged("-at_install", "post_install")
class TestAttach(AttachmentCase):
    def test_a_json_object_has_the_file_in_base64(self):
        body = {"name": "a.pdf", "datas": base64.b64encode(b"%PDF-1.4 x").decode()}
        response = self.rest.post(self.path, body)
        shown = self.data(response, 201)
        (file,) = self.stored()
        self.assertEqual((file.name, file.raw), ("a.pdf", b"%PDF-1.4 x"))
        self.assertEqual((file.type, file.public, file.url), ("binary", False, False))
        self.assertEqual(file.create_uid, self.user)
        self.assertEqual(shown["mimetype"], "application/pdf")
        location = f"{self.base_url()}{self.root}/attachments/{file.id}"
        self.assertEqual(response.headers["Location"], location)
        self.assertEqual(
            self.rest.get(f"attachments/{file.id}").headers["ETag"].partition("-")[0],
            response.headers["ETag"].partition("-")[0],
        )

    def test_base64_with_line_ends_and_data_urls_are_fine(self):
        text = base64.encodebytes(b"x" * 100).decode()
        for datas in (text, f"data:text/csv;base64,{text}"):
            response = self.rest.post(self.path, {"name": "a.csv", "datas": datas})
            self.assertEqual(self.data(response, 201)["size"], 100)

    def test_a_form_has_one_file_or_several(self):
        one = self.rest.post(self.path, files={"any": ("a.txt", b"one")})
        self.assertEqual(self.data(one, 201)["name"], "a.txt")
        files = [("f", ("b.txt", b"two")), ("g", ("c.txt", b"three"))]
        several = self.rest.post(self.path, files=files)
        self.assertEqual([e["size"] for e in self.data(several, 201)], [3, 5])
        location = f"{self.base_url()}{self.root}/{self.path}"
        self.assertEqual(several.headers["Location"], location)
        self.assertEqual(self.stored().mapped("raw"), [b"one", b"two", b"three"])

    def test_bytes_have_their_name_in_a_header_or_in_the_url(self):
        header = "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.bin"
        headers = {"Content-Type": OCTETS, "Content-Disposition": header}
        response = self.rest.post(self.path, headers=headers, data=b"\0\1")
        self.assertEqual(self.data(response, 201)["name"], "résumé.bin")
        self.assertEqual(self.data(self.send(b"\0"), 201)["name"], "a.bin")

    def test_json_with_a_name_is_a_file(self):
        response = self.send(b'{"public": true}', "a.json", "application/json")
        self.assertEqual(self.data(response, 201)["mimetype"], "application/json")
        self.assertEqual(self.stored().raw, b'{"public": true}')

    def test_the_bytes_are_kept_as_they_came(self):
        large = png((2500, 10))
        self.assertEqual(self.data(self.send(large, "a.png"), 201)["size"], len(large))
        self.assertEqual(self.stored().raw, large)

    def test_a_compressed_body_is_fine(self):
        headers = {"Content-Encoding": "gzip"}
        self.send(gzip.compress(b"hello"), headers=headers)
        self.assertEqual(self.stored().raw, b"hello")

    def test_a_minimal_response_has_the_location(self):
        response = self.send(b"x", headers={"Prefer": "return=minimal"})
        self.assertEqual((response.status_code, response.content), (201, b""))
        self.assertTrue(
            response.headers["Location"].endswith(f"/attachments/{self.stored().id}")
        )

    def test_a_dry_run_keeps_nothing(self):
        response = self.send(b"x", headers={"Prefer": "tx=rollback"})
        self.assertEqual(self.data(response, 201)["size"], 1)
        self.assertFalse(self.stored())

    def test_a_repeated_request_attaches_once(self):
        headers = {"Idempotency-Key": "k"}
        first, second = (
            self.send(b"x", headers=headers),
            self.send(b"x", headers=headers),
        )
        self.assertEqual(first.content, second.content)
        self.assertEqual(second.headers["Idempotent-Replayed"], "true")
        self.assertEqual(len(self.stored()), 1)
        other = self.send(b"x", "b.bin", headers=headers)
        self.assert_problem(other, 422, "policy.idempotency")

    def test_conditions_are_those_of_the_record(self):
        tag = self.rest.get(f"res.partner/{self.partner.id}").headers["ETag"]
        self.resource("res.partner").etag_required = True
        self.assert_problem(self.send(b"x"), 428, "record.precondition_required")
        stale = self.send(b"x", headers={"If-Match": '"0-0"'})
        self.assert_problem(stale, 412, "record.precondition")
        self.data(self.send(b"x", headers={"If-Match": tag}), 201)

    def test_no_more_files_than_preferred(self):
        files = [("f", ("b.txt", b"two")), ("g", ("c.txt", b"three"))]
        headers = {"Prefer": "max-affected=1"}
        response = self.rest.post(self.path, files=files, headers=headers)
        self.assert_problem(response, 400, "policy.max_affected")

    def test_what_is_no_file_is_refused(self):
        bad = [
            ({"datas": "aGk="}, 422, "body.required", "#/name"),
            ({"name": "a"}, 422, "body.required", "#/datas"),
            ({"name": "a", "datas": ""}, 422, "body.value", "#/datas"),
            ({"name": "a", "datas": "no base64!"}, 422, "body.value", "#/datas"),
            ({"name": "../", "datas": "aGk="}, 422, "body.required", "#/name"),
            ([], 400, "body.malformed", None),
        ]
        for body, status, code, at in bad:
            with self.subTest(body):
                self.assert_problem(self.rest.post(self.path, body), status, code, at)
        self.assert_problem(self.send(b""), 422, "body.value", "#/datas")
        headers = {"Content-Type": OCTETS}
        unnamed = self.rest.post(self.path, headers=headers, data=b"x")
        self.assert_problem(unnamed, 422, "body.required", "#/name")
        self.assertFalse(self.stored())

    def test_a_large_file_is_refused(self):
        self.api.max_body_size = 0.001
        self.assert_problem(self.send(b"x" * 1100), 413, "body.too_large")
        headers = {"Content-Encoding": "gzip"}
        bomb = self.send(gzip.compress(b"x" * 100_000), headers=headers)
        self.assert_problem(bomb, 413, "body.too_large")

    def test_the_log_has_names_and_sizes_and_no_content(self):
        self.api.log_bodies = True
        secret = b"the content of a contract"
        self.rest.post(
            self.path, {"name": "a", "datas": base64.b64encode(secret).decode()}
        )
        self.rest.get(f"attachments/{self.stored().id}/content")
        sent, received = self.env["rest.log"].search([], order="id desc", limit=2)[::-1]
        self.assertRegex(sent.request_body, r"^\[\d+ bytes\]$")
        self.assertEqual(received.response_body, f"[{len(secret)} bytes]")


@tagged("-at_install", "post_install")
class TestAttachment(AttachmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.attach(raw=b"0123456789", name="digits.bin")
        cls.one = f"attachments/{cls.file.id}"
        cls.content = f"{cls.one}/content"

    def part(self, header, **headers):
        return self.rest.get(self.content, headers={"Range": header, **headers})

    def test_the_content_is_a_download(self):
        response = self.rest.get(self.content)
        self.assertEqual(response.content, b"0123456789")
        self.assertEqual(response.headers["Content-Type"], "text/plain")
        self.assertEqual(
            response.headers["Content-Disposition"],
            "attachment; filename*=UTF-8''digits.bin",
        )
        self.assertEqual(response.headers["Accept-Ranges"], "bytes")

    def test_images_are_shown(self):
        file = self.attach(raw=PNG, name="a.png")
        response = self.rest.get(f"attachments/{file.id}/content")
        self.assertIn("inline", response.headers["Content-Disposition"])

    def test_a_known_content_is_not_sent_again(self):
        tag = self.rest.get(self.content).headers["ETag"]
        headers = {"If-None-Match": tag}
        self.assertEqual(self.rest.get(self.content, headers=headers).status_code, 304)
        self.file.raw = b"other"
        self.assertEqual(self.rest.get(self.content, headers=headers).content, b"other")

    def test_parts_are_sent(self):
        for header, content, sent in (
            ("bytes=0-0", b"0", "0-0"),
            ("bytes=4-", b"456789", "4-9"),
            ("bytes=-3", b"789", "7-9"),
            ("bytes=-99", b"0123456789", "0-9"),
            ("bytes=8-99", b"89", "8-9"),
        ):
            response = self.part(header)
            self.assertEqual((response.status_code, response.content), (206, content))
            self.assertEqual(response.headers["Content-Range"], f"bytes {sent}/10")

    def test_a_part_that_is_none_is_refused_or_ignored(self):
        for header in ("bytes=10-", "bytes=-0"):
            response = self.part(header)
            self.assert_problem(response, 416, "query.range")
            self.assertEqual(response.headers["Content-Range"], "bytes */10")
        for header in ("bytes=5-1", "bytes=0-1,4-5", "lines=1-2", "bytes=x"):
            self.assertEqual(self.part(header).status_code, 200, header)

    def test_of_another_version_the_whole_is_sent(self):
        tag = self.rest.get(self.content).headers["ETag"]
        self.assertEqual(self.part("bytes=1-", **{"If-Range": tag}).status_code, 206)
        self.file.raw = b"abcdefghij"
        response = self.part("bytes=1-", **{"If-Range": tag})
        self.assertEqual((response.status_code, response.content), (200, b"abcdefghij"))

    def test_head_has_the_headers_alone(self):
        response = self.rest.ask("HEAD", self.content)
        self.assertEqual((response.status_code, response.content), (200, b""))
        self.assertIn("ETag", response.headers)

    def test_other_bytes_replace_the_content(self):
        response = self.rest.put(self.content, data=b"%PDF-1.4")
        self.assertEqual((response.status_code, response.content), (204, b""))
        self.assertEqual(self.file.raw, b"%PDF-1.4")
        self.assertEqual(self.file.mimetype, "application/pdf")
        self.rest.put(self.content, files={"file": ("other.txt", b"of a form")})
        self.assertEqual(self.file.raw, b"of a form")
        self.assertEqual(self.file.name, "digits.bin")
        self.assert_problem(self.rest.put(self.content, data=b""), 422, "body.value")

    def test_conditions_are_those_of_the_file(self):
        stale = {"If-Match": '"0-0"'}
        for method, path in (("PUT", self.content), ("DELETE", self.one)):
            data = b"x" if method == "PUT" else None
            response = self.rest.ask(method, path, headers=stale, data=data)
            self.assert_problem(response, 412, "record.precondition")
        self.resource("res.partner").etag_required = True
        self.assert_problem(
            self.rest.delete(self.one), 428, "record.precondition_required"
        )
        tag = {"If-Match": self.rest.get(self.content).headers["ETag"]}
        response = self.rest.put(self.content, headers=tag, data=b"x")
        self.assertEqual(response.status_code, 204)
        again = self.rest.put(self.content, headers=tag, data=b"y")
        self.assert_problem(again, 412, "record.precondition")
        tag = {"If-Match": self.rest.get(self.one).headers["ETag"]}
        self.assertEqual(self.rest.delete(self.one, headers=tag).status_code, 204)

    def test_it_is_deleted(self):
        response = self.rest.delete(self.one, headers={"Prefer": "tx=rollback"})
        self.assertEqual(response.status_code, 204)
        self.assertTrue(self.file.exists())
        self.assertEqual(self.rest.delete(self.one).status_code, 204)
        self.assertFalse(self.file.exists())
        self.assert_problem(self.rest.delete(self.one), 404, "record.not_found")

    def test_a_content_that_the_file_store_has_lost_is_missing(self):
        self.patch(type(self.file), "_file_read", lambda *_args: b"")
        self.assert_problem(self.rest.get(self.content), 404, "record.not_found")

    def test_the_path_has_no_other_methods(self):
        response = self.rest.post(self.one)
        self.assert_problem(response, 405, "policy.method")
        self.assertEqual(response.headers["Allow"], "DELETE, GET, HEAD, OPTIONS")
