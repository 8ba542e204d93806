"""Calls of methods that a resource lists."""

from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import MissingError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..engine import calling
from .common import RestCase


def probe(self, *args, **kwargs):
    """Gives back what the test wants."""
    return kwargs["then"] if "then" in kwargs else [self.ids, list(args), kwargs]


@tagged("post_install", "-at_install")
class TestMethods(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Azure"})
        cls.path = f"res.partner/{cls.partner.id}"

    def offer(self, name, function=None, **values):
        """List a method, and make it unless it exists."""
        if function is not None:
            owner = type(self.env["res.partner"])
            patcher = patch.object(owner, name, function, create=True)
            patcher.start()
            self.addCleanup(patcher.stop)
        resource = self.resource("res.partner")
        return self.env["rest.resource.method"].create(
            {"resource_id": resource.id, "name": name, **values}
        )

    def call(self, name, body=None, path=None, **options):
        path = self.path if path is None else path
        return self.rest.post(f"{path}/call/{name}", body, **options)

    # --- which methods -------------------------------------------------------

    def test_no_method_is_callable_unless_it_is_listed(self):
        for name in ("address_get", "copy", "unlink", "write", "read", "export_data"):
            with self.subTest(name):
                self.assert_problem(self.call(name), 403, "policy.forbidden")
                answer = self.call(name, path="res.partner")
                self.assert_problem(answer, 403, "policy.forbidden")

    def test_private_methods_are_never_callable(self):
        for name in ("_compute_display_name", "__init__", "_get_gravatar_image"):
            self.assert_problem(self.call(name), 404, "record.not_found")
        for name in ("sudo", "browse", "with_context", "with_user", "search_fetch"):
            self.assert_problem(self.call(name), 403, "policy.forbidden")

    def test_a_listed_method_that_has_become_private_is_refused(self):
        def secret(this):
            return "secret"

        self.offer("rest_secret", secret)
        secret._api_private = True
        self.assert_problem(self.call("rest_secret"), 403, "policy.forbidden")

    def test_a_listed_method_that_is_gone_is_refused(self):
        method = self.offer("address_get")
        self.env.cr.execute(
            "UPDATE rest_resource_method SET name = 'rest_gone' WHERE id = %s",
            [method.id],
        )
        self.env.invalidate_all()
        method.write({"readonly": False})
        self.assert_problem(self.call("rest_gone"), 403, "policy.forbidden")

    def test_a_client_calls_only_what_its_scope_lists(self):
        method = self.offer("rest_probe", probe)
        client, key = self.make_client(self.user)
        scope = self.make_scope(client, "res.partner")
        answer = self.call("rest_probe", key=key)
        self.assert_problem(answer, 403, "policy.scope")
        scope.method_ids = method
        self.data(self.call("rest_probe", key=key))

    def test_a_get_calls_nothing(self):
        self.offer("rest_probe", probe)
        answer = self.rest.get(f"{self.path}/call/rest_probe")
        self.assert_problem(answer, 405, "policy.method")

    # --- what they are given -------------------------------------------------

    def test_records_and_arguments_arrive(self):
        self.offer("rest_probe", probe)
        body = {"args": [1, "a"], "kwargs": {"b": [2]}}
        data = self.data(self.call("rest_probe", body))
        self.assertEqual(data, [[self.partner.id], [1, "a"], {"b": [2]}])

    def test_a_method_of_the_model_is_called_without_ids(self):
        self.offer("rest_probe", probe, on_records=False)
        data = self.data(self.call("rest_probe", path="res.partner"))
        self.assertEqual(data, [[], [], {}])
        self.assert_problem(self.call("rest_probe"), 404, "record.not_found")

    def test_records_out_of_reach_are_missing(self):
        self.offer("rest_probe", probe)
        self.resource("res.partner").domain = "[('name', '!=', 'Azure')]"
        self.assert_problem(self.call("rest_probe"), 404, "record.not_found")
        answer = self.call("rest_probe", path="res.partner/99999999")
        self.assert_problem(answer, 404, "record.not_found")

    def test_the_context_takes_language_and_time_zone(self):
        def context(this):
            return dict(this.env.context)

        self.env["res.lang"]._activate_lang("fr_FR")
        self.offer("rest_context", context)
        body = {"context": {"lang": "fr_FR", "tz": "Asia/Tokyo"}}
        data = self.data(self.call("rest_context", body))
        self.assertEqual((data["lang"], data["tz"]), ("fr_FR", "Asia/Tokyo"))
        rows = [
            ("active_test", False),
            ("allowed_company_ids", [1, 2]),
            ("default_name", "x"),
            ("uid", 1),
            ("lang", "xx_XX"),
            ("tz", "Mars/Base"),
            ("tz", 3),
        ]
        for name, value in rows:
            with self.subTest(name):
                answer = self.call("rest_context", {"context": {name: value}})
                self.assert_problem(answer, 422, "body.value", f"#/context/{name}")

    def test_bodies_that_do_not_fit_are_refused(self):
        def strict(this, one, *, two=None):
            return one

        self.offer("rest_strict", strict)
        rows = [
            ([], "#"),
            ({"args": {}}, "#/args"),
            ({"kwargs": []}, "#/kwargs"),
            ({"context": []}, "#/context"),
            ({"argz": []}, "#/argz"),
            ({}, "#"),
            ({"args": [1, 2]}, "#"),
            ({"args": [1], "kwargs": {"three": 3}}, "#"),
        ]
        for body, place in rows:
            with self.subTest(body):
                answer = self.call("rest_strict", body)
                self.assert_problem(answer, 422, "body.value", place)

    def test_a_method_that_fails_on_its_arguments_blames_them(self):
        def fragile(this, one=1, two=2):
            return [][one]

        self.offer("rest_fragile", fragile)
        rows = [
            ({"args": [1]}, "#/args"),
            ({"kwargs": {"one": 1}}, "#/kwargs"),
            ({"args": [1], "kwargs": {"two": 1}}, "#"),
        ]
        for body, place in rows:
            with self.subTest(body):
                logger = "odoo.addons.rest_api_core.engine.diagnosis"
                with self.assertLogs(logger, "WARNING"):
                    answer = self.call("rest_fragile", body)
                self.assert_problem(answer, 422, "body.value", place)
        with mute_logger("odoo.addons.rest_api_core.dispatcher"):
            answer = self.call("rest_fragile")
        self.assert_problem(answer, 500, "server.error")

    def test_a_record_that_arguments_name_is_not_the_path(self):
        def find(this, number=0):
            raise MissingError(this._description)

        self.offer("rest_find", find)
        answer = self.call("rest_find", {"kwargs": {"number": 3}})
        self.assert_problem(answer, 422, "body.lookup")
        self.assert_problem(self.call("rest_find"), 404, "record.not_found")

    # --- what they give ------------------------------------------------------

    def result(self, value, **options):
        self.offer("rest_result", lambda this: value(this), **options)
        return self.call("rest_result")

    def test_results_are_json(self):
        def value(this):
            return {
                "date": date(2026, 1, 31),
                "time": datetime(2026, 1, 31, 12),
                "bytes": b"ab",
                "tuple": (1, None, True),
                "nan": float("nan"),
                3: "number",
                "records": this,
                "none": this.browse(),
                "new": this.new({"name": "x"}),
                "env": this.env,
                "class": type(this),
                "function": probe,
            }

        expected = {
            "date": "2026-01-31",
            "time": "2026-01-31T12:00:00Z",
            "bytes": "YWI=",
            "tuple": [1, None, True],
            "nan": None,
            "3": "number",
            "records": [self.partner.id],
            "none": [],
            "new": [],
            "env": None,
            "class": None,
            "function": None,
        }
        self.assertEqual(self.data(self.result(value)), expected)

    def test_ids_of_records_that_the_user_may_not_read_are_left_out(self):
        def value(this):
            return this.env["ir.config_parameter"].sudo().search([], limit=3)

        self.assertEqual(self.data(self.result(value)), [])

    def test_ids_of_records_outside_the_domain_of_the_key_are_left_out(self):
        other = self.env["res.partner"].create({"name": "Beyond"})
        self.resource("res.partner").domain = f"[('id', '!=', {other.id})]"
        both = (other | self.partner)._ids
        answer = self.result(lambda this: this.browse(both))
        self.assertEqual(self.data(answer), [self.partner.id])

    def test_results_that_are_too_large_are_refused(self):
        with patch.object(calling, "MAX_RESULT", 10_000):
            answer = self.result(lambda this: "x" * 20_000)
        self.assert_problem(answer, 413, "query.too_large")

    def test_results_that_are_too_deep_are_refused(self):
        def value(this):
            deep = []
            for _step in range(100):
                deep = [deep]
            return deep

        self.assert_problem(self.result(value), 413, "query.too_large")

    def test_refusals_of_a_method_are_told(self):
        self.offer("unlink")
        reader = new_test_user(self.env, "rest_reader", "base.group_user")
        _client, key = self.make_client(reader, all_resources=True)
        answer = self.call("unlink", key=key)
        self.assert_problem(answer, 403, "policy.forbidden")
        self.assertTrue(self.partner.exists())

    # --- writing -------------------------------------------------------------

    def rename(self, **options):
        def rename(this):
            this.name = "Renamed"

        self.offer("rest_rename", rename, **options)

    def test_a_method_writes(self):
        self.rename()
        self.assertIsNone(self.data(self.call("rest_rename")))
        self.assertEqual(self.partner.name, "Renamed")

    def test_a_method_has_a_dry_run(self):
        self.rename()
        answer = self.call("rest_rename", headers={"Prefer": "tx=rollback"})
        self.data(answer)
        self.assertEqual(answer.headers["Preference-Applied"], "tx=rollback")
        self.assertEqual(self.partner.name, "Azure")

    def test_a_method_that_is_listed_as_reading_cannot_write(self):
        self.rename(readonly=True)
        answer = self.call("rest_rename")
        self.assert_problem(answer, 403, "policy.forbidden")
        self.assertEqual(self.partner.name, "Azure")

    def test_a_method_that_only_reads_serves_read_only_clients(self):
        self.offer("rest_probe", probe, readonly=True)
        self.rename()
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        self.data(self.call("rest_probe", key=key))
        answer = self.call("rest_rename", key=key)
        self.assert_problem(answer, 403, "policy.scope")

    def test_what_a_reading_method_writes_on_a_writable_cursor_is_undone(self):
        self.api.auth_basic = True
        self.rename(readonly=True)
        answer = self.call("rest_rename", key=False, auth=("rest_user", "rest_user"))
        self.data(answer)
        self.assertEqual(self.partner.name, "Azure")

    def test_a_method_obeys_preconditions(self):
        self.rename()
        headers = {"If-Match": '"old"'}
        answer = self.call("rest_rename", headers=headers)
        self.assert_problem(answer, 412, "record.precondition")
        self.resource("res.partner").etag_required = True
        answer = self.call("rest_rename")
        self.assert_problem(answer, 428, "record.precondition_required")
        self.assertEqual(self.partner.name, "Azure")

    # --- how long ------------------------------------------------------------

    def test_a_client_may_have_less_time(self):
        self.client.statement_timeout = 1
        self.offer("rest_wait", lambda this: this.env.cr.execute("SELECT pg_sleep(30)"))
        with mute_logger("odoo.sql_db"):
            answer = self.call("rest_wait")
        self.assert_problem(answer, 503, "server.timeout")

    def test_a_query_that_takes_too_long_is_ended(self):
        self.api.statement_timeout = 1
        self.offer("rest_wait", lambda this: this.env.cr.execute("SELECT pg_sleep(30)"))
        with mute_logger("odoo.sql_db"):
            answer = self.call("rest_wait")
        self.assert_problem(answer, 503, "server.timeout")
