"""A record that was read is sent back."""

import base64

from odoo.tests import tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestRoundTrips(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Azure", "city": "A"})
        cls.path = f"res.partner/{cls.partner.id}"

    def test_a_record_is_sent_back_as_it_was_read(self):
        record = self.data(self.rest.get(self.path))
        for method in ("PATCH", "PUT"):
            with self.subTest(method):
                record["city"] = method
                answer = self.rest.ask(method, self.path, json_body=record)
                self.assertEqual(self.data(answer)["city"], method)
                record = self.data(self.rest.get(self.path))

    def test_what_cannot_be_written_is_refused_with_another_value(self):
        record = self.data(self.rest.get(self.path))
        rows = {"id": self.partner.id + 1, "create_date": "2020-01-01T00:00:00Z"}
        for name, value in rows.items():
            with self.subTest(name):
                answer = self.rest.patch(self.path, {**record, name: value})
                self.assert_problem(answer, 422, "body.field", f"#/{name}")

    def test_a_described_file_stays_as_it_is(self):
        image = self.env.company.logo
        self.partner.image_1920 = image
        params = {"fields": "image_1920"}
        record = self.data(self.rest.get(self.path, params=params))
        self.assertIn("url", record["image_1920"])
        self.data(self.rest.patch(self.path, record))
        self.assertEqual(
            base64.b64decode(self.partner.image_1920), base64.b64decode(image)
        )
