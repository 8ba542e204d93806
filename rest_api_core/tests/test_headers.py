"""What each answer has, other origins, and what a read leaves behind."""

import gzip
import json
import zlib
from contextlib import closing
from http.client import HTTPConnection
from unittest.mock import patch
from urllib.parse import quote, urlsplit

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..wire.result import Result
from .test_attacks import AttackCase

P = "res.partner"
EXPOSED = {"ETag", "Link", "Retry-After", "X-Request-ID", "X-RateLimit-Limit"}


@tagged("post_install", "-at_install")
class TestReads(AttackCase):
    def test_nothing_is_kept_of_what_a_read_writes(self):
        """Odoo repeats on another cursor what may not write on the first."""
        partner = self.env[P].create({"name": "A"})
        operation = type(self.env["rest.reading"])
        runs = []

        def read(model, context, call):
            runs.append(model.env.cr.readonly)
            model.env[P].sudo().browse(partner.id).write({"name": "B"})
            model.env.flush_all()
            return Result({})

        logger = type(self.env["rest.logger"])  # in a test, it rolls back as well
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        for used in (self.key, key):
            with (
                patch.object(operation, "_operation__read", read),
                patch.object(logger, "_record", lambda *_values: None),
                mute_logger("odoo.http", "odoo.sql_db"),
            ):
                self.data(self.rest.get(f"{P}/{partner.id}", key=used))
            self.assertEqual(partner.name, "A")
        self.assertIn(False, runs)


@tagged("post_install", "-at_install")
class TestHeaders(AttackCase):
    """What each answer has, whatever it is."""

    over_http = True

    def answers(self):
        tag = self.rest.get(P).headers["ETag"]
        return {
            200: self.rest.get(P),
            204: self.rest.ask("OPTIONS", P),
            304: self.rest.get(P, headers={"If-None-Match": tag}),
            400: self.rest.get(P, params={"limit": "a"}),
            401: self.rest.get(P, key=False),
            404: self.rest.get("nope"),
            405: self.rest.put(P),
            406: self.rest.get(P, headers={"Accept": "text/csv"}),
            412: self.rest.get(P, headers={"If-Match": '"x"'}),
            415: self.rest.ask("POST", f"{P}/search", data="a"),
        }

    def test_every_answer_has_its_headers(self):
        self.api.rate_limit = 1000
        for status, answer in self.answers().items():
            with self.subTest(status):
                self.assertEqual(answer.status_code, status, answer.text)
                headers = answer.headers
                self.assertRegex(headers["X-Request-ID"], r"^[0-9a-f-]{36}$")
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("dur=", headers["Server-Timing"])
                for name in (
                    "Authorization",
                    "Accept-Language",
                    "X-Company-Id",
                    "Origin",
                ):
                    self.assertIn(name, headers["Vary"])
                kept = "no-cache" if status in (200, 304) else "no-store"
                self.assertEqual(headers["Cache-Control"], f"private, {kept}")
                known = status not in (204, 401)
                self.assertEqual("X-RateLimit-Limit" in headers, known)
                self.assertNotIn("Set-Cookie", headers)
                self.assertNotIn("Access-Control-Allow-Origin", headers)

    def test_the_client_s_request_id_comes_back_if_it_is_one(self):
        headers = {"X-Request-ID": "abc.DEF-1_2"}
        self.assertEqual(
            self.rest.get(P, headers=headers).headers["X-Request-ID"], "abc.DEF-1_2"
        )
        for wrong in ("a" * 129, "a b", "a;b", "<script>", '"'):
            given = self.rest.get(P, headers={"X-Request-ID": wrong}).headers[
                "X-Request-ID"
            ]
            self.assertRegex(given, r"^[0-9a-f-]{36}$")

    def test_problems_tell_no_inner_things(self):
        for answer in self.answers().values():
            for word in ("Traceback", "psycopg2", "SELECT", "/odoo/", ".py"):
                self.assertNotIn(word, answer.text)

    def test_a_bug_tells_nothing(self):
        broken = type(self.env["rest.reading"])
        message = "SELECT password FROM res_users -- /srv/odoo/secret.py"
        with (
            patch.object(broken, "_operation__list", side_effect=KeyError(message)),
            self.assertLogs("odoo.addons.rest_api_core", "ERROR") as log,
        ):
            answer = self.rest.get(P, headers={"X-Request-ID": "bug-1"})
        problem = self.assert_problem(answer, 500, "server.error")
        self.assertEqual(problem["detail"], "The request could not be completed.")
        self.assertNotIn("password", answer.text)
        self.assertIn("bug-1", log.output[0])

    # --- other origins -------------------------------------------------------

    def test_no_origin_is_let_in_unless_it_is_named(self):
        answer = self.rest.get(P, headers={"Origin": "https://evil.example"})
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
        self.api.cors_origins = "https://app.example.com"
        for origin in (
            "https://evil.example",
            "https://app.example.com.evil.example",
            "http://app.example.com",
            "null",
        ):
            answer = self.rest.get(P, headers={"Origin": origin})
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_a_named_origin_may_read_answers_and_problems(self):
        self.api.cors_origins = "https://app.example.com"
        headers = {"Origin": "https://app.example.com"}
        for options in ({}, {"key": False}, {"params": {"limit": "a"}}):
            answer = self.rest.get(P, headers=headers, **options)
            allowed = answer.headers["Access-Control-Allow-Origin"]
            self.assertEqual(allowed, "https://app.example.com")
            exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
            self.assertLessEqual(EXPOSED, exposed)
            self.assertNotIn("Access-Control-Allow-Credentials", answer.headers)

    def test_a_compressed_body_is_read(self):
        body = json.dumps({"filter": [["id", "=", self.user.partner_id.id]]}).encode()
        for coding, content in (
            ("gzip", gzip.compress(body)),
            ("deflate", zlib.compress(body)),
            ("identity", body),
        ):
            headers = {"Content-Type": "application/json", "Content-Encoding": coding}
            answer = self.rest.ask("POST", f"{P}/search", data=content, headers=headers)
            self.assertEqual(len(answer.json()["data"]), 1, coding)

    def test_an_unknown_coding_is_told_the_known_ones(self):
        headers = {"Content-Type": "application/json", "Content-Encoding": "br"}
        answer = self.rest.ask("POST", f"{P}/search", data="{}", headers=headers)
        self.assert_problem(answer, 415, "body.media_type")
        self.assertEqual(answer.headers["Accept-Encoding"], "gzip, deflate")

    def test_preflights_need_no_credentials(self):
        self.api.cors_origins = "https://app.example.com"
        headers = {
            "Origin": "https://app.example.com",
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,if-match",
        }
        answer = self.rest.ask("OPTIONS", f"{P}/1", key=False, headers=headers)
        self.assertEqual((answer.status_code, answer.content), (204, b""))
        self.assertIn("PATCH", answer.headers["Access-Control-Allow-Methods"])
        self.assertIn("If-Match", answer.headers["Access-Control-Allow-Headers"])
        self.assertGreater(int(answer.headers["Access-Control-Max-Age"]), 0)
        self.assertEqual(answer.headers["Cache-Control"], "private, no-store")
        headers["Origin"] = "https://evil.example"
        answer = self.rest.ask("OPTIONS", f"{P}/1", key=False, headers=headers)
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
        self.assertEqual(answer.headers["Vary"], "Origin")


@tagged("post_install", "-at_install")
class TestRawRequests(AttackCase):
    """What no HTTP library sends."""

    over_http = True

    def raw(self, method, path, *headers):
        """The answer to a request as it is: ``(status, headers, content)``."""
        address = urlsplit(self.base_url())
        self.env.flush_all()
        connection = HTTPConnection(address.hostname, address.port, timeout=60)
        with closing(connection), self.allow_requests():
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            for name, value in self.opener.cookies.items():
                connection.putheader("Cookie", f"{name}={value}")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def test_paths_with_lines_are_those_of_the_api(self):
        for path in ("a%0ab", f"{P}/1%0a", f"{P}%0a/1", "%0a", "a/%0d%0a/b"):
            for method in ("GET", "PUT"):
                answer = self.rest.ask(method, path)
                self.assert_problem(answer, 404, "record.not_found")

    def test_odd_paths_lead_nowhere(self):
        partner = self.env[P].create({"name": "A"})
        own = ("Authorization", f"Bearer {self.key}")
        root, digits = f"{self.root}/{P}", str(partner.id)
        self.assertEqual(self.raw("GET", f"{root}/{digits}", own)[0], 200)
        fullwidth = quote("".join(chr(ord(digit) + 0xFEE0) for digit in digits))
        for path in (
            f"{root}/{fullwidth}",
            f"{root}/0{digits}",
            f"{root}/+{digits}",
            f"{root}/-{digits}",
            f"{root}/{digits}.0",
            f"{root}/{digits}%00",
            f"{root}/{digits}%0a",
            f"{root}/{digits}%20",
            f"{root}/{digits};a=b",
            f"{root}/{2**31}",
            f"{root}/{2**64 + partner.id}",
            f"{root}/{'9' * 5000}",
            f"{root}/../{P}/{digits}",
            f"{root}/./{digits}",
            f"{root}//{digits}//",
            f"{root.upper()}/{digits}",
        ):
            with self.subTest(path[:80]):
                status, headers, _content = self.raw("GET", path, own)
                self.assertIn(status, (301, 308, 404))
                place = urlsplit(headers.get("Location") or self.base_url())
                self.assertEqual(place.netloc, urlsplit(self.base_url()).netloc)

    def test_one_authorization_counts_or_none(self):
        own = ("Authorization", f"Bearer {self.key}")
        other = ("Authorization", "Bearer x")
        for headers in ((own, own), (own, other), (other, own)):
            status, _headers, content = self.raw("GET", f"{self.root}/{P}", *headers)
            self.assertEqual(status, 400, content)
            self.assertIn(b"auth.misused", content)

    def test_no_header_or_parameter_changes_the_method(self):
        partner = self.env[P].create({"name": "A"})
        own = ("Authorization", f"Bearer {self.key}")
        path = f"{self.root}/{P}/{partner.id}"
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            self.assertEqual(self.raw("GET", path, own, (name, "DELETE"))[0], 200)
            headers = (own, (name, "DELETE"), ("Content-Length", "0"))
            self.assertEqual(self.raw("POST", path, *headers)[0], 405)
        self.assertEqual(self.raw("GET", f"{path}?_method=DELETE", own)[0], 400)
        self.assertTrue(partner.exists().active)
