"""Tokens: issued, refreshed, revoked, verified; who sees them; their parameters."""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..access import credentials, tokens
from ..engine import tokens as engine_tokens
from ..models import rest_token
from ..wire.problem import (
    CredentialsInvalid,
    Overloaded,
    ValueInvalid,
    ValueRequired,
)

LOGGER = "odoo.addons.rest_api_core"
UNKNOWN = f"rat_aaaaaaaa_{'A' * 43}"


class TokenCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls.env["rest.api"].create(
            {"name": "Tokens", "root_path": "/rest/tokens"}
        )
        cls.api = cls.env["rest.configuration"]._api(cls.record.id)
        cls.user = new_test_user(cls.env, "rest_token_user", "base.group_user")
        cls.service = cls.env["rest.tokens"]

    def setUp(self):
        super().setUp()
        self.issued = self.service._issue(self.api, self.user.id)

    def token(self, value):
        """The record of a value."""
        prefix = value.split("_")[1]
        found = self.env["rest.token"].search([("prefix", "=", prefix)])
        self.assertEqual(len(found), 1)
        return found

    def parameter(self, name, value):
        self.env["ir.config_parameter"].set_param(f"rest_api.{name}", value)

    @contextmanager
    def later(self, seconds):
        """The service acts so many seconds from now."""
        moment = engine_tokens._now() + timedelta(seconds=seconds)
        with patch.object(engine_tokens, "_now", return_value=moment):
            yield

    def is_valid(self, access):
        try:
            return bool(self.service._verified(self.api, access))
        except CredentialsInvalid:
            return False

    def assert_refused(self, method, value, api=None):
        with self.assertRaises(CredentialsInvalid) as caught:
            method(api or self.api, value)
        # as for a token that never existed
        self.assertEqual(str(caught.exception), CredentialsInvalid.detail)

    def assert_no_longer(self, issued):
        """Neither token of the family is of any use."""
        self.assert_refused(self.service._verified, issued.access)
        self.assert_refused(self.service._refresh, issued.refresh)
        self.assert_refused(self.service._revoke, issued.refresh)


@tagged("post_install", "-at_install")
class TestTokens(TokenCase):
    # --- issued and verified -------------------------------------------------

    def test_an_access_token_names_its_user(self):
        found = self.service._verified(self.api, self.issued.access)
        record = self.token(self.issued.access)
        self.assertEqual(found, tokens.VerifiedToken(record.id, self.user.id))

    def test_a_token_of_a_client_names_client_and_scope(self):
        client = self.env["rest.client"].create(
            {"name": "Test", "user_id": self.user.id}
        )
        issued = self.service._issue(self.api, self.user.id, client.id, "read write")
        found = self.service._verified(self.api, issued.access)
        self.assertEqual((found.client_id, found.scope), (client.id, "read write"))
        client.active = False
        self.assert_no_longer(issued)

    def test_the_parameters_say_how_long_tokens_live(self):
        lives = (self.issued.access_expires_in, self.issued.refresh_expires_in)
        self.assertEqual(lives, (600, 7200))
        self.parameter("access_token_expires_in", "60")
        self.parameter("refresh_token_expires_in", "120")
        issued = self.service._issue(self.api, self.user.id)
        lives = (issued.access_expires_in, issued.refresh_expires_in)
        self.assertEqual(lives, (60, 120))

    def test_no_access_token_outlives_its_refresh_token(self):
        self.parameter("refresh_token_expires_in", "100")
        issued = self.service._issue(self.api, self.user.id)
        self.assertEqual(issued.access_expires_in, 100)
        with self.later(70):
            again = self.service._refresh(self.api, issued.refresh)
        lives = (again.access_expires_in, again.refresh_expires_in)
        self.assertEqual(lives, (30, 30))

    @mute_logger(f"{LOGGER}.engine.tokens")
    def test_mistyped_parameters_are_as_if_they_were_not_set(self):
        self.parameter("access_token_expires_in", "-1")
        self.parameter("use_redis_token_store", "abc")
        issued = self.service._issue(self.api, self.user.id)
        self.assertEqual(issued.access_expires_in, 600)
        self.assertTrue(self.is_valid(issued.access))

    def test_only_digests_are_stored(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM rest_token")
        stored = str(self.env.cr.fetchall())
        for value in (self.issued.access, self.issued.refresh):
            self.assertNotIn(value.split("_", 2)[2], stored)

    # --- refused, all alike --------------------------------------------------

    def test_unknown_and_wrong_tokens_are_refused(self):
        wrong = self.issued.access[:-1] + (
            "A" if self.issued.access[-1] != "A" else "B"
        )
        for value in (UNKNOWN, wrong, "", "x", "rat_", "é" * 60, "\ud800"):
            self.assert_refused(self.service._verified, value)

    def test_unknown_and_wrong_tokens_take_the_same_work(self):
        wrong = self.issued.access[:13] + "A" * 43
        pepper = self.env["rest.configuration"]._pepper()
        settings = self.service._settings()
        configuration = type(self.env["rest.configuration"])
        for value in (UNKNOWN, wrong):
            with (
                # kept by workers, but not by a test that changes the configuration
                patch.object(type(self.service), "_settings", return_value=settings),
                patch.object(configuration, "_pepper", return_value=pepper),
                patch.object(credentials, "verify", wraps=credentials.verify) as verify,
                self.assertQueryCount(1),
            ):
                self.assertFalse(self.is_valid(value))
            verify.assert_called_once()

    def test_tokens_of_another_type_are_refused(self):
        self.assert_refused(self.service._verified, self.issued.refresh)
        self.assert_refused(self.service._refresh, self.issued.access)

    def test_tokens_of_another_api_are_refused(self):
        other = self.record.copy()
        api = self.env["rest.configuration"]._api(other.id)
        self.assert_refused(self.service._verified, self.issued.access, api)
        self.assert_refused(self.service._refresh, self.issued.refresh, api)
        self.assert_refused(self.service._revoke, self.issued.refresh, api)
        self.assertTrue(self.is_valid(self.issued.access))

    def test_tokens_expire(self):
        with self.later(599):
            self.assertTrue(self.is_valid(self.issued.access))
        with self.later(600):
            self.assertFalse(self.is_valid(self.issued.access))
        with self.later(7200):
            self.assert_no_longer(self.issued)

    def test_tokens_of_an_archived_user_are_refused(self):
        self.assertTrue(self.is_valid(self.issued.access))
        self.user.active = False
        self.assert_no_longer(self.issued)

    def test_tokens_go_with_their_user(self):
        self.user.unlink()
        self.assert_no_longer(self.issued)

    # --- refreshed -----------------------------------------------------------

    def test_refreshing_replaces_the_access_token(self):
        again = self.service._refresh(self.api, self.issued.refresh)
        self.assertEqual(again.refresh, self.issued.refresh)
        self.assertFalse(self.is_valid(self.issued.access))
        self.assertTrue(self.is_valid(again.access))

    def test_a_refresh_token_is_of_use_until_it_expires(self):
        with self.later(7000):
            again = self.service._refresh(self.api, self.issued.refresh)
            self.assertEqual(again.access_expires_in, 200)
            self.assertTrue(self.is_valid(again.access))

    def test_refreshing_is_noted(self):
        refresh = self.token(self.issued.refresh)
        self.assertFalse(refresh.last_used_at)
        self.service._refresh(self.api, self.issued.refresh)
        self.assertTrue(refresh.last_used_at)

    # --- revoked -------------------------------------------------------------

    def test_revoking_either_token_revokes_the_family(self):
        self.service._revoke(self.api, self.issued.refresh)
        self.assert_no_longer(self.issued)
        issued = self.service._issue(self.api, self.user.id)
        self.service._revoke(self.api, issued.access)
        self.assert_no_longer(issued)

    def test_revoking_spares_other_logins(self):
        other = self.service._issue(self.api, self.user.id)
        self.service._revoke(self.api, other.refresh)
        self.assertTrue(self.is_valid(self.issued.access))

    # --- Redis ---------------------------------------------------------------

    @mute_logger(f"{LOGGER}.access.redis_tokens", f"{LOGGER}.engine.tokens")
    def test_without_redis_nobody_comes_in(self):
        self.parameter("use_redis_token_store", "True")
        for port in ("1", "abc"):
            self.parameter("redis_port", port)
            with self.assertRaises(Overloaded):
                self.service._verified(self.api, self.issued.access)
            with self.assertRaises(Overloaded):
                self.service._issue(self.api, self.user.id)


@tagged("post_install", "-at_install")
class TestTokenRecords(TokenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,rest_api_core.group_rest_manager"
        cls.manager = new_test_user(cls.env, "rest_token_manager", groups)
        groups = "base.group_user,rest_api_core.group_rest_user"
        cls.watcher = new_test_user(cls.env, "rest_token_watcher", groups)

    def test_administrators_of_the_api_see_tokens(self):
        token = self.token(self.issued.access).with_user(self.manager)
        self.assertEqual(token.display_name, f"rat_{token.prefix}_…")
        self.assertEqual(token.state, "valid")
        self.assertNotIn("digest", token.read()[0])

    def test_administrators_neither_make_nor_change_tokens(self):
        token = self.token(self.issued.access).with_user(self.manager)
        values = token.copy_data()[0]
        with self.assertRaises(AccessError):
            token.create(values)
        with self.assertRaises(AccessError):
            token.expires_at = fields.Datetime.now()

    def test_others_see_and_revoke_none(self):
        for user in (self.user, self.watcher):
            token = self.token(self.issued.access).with_user(user)
            with self.assertRaises(AccessError):
                token.read(["prefix"])
            with self.assertRaises(AccessError):
                token.action_revoke()
        self.assertTrue(self.is_valid(self.issued.access))

    def test_the_button_revokes_the_family(self):
        token = self.token(self.issued.access)
        token.with_user(self.manager).action_revoke()
        self.assertEqual(token.state, "revoked")
        self.assert_no_longer(self.issued)

    def test_revoking_again_changes_nothing(self):
        token = self.token(self.issued.access)
        moment = fields.Datetime.now() - timedelta(hours=1)
        (token | token.refresh_id).revoked_at = moment
        token.action_revoke()
        self.assertEqual(token.revoked_at, moment)

    def test_states_of_tokens(self):
        token = self.token(self.issued.access)
        token.expires_at = fields.Datetime.now()
        self.assertEqual(token.state, "expired")
        token.revoked_at = fields.Datetime.now()
        self.assertEqual(token.state, "revoked")

    def test_the_cron_deletes_tokens_that_have_ended(self):
        access = self.token(self.issued.access)
        other = self.token(self.service._issue(self.api, self.user.id).refresh)
        revoked = self.token(self.service._issue(self.api, self.user.id).refresh)
        revoked.action_revoke()
        access.expires_at = fields.Datetime.now()
        refresh = access.refresh_id
        with patch.object(type(self.env["ir.cron"]), "_commit_progress") as commit:
            commit.return_value = 60
            self.env["rest.token"]._delete_ended()
        self.assertFalse((access | revoked).exists())
        self.assertEqual((refresh | other).exists(), refresh | other)

    def test_the_cron_stops_when_its_time_is_over(self):
        self.token(self.issued.access).expires_at = fields.Datetime.now()
        self.token(self.issued.refresh).expires_at = fields.Datetime.now()
        model = self.env["rest.token"]
        with (
            patch.object(type(self.env["ir.cron"]), "_commit_progress") as commit,
            patch.object(rest_token, "BATCH", 1),
        ):
            commit.return_value = 0
            model._delete_ended()
        commit.assert_called_once_with(1)

    def test_parameters_are_installed_with_their_defaults(self):
        get = self.env["ir.config_parameter"].get_param
        found = {name: get(f"rest_api.{name}") for name in tokens.DEFAULTS}
        self.assertEqual(found, tokens.DEFAULTS)


@tagged("post_install", "-at_install")
class TestTokenOperations(TokenCase):
    def perform(self, name, body, user_id=None):
        """The data of an operation; ``user_id`` is whom a login belongs to."""
        call = SimpleNamespace(api_id=self.api.id, body=body, ip="192.0.2.1")
        authentication = type(self.env["rest.authentication"])
        with patch.object(authentication, "_login", create=True) as login:
            login.return_value = user_id
            if user_id is None:
                login.side_effect = CredentialsInvalid()
            result = getattr(self.service, f"_operation__{name}")(None, call)
        self.login = login.call_args
        return result.data

    def log_in(self):
        body = {"username": "someone", "password": "secret"}
        return self.perform("get_tokens", body, self.user.id)

    def test_a_login_gets_tokens(self):
        data = self.log_in()
        self.assertEqual(self.login.args, (self.api, "someone", "secret", "192.0.2.1"))
        self.assertTrue(self.is_valid(data.pop("access_token")))
        self.assertTrue(data.pop("refresh_token").startswith("rrt_"))
        context = {"lang": "en_US", "tz": self.user.tz or "UTC", "uid": self.user.id}
        self.assertEqual(
            data,
            {
                "uid": self.user.id,
                "user_context": context,
                "company_id": self.user.company_id.id,
                "expires_in": 600,
                "refresh_expires_in": 7200,
            },
        )

    def test_a_login_that_fails_gets_none(self):
        before = self.env["rest.token"].search_count([])
        with self.assertRaises(CredentialsInvalid):
            self.perform("get_tokens", {"username": "x", "password": "y"})
        self.assertEqual(self.env["rest.token"].search_count([]), before)

    def test_a_refresh_token_gets_an_access_token(self):
        body = {"refresh_token": self.issued.refresh}
        data = self.perform("refresh_token", body)
        self.assertEqual(set(data), {"access_token", "expires_in"})
        self.assertTrue(self.is_valid(data["access_token"]))

    def test_either_token_ends_a_login(self):
        for name in ("refresh_token", "access_token"):
            data = self.log_in()
            self.assertEqual(self.perform("delete_tokens", {name: data[name]}), {})
            self.assertFalse(self.is_valid(data["access_token"]))

    def test_bodies_that_lack_something(self):
        cases = [
            ("get_tokens", None, "#/username"),
            ("get_tokens", {"username": "x"}, "#/password"),
            ("refresh_token", {}, "#/refresh_token"),
            ("delete_tokens", {}, "#/refresh_token"),
        ]
        self.assert_body_problems(ValueRequired, cases)

    def test_bodies_that_are_odd(self):
        cases = [
            ("get_tokens", [], "#"),
            ("get_tokens", {"username": 1, "password": "x"}, "#/username"),
            ("get_tokens", {"username": "x", "password": None}, "#/password"),
            ("get_tokens", {"username": "a\x00", "password": "x"}, "#/username"),
            ("get_tokens", {"username": "\ud800", "password": "x"}, "#/username"),
            ("refresh_token", {"refresh_token": ["x"]}, "#/refresh_token"),
            ("refresh_token", {"refresh_token": "x", "a/b": 1}, "#/a~1b"),
        ]
        self.assert_body_problems(ValueInvalid, cases)

    def assert_body_problems(self, problem, cases):
        for name, body, place in cases:
            with self.subTest(name=name, body=body):
                with self.assertRaises(problem) as caught:
                    self.perform(name, body, self.user.id)
                self.assertEqual(caught.exception.errors[0].pointer, place)
