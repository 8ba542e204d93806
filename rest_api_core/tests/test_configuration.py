"""What an administrator may set up, who may see it, and what is refused."""

import re
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.rest_api_core.limits import redis_store as rate_redis


class ConfigurationCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.env["rest.api"].create(
            {"name": "Test", "root_path": "/rest/conf"}
        )
        cls.user = new_test_user(cls.env, "rest_conf_user", "base.group_user")
        cls.manager = cls.internal(
            "rest_conf_manager", "rest_api_core.group_rest_manager"
        )
        cls.watcher = cls.internal("rest_conf_watcher", "rest_api_core.group_rest_user")
        cls.client = cls.env["rest.client"].create(
            {"name": "Test", "user_id": cls.user.id}
        )

    @classmethod
    def internal(cls, login, group):
        return new_test_user(cls.env, login, f"base.group_user,{group}")

    def expose(self, model="res.partner", **values):
        model_id = self.env["ir.model"]._get_id(model)
        values = {"api_id": self.api.id, "model_id": model_id, **values}
        return self.env["rest.resource"].create(values)

    def scope(self, resource, **values):
        values = {"client_id": self.client.id, "resource_id": resource.id, **values}
        return self.env["rest.client.scope"].create(values)

    @contextmanager
    def refused(self, reason, error=ValidationError):
        """Like ``assertRaisesRegex``, and what was written is taken back."""
        with self.assertRaises(error) as caught:
            yield
        self.assertRegex(str(caught.exception), reason)

    def fields_of(self, model, *names):
        return self.env["ir.model.fields"].browse(
            self.env["ir.model.fields"]._get_ids(model)[name] for name in names
        )


@tagged("post_install", "-at_install")
class TestApi(ConfigurationCase):
    def test_a_root_path_is_cleaned(self):
        self.api.root_path = "portal/v9/"
        self.assertEqual(self.api.root_path, "/portal/v9")

    def test_a_root_path_of_other_characters_is_refused(self):
        for path in ("/api v1", "/api/<x>", "/api//v1", "/ä", "/", "/a/../b", "/a/."):
            with self.subTest(path), self.assertRaises(ValidationError):
                self.api.root_path = path

    def test_a_root_path_is_there_once(self):
        twin = {"name": "Twin", "root_path": "rest/conf/"}
        with self.refused("^The API “Test” already uses the base path /rest/conf"):
            self.env["rest.api"].create(twin)
        self.api.active = False
        with self.refused("^The archived API “Test” already uses"):
            self.env["rest.api"].create(twin)
        self.api.write({"root_path": "/rest/conf"})

    def test_numbers_out_of_range_are_refused_by_name(self):
        wrong = {
            "default_limit": (0, 10_001),
            "max_limit": (0, 20_000),
            "max_expand_depth": (-1, 5),
            "max_records": (0, 2_000_000),
            "max_body_size": (0, 2000),
            "rate_limit": (-1, 2_000_000),
            "log_retention_days": (-1, 40_000),
            "statement_timeout": (-1, 2_147_484),
            "max_concurrent": (-1, 1001),
        }
        for name, values in wrong.items():
            label = re.escape(self.api._fields[name].string)
            for value in values:
                with self.subTest(name), self.refused(f"{label}: .* out of range"):
                    self.api[name] = value

    def test_a_page_is_not_larger_than_the_largest(self):
        with self.refused("larger than the maximum page size 10"):
            self.api.write({"default_limit": 20, "max_limit": 10})

    def test_origins_are_checked(self):
        self.api.cors_origins = "https://app.example.com\nhttp://127.0.0.1:3000"
        with self.refused("is not an origin"):
            self.api.cors_origins = "https://app.example.com/path"

    def test_the_form_shows_a_url_and_a_command(self):
        self.expose("res.country")
        url = f"{self.api.get_base_url()}/rest/conf"
        self.assertEqual(self.api.api_url, url)
        self.assertEqual(
            self.api.curl_example,
            f"curl -H 'Authorization: Bearer YOUR_API_KEY' '{url}/res.country?limit=5'",
        )

    def test_the_command_of_an_empty_api_asks_for_its_root(self):
        self.assertTrue(self.api.curl_example.endswith("/rest/conf/"))

    def test_a_copy_has_its_own_root_and_resources(self):
        rule = {"field_ids": self.fields_of("res.country", "code").ids}
        self.expose("res.country", field_rule_ids=[fields.Command.create(rule)])
        copies = [self.api.copy(), self.api.copy()]
        roots = [copy.root_path for copy in copies]
        self.assertEqual(roots, ["/rest/conf-2", "/rest/conf-3"])
        self.assertEqual(copies[0].name, "Test (copy)")
        resource = copies[0].resource_ids
        self.assertEqual(resource.model, "res.country")
        self.assertEqual(resource.field_rule_ids.field_ids.name, "code")

    def test_a_new_resource_can_only_be_read(self):
        (resource,) = self.api._expose("res.partner")
        self.assertEqual(resource._rights(), {"read"})

    def test_a_client_of_an_administrator_has_a_warning(self):
        clients = self.env["rest.client"]
        self.assertNotIn("administrator", clients.new({}).warning)
        client = clients.new({"user_id": self.env.ref("base.user_admin").id})
        client.all_resources = True
        self.assertIn("administrator", client.warning)

    def test_models_are_exposed_once_and_only_if_installed(self):
        made = self.api._expose("res.partner", "no.such.model")
        self.assertEqual(made.mapped("model"), ["res.partner"])
        self.assertFalse(self.api._expose("res.partner"))


@tagged("post_install", "-at_install")
class TestResource(ConfigurationCase):
    @mute_logger("odoo.sql_db")
    def test_a_model_is_a_resource_of_an_api_once(self):
        self.expose()
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self.expose()

    def test_a_sensitive_model_needs_to_be_meant(self):
        for model in ("res.users", "ir.model.access", "rest.credential"):
            with (
                self.subTest(model),
                self.refused(f"{model} .*“Expose Sensitive Model”"),
            ):
                self.expose(model)
        self.assertTrue(self.expose("res.users", sensitive=True).is_sensitive)

    def test_a_sensitive_model_without_a_table_needs_it_too(self):
        views = [
            name
            for name, model in self.env.items()
            if not (model._abstract or model._auto)
            and name.startswith(("auth", "res.users"))
        ]
        for model in views:
            with self.subTest(model), self.assertRaises(ValidationError):
                self.expose(model)

    def test_an_abstract_model_is_refused(self):
        with self.refused("without records"):
            self.expose("mail.thread" if "mail.thread" in self.env else "ir.qweb")

    def test_a_domain_must_fit_the_model(self):
        wrong = (
            "[('nme', '=', 1)]",
            "[",
            "1",
            "__import__('os')",
            "[('id', '=', foo)]",
        )
        for domain in wrong:
            with (
                self.subTest(domain),
                self.refused("not valid"),
            ):
                self.expose(domain=domain)

    def test_a_domain_may_depend_on_user_and_company(self):
        domain = "[('user_id', '=', uid), ('company_id', 'in', company_ids)]"
        self.assertEqual(self.expose(domain=domain).domain, domain)

    def test_methods_must_be_public_ones_of_the_model(self):
        resource = self.expose()
        methods = self.env["rest.resource.method"]
        for name in ("no_such", "_read", "sudo", "__init__", "browse", "env"):
            with self.subTest(name), self.assertRaises(ValidationError):
                methods.create({"resource_id": resource.id, "name": name})
        self.assertTrue(
            methods.create({"resource_id": resource.id, "name": "address_get"})
        )

    def test_a_field_rule_takes_fields_of_its_model_only(self):
        resource = self.expose()
        alien = self.fields_of("res.country", "code")
        with self.refused("res.partner"):
            self.env["rest.field.rule"].create(
                {"resource_id": resource.id, "field_ids": alien.ids}
            )

    @mute_logger("odoo.sql_db")
    def test_a_field_rule_belongs_to_a_resource_or_to_a_scope(self):
        resource = self.expose()
        both = {"resource_id": resource.id, "scope_id": self.scope(resource).id}
        for values in ({}, both):
            with (
                self.subTest(values),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.env["rest.field.rule"].create(values)

    def test_a_resource_is_called_as_in_the_path(self):
        resource = self.expose()
        self.assertEqual(resource.display_name, "/rest/conf/res.partner")
        for name in ("/rest/conf/res.partner", "conf/res.part", "res.partner"):
            with self.subTest(name):
                found = dict(self.env["rest.resource"].name_search(name))
                self.assertIn(resource.id, found)
        self.assertFalse(self.env["rest.resource"].name_search("/other/res.partner"))
        self.assertFalse(self.env["rest.resource"].new().display_name)

    def test_who_cannot_count_the_records_of_a_domain_is_told(self):
        closed = self.expose("ir.cron", sensitive=True)
        for resource, expected in ((self.expose(), True), (closed, False)):
            seen = resource.with_user(self.manager)
            self.assertIs(seen.is_accessible, expected)
            scope = self.scope(resource).with_user(self.manager)
            self.assertIs(scope.is_accessible, expected)

    def test_a_domain_whose_field_is_gone_says_so(self):
        resource = self.expose()
        for record in (resource, self.scope(resource)):
            self.assertFalse(record.domain_problem)
            query = "UPDATE %s SET domain = '[(''x_gone'', ''='', 1)]' WHERE id = %s"
            table = SQL.identifier(record._table)
            self.env.flush_all()
            self.env.cr.execute(SQL(query, table, record.id))
            record.invalidate_recordset()
            self.assertRegex(record.domain_problem, "x_gone")

    def test_a_resource_leads_to_its_requests(self):
        resource = self.expose()
        entry = {"api_id": self.api.id, "model": "res.partner", "date": "2026-01-01"}
        wanted = self.env["rest.log"].create(entry)
        self.env["rest.log"].create({**entry, "model": "res.partner.category"})
        domain = resource.action_view_log()["domain"]
        self.assertEqual(self.env["rest.log"].search(domain), wanted)


@tagged("post_install", "-at_install")
class TestClient(ConfigurationCase):
    def test_addresses_are_checked(self):
        self.client.allowed_ips = "192.0.2.7\n10.0.0.0/8\n2001:db8::/32"
        with self.refused("^“10.0.0.0/99” is not an IP address"):
            self.client.allowed_ips = "10.0.0.0/99"

    def test_a_rate_limit_is_not_negative(self):
        with self.assertRaises(ValidationError):
            self.client.rate_limit = -1

    def test_a_scope_takes_methods_of_its_resource_only(self):
        method = {"name": "address_get"}
        partner = self.expose(method_ids=[fields.Command.create(method)])
        country = self.expose("res.country")
        with self.assertRaises(ValidationError):
            self.scope(country, method_ids=partner.method_ids.ids)

    def test_a_copy_has_the_scopes_and_no_key(self):
        rule = {"field_ids": self.fields_of("res.partner", "vat").ids}
        self.scope(self.expose(), field_rule_ids=[fields.Command.create(rule)])
        self.client._generate_key()
        copy = self.client.copy()
        self.assertEqual(copy.name, "Test (copy)")
        self.assertEqual(copy.scope_ids.field_rule_ids.field_ids.name, "vat")
        self.assertFalse(copy.credential_ids)

    def test_a_client_that_cannot_succeed_says_why(self):
        self.assertRegex(self.client.warning, "cannot use any resource")
        self.scope(self.expose())
        self.assertFalse(self.client.warning)
        self.user.active = False
        self.assertRegex(self.client.warning, "user of this client is archived")
        self.client.expires_at = "2020-01-01"
        self.assertRegex(self.client.warning, "expired")

    def test_no_client_acts_as_the_superuser(self):
        with self.assertRaises(ValidationError):
            self.client.user_id = SUPERUSER_ID

    def test_only_administrators_of_odoo_let_a_client_act_as_one(self):
        admin = self.env.ref("base.user_admin")
        client = self.client.with_user(self.manager)
        with self.refused(admin.name):
            client.user_id = admin
        self.client.with_user(admin).user_id = admin
        with self.refused(admin.name):
            client._generate_key()


@tagged("post_install", "-at_install")
class TestSettings(ConfigurationCase):
    def choose(self, url):
        values = {"rest_rate_backend": "redis", "rest_redis_url": url}
        return self.env["res.config.settings"].create(values)

    def test_where_redis_is_must_be_a_url(self):
        for url in ("localhost:6379", "http://localhost", False):
            with self.subTest(url), self.refused("not a Redis URL"):
                self.choose(url)
        self.assertTrue(self.choose("redis://127.0.0.1:1/0"))

    def test_redis_is_not_chosen_without_its_python_package(self):
        with (
            patch.object(rate_redis, "redis", None),
            self.refused("package redis is not installed"),
        ):
            self.choose("redis://127.0.0.1:6379/0")


@tagged("post_install", "-at_install")
class TestRights(ConfigurationCase):
    SETUP = ("rest.api", "rest.resource", "rest.client", "rest.client.scope")
    SECRET = ("rest.log", "rest.key.dialog", "rest.key.shown")

    def test_a_user_looks_at_the_set_up(self):
        for model in self.SETUP:
            with self.subTest(model):
                records = self.env[model].with_user(self.watcher).search([])
                records.read([])
                with self.assertRaises(AccessError):
                    records.check_access("write")

    def test_a_user_reads_no_log_and_makes_no_keys(self):
        for model in self.SECRET:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.watcher).check_access("create")
        with self.assertRaises(AccessError):
            self.env["rest.log"].with_user(self.watcher).search([])

    def test_others_see_nothing(self):
        for model in (*self.SETUP, *self.SECRET, "rest.credential"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.user).check_access("read")

    def test_an_administrator_sets_up_an_api_without_other_rights(self):
        api = self.env["rest.api"].with_user(self.manager)
        model = self.env["ir.model"].with_user(self.manager)
        partner = model.search([("model", "=", "res.partner")])
        resource = {"model_id": partner.id, "domain": "[('is_company', '=', True)]"}
        made = api.create(
            {
                "name": "Manager's",
                "root_path": "/rest/manager",
                "resource_ids": [fields.Command.create(resource)],
            }
        )
        self.assertEqual(made.resource_ids.model, "res.partner")
        self.assertEqual(made.registry_state, "synced")
        made.unlink()

    def test_an_administrator_reads_and_deletes_the_log_but_writes_none(self):
        log = self.env["rest.log"].with_user(self.manager)
        log.check_access("read")
        log.check_access("unlink")
        for operation in ("create", "write"):
            with self.subTest(operation), self.assertRaises(AccessError):
                log.check_access(operation)

    def test_nobody_reads_a_digest(self):
        key, _value = self.client._generate_key()
        for user in (self.watcher, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user.login):
                self.assertNotIn("digest", key.with_user(user).read()[0])
                with self.assertRaises(AccessError):
                    key.with_user(user).read(["digest"])
                with self.assertRaises(AccessError):
                    key.with_user(user).search([("digest", "=like", "a%")])
