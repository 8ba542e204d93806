"""OAuth2: client credentials, revocation, introspection, metadata."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import RestCase

FORM = "application/x-www-form-urlencoded"
GRANT = {"grant_type": "client_credentials"}


class OAuthCase(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.credential, cls.secret = cls.client._generate_key("oauth_secret")
        cls.client_id = cls.client.oauth_client_id

    def post_form(self, path, form, auth=None, **options):
        """A form to an endpoint; ``auth=False`` sends no client."""
        self.env.flush_all()
        if auth is None:
            auth = (self.client_id, self.secret)
        url = f"{self.base_url()}{self.root}/oauth/{path}"
        response = self.opener.post(
            url, data=form, auth=auth or None, timeout=60, **options
        )
        self.env.invalidate_all()
        return response

    def issue(self, auth=None, **form):
        response = self.post_form("token", {**GRANT, **form}, auth)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def introspect(self, token):
        return self.post_form("introspect", {"token": token}).json()

    def assert_error(self, response, status, error):
        self.assertEqual(response.status_code, status, response.text)
        told = response.json()
        self.assertEqual(told["error"], error, response.text)
        self.assertEqual(set(told), {"error", "error_description"})
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertIn("application/json", response.headers["Content-Type"])
        return told["error_description"]

    def get(self, path, **headers):
        url = f"{self.base_url()}{path}"
        return self.opener.get(url, headers=headers, timeout=60)


@tagged("post_install", "-at_install")
class TestClientCredentials(OAuthCase):
    def test_a_client_gets_a_token_that_works(self):
        response = self.post_form("token", GRANT)
        issued = response.json()
        self.assertEqual(
            set(issued), {"access_token", "token_type", "expires_in", "scope"}
        )
        self.assertEqual(issued["token_type"], "Bearer")
        self.assertEqual(issued["scope"], "read write")
        self.assertIn("no-store", response.headers["Cache-Control"])
        token = issued["access_token"]
        self.assertTrue(token.startswith("rat_"))
        self.data(self.rest.post("res.partner", {"name": "New"}, key=token), 201)

    def test_the_secret_can_stand_in_the_body(self):
        sent = {"client_id": self.client_id, "client_secret": self.secret}
        self.assertTrue(self.issue(auth=False, **sent)["access_token"])

    def test_the_secret_is_sent_once(self):
        sent = {**GRANT, "client_id": self.client_id, "client_secret": self.secret}
        self.assert_error(self.post_form("token", sent), 400, "invalid_request")

    def test_unknown_clients_and_wrong_secrets_get_the_same_response(self):
        _record, other = self.make_client(self.user)[0]._generate_key("oauth_secret")
        told = set()
        for auth in (
            ("rc_unknown", self.secret),
            (self.client_id, f"ros_aaaaaaaa_{'A' * 43}"),
            (self.client_id, "wrong"),
            (self.client_id, other),
            (self.client_id, self.key),
        ):
            response = self.post_form("token", GRANT, auth)
            told.add(self.assert_error(response, 401, "invalid_client"))
            self.assertIn("Basic", response.headers["WWW-Authenticate"])
        self.assertEqual(len(told), 1)
        response = self.post_form("token", GRANT, auth=False)
        self.assert_error(response, 401, "invalid_client")

    def test_secrets_that_are_not_valid_get_no_token(self):
        past = fields.Datetime.now() - timedelta(hours=1)
        for record, values in (
            (self.credential, {"expires_at": past}),
            (self.client, {"active": False}),
            (self.client, {"expires_at": past}),
            (self.client, {"allowed_ips": "192.0.2.7"}),
            (self.user, {"active": False}),
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                record.write(values)
                response = self.post_form("token", GRANT)
                self.assert_error(response, 401, "invalid_client")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_secrets_are_no_keys(self):
        response = self.rest.get("res.partner", key=self.secret)
        self.assert_problem(response, 401, "auth.invalid")

    def test_what_is_wrong_is_told(self):
        for form, status, error in (
            ({}, 400, "invalid_request"),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
            ([("grant_type", "a"), ("grant_type", "a")], 400, "invalid_request"),
            ({**GRANT, "scope": "admin"}, 400, "invalid_scope"),
            ({**GRANT, "resource": "https://other.example"}, 400, "invalid_target"),
        ):
            with self.subTest(form):
                self.assert_error(self.post_form("token", form), status, error)

    def test_other_requests_are_told_in_the_same_form(self):
        response = self.post_form("token", "{}", headers={"Content-Type": "text/json"})
        self.assert_error(response, 400, "invalid_request")
        response = self.post_form("token?scope=read", GRANT)
        self.assert_error(response, 400, "invalid_request")
        response = self.post_form("tokens", GRANT)
        self.assert_error(response, 404, "invalid_request")
        response = self.get(f"{self.root}/oauth/token")
        self.assert_error(response, 405, "invalid_request")
        self.assertIn("POST", response.headers["Allow"])
        self.api.maintenance = True
        response = self.post_form("token", GRANT)
        self.assert_error(response, 503, "temporarily_unavailable")

    def test_the_resource_is_this_api(self):
        issuer = self.env["rest.configuration"]._api(self.api.id).issuer
        self.assertTrue(self.issue(resource=issuer)["access_token"])

    def test_a_token_of_scope_read_only_reads(self):
        token = self.issue(scope="read")["access_token"]
        self.assertEqual(self.rest.get("res.partner", key=token).status_code, 200)
        response = self.rest.post("res.partner", {"name": "New"}, key=token)
        self.assert_problem(response, 403, "policy.scope")

    def test_read_only_clients_get_no_more(self):
        self.client.read_only = True
        self.assertEqual(self.issue()["scope"], "read")
        response = self.post_form("token", {**GRANT, "scope": "write"})
        self.assert_error(response, 400, "invalid_scope")

    def test_read_only_secrets_get_no_more(self):
        self.credential.read_only = True
        self.assertEqual(self.issue()["scope"], "read")

    def test_tokens_have_the_rights_of_the_client(self):
        client, _key = self.make_client(self.user)
        self.make_scope(client, "res.country", can_read=True)
        _record, secret = client._generate_key("oauth_secret")
        token = self.issue((client.oauth_client_id, secret))["access_token"]
        self.assertEqual(self.rest.get("res.country", key=token).status_code, 200)
        response = self.rest.get("res.partner", key=token)
        self.assert_problem(response, 404, "record.not_found")

    def test_tokens_end_at_once(self):
        for record, values in (
            (self.client, {"active": False}),
            (self.client, {"allowed_ips": "192.0.2.7"}),
            (self.client, {"user_id": new_test_user(self.env, "rest_next").id}),
            (self.user, {"active": False}),
            (self.api, {"auth_oauth": False}),
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                token = self.issue()["access_token"]
                record.write(values)
                response = self.rest.get("res.partner", key=token)
                self.assert_problem(response, 401, "auth.invalid")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_revoked_secret_ends_its_tokens(self):
        token = self.issue()["access_token"]
        self.credential._rotate()
        self.assertEqual(self.rest.get("res.partner", key=token).status_code, 200)
        self.credential.action_revoke()
        response = self.rest.get("res.partner", key=token)
        self.assert_problem(response, 401, "auth.invalid")

    def test_no_tokens_where_oauth_is_off(self):
        self.api.auth_oauth = False
        response = self.post_form("token", GRANT, auth=False)
        self.assert_problem(response, 404, "record.not_found")
        response = self.rest.get("res.partner", key=False)
        self.assertNotIn("resource_metadata", response.headers["WWW-Authenticate"])

    def test_the_log_names_the_client_and_no_secret(self):
        self.api.log_bodies = True
        self.client.rate_limit = 60
        response = self.post_form("token", GRANT)
        self.assertIn("X-RateLimit-Remaining", response.headers)
        entry = self.env["rest.log"].search([("path", "like", "oauth/token")], limit=1)
        self.assertEqual((entry.status, entry.client_id), (200, self.client))
        self.assertEqual(entry.credential_id, self.credential)
        self.assertFalse(entry.request_body or entry.response_body)


@tagged("post_install", "-at_install")
class TestTokensOfClients(OAuthCase):
    def test_a_token_can_be_revoked(self):
        token = self.issue()["access_token"]
        response = self.post_form("revoke", {"token": token})
        self.assertEqual((response.status_code, response.content), (200, b""))
        self.assert_problem(self.rest.get("", key=token), 401, "auth.invalid")
        self.assertEqual(self.introspect(token), {"active": False})

    def test_unknown_tokens_are_revoked_already(self):
        for token in ("x", f"rat_aaaaaaaa_{'A' * 43}", f"rrt_aaaaaaaa_{'A' * 43}"):
            response = self.post_form("revoke", {"token": token})
            self.assertEqual(response.status_code, 200)

    def test_clients_revoke_and_see_no_tokens_of_others(self):
        token = self.issue()["access_token"]
        other, _key = self.make_client(self.user, all_resources=True)
        auth = (other.oauth_client_id, other._generate_key("oauth_secret")[1])
        response = self.post_form("revoke", {"token": token}, auth)
        self.assert_error(response, 400, "unauthorized_client")
        response = self.post_form("introspect", {"token": token}, auth)
        self.assertEqual(response.json(), {"active": False})
        self.assertEqual(self.rest.get("", key=token).status_code, 200)

    def test_keys_are_not_revoked_here(self):
        for value in (self.key, self.secret):
            response = self.post_form("revoke", {"token": value})
            self.assert_error(response, 400, "unsupported_token_type")

    def test_a_client_learns_of_its_token(self):
        told = self.introspect(self.issue(scope="read")["access_token"])
        issuer = self.env["rest.configuration"]._api(self.api.id).issuer
        self.assertGreater(told.pop("exp"), told["iat"])
        self.assertTrue(told.pop("jti").startswith("rat_"))
        self.assertEqual(told.pop("iat"), told.pop("nbf"))
        self.assertEqual(
            told,
            {
                "active": True,
                "scope": "read",
                "client_id": self.client_id,
                "username": self.user.login,
                "token_type": "Bearer",
                "sub": str(self.user.id),
                "aud": issuer,
                "iss": issuer,
            },
        )

    def test_nothing_is_told_without_a_client(self):
        token = self.issue()["access_token"]
        for path in ("introspect", "revoke"):
            response = self.post_form(path, {"token": token}, auth=False)
            self.assert_error(response, 401, "invalid_client")
            self.assert_error(self.post_form(path, {}), 400, "invalid_request")


@tagged("post_install", "-at_install")
class TestMetadata(OAuthCase):
    def test_the_api_is_described_behind_the_well_known_paths(self):
        issuer = self.env["rest.configuration"]._api(self.api.id).issuer
        server = self.get(f"/.well-known/oauth-authorization-server{self.root}").json()
        self.assertEqual(server["issuer"], issuer)
        self.assertEqual(server["token_endpoint"], f"{issuer}/oauth/token")
        self.assertIn("client_credentials", server["grant_types_supported"])
        resource = self.get(f"/.well-known/oauth-protected-resource{self.root}").json()
        self.assertEqual(resource["resource"], issuer)
        self.assertEqual(resource["authorization_servers"], [issuer])

    def test_the_paths_without_an_api_are_those_of_the_first(self):
        default = self.env.ref("rest_api_core.api_v1")
        issuer = self.env["rest.configuration"]._api(default.id).issuer
        for name, member in (
            ("oauth-authorization-server", "issuer"),
            ("oauth-protected-resource", "resource"),
        ):
            told = self.get(f"/.well-known/{name}").json()
            self.assertEqual(told[member], issuer)
            self.assertEqual(self.get(f"/.well-known/{name}/api/v1").json(), told)
            self.assertEqual(self.get(f"/.well-known/{name}/none").status_code, 404)

    def test_a_401_leads_to_them(self):
        path = f"/.well-known/oauth-protected-resource{self.root}"
        origin = self.env["ir.config_parameter"].get_param("web.base.url")
        for key in (False, "rak_wrong"):
            response = self.rest.get("res.partner", key=key)
            told = response.headers["WWW-Authenticate"]
            self.assertIn(f'resource_metadata="{origin}{path}"', told)

    def test_the_issuer_is_never_that_of_the_request(self):
        path = f"/.well-known/oauth-authorization-server{self.root}"
        told = self.get(
            path, Host="evil.example", **{"X-Forwarded-Host": "evil.example"}
        )
        self.assertNotIn("evil", told.text)
        self.env["ir.config_parameter"].set_param("web.base.url", "https://a.example/")
        self.assertEqual(
            self.get(path).json()["issuer"], f"https://a.example{self.root}"
        )
        self.api.issuer = f"https://b.example{self.root}"
        self.assertEqual(self.get(path).json()["issuer"], self.api.issuer)

    def test_an_issuer_is_checked(self):
        for issuer in ("http://a.example/rest/test", "https://a.example", "a"):
            with self.subTest(issuer), self.assertRaises(ValidationError):
                self.api.issuer = issuer

    def test_pages_of_other_origins_can_read_them(self):
        path = f"/.well-known/oauth-authorization-server{self.root}"
        response = self.get(path, Origin="https://app.example.com")
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")

    def test_no_route_takes_the_paths(self):
        for route in ("/rest/test/oauth", "/rest/test/oauth/token"):
            with self.subTest(route), self.assertRaises(ValidationError):
                self.env["rest.api"].create({"name": "Other", "root_path": route})


@tagged("post_install", "-at_install")
class TestClientIds(OAuthCase):
    def test_each_client_has_its_own(self):
        other = self.client.copy()
        self.assertRegex(other.oauth_client_id, "^rc_[0-9a-f]{24}$")
        self.assertNotEqual(other.oauth_client_id, self.client_id)

    def test_the_dialog_gives_a_secret_and_how_to_use_it(self):
        dialog = self.env["rest.key.dialog"].create(
            {"client_id": self.client.id, "kind": "oauth_secret"}
        )
        shown = dialog.action_generate()["context"]
        secret = shown["default_value"]
        self.assertTrue(secret.startswith("ros_"))
        self.assertEqual(shown["default_oauth_client_id"], self.client_id)
        self.assertIn(f"{self.client_id}:{secret}", shown["default_curl"])
        self.assertIn(secret, shown["default_python"])
        self.assertTrue(self.issue((self.client_id, secret))["access_token"])

    def test_without_an_api_there_is_no_example(self):
        self.env["rest.api"].search([]).auth_oauth = False
        dialog = self.env["rest.key.dialog"].create(
            {"client_id": self.client.id, "kind": "oauth_secret"}
        )
        shown = dialog.action_generate()["context"]
        self.assertEqual(set(shown), {"default_value", "default_oauth_client_id"})
