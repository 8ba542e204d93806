"""What the change feed tells to whom: rights hold at the time of reading."""

from odoo.tests import new_test_user, tagged

from .changes_case import ChangesCase, P

CATEGORY = "res.partner.category"
HERE = "[('country_id.code', '=', 'BE')]"


@tagged("post_install", "-at_install")
class TestChangesOfFields(ChangesCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env[P].create({"name": "Ada"})

    def rule(self, mode, *names, access="read"):
        fields = self.env["ir.model.fields"].search(
            [("model", "=", P), ("name", "in", names)]
        )
        values = {"mode": mode, "access": access, "field_ids": fields.ids}
        self.env["rest.field.rule"].create(
            {"resource_id": self.resource(P).id, **values}
        )

    def test_only_readable_fields_are_named(self):
        self.rule("block", "city")
        self.add(self.partner, "update", ["name", "city", "no_such_field"])
        (row,) = self.changes()
        self.assertEqual(row["fields"], ["name"])

    def test_a_change_of_unreadable_fields_alone_is_not_told(self):
        self.rule("block", "city")
        self.add(self.partner, "update", ["city"])
        self.assertEqual(self.changes(), [])

    def test_who_may_not_see_active_is_not_told_of_an_archive(self):
        self.rule("block", "active")
        self.add(self.partner, "archive", ["active"])
        self.assertEqual(self.changes(), [])
        self.add(self.partner, "restore", ["active", "name"])
        (row,) = self.changes()
        self.assertEqual((row["operation"], row["fields"]), ("update", ["name"]))

    def test_a_mask_of_active_is_not_told_by_the_operation(self):
        self.rule("mask", "active")
        self.add(self.partner, "archive", ["active"])
        (row,) = self.changes()
        self.assertEqual((row["operation"], row["fields"]), ("update", ["active"]))

    def test_a_hidden_field_that_brings_a_record_into_reach_is_told_by_that(self):
        self.rule("block", "ref")
        self.resource(P).domain = "[('ref', '=', 'shown')]"
        self.partner.ref = "shown"
        self.env.flush_all()
        self.add(self.partner, "update", ["ref"], old={"ref": None})
        (row,) = self.changes(include="record")
        self.assertEqual((row["operation"], row["fields"]), ("update", []))
        self.assertEqual(row["record"]["id"], self.partner.id)
        # one more change that leaves it there
        self.add(self.partner, "update", ["city", "ref"], old={"ref": "shown"})
        self.assertEqual([r["fields"] for r in self.changes()], [[], ["city"]])


@tagged("post_install", "-at_install")
class TestChangesOfRecords(ChangesCase):
    def setUp(self):
        super().setUp()
        self.resource(P).domain = "[('color', '=', 1)]"

    def partner(self, color):
        found = self.env[P].create({"name": "Ada", "color": color})
        self.env.flush_all()
        return found

    def told(self, **params):
        return [row["operation"] for row in self.changes(**params)]

    def test_what_left_the_domain_is_told_as_deleted(self):
        partner = self.partner(color=2)
        self.add(partner, "update", ["name"], old={"name": "Bob"})
        self.add(partner, "update", ["color", "name"], old={"color": 1})
        self.add(partner, "update", ["name"], old={"name": "Cy"})
        rows = self.changes(include="record")
        told = [(row["operation"], row["fields"], row["record"]) for row in rows]
        self.assertEqual(told, [("update", ["name"], None), ("delete", [], None)])

    def test_what_came_into_the_domain_is_told(self):
        partner = self.partner(color=1)
        self.add(partner, "update", ["color"], old={"color": 2})
        self.assertEqual(self.told(), ["update"])

    def test_what_was_never_in_the_domain_is_not_told(self):
        partner = self.partner(color=3)
        self.add(partner, "create")
        self.add(partner, "update", ["name"], old={"name": "Bob"})
        self.add(partner, "update", ["color"], old={"color": 2})
        self.assertEqual(self.told(), [])

    def test_a_deletion_of_what_was_never_in_the_domain_is_not_told(self):
        self.add(99_999_901, "create")
        self.add(99_999_901, "delete", old={"color": 2, "company_id": None})
        self.add(99_999_902, "create")
        self.add(99_999_902, "delete", old={"color": 1, "company_id": None})
        rows = [(row["id"] - 99_999_900, row["operation"]) for row in self.changes()]
        self.assertEqual(rows, [(2, "create"), (2, "delete")])

    def test_what_left_before_it_was_deleted_has_one_tombstone(self):
        self.add(99_999_903, "create")
        self.add(99_999_903, "update", ["color"], old={"color": 1})
        self.add(99_999_903, "delete", old={"color": 2, "company_id": None})
        self.assertEqual(self.told(), ["create", "delete"])

    def test_where_old_values_do_not_tell_only_the_deletion_is_told(self):
        self.resource(P).domain = "[('category_id.name', '=', 'A')]"
        partner = self.partner(color=1)
        self.add(partner, "create")
        self.add(partner, "update", ["name"], old={"name": "Bob"})
        self.add(partner, "update", ["category_id"])
        self.add(99_999_904, "create")
        self.add(99_999_904, "delete", old={"color": 1})
        told = [(row["id"], row["operation"], row["fields"]) for row in self.changes()]
        expected = [(partner.id, "delete", []), (99_999_904, "delete", [])]
        self.assertEqual(told, expected)

    def test_a_scope_narrows_the_feed(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, P, can_read=True, domain="[('ref', '=', 'x')]")
        shown, hidden = self.partner(color=1), self.partner(color=1)
        shown.ref = "x"
        for partner in (shown, hidden):
            self.add(partner, "update", ["name"])
        self.assertEqual([row["id"] for row in self.changes(key=key)], [shown.id])

    def test_record_rules_hold(self):
        partner = self.partner(color=1)
        self.add(partner, "update", ["name"])
        model = self.env["ir.model"]._get(P)
        self.env["ir.rule"].create(
            {"name": "r", "model_id": model.id, "domain_force": "[('ref', '=', 'x')]"}
        )
        self.assertEqual(self.told(), [])
        self.add(partner, "update", ["ref"], old={"ref": "x"})
        self.assertEqual(self.told(), ["update", "delete"])

    def test_companies_hold(self):
        self.resource(P).domain = False
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.env[P].create({"name": "Ada", "company_id": other.id})
        self.env.flush_all()
        self.add(partner, "create")
        self.add(partner, "update", ["name"], old={"name": "Bob"})
        self.add(
            99_999_905, "delete", old={"company_id": other.id, "partner_share": True}
        )
        self.assertEqual(self.told(), [])
        self.user.company_ids |= other
        self.assertEqual(self.told(), ["create", "update", "delete"])

    def test_too_many_changes_of_a_record_are_not_followed(self):
        partner = self.partner(color=2)
        self.add(partner, "update", ["color"], old={"color": 3})
        self.add(partner, "update", ["name"], old={"name": "Bob"})
        self.patch(self.env.registry["rest.change.rows"], "_steps", lambda *_: None)
        self.assertEqual(self.told(), ["delete"])


@tagged("post_install", "-at_install")
class TestChangesOfOthers(ChangesCase):
    def origin(self, **values):
        partner = self.env[P].create({"name": "Ada"})
        self.add(partner, "update", ["name"], **values)
        return self.changes()[-1]["origin"]

    def by_client(self, client, **values):
        return self.origin(origin_type="client", client_id=client.id, **values)

    def test_a_client_is_named(self):
        told = self.by_client(self.client, request_id="r1")
        expected = {"type": "client", "id": self.client.id, "name": self.client.name}
        self.assertEqual(told, {**expected, "request_id": "r1"})

    def test_clients_of_other_apis_and_deleted_ones_have_no_name(self):
        other, _key = self.make_client(self.user)
        expected = {"type": "client", "id": other.id, "name": None}
        self.assertEqual(self.by_client(other), expected)
        self.make_scope(other, P)
        self.assertEqual(self.by_client(other)["name"], other.name)
        other.unlink()
        self.assertIsNone(self.by_client(other)["name"])

    def test_other_origins_have_a_type_alone(self):
        for origin in ("user", "cron", "import", "webhook"):
            told = self.origin(origin_type=origin, user_id=self.user.id)
            self.assertEqual(told, {"type": origin})

    def test_a_client_does_not_hear_its_own_echo(self):
        other, _key = self.make_client(self.user, all_resources=True)
        partner = self.env[P].create({"name": "Ada"})
        for values in (
            {"origin_type": "client", "client_id": self.client.id},
            {"origin_type": "client", "client_id": other.id},
            {"origin_type": "import", "client_id": self.client.id},
            {"origin_type": "cron"},
            {"origin_type": "user", "user_id": self.user.id},
        ):
            self.add(partner, "update", ["name"], **values)

        def types(excluded):
            rows = self.changes(exclude_origin=excluded)
            return [row["origin"]["type"] for row in rows]

        self.assertEqual(types("self"), ["client", "cron", "user"])
        self.assertEqual(types("cron,import"), ["client", "client", "user"])
        everything = "self,user,cron,import,webhook"
        self.assertEqual(types(everything), ["client"])

    def test_a_session_does_not_hear_the_echo_of_its_user(self):
        partner = self.env[P].create({"name": "Ada"})
        other = new_test_user(self.env, "other_user", "base.group_user")
        for user in (self.user, other):
            self.add(partner, "update", ["name"], user_id=user.id)
        self.authenticate("rest_user", "rest_user")
        response = self.rest.get(
            f"{P}/changes", params={"exclude_origin": "self"}, key=False
        )
        self.assertEqual(len(self.data(response)), 1)


@tagged("post_install", "-at_install")
class TestAttacksOnChanges(ChangesCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env[P].create({"name": "Ada"})
        self.add(self.partner, "update", ["name"])
        self.cursor = self.changes()[0]["cursor"]

    def refused(self, since, path=f"{P}/changes", **options):
        params = {"since": since, **options.pop("params", {})}
        response = self.rest.get(path, params=params, **options)
        return self.assert_problem(response, 400, "query.cursor", "since")

    def test_forged_cursors_are_refused(self):
        for number in range(0, len(self.cursor), 7):
            other = "A" if self.cursor[number] != "A" else "B"
            forged = self.cursor[:number] + other + self.cursor[number + 1 :]
            self.refused(forged)
        for forged in (
            self.cursor + "A",
            self.cursor[:-4],
            self.cursor + "=",
            "A" * 96,
        ):
            self.refused(forged)

    def test_cursors_of_lists_are_refused(self):
        self.env[P].create({"name": "Bob"})
        params = {"cursor": "", "limit": 1, "sort": "name"}
        following = self.rest.get(P, params=params).json()["meta"]["next_cursor"]
        self.refused(following)

    def test_cursors_of_others_are_refused(self):
        _client, key = self.make_client(self.user, all_resources=True)
        self.refused(self.cursor, key=key)
        self.refused(self.cursor, "res.country/changes")
        self.refused(self.cursor, "changes", params={"models": f"{P},res.country"})
        self.refused(self.cursor, "changes")
        other = self.env["res.company"].create({"name": "Other"})
        self.user.company_ids |= other
        self.refused(self.cursor, headers={"X-Company-Id": str(other.id)})

    def test_a_model_that_may_not_be_read_is_unknown(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, P, can_read=True)
        self.expose("res.users", sensitive=True)
        portal = new_test_user(self.env, "feed_portal", "base.group_portal")
        _client, portals = self.make_client(portal, all_resources=True)
        self.expose("res.partner.industry")
        problems = [
            self.unknown("zz.unknown"),
            self.unknown("res.country", key),
            self.unknown("res.users", key),
            self.unknown("res.bank"),
            self.unknown("res.partner.industry", portals),
        ]
        told = {p["detail"].replace(p["asked"], "?") for p in problems}
        self.assertEqual(len(told), 1)

    def unknown(self, model, key=None):
        response = self.rest.get("changes", params={"models": model}, key=key)
        problem = self.assert_problem(response, 404, "record.not_found", "models")
        return {**problem, "asked": model}

    def test_without_models_only_readable_ones_are_told(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, "res.country", can_read=True)
        self.add(self.env.ref("base.be"), "update", ["name"])
        rows = self.rest.get("changes", key=key).json()["data"]
        self.assertEqual([row["model"] for row in rows], ["res.country"])

    def test_shapes_of_records_go_through_the_resolver(self):
        for name in ("password", "zz_unknown", "country_id.zz"):
            params = {"include": "record", "fields": name}
            response = self.rest.get(f"{P}/changes", params=params)
            self.assert_problem(response, 400, "query.field", "fields")

    def test_old_values_and_users_are_in_no_response(self):
        self.add(self.partner, "update", ["name"], old={"name": "Secret"})
        self.add(99_999_999, "delete", old={"name": "Secret"}, user_id=987_654)
        response = self.rest.get(f"{P}/changes", params={"include": "record"})
        self.assertNotIn("Secret", response.text)
        self.assertNotIn("987654", response.text)

    def test_a_head_tells_no_more_than_a_get(self):
        response = self.rest.ask("HEAD", f"{P}/changes")
        self.assertEqual((response.status_code, response.content), (200, b""))
