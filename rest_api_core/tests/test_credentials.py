"""Who may come in: keys, sessions, Basic; and what it costs to know."""

from base64 import b64encode
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import Mock, patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged

from ..engine import authentication as rest_authentication
from ..limits import rate
from .common import RestCase

P = "res.partner"
UNKNOWN = f"rak_aaaaaaaa_{'A' * 43}"


class CredentialCase(RestCase):
    over_http = True

    def setUp(self):
        super().setUp()
        store = rate.MemoryStore(size=100)
        self.startPatcher(patch.object(rest_authentication, "_failures", store))

    @contextmanager
    def statements(self):
        """The statements of the requests herein, as texts."""
        found = []
        execute = Cursor.execute

        def record(cursor, query, *arguments, **options):
            found.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *arguments, **options)

        with patch.object(Cursor, "execute", record):
            yield found

    def credential(self):
        return self.client.credential_ids

    def status(self, **options):
        return self.rest.get(f"{P}?limit=1&fields=id", **options).status_code


@tagged("post_install", "-at_install")
class TestHints(RestCase):
    """Hints for callers who mix up keys do not say which keys exist."""

    def told(self, header):
        answer = self.rest.get(P, key=False, headers={"Authorization": header})
        problem = self.assert_problem(answer, 401, "auth.invalid")
        return problem["detail"]

    def test_a_header_without_bearer_is_told_so_whatever_the_key_is(self):
        told = {self.told(key) for key in (self.key, UNKNOWN, "a" * 40)}
        words = "The Authorization header must be 'Bearer', a space and a key."
        self.assertEqual(told, {words})

    def test_a_key_of_another_sort_is_told_so_whether_or_not_it_exists(self):
        user = self.env["res.users.apikeys"].with_user(self.user)
        later = fields.Datetime.now() + timedelta(days=1)
        real = user._generate("rpc", "other", later)
        told = {self.told(f"Bearer {key}") for key in (real, real[::-1], "a" * 40)}
        (words,) = told
        self.assertIn("not a key of a client of the REST API", words)
        self.assertIn("begin with 'rak_'", words)

    def test_keys_of_the_right_sort_are_told_nothing(self):
        self.client.credential_ids.revoked_at = fields.Datetime.now()
        told = {self.told(f"Bearer {key}") for key in (self.key, UNKNOWN)}
        self.assertEqual(told, {"The credentials are not valid."})


@tagged("post_install", "-at_install")
class TestKeys(CredentialCase):
    def test_a_revocation_that_lies_ahead_is_not_taken_back(self):
        key = self.client.credential_ids[:1] or self.client._generate_key()[0]
        now = fields.Datetime.now()
        key.revoked_at = now + timedelta(hours=2)
        for later in (False, now + timedelta(hours=3)):
            with self.assertRaises(UserError):
                key.revoked_at = later
        key.revoked_at = now + timedelta(hours=1)

    def test_a_key_identifies_its_user(self):
        self.assertEqual(self.status(), 200)

    def test_the_scheme_has_no_case(self):
        headers = {"Authorization": f"bearer {self.key}"}
        self.assertEqual(self.status(key=False, headers=headers), 200)

    def test_a_revoked_key_is_refused(self):
        self.assertEqual(self.status(), 200)
        self.credential().action_revoke()
        answer = self.rest.get(P)
        self.assert_problem(answer, 401, "auth.invalid")
        challenge = 'Bearer realm="Test API", error="invalid_token", resource_metadata'
        told = answer.headers["WWW-Authenticate"]
        self.assertEqual(told.partition('="http')[0], challenge)

    def test_an_expired_key_is_refused(self):
        self.assertEqual(self.status(), 200)
        self.credential().expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.status(), 401)

    def test_a_key_expires_without_a_change_of_the_record(self):
        self.credential().expires_at = fields.Datetime.now() + timedelta(hours=1)
        self.assertEqual(self.status(), 200)
        later = fields.Datetime.now() + timedelta(hours=2)
        with patch.object(rest_authentication, "datetime") as clock:
            clock.now.return_value = later.astimezone()
            self.assertEqual(self.status(), 401)

    def test_keys_of_archived_users_are_refused(self):
        self.assertEqual(self.status(), 200)
        self.user.active = False
        self.assertEqual(self.status(), 401)

    def test_keys_of_archived_and_expired_clients_are_refused(self):
        self.client.active = False
        self.assertEqual(self.status(), 401)
        self.client.active = True
        self.assertEqual(self.status(), 200)
        self.client.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.status(), 401)

    def test_a_deleted_key_is_refused(self):
        self.assertEqual(self.status(), 200)
        self.credential().unlink()
        self.assertEqual(self.status(), 401)

    def test_addresses_outside_the_list_are_refused(self):
        self.client.allowed_ips = "10.0.0.0/8"
        self.assert_problem(self.rest.get(P), 401, "auth.invalid")
        self.client.allowed_ips = "10.0.0.0/8\n127.0.0.0/8"
        self.assertEqual(self.status(), 200)

    def test_forwarded_addresses_do_not_count(self):
        self.client.allowed_ips = "10.0.0.1"
        headers = {"X-Forwarded-For": "10.0.0.1", "X-Real-IP": "10.0.0.1"}
        self.assertEqual(self.status(headers=headers), 401)

    def test_a_read_only_key_reads_and_writes_nothing(self):
        key = self.client._generate_key(read_only=True)[1]
        self.assertEqual(self.status(key=key), 200)
        answer = self.rest.post(P, {"name": "x"}, key=key)
        self.assert_problem(answer, 403, "policy.scope")
        self.assertIn('error="insufficient_scope"', answer.headers["WWW-Authenticate"])

    def test_rotated_keys_overlap(self):
        new = self.credential()._rotate(overlap_hours=1)[1]
        self.assertEqual((self.status(), self.status(key=new)), (200, 200))
        later = fields.Datetime.now() + timedelta(hours=2)
        with patch.object(rest_authentication, "datetime") as clock:
            clock.now.return_value = later.astimezone()
            self.assertEqual((self.status(), self.status(key=new)), (401, 200))

    def test_a_group_that_is_taken_away_counts_no_more(self):
        self.expose("res.users", sensitive=True)
        name = self._hidden_field()
        admin = new_test_user(self.env, "rest_once_admin", "base.group_system")
        key = self.make_client(admin, all_resources=True)[1]
        path = f"res.users?fields={name}&limit=1"
        self.assertEqual(self.rest.get(path, key=key).status_code, 200)
        self.assertEqual(self.rest.get(path).status_code, 400)
        admin.group_ids = self.env.ref("base.group_user")
        self.assertEqual(self.rest.get(path, key=key).status_code, 400)

    def _hidden_field(self):
        """A field of users that is for administrators alone."""
        users = self.env["res.users"]
        users._fields["signature"].groups = "base.group_system"
        self.addCleanup(setattr, users._fields["signature"], "groups", None)
        self.env.registry.clear_all_caches()
        return "signature"

    def test_changed_and_foreign_secrets_are_refused(self):
        _kind, prefix, secret = self.key.split("_", 2)
        other = self.make_client(self.user, all_resources=True)[1]
        for wrong in (
            f"rak_{prefix}_{'A' * 43}",
            f"rak_{prefix}_{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}",
            f"rak_{prefix}_{other.split('_', 2)[2]}",
            f"rak_{other.split('_')[1]}_{secret}",
            f"rat_{prefix}_{secret}",
            self.key.upper(),
            f"{self.key}=",
            self.credential().sudo().digest,
        ):
            answer = self.rest.get(P, key=wrong)
            self.assert_problem(answer, 401, "auth.invalid")

    def test_a_key_is_of_use_only_where_the_api_takes_keys(self):
        self.api.auth_api_key = False
        self.assert_problem(self.rest.get(P), 401, "auth.invalid")

    def test_credentials_in_the_query_are_refused_even_with_a_good_header(self):
        for name in ("access_token", "api_key", "token", "Authorization"):
            answer = self.rest.get(P, params={name: self.key})
            self.assert_problem(answer, 400, "auth.misused")
            self.assertNotIn(self.key, answer.text)

    def test_guessing_ends_in_429(self):
        self.api.anonymous_rate_limit = 2
        statuses = [self.status(key=UNKNOWN) for _n in range(4)]
        answer = self.rest.get(P, key=UNKNOWN)
        self.assertEqual(self.status(), 200)
        self.assertEqual(statuses[0], 401)
        problem = self.assert_problem(answer, 429, "auth.throttled")
        self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assertIn("Allowed: 2 requests per minute.", problem["detail"])

    def test_databases_do_not_share_their_failures(self):
        """A server may have several; their APIs have the same ids."""
        keys, counted = [], rate.MemoryStore.spend

        def spend(this, key, limit, now):
            keys.append(key)
            return counted(this, key, limit, now)

        self.api.auth_basic = True
        headers = {"Authorization": "Basic YTpi"}
        with patch.object(rate.MemoryStore, "spend", spend):
            self.status(key=False, headers=headers)
        (key,) = keys
        self.assertTrue(key.startswith(f"{self.env.cr.dbname}:{self.api.id}:"), key)

    # --- costs ---------------------------------------------------------------

    def test_a_known_key_is_checked_without_a_query(self):
        self.status()
        with self.statements() as found:
            self.assertEqual(self.status(), 200)
        text = "\n".join(found)
        self.assertIn("res_partner", text)
        for table in ("rest_credential", "rest_client", "rest_api", "rest_resource"):
            self.assertNotIn(f'FROM "{table}"', text)
        self.assertNotIn('FROM "res_users"', text)

    def test_unknown_prefixes_and_wrong_secrets_take_the_same_queries(self):
        wrong = f"rak_{self.key.split('_')[1]}_{'A' * 43}"
        self.assertEqual(self._statements(wrong), self._statements(UNKNOWN))
        self.assertEqual(self.status(), 200)  # now the worker knows the prefix
        self.assertEqual(self._statements(wrong), self._statements(UNKNOWN))

    def _statements(self, key):
        """What a refused request asks of the database, without values."""
        self.rest.get("health")  # what all requests need is known
        with self.statements() as found:
            self.assertEqual(self.status(key=key), 401)
        return found


@tagged("post_install", "-at_install")
class TestBasic(CredentialCase):
    def basic(self, login="rest_user", password="rest_user"):
        text = b64encode(f"{login}:{password}".encode()).decode()
        return {"key": False, "headers": {"Authorization": f"Basic {text}"}}

    def test_basic_is_off_by_default(self):
        self.assertEqual(self.status(**self.basic()), 401)

    def test_login_and_password_identify_a_user(self):
        self.api.auth_basic = True
        self.assertEqual(self.status(**self.basic()), 200)

    def test_who_sent_a_password_is_asked_for_one_again(self):
        """And nobody else: browsers would open a dialog."""
        self.api.auth_oauth = False  # its challenge has more
        challenges = 'Bearer realm="Test API", error="invalid_token"'
        refused = self.rest.get(P, **self.basic(password="wrong"))
        self.assertEqual(refused.headers["WWW-Authenticate"], challenges)
        self.api.auth_basic = True
        refused = self.rest.get(P, **self.basic(password="wrong"))
        challenges += ', Basic realm="Test API", charset="UTF-8"'
        self.assertEqual(refused.headers["WWW-Authenticate"], challenges)
        for key in (False, "nonsense"):
            refused = self.rest.get(P, key=key)
            self.assertNotIn("Basic", refused.headers["WWW-Authenticate"])

    def test_wrong_passwords_and_unknown_logins_get_the_same_answer(self):
        self.api.auth_basic = True
        told = []
        for login in ("rest_user", "rest_unknown"):
            answer = self.rest.get(P, **self.basic(login, "wrong"))
            problem = self.assert_problem(answer, 401, "auth.invalid")
            told.append({k: v for k, v in problem.items() if k != "request_id"})
        self.assertEqual(told[0], told[1])

    def test_wrong_passwords_and_unknown_logins_take_the_same_work(self):
        self.api.auth_basic = True
        model = type(self.env["res.users"])
        for login in ("rest_user", "rest_unknown"):
            context = self.env["res.users"]._crypt_context()
            counted = Mock(wraps=context)
            with patch.object(model, "_crypt_context", lambda _self, c=counted: c):
                self.assertEqual(self.status(**self.basic(login, "wrong")), 401)
            self.assertEqual(len(counted.method_calls), 1)

    def test_guessing_passwords_ends_before_they_are_checked(self):
        self.api.auth_basic = True
        told = set()
        with patch.object(rest_authentication, "FAILURES", rate.Limit(3)):
            for _attempt in range(4):
                told.add(self.status(**self.basic(password="wrong")))
            self.assertEqual(told, {401, 429})
            answer = self.rest.get(P, **self.basic())
        self.assert_problem(answer, 429, "auth.throttled")
        self.assertGreater(int(answer.headers["Retry-After"]), 0)

    def test_archived_users_are_refused(self):
        self.api.auth_basic = True
        self.user.active = False
        self.assertEqual(self.status(**self.basic()), 401)

    def test_basic_has_the_rights_of_the_resource(self):
        self.api.auth_basic = True
        self.resource(P).can_read = False
        answer = self.rest.get(P, **self.basic())
        self.assert_problem(answer, 403, "policy.forbidden")


@tagged("post_install", "-at_install")
class TestSessions(CredentialCase):
    def setUp(self):
        super().setUp()
        self.authenticate("rest_user", "rest_user")

    def create_contact(self, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.rest.post(P, {"name": "By session"}, key=False, headers=headers)

    def test_a_session_reads(self):
        self.assertEqual(self.status(key=False), 200)

    def test_a_session_reads_only_where_the_api_takes_sessions(self):
        self.api.auth_session = False
        self.assertEqual(self.status(key=False), 401)

    def test_a_session_writes_from_its_own_origin_only(self):
        own = self.base_url()
        for headers in (
            {},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
            {"Sec_Fetch_Site": "none"},
            {"Origin": own, "Sec_Fetch_Site": "cross-site"},
            {"Origin": f"{own}.evil.example"},
            {"Origin": own.replace("http:", "https:")},
            {"X_CSRF_Token": "garbage"},
        ):
            with self.subTest(str(headers)):
                self.assert_problem(self.create_contact(**headers), 403, "auth.origin")
        for headers in ({"Origin": own}, {"Sec_Fetch_Site": "same-origin"}):
            with self.subTest(str(headers)):
                self.assertEqual(self.create_contact(**headers).status_code, 201)

    def test_no_form_of_another_site_writes_with_a_session(self):
        """What a browser sends without asking before (CORS, simple requests)."""
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            for origin in ({}, {"Origin": "https://evil.example"}):
                headers = {"Content-Type": kind, **origin}
                answer = self.rest.ask(
                    "POST", P, key=False, headers=headers, data='{"name": "By form"}'
                )
                self.assert_problem(answer, 403, "auth.origin")

    def test_no_origin_of_the_api_writes_with_a_session(self):
        self.api.cors_origins = "https://app.example.com"
        answer = self.create_contact(Origin="https://app.example.com")
        self.assert_problem(answer, 403, "auth.origin")
        self.assertNotIn("Access-Control-Allow-Credentials", answer.headers)

    def test_an_archived_user_s_session_ends(self):
        self.user.active = False
        self.assertEqual(self.status(key=False), 401)

    def test_a_key_goes_before_the_session(self):
        self.assertEqual(self.status(key=UNKNOWN), 401)
        self.credential().action_revoke()
        self.assertEqual(self.status(), 401)

    def test_a_request_with_a_key_makes_no_session(self):
        self.logout()
        self.opener.cookies.pop("session_id", None)
        self.assertNotIn("session_id", self.rest.get(P).cookies)
