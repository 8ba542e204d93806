"""Several operations in one request."""

from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_attacks import AttackCase

P, CATEGORY = "res.partner", "res.partner.category"
BATCHES = "odoo.addons.rest_api_core.engine.batches"


class BatchCase(AttackCase):
    def send(self, *operations, path="batch", mode=None, **options):
        body = {"operations": list(operations), **({"mode": mode} if mode else {})}
        return self.rest.post(path, body, **options)

    def done(self, *operations, status=200, **options):
        """The entries of a batch that succeeds."""
        return self.data(self.send(*operations, **options), status)

    def creation(self, name, model=P, **members):
        data = {"name": name, **members.pop("data", {})}
        return {"op": "create", "model": model, "data": data, **members}

    def names(self, *names):
        found = self.env[P].with_context(active_test=False)
        return found.search([("name", "in", names)]).mapped("name")


@tagged("post_install", "-at_install")
class TestBatches(BatchCase):
    # --- what can be done ------------------------------------------------------

    def test_several_models_refer_to_each_other(self):
        gold, azure, child, label, archived = self.done(
            self.creation("Gold", CATEGORY, **{"as": "gold"}),
            {
                **self.creation("Azure", data={"category_id": [{"$ref": "gold.id"}]}),
                "as": "azure",
                "query": {"fields": "name,category_id"},
            },
            self.creation("Child", data={"parent_id": {"$ref": "azure"}}),
            {
                "op": "update",
                "model": CATEGORY,
                "id": {"$ref": "azure.category_id.0"},
                "data": {"name": "Platinum"},
            },
            {"op": "archive", "model": P, "ids": [{"$ref": "azure"}]},
        )
        statuses = [each["status"] for each in (gold, azure, child, label, archived)]
        self.assertEqual(statuses, [201, 201, 201, 200, 200])
        self.assertEqual(azure["as"], "azure")
        self.assertEqual(azure["data"]["category_id"], [gold["id"]])
        record = self.env[P].browse(azure["id"])
        self.assertEqual(record.category_id.name, "Platinum")
        self.assertEqual(self.env[P].browse(child["id"]).parent_id, record)
        self.assertFalse(record.active)

    def test_each_operation_has_the_status_that_it_has_alone(self):
        one, other = self.env[P].create([{"name": "One"}, {"name": "Other"}])
        self.resource(P).delete_mode = "unlink"
        found = self.done(
            {"op": "archive", "id": one.id},
            {"op": "restore", "ids": [one.id]},
            {"op": "update", "ids": [one.id, other.id], "data": {"city": "Gent"}},
            {"op": "delete", "id": other.id, "query": {"force": True}},
            {"op": "create", "data": [{"name": "A"}, {"name": "B"}]},
            path=f"{P}/batch",
        )
        self.assertEqual([each["status"] for each in found], [200, 200, 200, 204, 201])
        self.assertEqual(found[2]["ids"], [one.id, other.id])
        self.assertEqual(found[4]["meta"]["count"], 2)
        self.assertEqual(one.city, "Gent")
        self.assertFalse(other.exists())

    def test_methods_are_called_as_alone(self):
        self.env["rest.resource.method"].create(
            [
                {"resource_id": self.resource(P).id, "name": "address_get"},
                {
                    "resource_id": self.resource(P).id,
                    "name": "get_base_url",
                    "readonly": True,
                },
            ]
        )
        azure, reading, calling = self.done(
            self.creation("Azure", **{"as": "azure"}),
            {
                "op": "call",
                "model": P,
                "id": {"$ref": "azure"},
                "method": "get_base_url",
            },
            {
                "op": "call",
                "model": P,
                "id": {"$ref": "azure"},
                "method": "address_get",
                "data": {"kwargs": {"adr_pref": ["contact"]}},
            },
        )
        self.assertTrue(reading["data"].startswith("http"))
        self.assertEqual(calling["data"]["contact"], azure["id"])
        # the method that only reads has not rolled back what came before
        self.assertTrue(self.env[P].browse(azure["id"]).exists())

    def test_upserts_create_and_change(self):
        upsert = {"op": "upsert", "model": P}
        sent = [
            {
                **upsert,
                "key": {"external_id": "shop.1"},
                "data": {"name": "Azure"},
                "as": "azure",
            },
            {
                **upsert,
                "key": {"name": "Child", "parent_id": {"$ref": "azure"}},
                "data": {"city": "Gent"},
            },
            {**upsert, "key": {"name": ""}, "data": {}},
        ]
        first = self.done(*sent, mode="partial", status=207)
        again = self.done(*sent, mode="partial", status=207)
        self.assertEqual([each["status"] for each in first], [201, 201, 422])
        self.assertEqual([each["status"] for each in again], [200, 200, 422])
        pointer = first[2]["error"]["errors"][0]["pointer"]
        self.assertEqual(pointer, "#/operations/2/key/name")
        self.assertEqual(first[1]["id"], again[1]["id"])
        child = self.env[P].browse(first[1]["id"])
        self.assertEqual(child.parent_id.id, first[0]["id"])

    def test_external_ids_are_given_and_found(self):
        one, other, child = self.done(
            self.creation("One", data={"external_id": "shop.one"}),
            self.creation("Other", data={"external_id": "shop.other"}),
            self.creation("Child", data={"parent_id": {"external_id": "shop.other"}}),
        )
        self.assertEqual(self.env[P].browse(child["id"]).parent_id.id, other["id"])
        shown = self.data(self.rest.get(f"{P}/{one['id']}?fields=external_id"))
        self.assertEqual(shown["external_id"], "shop.one")

    def test_creates_are_written_at_once(self):
        partners = type(self.env[P])
        original, sizes = partners.create, []

        def create(this, values):
            sizes.append(len(values))
            return original(this, values)

        with patch.object(partners, "create", create):
            found = self.done(*[self.creation(f"N{n}") for n in range(20)])
        self.assertEqual(sizes, [20])
        self.assertEqual([each["data"]["name"] for each in found][:2], ["N0", "N1"])
        self.assertEqual(len({each["id"] for each in found}), 20)

    def test_updates_are_written_at_once(self):
        ids = self.env[P].create([{"name": "A"}, {"name": "B"}]).ids
        steps = [
            {"op": "update", "model": P, "id": each, "data": {"city": f"C{each}"}}
            for each in ids
        ]
        found = self.done(*steps)
        self.assertEqual(
            [each["data"]["city"] for each in found], [f"C{i}" for i in ids]
        )

    def test_nothing_is_shown_that_is_not_requested(self):
        headers = {"Prefer": "return=minimal"}
        answer = self.send(
            self.creation("A", **{"as": "a"}),
            self.creation("B", data={"parent_id": {"$ref": "a"}}),
            headers=headers,
        )
        one, other = self.data(answer)
        self.assertEqual(answer.headers["Preference-Applied"], "return=minimal")
        self.assertNotIn("data", one)
        self.assertEqual(self.env[P].browse(other["id"]).parent_id.id, one["id"])

    # --- atomic ----------------------------------------------------------------

    def test_if_one_fails_nothing_is_written(self):
        answer = self.send(
            self.creation("Kept?"),
            {"op": "update", "model": P, "id": 999999999, "data": {"city": "Gent"}},
        )
        problem = self.assert_problem(answer, 404, "record.not_found", "#/operations/1")
        self.assertEqual(problem["operation"], 1)
        self.assertEqual(self.names("Kept?"), [])

    def test_the_first_of_a_list_that_fails_is_told(self):
        answer = self.send(
            self.creation("A"),
            self.creation("B", data={"country_id": 999999999, "nme": 1}),
            self.creation("C", data={"nme": 1}),
        )
        problem = self.assert_problem(
            answer, 422, "body.refused", "#/operations/1/data/nme"
        )
        pointers = [each["pointer"] for each in problem["errors"]]
        expected = ["nme", "country_id"]
        self.assertEqual(pointers, [f"#/operations/1/data/{n}" for n in expected])
        self.assertEqual(self.names("A"), [])

    def test_a_rule_of_the_business_names_its_operation(self):
        partners = type(self.env[P])

        def create(this, values):
            if any(each.get("name") == "Bad" for each in values):
                raise ValidationError(this.env._("No bad names"))
            return original(this, values)

        original = partners.create
        with patch.object(partners, "create", create):
            answer = self.send(
                self.creation("A"), self.creation("Bad"), self.creation("C")
            )
        self.assert_problem(answer, 422, "record.invalid", "#/operations/1")
        self.assertEqual(self.names("A", "C"), [])

    def test_what_is_wrong_with_the_form_is_told_before_anything_is_written(self):
        answer = self.send(self.creation("A"), {"op": "update", "model": P})
        self.assert_problem(answer, 422, "body.required", "#/operations/1/id")
        answer = self.send(
            self.creation("A"), {**self.creation("B"), "query": {"fields": "nme"}}
        )
        self.assert_problem(answer, 400, "query.field", "#/operations/1/query/fields")
        answer = self.send({**self.creation("B"), "query": {"lang": "fr"}})
        self.assert_problem(answer, 400, "query.unknown")

    def test_a_reference_that_leads_nowhere(self):
        answer = self.send(
            self.creation("A", **{"as": "a"}),
            self.creation("B", data={"parent_id": {"$ref": "b"}}),
        )
        self.assert_problem(answer, 422, "body.lookup", "#/operations/1/data/parent_id")

    # --- partial ---------------------------------------------------------------

    def test_in_a_partial_batch_each_stands_for_itself(self):
        found = self.done(
            self.creation("First", **{"as": "first"}),
            self.creation("Second", data={"nme": 1}, **{"as": "second"}),
            self.creation("Third"),
            self.creation("Fourth", data={"parent_id": {"$ref": "second"}}),
            {"op": "delete", "model": "res.users", "id": 1},
            mode="partial",
            status=207,
        )
        self.assertEqual([each["status"] for each in found], [201, 422, 201, 422, 404])
        error = found[1]["error"]
        self.assertEqual(error["code"], "body.field")
        self.assertEqual(error["errors"][0]["pointer"], "#/operations/1/data/nme")
        self.assertEqual(
            found[3]["error"]["errors"][0]["pointer"], "#/operations/3/data/parent_id"
        )
        names = self.names("First", "Second", "Third", "Fourth")
        self.assertEqual(sorted(names), ["First", "Third"])

    def test_a_partial_batch_is_207_even_if_all_succeed(self):
        answer = self.send(self.creation("A"), mode="partial")
        self.assertEqual(answer.status_code, 207)
        self.assertEqual(answer.json()["meta"], {"count": 1, "failed": 0})

    def test_what_the_database_refuses_fails_alone(self):
        category = self.env[CATEGORY].create({"name": "Root"})
        found = self.done(
            {
                "op": "update",
                "model": CATEGORY,
                "id": category.id,
                "data": {"parent_id": category.id},
            },
            self.creation("Other", CATEGORY),
            mode="partial",
            status=207,
        )
        self.assertEqual([each["status"] for each in found], [422, 201])

    @mute_logger(BATCHES)
    def test_a_bug_of_one_is_no_failure_of_the_others(self):
        partners = type(self.env[P])
        original = partners.create

        def create(this, values):
            if any(each.get("name") == "Bug" for each in values):
                raise ZeroDivisionError("secret")
            return original(this, values)

        with patch.object(partners, "create", create):
            answer = self.send(self.creation("A"), self.creation("Bug"), mode="partial")
        self.assertEqual(answer.status_code, 207)
        self.assertNotIn("secret", answer.text)
        statuses = [each["status"] for each in answer.json()["data"]]
        self.assertEqual(statuses, [201, 500])

    # --- conditions, limits ----------------------------------------------------

    def test_each_operation_has_its_own_precondition(self):
        one, other = self.env[P].create([{"name": "One"}, {"name": "Other"}])
        tags = [self.rest.get(f"{P}/{each.id}").headers["ETag"] for each in one + other]
        other.name = "Changed"
        self.env.flush_all()
        # a transaction writes one version of a row: another tag stands for another
        # version
        stale = f'"{"0" * 24}-{tags[1].split("-")[1]}'
        steps = [
            {"op": "update", "id": each.id, "data": {"city": "Gent"}, "if_match": tag}
            for each, tag in ((one, tags[0]), (other, stale))
        ]
        found = self.done(*steps, path=f"{P}/batch", mode="partial", status=207)
        self.assertEqual([each["status"] for each in found], [200, 412])
        steps[0]["if_match"] = "abc"
        answer = self.send(*steps, path=f"{P}/batch")
        self.assert_problem(answer, 400, "query.header", "#/operations/0/if_match")

    def test_a_condition_of_the_whole_batch_is_refused(self):
        for header in ("If-Match", "If-None-Match"):
            answer = self.send(self.creation("A"), headers={header: "*"})
            problem = self.assert_problem(answer, 400, "query.header")
            self.assertEqual(problem["errors"][0]["header"], header)

    def test_one_budget_for_all(self):
        headers = {"Prefer": "max-affected=2"}
        steps = [
            self.creation("A"),
            self.creation("G", CATEGORY),
            {"op": "create", "model": P, "data": [{"name": "B"}]},
        ]
        answer = self.send(*steps, headers=headers)
        self.assert_problem(answer, 400, "policy.max_affected", "#/operations/2")
        found = self.done(*steps, headers=headers, mode="partial", status=207)
        self.assertEqual([each["status"] for each in found], [201, 201, 400])

    def test_what_has_failed_is_not_counted(self):
        headers = {"Prefer": "max-affected=2"}
        steps = [
            self.creation("A", data={"nme": 1}),
            self.creation("B"),
            self.creation("C"),
        ]
        found = self.done(*steps, headers=headers, mode="partial", status=207)
        self.assertEqual([each["status"] for each in found], [422, 201, 201])

    def test_too_many_records_or_operations(self):
        self.api.max_records = 3
        self.assert_problem(
            self.send(*[self.creation(str(n)) for n in range(4)]), 413, "body.too_large"
        )
        lists = {"op": "create", "model": P, "data": [{"name": "A"}, {"name": "B"}]}
        self.assert_problem(self.send(lists, lists), 413, "body.too_large")
        self.assertEqual(self.names("A", "B"), [])

    # --- dry run, commits, keys ------------------------------------------------

    def test_a_dry_run_of_the_whole(self):
        found = self.done(
            self.creation("A", **{"as": "a"}),
            self.creation("B", data={"parent_id": {"$ref": "a"}}),
            headers={"Prefer": "tx=rollback"},
        )
        self.assertEqual([each["status"] for each in found], [201, 201])
        self.assertEqual(self.names("A", "B"), [])

    def test_code_that_commits_is_refused(self):
        partners = type(self.env[P])

        def commits(this):
            this.env.cr.commit()  # pylint: disable=invalid-commit

        with patch.object(partners, "commits", commits, create=True):
            self.env["rest.resource.method"].create(
                {
                    "resource_id": self.resource(P).id,
                    "name": "commits",
                    "on_records": False,
                }
            )
            answer = self.send(
                self.creation("A"), {"op": "call", "model": P, "method": "commits"}
            )
        self.assert_problem(answer, 409, "record.commit", "#/operations/1")
        self.assertEqual(self.names("A"), [])

    def test_a_repeated_batch_has_one_effect(self):
        headers = {"Idempotency-Key": "batch-1"}
        one = self.send(self.creation("Once"), mode="partial", headers=headers)
        other = self.send(self.creation("Once"), mode="partial", headers=headers)
        self.assertEqual((one.status_code, other.status_code), (207, 207))
        self.assertEqual(one.content, other.content)
        self.assertEqual(other.headers["Idempotent-Replayed"], "true")
        self.assertEqual(len(self.names("Once")), 1)


@tagged("post_install", "-at_install")
class TestAttacksOnBatches(BatchCase):
    """An operation of a batch may do what it may do alone, and no more."""

    def test_rights_are_those_of_each_operation(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, P, can_create=True)
        partner = self.env[P].create({"name": "Azure"})
        steps = [
            self.creation("A"),
            {"op": "update", "model": P, "id": partner.id, "data": {"city": "Gent"}},
            {"op": "delete", "model": P, "id": partner.id},
            self.creation("G", CATEGORY),
            {"op": "call", "model": P, "id": partner.id, "method": "unlink"},
        ]
        answer = self.send(*steps, mode="partial", key=key)
        found = self.data(answer, 207)
        self.assertEqual([each["status"] for each in found], [201, 403, 403, 404, 403])
        self.assertEqual(found[1]["error"]["code"], "policy.scope")

    def test_a_read_only_client_writes_nothing(self):
        _client, key = self.make_client(self.user, all_resources=True, read_only=True)
        self.assert_problem(self.send(self.creation("A"), key=key), 403, "policy.scope")

    def test_what_is_out_of_reach_looks_missing(self):
        company = self.env["res.company"].create({"name": "Theirs"})
        theirs = self.env[P].create({"name": "T", "company_id": company.id})
        hidden = self.env[P].create({"name": "Hidden"})
        self.resource(P).domain = "[('name', '!=', 'Hidden')]"
        steps = [
            {"op": op, "model": P, "id": each, **more}
            for each in (theirs.id, hidden.id, 999999999)
            for op, more in (("update", {"data": {"city": "X"}}), ("archive", {}))
        ]
        found = self.done(*steps, mode="partial", status=207)
        codes = {each["error"]["code"] for each in found}
        self.assertEqual(codes, {"record.not_found"})
        details = {
            each["error"]["errors"][0]["detail"].replace(str(number), "")
            for number, each in enumerate(found)
        }
        self.assertEqual(len(details), 1)

    def test_a_reference_shows_nothing_that_is_hidden(self):
        self.block(P, "ref", access="read")
        answer = self.send(
            self.creation("A", data={"ref": "secret"}, **{"as": "a"}),
            self.creation("B", data={"comment": {"$ref": "a.ref"}}),
        )
        self.assert_problem(answer, 422, "body.lookup", "#/operations/1/data/comment")

    def test_the_path_limits_the_models(self):
        answer = self.send(self.creation("G", CATEGORY), path=f"{P}/batch")
        self.assert_problem(answer, 422, "body.value", "#/operations/0/model")
        answer = self.send(self.creation("A", "res.users"), path="res.users/batch")
        self.assert_problem(answer, 404, "record.not_found")

    def test_a_resource_that_asks_for_tags_gets_them(self):
        self.resource(P).etag_required = True
        partner = self.env[P].create({"name": "Azure"})
        step = {"op": "update", "model": P, "id": partner.id, "data": {"city": "X"}}
        answer = self.send(step, {**step, "id": self.user.partner_id.id})
        self.assert_problem(
            answer, 428, "record.precondition_required", "#/operations/0"
        )

    def test_secrets_in_operations_are_not_logged(self):
        self.api.log_mode, self.api.log_bodies = "all", True
        self.block(P, "city", mode="allow", access="read")
        self.send(self.creation("A", data={"comment": "hush-hush"}))
        self.send(self.creation("A", data={"password": "hush-hush"}))
        entries = self.env["rest.log"].search([("route", "=", "/batch")])
        self.assertEqual(len(entries), 2)
        for entry in entries:
            self.assertNotIn("hush", entry.request_body)
            self.assertNotIn("hush", entry.response_body or "")
