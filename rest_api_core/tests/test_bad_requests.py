"""Whatever comes, the answer is a problem that says what is wrong, and never a 500."""

import socket
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged

from ..wire import json_text
from .bad_requests import JSON, ROWS, P
from .common import RestCase


@tagged("post_install", "-at_install")
class TestBadRequests(RestCase):
    over_http = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Azure"})

    def test_every_row_of_the_table_gets_its_answer(self):
        for what, method, path, options, status, code in ROWS:
            with self.subTest(what, method=method, path=path[:60]):
                path = path.replace("{id}", str(self.partner.id))
                answer = self.rest.ask(method, path, **options)
                if code is None:
                    self.assertEqual(answer.status_code, status, answer.text)
                else:
                    self.assert_problem(answer, status, code)

    def test_the_table_is_long_and_names_nothing_twice(self):
        names = [(method, what, code) for what, method, _p, _o, _s, code in ROWS]
        self.assertGreater(len(ROWS), 60)
        self.assertEqual(len(names), len(set(names)))

    def test_bodies_over_the_limit_are_refused(self):
        answer = self.rest.ask("POST", f"{P}/search", data=b" " * 1_100_000)
        self.assert_problem(answer, 413, "body.too_large")

    def test_a_new_api_takes_bodies_of_one_mebibyte_and_no_byte_more(self):
        """The larger one is not JSON, but is refused before it is parsed."""
        size = self.env["rest.api"].default_get(["max_body_size"])["max_body_size"]
        self.assertEqual((size, self.api.max_body_size), (1, 1))
        fits = b'{"limit": 1}'.ljust(2**20)
        answer = self.rest.ask("POST", f"{P}/search", data=fits, headers=JSON)
        self.assertEqual(len(self.data(answer)), 1)
        with patch.object(json_text, "loads", side_effect=AssertionError) as parse:
            above = b"{" * (2**20 + 1)
            answer = self.rest.ask("POST", f"{P}/search", data=above, headers=JSON)
            self.assert_problem(answer, 413, "body.too_large")
        parse.assert_not_called()

    def test_bodies_in_chunks_have_the_same_limit(self):
        headers = {"Content-Type": "application/json"}
        chunks = (b" " * 100_000 for _n in range(12))
        answer = self.rest.ask("POST", f"{P}/search", data=chunks, headers=headers)
        self.assert_problem(answer, 413, "body.too_large")

    def test_small_bodies_in_chunks_are_read(self):
        headers = {"Content-Type": "application/json"}
        chunks = iter([b'{"limit"', b": 1}"])
        answer = self.rest.ask("POST", f"{P}/search", data=chunks, headers=headers)
        self.assertEqual(len(self.data(answer)), 1)

    def test_a_wrong_length_is_no_bug(self):
        self.assertIn(b"HTTP/1", self._raw("Content-Length: abc"))

    def test_two_credentials_are_refused(self):
        lines = [f"Authorization: Bearer {self.key}"] * 2
        answer = self._raw(*lines)
        self.assertIn(b" 400 ", answer.partition(b"\r\n")[0])

    def _raw(self, *lines):
        """The answer to a request with these lines in its head."""
        self.env.flush_all()
        address = urlsplit(self.base_url())
        head = [f"GET {self.root}/{P} HTTP/1.1", f"Host: {address.netloc}", *lines]
        cookies = [f"{name}={value}" for name, value in self.opener.cookies.items()]
        text = "\r\n".join([*head, f"Cookie: {'; '.join(cookies)}", "", ""])
        with socket.create_connection((address.hostname, address.port), 20) as one:
            one.sendall(text.encode())
            one.shutdown(socket.SHUT_WR)
            return one.makefile("rb").read()
