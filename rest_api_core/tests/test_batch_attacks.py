"""What may break batches: references, failures in the middle, code of Odoo."""

import json
import socket
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..orm import dry_run
from ..wire.call import Caller
from .in_process import perform, received
from .test_batches import BATCHES, CATEGORY, BatchCase, P

PLAIN = {"Prefer": "handling=strict"}
MINIMAL = {"Prefer": "return=minimal"}


class MethodCase(BatchCase):
    def method(self, function, **values):
        """A method ``tried`` of contacts that calls the function."""
        partners = type(self.env[P])
        self.startPatcher(patch.object(partners, "tried", function, create=True))
        resource = self.resource(P)
        values = {"name": "tried", "on_records": False, **values}
        self.env["rest.resource.method"].create({"resource_id": resource.id, **values})

    def call(self, **members):
        return {"op": "call", "model": P, "method": "tried", **members}

    def statuses(self, *operations, **options):
        """Those of the entries of a partial batch."""
        found = self.done(*operations, mode="partial", status=207, **options)
        return [each["status"] for each in found]


@tagged("post_install", "-at_install")
class TestReferences(MethodCase):
    def test_ids_that_are_null_are_none(self):
        partner = self.env[P].create({"name": "Azure"})
        self.method(lambda this: len(this))
        several = {"ids": [partner.id], "data": {"city": "X"}}
        steps = [
            {"op": "update", "model": P, "data": {"city": "X"}},
            {"op": "update", "model": P, "data": several},
            {"op": "delete", "model": P},
            {"op": "archive", "model": P},
            {"op": "restore", "model": P},
            self.call(),
        ]
        first = self.creation("A", **{"as": "a"})
        for value in (None, {"$ref": "a.parent_id"}):
            for name in ("id", "ids"):
                for step in steps:
                    with self.subTest(step=step, name=name, value=value):
                        answer = self.send(first, {**step, name: value})
                        pointer = f"#/operations/1/{name}"
                        self.assert_problem(answer, 422, "body.value", pointer)
        self.assertFalse(partner.city)

    def test_who_may_not_read_refers_to_records_too(self):
        client, key = self.make_client(self.user)
        rights = {"can_read": False, "can_create": True, "can_update": True}
        self.make_scope(client, P, **rights)
        update = {"op": "update", "model": P}
        one, *_others, other = self.done(
            self.creation("A", **{"as": "a"}),
            {**update, "id": {"$ref": "a"}, "data": {"city": "X"}},
            {**update, "id": {"$ref": "a.id"}, "data": {"zip": "1"}},
            self.creation("B", data={"parent_id": {"$ref": "a"}}),
            key=key,
        )
        record = self.env[P].browse(one["id"])
        self.assertEqual((record.city, record.zip), ("X", "1"))
        self.assertEqual(record.child_ids.ids, [other["id"]])

    def test_a_reference_may_be_the_whole_data(self):
        self.method(lambda this: [{"name": "N"}, 5])
        update = {"op": "update", "model": P}
        ids = self.env[P].create([{"name": "A"}, {"name": "B"}]).ids
        for reference, status in (("m", 422), ("m.0", 200), ("m.1", 422)):
            answer = self.send(
                {**self.call(), "as": "m"},
                {**update, "id": ids[0], "data": {"city": "X"}},
                {**update, "id": ids[1], "data": {"$ref": reference}},
            )
            self.assertEqual(answer.status_code, status, answer.text)

    def test_references_do_not_multiply_a_body(self):
        data = {"comment": {"$ref": "a.comment"}}
        query = {"fields": "id"}
        steps = [self.creation(f"N{n}", data=data, query=query) for n in range(12)]
        first = self.creation("A", data={"comment": "x" * 100_000}, **{"as": "a"})
        answer = self.send(first, *steps)
        self.assert_problem(answer, 413, "body.too_large", "#/operations/11")
        expected = [201] * 11 + [413] * 2
        self.assertEqual(self.statuses(first, *steps), expected)

    def test_references_do_not_multiply_lists(self):
        self.method(lambda this, *ids: len(ids))
        data = [{"name": f"N{n}"} for n in range(100)]
        answer = self.send(
            {"op": "create", "model": P, "data": data, "as": "a"},
            {**self.call(), "data": {"args": [{"$ref": "a"}] * 5000}},
        )
        self.assert_problem(answer, 413, "body.too_large")

    def test_lookups_see_the_operations_before(self):
        old, other = self.env[P].create([{"name": "Shoes"}, {"name": "O", "ref": "R"}])
        child = {"name": "Child", "parent_id": {"name": "Shoes"}}
        update = {"op": "update", "model": P}
        cases = [
            (self.creation("Shoes"), self.creation("B", data=child)),
            (self.creation("Shoes"), self.creation("B", data={"child_ids": [child]})),
            (
                {**update, "id": old.id, "data": {"ref": "R"}},
                {**update, "id": other.id, "data": {"parent_id": {"ref": "R"}}},
            ),
        ]
        for first, second in cases:
            done = [201 if first["op"] == "create" else 200, 422]
            self.assertEqual(self.statuses(first, second), done)

    def test_a_list_that_fails_is_written_one_by_one_at_once(self):
        partners = type(self.env[P])
        original, sizes = partners.create, []

        def create(this, values):
            sizes.append(len(values))
            if any(each["name"] == "N3" for each in values):
                raise UserError(this.env._("No"))
            return original(this, values)

        steps = [self.creation(f"N{n}") for n in range(5)]
        with patch.object(partners, "create", create):
            self.assertEqual(self.statuses(*steps), [201, 201, 201, 422, 201])
        self.assertEqual(sizes, [5, 1, 1, 1, 1, 1])

    def test_lookups_of_other_models_are_written_at_once(self):
        partners = type(self.env[P])
        original, sizes = partners.create, []

        def create(this, values):
            sizes.append(len(values))
            return original(this, values)

        self.env[CATEGORY].create({"name": "Gold"})
        data = {
            "country_id": {"code": "BE"},
            "category_id": {"mode": "add", "records": [{"name": "Gold"}]},
        }
        with patch.object(partners, "create", create):
            self.done(*[self.creation(f"N{n}", data=data) for n in range(3)])
        self.assertEqual(sizes, [3])


@tagged("post_install", "-at_install")
class TestFailures(MethodCase):
    """Nothing stays of an operation that fails in a partial batch."""

    def test_methods_that_read_send_nothing(self):
        seen = []
        self.method(lambda this: seen.append(dry_run.keeps_nothing()), readonly=True)
        self.data(self.rest.post(f"{P}/call/tried"))
        self.done(self.call())
        self.assertEqual(seen, [True, True])

    def test_what_a_failed_operation_would_do_after_the_commit(self):
        self.assertEqual(self._after_commit(UserError("No")), ["a", "c"])

    @mute_logger(BATCHES)
    def test_what_a_bug_would_do_after_the_commit(self):
        self.assertEqual(self._after_commit(ZeroDivisionError()), ["a", "c"])

    def test_what_a_method_that_reads_would_do_after_the_commit(self):
        self.assertEqual(self._after_commit(None, readonly=True), [])

    def _after_commit(self, error, **values):
        """Which of the calls a, b and c are kept in mind; b fails with the error."""

        def tried(this, name):
            queue = this.env.cr.postcommit
            queue.add(lambda: None)
            queue.data.setdefault("test", []).append(name)
            if name == "b" and error:
                raise error

        self.method(tried, **values)
        steps = [{**self.call(), "data": {"args": [name]}} for name in "abc"]
        body = {"mode": "partial", "operations": steps}
        queue = self.env.cr.postcommit
        before = len(queue)
        caller = Caller("key", self.user.id, self.client.id)
        sent = received(self.root, "POST", "batch", body=body)
        perform(self.env, sent, self.api.id, caller)
        kept = queue.data.pop("test", [])
        self.assertEqual(len(queue), before + len(kept))
        return kept

    def test_what_odoo_keeps_between_requests(self):
        precision = self.env["decimal.precision"].create({"name": "Test", "digits": 2})
        error = UserError("No")

        def tried(this):
            precisions = this.env["decimal.precision"].sudo()
            precisions.browse(precision.id).digits = 5
            assert precisions.precision_get("Test") == 5
            raise error

        self.method(tried)
        steps = (self.creation("A"), self.call(), self.creation("B"))
        self.assertEqual(self.statuses(*steps), [201, 422, 201])
        self.assertEqual(precision.digits, 2)
        self.assertEqual(self.env["decimal.precision"].precision_get("Test"), 2)

    def test_a_dry_run_of_code_that_connects(self):
        self.method(lambda this: socket.create_connection(("127.0.0.1", 9)))
        dry = {"Prefer": "tx=rollback"}
        alone = self.rest.post(f"{P}/call/tried", headers=dry)
        (found,) = self.done(self.call(), mode="partial", status=207, headers=dry)
        self.assertEqual(found["status"], alone.status_code)
        self.assertEqual(found["error"]["code"], alone.json()["code"])


@tagged("post_install", "-at_install")
class TestReplays(MethodCase):
    def test_a_replay_is_not_for_those_who_may_no_longer_do_it(self):
        client, key = self.make_client(self.user)
        scope = self.make_scope(client, P, can_create=True)
        sent = [self.creation("A"), self.creation("G", CATEGORY)]
        headers = {"Idempotency-Key": "r1"}
        options = {"mode": "partial", "key": key, "headers": headers}
        first, again = self.send(*sent, **options), self.send(*sent, **options)
        # what has failed then does not matter
        statuses = [each["status"] for each in self.data(first, 207)]
        self.assertEqual(statuses, [201, 404])
        self.assertEqual(again.headers["Idempotent-Replayed"], "true")
        scope.can_create = False
        answer = self.send(*sent, **options)
        self.assert_problem(answer, 403, "policy.scope", "#/operations/0")
        scope.can_create = True
        self.resource(P).active = False
        self.assert_problem(self.send(*sent, **options), 404, "record.not_found")
        self.assertEqual(self.names("A"), ["A"])


@tagged("post_install", "-at_install")
class TestAlone(MethodCase):
    """An operation has the response that it has alone."""

    def test_each_operation(self):
        self.method(lambda this: [this.ids, {"a": 1}], on_records=True)
        client, blind = self.make_client(self.user)
        rights = ("create", "update", "delete", "archive", "restore")
        scope = {f"can_{right}": True for right in rights}
        self.make_scope(client, P, can_read=False, **scope)
        for key in (self.key, blind):
            for headers in (PLAIN, MINIMAL):
                for case in self._cases():
                    with self.subTest(case=case, headers=headers, blind=key == blind):
                        self._compare(*case, headers=headers, key=key)

    def _cases(self):
        """``(method, path, body, operation)``"""
        tag = self.env[CATEGORY].create({"name": "T"})
        names = {"name": "N", "category_id": [{"id": tag.id}]}
        fields = "name,category_id"
        creates = [{"name": "N"}, [names, names], {"name": "N", "nme": 1}, [], 5]
        updates = [{"city": "G"}, {"country_id": 99999}, {"name": None}, {"color": "x"}]
        yield from (("POST", "", data, {"op": "create"}) for data in creates)
        step = {"op": "create", "query": {"fields": fields}}
        yield "POST", f"?fields={fields}", names, step
        yield from (("PATCH", "/{}", data, {"op": "update"}) for data in updates)
        step = {"op": "update", "query": {"fields": "nme"}}
        yield "PATCH", "/{}?fields=nme", {}, step
        yield "DELETE", "/{}", None, {"op": "delete"}
        yield "DELETE", "/{}?force=1", None, {"op": "delete", "query": {"force": True}}
        yield "POST", "/{}/archive", None, {"op": "archive"}
        yield "POST", "/{}/restore", None, {"op": "restore"}
        call = {"op": "call", "method": "tried"}
        yield "POST", "/{}/call/tried", None, call
        yield "POST", "/{}/call/tried", {"args": [1]}, call
        yield "POST", "/{}/call/other", None, {**call, "method": "other"}

    def _compare(self, method, path, body, step, **options):
        one, other = self.env[P].create([{"name": "Same"}, {"name": "Same"}]).ids
        url = P + path.format(one)
        alone = self.rest.ask(method, url, json_body=body, **options)
        step = {**step, "model": P, **({"id": other} if "{}" in path else {})}
        step |= {} if body is None else {"data": body}
        (entry,) = self.done(step, mode="partial", status=207, **options)
        self.assertEqual(entry["status"], alone.status_code, alone.text)
        if not alone.content:
            self.assertNotIn("data", entry)
            return
        found = entry.get("error") or {n: entry.get(n) for n in ("data", "meta")}
        expected = _plain(json.loads(alone.text.replace(str(one), "0")))
        found = _plain(json.loads(json.dumps(found).replace(str(other), "0")))
        for name in ("data", "meta", "code", "errors"):
            if name in expected:
                self.assertEqual(found[name], expected[name])


def _plain(value):
    """JSON without what differs from record to record, and from place to place."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    own = ("id", "create_date", "write_date", "commercial_partner_id", "pointer")
    own = (*own, "parameter")
    return {name: _plain(each) for name, each in value.items() if name not in own}
