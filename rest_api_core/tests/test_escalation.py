"""What an administrator of the API, who is none of Odoo's, cannot reach by it."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import RestCase

P = "res.partner"


@tagged("post_install", "-at_install")
class TestEscalation(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "rest_manager",
            "base.group_user,rest_api_core.group_rest_manager",
        )

    def as_manager(self, record):
        return record.with_user(self.manager)

    def test_no_path_is_taken_from_odoo(self):
        own = self.as_manager(self.api)
        for root in (
            "/web/dataset",
            "/web/dataset/call_kw",
            "/web/image",
            "/web/login",
            "/web/content/1",
            "/json/2",
            "/jsonrpc",
            "/xmlrpc/2/common",
            "/xmlrpc/2",
        ):
            with self.subTest(root), self.assertRaises(UserError):
                own.root_path = root
        for root in ("/web/rest", "/xmlrpc/rest/api", "/portal/v1", "/api/v7"):
            own.root_path = root

    def test_an_addon_can_bring_an_api_above_controllers(self):
        """And be installed where another one has controllers below /api/v1."""
        loading = self.env["rest.api"].with_context(install_mode=True)
        values = {"name": "Datasets", "root_path": "/web/dataset"}
        with self.assertRaises(UserError):
            self.as_manager(loading).create(values)
        loading.create(values)
        answer = self.url_open("/web/dataset/call_kw", json={"params": {}})
        self.assertIn("jsonrpc", answer.json())  # the controller's
        answer = self.url_open("/web/dataset/health")
        self.assertEqual(answer.json(), {"data": {"status": "ok"}})

    def test_a_client_that_acts_as_an_administrator_is_left_alone(self):
        """Who holds its key would get what the manager makes of it."""
        admin = self.env.ref("base.user_admin")
        client, _key = self.make_client(admin, read_only=True)
        scope = self.make_scope(client, P, domain="[('id', '=', 0)]")
        rule = self.env["rest.field.rule"].create({"scope_id": scope.id})
        own = self.as_manager(client)
        for change in (
            {"all_resources": True},
            {"read_only": False},
            {"allowed_ips": False},
            {"expires_at": False},
            {"scope_ids": [Command.update(scope.id, {"can_update": True})]},
            {"scope_ids": [Command.delete(scope.id)]},
        ):
            with self.subTest(str(change)), self.assertRaises(UserError):
                own.write(change)
        with self.assertRaises(UserError):
            self.as_manager(scope).write({"can_create": True})
        with self.assertRaises(UserError):
            self.as_manager(scope).unlink()
        with self.assertRaises(UserError):
            self.as_manager(scope).copy({"resource_id": self.resource(P).id})
        with self.assertRaises(UserError):
            self.as_manager(rule).unlink()
        with self.assertRaises(UserError):
            self.as_manager(rule).write({"access": "read"})

    def test_it_can_be_stopped_by_whoever_administers_the_api(self):
        client, key = self.make_client(self.env.ref("base.user_admin"))
        self.make_scope(client, P)
        self.assertEqual(self.rest.get(P, key=key).status_code, 200)
        own = self.as_manager(client)
        own.active = False
        self.assert_problem(self.rest.get(P, key=key), 401, "auth.invalid")
        with self.assertRaises(UserError):
            own.active = True
        own.credential_ids.action_revoke()

    def test_only_administrators_of_odoo_expose_users_rights_or_code(self):
        api = self.as_manager(self.api)
        model_id = self.env["ir.model"]._get_id("res.users")
        values = {"api_id": api.id, "model_id": model_id, "sensitive": True}
        with self.assertRaises(UserError):
            api.resource_ids.create(values)
        resource = self.expose("res.users", sensitive=True)
        self.as_manager(resource).can_read = False
        with self.assertRaises(UserError):
            self.as_manager(resource).can_update = True
        self.as_manager(resource).unlink()

    def test_domains_cannot_ask_what_their_author_may_not(self):
        """Odoo's own operators that skip access rights are for its code alone."""
        resource = self.as_manager(self.resource(P))
        for domain in (
            "[('user_ids', 'any!', [('login', '=', 'admin')])]",
            "[('user_ids', 'not any!', [('login', '=', 'admin')])]",
            "[('id', '=', uid.__class__.__mro__)]",
            "env",
            "[('id', '=', time)]",
            "open('/etc/passwd')",
        ):
            with self.subTest(domain), self.assertRaises(ValidationError):
                resource.domain = domain

    def test_domains_are_evaluated_as_whoever_asks(self):
        """A domain over a field that is hidden from its author tells him nothing."""
        _client, key = self.make_client(self.manager, all_resources=True)
        vat = self.env[P]._fields["vat"]
        with patch.object(vat, "groups", "base.group_system"):
            self.assertEqual(self.rest.get(P, key=key).status_code, 200)
            self.as_manager(self.resource(P)).domain = "[('vat', '=like', 'BE%')]"
            self.assert_problem(self.rest.get(P, key=key), 403, "policy.forbidden")
        self.env.registry.clear_all_caches()

    def test_other_ways_to_make_keys_are_closed(self):
        client = self.as_manager(self.client)
        values = {"kind": "api_key", "prefix": "aaaaaaaa", "digest": "0" * 64}
        with self.assertRaises(AccessError):
            client.credential_ids.create({"client_id": client.id, **values})
        with self.assertRaises(AccessError):
            client.credential_ids = [Command.create(values)]
        for change in ({"digest": "0" * 64}, {"prefix": "bbbbbbbb"}):
            with self.assertRaises(UserError):
                client.credential_ids.write(change)
        with self.assertRaises(AccessError):
            client.credential_ids.read(["digest"])
        with self.assertRaises(AccessError):
            client.credential_ids.search([("digest", "=like", "a%")])
        with self.assertRaises(AccessError):
            client.credential_ids.search([], order="digest")
        with self.assertRaises(AccessError):
            self.as_manager(self.env["ir.config_parameter"]).get_param(
                "rest_api_core.pepper"
            )

    def test_an_api_whose_route_is_changed_serves_nobody(self):
        """Whatever an administrator of the API writes over RPC."""
        own = self.as_manager(self.api)
        for values in (
            {"auth_type": "public"},
            {"auth_type": "none"},
            {"auth_type": "user"},
            {"route_type": "http"},
            {"route_type": "json2"},
            {"route": "/rest/other"},
            {"additional_routes": "/rest/other"},
        ):
            before = own.read(list(values))[0]
            try:
                own.write(values)
            except (UserError, ValueError):
                continue
            with self.subTest(str(values)):
                for path in (P, f"{P}/1"):
                    answer = self.rest.get(path, key=False)
                    self.assertIn(answer.status_code, (400, 401, 403, 404, 415))
            own.write({name: before[name] for name in values})
