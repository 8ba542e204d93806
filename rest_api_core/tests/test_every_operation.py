"""What holds for each row of the table of operations, by a request to each route."""

import contextlib
from base64 import b64encode
from typing import NamedTuple
from unittest.mock import patch

from requests.auth import _basic_auth_str

from odoo import api
from odoo.tests import new_test_user, tagged

from ..operations import Operation
from ..wire import cors
from . import jobs, samples
from .samples import METHOD, MODEL_METHOD, PIXEL, REPORT, SAMPLES, USER, P
from .test_reports import ReportCase

# headers that two equal responses do not have in common
OWN = frozenset(("X-Request-ID", "Server-Timing", "Idempotent-Replayed", "Date"))
METHODS = ("GET", "QUERY", "POST", "PUT", "PATCH", "DELETE", "BREW")

# of the account of the caller: they change no record of a resource
ACCOUNTS = ("rest.accounts", "rest.account.keys", "rest.passwords")
# what a client may do that only reads
HARMLESS = ("report", "cancel", "import_part", "import_start")


class Route(NamedTuple):
    """A method and a path of an operation."""

    row: Operation
    text: str

    @property
    def method(self):
        return self.text.partition(" ")[0]

    @property
    def template(self):
        return self.text.partition(" ")[2]

    @property
    def writes(self):
        of_records = self.row.name not in HARMLESS and not self.is_of_account
        return self.row.readonly is not True and of_records

    @property
    def is_of_account(self):
        return self.row.service in ACCOUNTS or self.row.administrative

    @property
    def is_of_job(self):
        return self.template.startswith("jobs/")


def write_city(self, *arguments):
    """A method that clients may call."""
    self.write({"city": "Gent"})
    return len(arguments)


@api.model
def count_arguments(self, *arguments):
    return len(arguments)


class SweepCase(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        resource = cls.resource(P)
        for name, method in ((METHOD, write_city), (MODEL_METHOD, count_arguments)):
            patcher = patch.object(type(cls.env[P]), name, method, create=True)
            cls.startClassPatcher(patcher)
            listed = {"resource_id": resource.id, "name": name}
            cls.env["rest.resource.method"].create(
                {**listed, "on_records": name == METHOD}
            )
        cls.record = cls.env[P].create({"name": "Ada", "image_1920": b64encode(PIXEL)})
        owner = {"res_model": P, "res_id": cls.record.id}
        file = {"name": "a.txt", "raw": b"hello", **owner}
        cls.file = cls.env["ir.attachment"].create(file)
        cls.job = jobs.ended(cls.env, cls.api, cls.client, P)
        cls.waiting = jobs.waiting(cls.env, cls.api, cls.client, P)
        cls.spare = cls.client._generate_key()[0]
        cls.administered = cls.make_administered()
        # so that anonymous callers get documents
        cls.api.docs_public = True
        resets = type(cls.env["rest.password.reset"])
        cls.startClassPatcher(patch.object(resets, "_is_available", lambda _self: True))

    @classmethod
    def make_administered(cls):
        """A record of each list of administrators, and the key of one of them."""
        groups = "base.group_user,rest_api_core.group_rest_manager"
        manager = new_test_user(cls.env, "sweep_manager", groups)
        _client, cls.admin_key = cls.make_client(manager, all_resources=True)
        api = cls.env["rest.configuration"]._api(cls.api.id)
        cls.env["rest.tokens"]._issue(api, cls.user.id)
        return {
            "clients": cls.make_client(cls.user)[0],
            "keys": cls.spare,
            "tokens": cls.env["rest.token"].search([], limit=1),
            "logs": cls.env["rest.log"].create({"path": "/", "status": 200}),
        }

    def setUp(self):
        super().setUp()
        self.wkhtmltopdf("install")

    def routes(self):
        rows = self.env["rest.operations"]._operations()
        return [Route(row, text) for row in rows for text in row.routes]

    def writing(self):
        return [route for route in self.routes() if route.writes]

    @contextlib.contextmanager
    def trying(self, route):
        """A subtest that leaves nothing behind."""
        with self.subTest(route.text), self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.opener.cookies.pop("session_id", None)  # that of a login
        self.env.invalidate_all()

    def applied(self, route, response):
        """``Preference-Applied`` without what an import always says."""
        applied = response.headers.get("Preference-Applied", "")
        if route.row.name == "import":
            self.assertTrue(applied.startswith("respond-async"))
            applied = applied.removeprefix("respond-async").removeprefix(", ")
        return applied or None

    def request_of(self, route):
        """``(path, options)`` of the sample of a route."""
        path = route.template
        job = self.waiting if route.row.service == "rest.imports" else self.job
        owners = {"attachments": self.file, "jobs": job, "auth": self.spare}
        first, _slash, rest = path.partition("/")
        if first == "admin":
            owners[first] = self.administered[rest.partition("/")[0]]
        number = owners.get(first, self.record).id
        path = path.replace("<model>/call/<name>", f"<model>/call/{MODEL_METHOD}")
        name = METHOD if "/call/" in path else "image_1920"
        name = "php" if path.startswith("sdk/") else name
        variables = {"model": P, "name": name, "report": REPORT, "file": jobs.FILE}
        variables["part"] = 1
        for word, value in {**variables, "id": number, "ids": number}.items():
            path = path.replace(f"<{word}>", str(value))
        ids = {"id": self.record.id, "client": self.client.id, "user": self.user.id}
        return path, samples.options(route.text, **ids)

    def send(self, route, method=None, **changes):
        """Send the sample of a route with other headers, parameters or options."""
        path, sent = self.request_of(route)
        if route.row.personal and "key" not in changes:
            self.api.auth_basic = True
            sent["headers"]["Authorization"] = _basic_auth_str(USER, USER)
        if route.row.administrative:
            changes.setdefault("key", self.admin_key)
        for name in ("headers", "params"):
            sent[name] = {**sent[name], **changes.pop(name, {})}
        return self.rest.ask(method or route.method, path, **{**sent, **changes})

    def succeed(self, route, **changes):
        response = self.send(route, **changes)
        self.assertLess(response.status_code, 300, response.text)
        return response

    def told_headers(self, response):
        return {n: v for n, v in response.headers.items() if n not in OWN}

    def state(self):
        """How many records there are, and what became of the last one."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT (SELECT count(*) FROM ir_attachment), count(*),"
            " count(*) FILTER (WHERE active), string_agg(name || city, '')"
            " FROM res_partner"
        )
        return self.env.cr.fetchone()


# headers that scripts may read anyhow (WHATWG Fetch), and those for the browser itself
FOR_BROWSERS = frozenset(
    "access-control-allow-origin access-control-expose-headers cache-control"
    " content-language content-length content-security-policy content-type date server"
    " set-cookie vary x-content-type-options".split()
)
# reads without entity tag: what they tell depends on more than rows
UNTAGGED = frozenset(
    "about health limits fields count export changes all_changes"
    " check_credentials me keys"
    " admin_clients admin_client admin_keys admin_key admin_tokens admin_token"
    " admin_logs admin_log".split()
)


@tagged("post_install", "-at_install")
class TestEveryOperation(SweepCase):
    def test_each_route_has_a_sample_that_succeeds(self):
        self.assertEqual({route.text for route in self.routes()}, set(SAMPLES))
        for route in self.routes():
            with self.trying(route):
                headers = self.succeed(route).headers
                self.assertTrue(headers["X-Request-ID"])
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                kept = "no-cache" if "ETag" in headers else "no-store"
                self.assertEqual(headers["Cache-Control"], f"private, {kept}")
                self.assertIn("Authorization", headers["Vary"])

    def test_maintenance_ends_all_but_health(self):
        self.api.maintenance = True
        for route in self.routes():
            with self.trying(route):
                if route.row.name == "health":
                    self.succeed(route)
                    continue
                response = self.send(route)
                self.assert_problem(response, 503, "server.maintenance")

    def test_the_sunset_ends_all_but_health(self):
        self.api.sunset_on = "2026-01-01"
        for route in self.routes():
            with self.trying(route):
                if route.row.name == "health":
                    self.succeed(route)
                    continue
                response = self.send(route)
                self.assert_problem(response, 410, "policy.sunset")

    def test_unknown_parameters_are_refused(self):
        for route in self.routes():
            if route.row.parameters is not None:
                with self.trying(route):
                    response = self.send(route, params={"foo": "1"})
                    self.assert_problem(response, 400, "query.unknown", "foo")

    def test_unknown_parameters_in_a_body_are_refused(self):
        for route in self.routes():
            if route.row.body == "parameters" and route.method != "GET":
                with self.trying(route):
                    response = self.send(route, json_body={"foo": 1})
                    problem = self.assert_problem(response, 400, "query.unknown")
                    self.assertIn("foo", str(problem["errors"]))

    def test_other_methods_are_refused_and_the_known_ones_told(self):
        allowed = {}
        for route in self.routes():
            methods = allowed.setdefault(_shape(route), {"OPTIONS"})
            methods |= {"GET", "HEAD"} if route.method == "GET" else {route.method}
        for route in {_shape(route): route for route in self.routes()}.values():
            known = allowed[_shape(route)]
            for method in sorted({*METHODS} - known):
                with self.trying(route):
                    response = self.send(route, method=method)
                    self.assert_problem(response, 405, "policy.method")
                    told = response.headers["Allow"]
                    self.assertEqual(told, ", ".join(sorted(known)))

    def test_options_tells_the_methods(self):
        for route in self.routes():
            with self.trying(route):
                response = self.send(route, method="OPTIONS", key=False)
                self.assertEqual((response.status_code, response.content), (204, b""))
                self.assertIn(route.method, response.headers["Allow"].split(", "))
                self.assertIn(route.method, cors.METHODS)
                self.assertNotIn("Content-Type", response.headers)

    def test_pages_of_other_origins_can_read_all_headers(self):
        origin = "https://app.example.com"
        self.api.cors_origins = origin
        for route in self.routes():
            with self.trying(route):
                response = self.succeed(route, headers={"Origin": origin})
                told = {name.lower() for name in response.headers}
                exposed = response.headers["Access-Control-Expose-Headers"]
                self.assertLessEqual(
                    told - {*exposed.lower().split(", ")}, FOR_BROWSERS
                )

    def test_media_types_that_there_are_not_are_refused(self):
        for route in self.routes():
            if route.row.produces:
                with self.trying(route):
                    path, sent = self.request_of(route)
                    sent["headers"]["Accept"] = "application/xml"
                    for named in (sent["params"], sent.get("json_body") or {}):
                        named.pop("format", None)  # it goes before Accept
                    response = self.rest.ask(route.method, path, **sent)
                    problem = self.assert_problem(response, 406, "policy.accept")
                    self.assertIn(route.row.produces[0], problem["detail"])

    def test_credentials_are_needed(self):
        for route in self.routes():
            with self.trying(route):
                if route.row.anonymous:
                    self.succeed(route, key=False)
                    continue
                response = self.send(route, key=False)
                self.assert_problem(response, 401, "auth.missing")
                told = response.headers["WWW-Authenticate"]
                start = 'Bearer realm="Test API", resource_metadata="'
                self.assertTrue(told.startswith(start), told)

    def test_bodies_of_another_type_are_refused(self):
        headers = {"Content-Type": "text/plain"}
        for route in self.routes():
            if route.method != "GET" and route.row.body not in ("file", "files"):
                with self.trying(route):
                    text = {"json_body": None, "data": "name=New", "headers": headers}
                    response = self.send(route, **text)
                    self.assert_problem(response, 415, "body.media_type")

    def test_bodies_that_are_no_json_are_refused(self):
        headers = {"Content-Type": "application/json"}
        for route in self.routes():
            if route.method != "GET" and route.row.body != "file":
                with self.trying(route):
                    text = {"json_body": None, "data": "{", "headers": headers}
                    response = self.send(route, **text)
                    self.assert_problem(response, 400, "body.malformed")

    def test_head_is_get_without_a_body(self):
        for route in self.routes():
            if route.method == "GET":
                with self.trying(route):
                    self.succeed(route)  # the first use of a key is shown later
                    get = self.succeed(route)
                    head = self.succeed(route, method="HEAD")
                    told = head.status_code, head.content
                    self.assertEqual(told, (get.status_code, b""))
                    self.assertEqual(self.told_headers(head), self.told_headers(get))

    def test_a_known_response_is_not_sent_again(self):
        for route in self.routes():
            if route.row.readonly and route.row.name not in UNTAGGED:
                with self.trying(route):
                    tag = self.succeed(route).headers["ETag"]
                    response = self.send(route, headers={"If-None-Match": tag})
                    sent = response.status_code, response.content
                    self.assertEqual(sent, (304, b""))
                    self.assertEqual(response.headers["ETag"], tag)


@tagged("post_install", "-at_install")
class TestEveryContext(SweepCase):
    def localized(self):
        return [r for r in self.routes() if r.row.parameters is not None]

    def test_language_and_company_are_those_of_the_request(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        own = str(self.user.company_id.id)
        wishes = (
            {"params": {"lang": "fr", "company": own}},
            {"headers": {"Accept-Language": "fr", "X-Company-Id": own}},
        )
        for route in self.localized():
            for wish in wishes:
                with self.trying(route):
                    response = self.succeed(route, **wish)
                    self.assertEqual(response.headers["Content-Language"], "fr-FR")

    def test_a_company_that_is_not_the_users_is_refused(self):
        other = str(self.env["res.company"].create({"name": "Other"}).id)
        wishes = {"params": {"company": other}}, {"headers": {"X-Company-Id": other}}
        for route in self.localized():
            for wish in wishes:
                with self.trying(route):
                    response = self.send(route, **wish)
                    self.assert_problem(response, 403, "policy.company")

    def test_unknown_preferences_are_refused_if_the_client_is_strict(self):
        for route in self.routes():
            with self.trying(route):
                headers = {"Prefer": "handling=strict, return=all"}
                response = self.send(route, headers=headers)
                self.assert_problem(response, 400, "query.header")

    def test_a_strict_client_is_told_so(self):
        for route in self.routes():
            with self.trying(route):
                response = self.succeed(route, headers={"Prefer": "handling=strict"})
                applied = self.applied(route, response)
                self.assertEqual(applied, "handling=strict")

    def test_a_preference_of_the_total_is_applied_or_not_called_so(self):
        headers = {"Prefer": "count=none"}
        for route in self.routes():
            counts = "count" in (route.row.parameters or ())
            with self.trying(route):
                response = self.succeed(route, headers=headers)
                applied = self.applied(route, response)
                self.assertEqual(applied, "count=none" if counts else None)
                if counts:
                    self.assertNotIn("X-Total-Count", response.headers)
                    self.assertNotIn(b'"total":', response.content)
            if counts:
                with self.trying(route):
                    named = {"params": {"count": "exact"}}
                    response = self.succeed(route, headers=headers, **named)
                    self.assertIsNone(self.applied(route, response))


@tagged("post_install", "-at_install")
class TestEveryRight(SweepCase):
    def test_each_right_is_needed(self):
        resource = self.resource(P)
        for route in self.routes():
            for right in sorted(route.row.rights):
                with self.trying(route):
                    resource[f"can_{right}"] = False
                    response = self.send(route)
                    self.assertIn(response.status_code, (403, 404), response.text)

    def test_a_client_without_scope_finds_no_model(self):
        _client, key = self.make_client(self.user)
        for route in self.routes():
            if route.row.rights or "<model>" in route.template:
                with self.trying(route):
                    response = self.send(route, key=key)
                    self.assert_problem(response, 404, "record.not_found")

    def test_a_read_only_client_writes_nothing(self):
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        for route in self.routes():
            with self.trying(route):
                before = self.state()
                if route.writes:
                    response = self.send(route, key=key)
                    self.assert_problem(response, 403, "policy.scope")
                elif route.row.administrative:
                    response = self.send(route, key=key)
                    self.assert_problem(response, 403, "policy.forbidden")
                elif route.row.personal:
                    response = self.send(route, key=key)
                    self.assert_problem(response, 403, "policy.account")
                elif route.is_of_job or route.row.name == "revoke_key":
                    # of another client
                    response = self.send(route, key=key)
                    self.assert_problem(response, 404, "record.not_found")
                else:
                    self.succeed(route, key=key)
                self.assertEqual(self.state(), before)

    def test_rights_of_odoo_are_needed(self):
        portal = new_test_user(self.env, "sweep_portal", "base.group_portal")
        _client, key = self.make_client(portal, all_resources=True)
        for route in self.writing():
            if route.row.name != "call":  # the method decides
                with self.trying(route):
                    before = self.state()
                    response = self.send(route, key=key)
                    self.assertIn(response.status_code, (403, 404), response.text)
                    self.assertEqual(self.state(), before)


@tagged("post_install", "-at_install")
class TestEveryWrite(SweepCase):
    def test_a_repeated_request_has_one_effect_and_one_response(self):
        headers = {"Idempotency-Key": "k1"}
        for route in self.writing():
            with self.trying(route):
                first = self.succeed(route, headers=headers)
                self.assertNotIn("Idempotent-Replayed", first.headers)
                after = self.state()
                second = self.succeed(route, headers=headers)
                self.assertEqual(second.status_code, first.status_code)
                self.assertEqual(second.content, first.content)
                self.assertEqual(self.told_headers(second), self.told_headers(first))
                self.assertEqual(second.headers["Idempotent-Replayed"], "true")
                self.assertEqual(self.state(), after)

    def test_a_key_of_a_read_is_an_error_for_a_strict_client(self):
        headers = {"Idempotency-Key": "k1", "Prefer": "handling=strict"}
        for route in self.routes():
            if route.row.readonly:
                with self.trying(route):
                    response = self.send(route, headers=headers)
                    self.assert_problem(response, 400, "query.header")

    def test_a_dry_run_keeps_nothing(self):
        for route in self.routes():
            if route.row.readonly is True:
                continue
            with self.trying(route):
                before = self.state()
                dry = self.succeed(route, headers={"Prefer": "tx=rollback"})
                self.assertEqual(self.state(), before)
                self.assertEqual(self.applied(route, dry), "tx=rollback")
                self.assertNotIn("ETag", dry.headers)
                real = self.succeed(route)
                self.assertEqual(dry.status_code, real.status_code)

    def test_no_more_records_than_preferred_are_affected(self):
        for route in self.writing():
            if f"/call/{MODEL_METHOD}" in self.request_of(route)[0]:
                continue  # of no record
            if route.row.name == "import":
                continue  # its job counts no records
            with self.trying(route):
                before = self.state()
                response = self.send(route, headers={"Prefer": "max-affected=0"})
                self.assert_problem(response, 400, "policy.max_affected")
                self.assertEqual(self.state(), before)
                headers = {"Prefer": "max-affected=1"}
                response = self.succeed(route, headers=headers)
                applied = self.applied(route, response)
                self.assertEqual(applied, "max-affected=1")

    def test_a_preference_of_the_body_is_applied_or_not_called_so(self):
        for route in self.writing():
            for wish in ("minimal", "representation"):
                with self.trying(route):
                    headers = {"Prefer": f"return={wish}"}
                    response = self.succeed(route, headers=headers)
                    applied = self.applied(route, response)
                    shows = b'"name":' in response.content
                    typed = "Content-Type" in response.headers
                    self.assertEqual(typed, bool(response.content))
                    if applied:
                        self.assertEqual(applied, headers["Prefer"])
                        self.assertEqual(shows, wish == "representation")
                    else:
                        self.assertFalse(shows)


# writes of known records that need no tag: they change none of them
TAGLESS = ("copy",)


@tagged("post_install", "-at_install")
class TestEveryCondition(SweepCase):
    def changing(self):
        """The routes that change the record, or the file, of their path."""
        return [r for r in self.writing() if "<id" in r.template]

    def test_what_has_changed_is_not_overwritten(self):
        for route in self.changing():
            with self.trying(route):
                before = self.state()
                response = self.send(route, headers={"If-Match": '"0-0"'})
                self.assert_problem(response, 412, "record.precondition")
                self.assertEqual(self.state(), before)
                self.succeed(route, headers={"If-Match": self.tag_of(route)})

    def test_a_resource_may_require_a_tag(self):
        self.resource(P).etag_required = True
        for route in self.changing():
            if route.row.name not in TAGLESS:
                with self.trying(route):
                    response = self.send(route)
                    code = "record.precondition_required"
                    self.assert_problem(response, 428, code)

    def tag_of(self, route):
        of_file = route.template.startswith("attachments/")
        path = f"attachments/{self.file.id}" if of_file else f"{P}/{self.record.id}"
        return self.rest.get(path).headers["ETag"]


def _shape(route):
    """The template with one word for ids."""
    return route.template.replace("<ids>", "<id>")
