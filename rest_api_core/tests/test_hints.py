"""Errors tell a developer where the fault is, and what would be right."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RestCase

NO = "No."  # of code that refuses


@tagged("post_install", "-at_install")
class TestHints(RestCase):
    def test_what_a_nested_record_lacks_is_named_there(self):
        """And not as a field of the outer record that happens to have the same name."""
        body = {"type": "invoice", "category_id": [{"color": 1, "active": True}]}
        answer = self.rest.post("res.partner", body)
        self.assert_problem(answer, 422, "body.required", "#/category_id/0/name")
        partner = self.user.partner_id
        answer = self.rest.patch(f"res.partner/{partner.id}", body)
        self.assert_problem(answer, 422, "body.required", "#/category_id/0/name")

    def test_a_right_that_a_nested_record_needs_is_named_where_it_is_needed(self):
        self.resource("res.partner").can_create = False
        partner = self.user.partner_id
        body = {"child_ids": [{"name": "Ann"}]}
        answer = self.rest.patch(f"res.partner/{partner.id}", body)
        problem = self.assert_problem(answer, 403, "policy.forbidden", "#/child_ids/0")
        (fault,) = problem["errors"]
        self.assertIn("the right to create res.partner", fault["detail"])

    def test_a_cursor_of_another_request_is_told_what_has_to_stay(self):
        params = {"limit": 1, "cursor": ""}
        answer = self.rest.get("res.country", params=params).json()
        params |= {"cursor": answer["meta"]["next_cursor"], "sort": "-name"}
        answer = self.rest.get("res.country", params=params)
        problem = self.assert_problem(answer, 400, "query.cursor", "cursor")
        self.assertIn("the same key, filter, sort,", problem["detail"])

    def test_a_double_is_told_in_the_words_of_its_constraint(self):
        self.user.group_ids |= self.env.ref("base.group_system")
        body = {"name": "Belgium two", "code": "BE"}
        answer = self.rest.post("res.country", body)
        problem = self.assert_problem(answer, 409, "record.duplicate")
        self.assertIn("The code of the country must be unique", problem["detail"])

    def test_a_double_tells_nothing_of_the_other_record(self):
        """Where a constraint has no words of its own, Odoo's would quote it."""
        self.env.cr.execute("CREATE UNIQUE INDEX rest_test ON res_partner (ref)")
        self.user.partner_id.ref = "R1"
        answer = self.rest.post("res.partner", {"name": "Other", "ref": "R1"})
        problem = self.assert_problem(answer, 409, "record.duplicate")
        self.assertEqual(problem["detail"], "Such a record already exists.")

    def test_the_root_says_who_the_caller_is(self):
        user = self.data(self.rest.get())["user"]
        company = self.user.company_id
        self.assertEqual(user["login"], "rest_user")
        self.assertEqual(user["companies"], [{"id": company.id, "name": company.name}])
        self.assertIn(user["lang"], user["languages"])
        self.assertNotIn("user", self.data(self.rest.get(key=False)))

    def test_a_header_without_effect_is_an_error_if_the_client_is_strict(self):
        # it is about writes: ``test_idempotency``
        headers = {"Idempotency-Key": "k1"}
        self.data(self.rest.get("res.country", headers=headers))
        headers["Prefer"] = "handling=strict"
        answer = self.rest.get("res.country", headers=headers)
        self.assert_problem(answer, 400, "query.header")

    def test_which_of_several_records_is_missing_is_told(self):
        ids = f"{self.user.partner_id.id},999999999,999999998"
        answer = self.rest.patch(f"res.partner/{ids}", {"city": "Gent"})
        problem = self.assert_problem(answer, 404, "record.not_found")
        self.assertIn(
            "Records 999999999, 999999998 of res.partner were not found or are not"
            " accessible.",
            problem["detail"],
        )


@tagged("post_install", "-at_install")
class TestNames(RestCase):
    """Names that are unknown: of parameters, fields, operators, models."""

    def detail(self, answer, status, code, place=None):
        return self.assert_problem(answer, status, code, place)["errors"][0]["detail"]

    def test_words_of_other_apis_say_the_parameter(self):
        for name, written in {
            "q": "filter[name][contains]=…",
            "search": "filter[name][contains]=…",
            "domain": "filter=[[…]]",
            "where": "filter=[[…]]",
            "order": "sort",
            "order_by": "sort",
            "page_size": "limit",
            "page[size]": "limit",
            "include": "expand",
            "select": "fields",
            "updated_since": "filter[write_date][gte]=…",
            "since": "filter[write_date][gte]=…",
        }.items():
            with self.subTest(name):
                answer = self.rest.get("res.partner", params={name: "1"})
                detail = self.detail(answer, 400, "query.unknown", name)
                self.assertIn(f"Did you mean {written}?", detail)
                self.assertIn("Allowed: archived, binary, ", detail)
                answer = self.rest.post("res.partner/search", {name: "1"})
                detail = self.detail(answer, 400, "query.unknown", name)
                self.assertIn(f"Did you mean {written}?", detail)

    def test_a_limit_in_another_form_says_what_it_takes(self):
        for value in ("all", "0", "-1", "1001", "ten", "1.5", ""):
            answer = self.rest.get("res.partner", params={"limit": value})
            detail = self.detail(answer, 400, "query.value", "limit")
            self.assertIn("1 to 1000", detail)

    def test_options_of_expand_have_hints(self):
        expand = '{"child_ids": {"order": "name"}}'
        answer = self.rest.get("res.partner", params={"expand": expand})
        detail = self.detail(answer, 400, "query.unknown", "expand.child_ids.order")
        self.assertIn("Did you mean sort?", detail)

    # --- fields --------------------------------------------------------------

    def test_unknown_fields_have_hints_wherever_they_stand(self):
        for params, place in (
            ({"fields": "nme"}, "fields"),
            ({"fields": "child_ids.nme"}, "fields"),
            ({"exclude_fields": "nme"}, "exclude_fields"),
            ({"sort": "-nme"}, "sort"),
            ({"filter[nme]": "x"}, "filter[nme]"),
            ({"filter[child_ids.nme][ilike]": "x"}, "filter[child_ids.nme][ilike]"),
            ({"filter": '[["nme", "=", 1]]'}, "filter"),
            (
                {"expand": '{"child_ids": {"fields": ["nme"]}}'},
                "expand.child_ids.fields",
            ),
            ({"expand": '{"child_ids": {"sort": "nme"}}'}, "expand.child_ids.sort"),
        ):
            with self.subTest(params):
                answer = self.rest.get("res.partner", params=params)
                detail = self.detail(answer, 400, "query.field", place)
                self.assertIn("Did you mean 'name'", detail)
        answer = self.rest.get("res.partner", params={"expand": "country"})
        detail = self.detail(answer, 400, "query.field", "expand")
        self.assertIn("Did you mean 'country_id'", detail)
        for body in ({"nme": 1}, {"child_ids": [{"nme": 1}]}):
            detail = self.detail(self.rest.post("res.partner", body), 422, "body.field")
            self.assertIn("Did you mean 'name'", detail)

    def test_only_what_the_caller_may_use_is_proposed(self):
        field = self.env["ir.model.fields"]._get("res.partner", "street2")
        rule = {"mode": "block", "access": "both", "field_ids": field.ids}
        self.resource("res.partner").field_rule_ids = [(0, 0, rule)]
        for name in ("street2", "street3"):
            details = [
                self.rest.get("res.partner", params={"fields": name}).text,
                self.rest.post("res.partner", {name: "x"}).text,
            ]
            for detail in details:
                self.assertIn("Did you mean 'street'?", detail)
                self.assertNotIn("'street2'?", detail)

    def test_a_dotted_field_blames_the_parameter_that_has_it(self):
        """The model behind is no resource: its fields cannot be shown."""
        for params, place in (
            ({"fields": "user_id.name"}, "fields"),
            ({"fields": "name,user_id.name"}, "fields"),
            ({"fields": "parent_id.user_id.name"}, "fields"),
            ({"expand": "user_id"}, "expand"),
            ({"expand": "parent_id.user_id"}, "expand"),
            (
                {"expand": '{"parent_id": {"fields": ["user_id.name"]}}'},
                "expand.parent_id.fields",
            ),
        ):
            with self.subTest(params):
                answer = self.rest.get("res.partner", params=params)
                problem = self.assert_problem(answer, 400, "query.field")
                (error,) = problem["errors"]
                self.assertEqual(error["parameter"], place)
                self.assertIn("only 'user_id' itself", error["detail"])

    # --- operators and values ------------------------------------------------

    def test_a_filter_in_brackets_is_named_as_it_was_sent(self):
        for name, value in {
            "filter[color]": "red",
            "filter[color][gte]": "red",
            "filter[color][in]": "1,red",
            "filter[create_date][lt]": "yesterday",
            "filter[name][nosuch]": "a",
            "filter[name][child_of]": "1",
            "filter[active]": "perhaps",
            "filter[name][in]": '"a',
        }.items():
            with self.subTest(name):
                answer = self.rest.get("res.partner", params={name: value})
                self.assert_problem(answer, 400, "query.filter", name)

    def test_operators_have_their_names_for_urls(self):
        for params in (
            {"filter[name][nosuch]": "a"},
            {"filter[name][child_of]": "1"},
            {"filter": '[["name", "nosuch", "a"]]'},
        ):
            answer = self.rest.get("res.partner", params=params)
            detail = self.detail(answer, 400, "query.filter")
            for word in ("gte", "not_in", "contains", "starts_with", ">=", "not in"):
                self.assertIn(word, detail)

    def test_list_parameters_may_come_in_parts(self):
        params = [("fields", "name"), ("fields", "city"), ("sort", "city")]
        params += [("sort", "-name"), ("expand", "country_id"), ("expand", "parent_id")]
        (record,) = self.data(
            self.rest.get("res.partner", params=[*params, ("limit", "1")])
        )
        expected = {"id", "name", "city", "country_id", "parent_id"}
        self.assertEqual(set(record), expected)
        answer = self.rest.get("res.partner", params=[("limit", "1"), ("limit", "2")])
        self.assert_problem(answer, 400, "query.repeated", "limit")

    # --- paths ---------------------------------------------------------------

    def test_what_is_not_there_says_where_the_models_are(self):
        details = set()
        for path in ("nosuch", "res.users", "res.partner/99999999", "a/b/c/d"):
            problem = self.assert_problem(self.rest.get(path), 404, "record.not_found")
            details.add(problem["detail"])
        (detail,) = details  # all the same
        hint = f"GET {self.root}/ lists the models and endpoints that you can use."
        self.assertIn(hint, detail)
        about = self.data(self.rest.get())
        self.assertIn("res.partner", [each["model"] for each in about["resources"]])


@tagged("post_install", "-at_install")
class TestRowsThatRaise(RestCase):
    """Odoo computes many records at once: which one it was is looked for."""

    def setUp(self):
        super().setUp()
        names = ["Good", "Bad", "Fine"]
        self.rows = self.env["res.partner"].create([{"name": name} for name in names])
        self.params = {"filter[id][in]": ",".join(map(str, self.rows.ids))}

    def raising(self, name, error, value):
        def compute(this):
            if "Bad" in this.mapped("name"):
                raise error or UserError(NO)
            for record in this:
                record[name] = value

        field = self.env["res.partner"]._fields[name]
        self.enterContext(patch.object(field, "compute", compute))

    def test_the_row_whose_computation_refuses_is_named(self):
        self.raising("tz_offset", None, "+0000")
        params = {**self.params, "fields": "tz_offset"}
        bad = self.rows[1].id
        for path, query in (
            ("res.partner", params),
            (f"res.partner/{bad}", {"fields": "tz_offset"}),
            ("res.partner/bulk", {"ids": f"{bad}", "fields": "tz_offset"}),
        ):
            answer = self.rest.get(path, params=query)
            problem = self.assert_problem(answer, 422, "record.invalid")
            (error,) = problem["errors"]
            self.assertEqual(error["id"], bad)
            self.assertEqual(error["detail"], "'tz_offset' of res.partner: No.")

    def test_the_message_names_nothing_out_of_reach(self):
        """The row is told, and not what its computation found."""
        self.env["res.partner"].create({"name": "TOPSECRET"})
        domain = "[('name', '!=', 'TOPSECRET')]"
        self.resource("res.partner").domain = domain
        error = UserError(self.env._("Not beside %s", "TOPSECRET"))
        self.raising("tz_offset", error, "+0000")
        params = {**self.params, "fields": "tz_offset"}
        with mute_logger("odoo.addons.rest_api_core.engine.texts"):
            answer = self.rest.get("res.partner", params=params)
        problem = self.assert_problem(answer, 422, "record.invalid")
        self.assertEqual(problem["errors"][0]["id"], self.rows[1].id)
        self.assertNotIn("TOPSECRET", answer.text)

    def test_rows_that_refuse_only_together_are_shown(self):
        def compute(this):
            if len(this) > 1:
                raise UserError(NO)
            this.tz_offset = "+0100"

        field = self.env["res.partner"]._fields["tz_offset"]
        self.enterContext(patch.object(field, "compute", compute))
        params = {**self.params, "fields": "tz_offset"}
        data = self.data(self.rest.get("res.partner", params=params))
        self.assertEqual([each["tz_offset"] for each in data], ["+0100"] * 3)

    def test_a_bug_tells_no_row(self):
        self.raising("tz_offset", ValueError("a bug"), "+0000")
        params = {**self.params, "fields": "tz_offset"}
        with mute_logger("odoo.addons.rest_api_core.dispatcher"):
            answer = self.rest.get("res.partner", params=params)
        self.assertNotIn("errors", self.assert_problem(answer, 500, "server.error"))
