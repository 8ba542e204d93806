"""``POST <model>/upsert``: change what a key finds, else create it."""

from odoo.tests import tagged

from .test_external_ids import ExternalIdCase

P = "res.partner"
UPSERT = f"{P}/upsert"


class UpsertCase(ExternalIdCase):
    def upsert(self, by, data, path=UPSERT, **options):
        return self.rest.post(path, {"key": by, "data": data}, **options)

    def several(self, *pairs, path=UPSERT, **options):
        body = [{"key": key, "data": data} for key, data in pairs]
        return self.rest.post(path, body, **options)

    def of_ref(self, ref):
        return self.env[P].with_context(active_test=False).search([("ref", "=", ref)])


@tagged("post_install", "-at_install")
class TestUpserts(UpsertCase):
    def test_a_field_without_match_creates(self):
        answer = self.upsert({"ref": "C001"}, {"name": "Azure"})
        made = self.data(answer, 201)
        self.assertEqual((made["ref"], made["name"]), ("C001", "Azure"))
        self.assertTrue(answer.headers["Location"].endswith(f"/{P}/{made['id']}"))
        self.assertEqual(self.of_ref("C001").id, made["id"])

    def test_a_field_with_one_match_updates(self):
        self.partner.ref = "C001"
        answer = self.upsert({"ref": "C001"}, {"city": "Ghent"})
        self.assertEqual(self.data(answer)["id"], self.partner.id)
        self.assertEqual(self.partner.city, "Ghent")
        self.assertNotIn("Location", answer.headers)
        self.assertTrue(answer.headers["ETag"])

    def test_an_external_id_stays_with_the_record(self):
        key = {"external_id": "crm.p1"}
        made = self.data(
            self.upsert(key, {"name": "One"}, f"{UPSERT}?fields=name"), 201
        )
        again = self.upsert(key, {"name": "Two"}, f"{UPSERT}?fields=name,external_id")
        shown = {"id": made["id"], "name": "Two", "external_id": "crm.p1"}
        self.assertEqual(self.data(again), shown)

    def test_several_fields_must_all_match(self):
        belgium, france = self.env.ref("base.be"), self.env.ref("base.fr")
        self.partner.write({"ref": "C1", "country_id": belgium.id})
        for country in (belgium.id, {"id": belgium.id}, {"code": "BE"}):
            key = {"ref": "C1", "country_id": country}
            found = self.data(self.upsert(key, {"city": "Ghent"}))
            self.assertEqual(found["id"], self.partner.id)
        key = {"ref": "C1", "country_id": {"code": "FR"}}
        made = self.data(self.upsert(key, {"name": "F"}), 201)
        self.assertEqual(made["country_id"]["id"], france.id)

    def test_archived_records_are_found_and_stay_archived(self):
        self.partner.write({"ref": "C1", "active": False})
        self.data(self.upsert({"ref": "C1"}, {"city": "Ghent"}))
        self.assertEqual((self.partner.city, self.partner.active), ("Ghent", False))
        self.data(self.upsert({"ref": "C1"}, {"active": True}))
        self.assertTrue(self.partner.active)

    def test_of_an_archived_and_another_record_the_other_is_meant(self):
        self.env[P].create({"name": "Old", "ref": "C1", "active": False})
        self.partner.ref = "C1"
        found = self.data(self.upsert({"ref": "C1"}, {"city": "Ghent"}))
        self.assertEqual(found["id"], self.partner.id)

    def test_several_matches_are_a_conflict(self):
        self.env[P].create([{"name": "A", "ref": "C1"}, {"name": "B", "ref": "C1"}])
        answer = self.upsert({"ref": "C1"}, {"city": "Ghent"})
        self.assert_problem(answer, 409, "record.duplicate", "#/key/ref")
        answer = self.several(({"ref": "C2"}, {"name": "N"}), ({"ref": "C1"}, {}))
        self.assert_problem(answer, 409, "record.duplicate", "#/1/key/ref")
        self.assertFalse(self.of_ref("C2"))

    def test_an_external_id_of_a_module_finds_its_record(self):
        company = self.env.ref("base.main_partner")
        key = {"external_id": "base.main_partner"}
        found = self.data(self.upsert(key, {"city": "Ghent"}))
        self.assertEqual(found["id"], company.id)
        self.assertEqual(self.rows(company), ["base.main_partner"])

    def test_an_external_id_of_another_client_is_none(self):
        self.named("p1", module=f"__rest__{self.other.namespace}")
        made = self.data(self.upsert({"external_id": "p1"}, {"name": "N"}), 201)
        self.assertNotEqual(made["id"], self.partner.id)

    def test_a_list_tells_what_became_of_its_items(self):
        self.partner.ref = "C1"
        answer = self.several(
            ({"ref": "C0"}, {"name": "New"}),
            ({"ref": "C1"}, {"name": "Known"}),
            ({"external_id": "c2"}, {"name": "Newer"}),
        )
        rows, meta = self.data(answer), answer.json()["meta"]
        self.assertEqual([r["name"] for r in rows], ["New", "Known", "Newer"])
        created = [rows[0]["id"], rows[2]["id"]]
        expected = {"count": 3, "created": created, "updated": [self.partner.id]}
        self.assertEqual(meta, expected)
        answer = self.several(({"ref": "C9"}, {"name": "N"}))
        (row,) = self.data(answer, 201)
        self.assertEqual(answer.json()["meta"]["created"], [row["id"]])

    def test_a_list_takes_few_statements(self):
        known = [{"name": f"K{n}", "ref": f"R{n}"} for n in range(50)]
        self.env[P].create(known)

        def pairs(count):
            return [({"ref": f"R{n}"}, {"city": "Ghent"}) for n in range(count)] + [
                ({"ref": f"N{count}-{n}"}, {"name": "N"}) for n in range(count)
            ]

        self.several(*pairs(1))
        counts = []
        for count in (2, 50):
            before = self.env.cr.sql_log_count
            self.data(self.several(*pairs(count)))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] * 2)

    def test_preferences(self):
        minimal = {"Prefer": "return=minimal"}
        answer = self.upsert({"ref": "C1"}, {"name": "N"}, headers=minimal)
        self.assertEqual((answer.status_code, answer.content), (201, b""))
        answer = self.upsert({"ref": "C1"}, {"name": "M"}, headers=minimal)
        self.assertEqual(answer.status_code, 204)
        self.upsert({"ref": "C2"}, {"name": "N"}, headers={"Prefer": "tx=rollback"})
        self.assertFalse(self.of_ref("C2"))

    def test_both_kinds_share_one_limit(self):
        self.partner.ref = "C1"
        pairs = (({"ref": "C1"}, {}), ({"ref": "C2"}, {"name": "N"}))
        answer = self.several(*pairs, headers={"Prefer": "max-affected=1"})
        self.assert_problem(answer, 400, "policy.max_affected")
        self.data(self.several(*pairs, headers={"Prefer": "max-affected=2"}))
        self.api.max_records = 2
        lines = {"name": "N", "child_ids": [{"name": "C"}]}
        answer = self.several(({"ref": "C1"}, {}), ({"ref": "C3"}, lines))
        self.assert_problem(answer, 413, "body.too_large")

    def test_defaults_of_the_resource_fill_new_records_only(self):
        self.resource(P).create_defaults = '{"city": "Ghent", "ref": "D"}'
        made = self.data(self.upsert({"ref": "C1"}, {"name": "N"}), 201)
        self.assertEqual((made["city"], made["ref"]), ("Ghent", "C1"))
        self.partner.ref = "C2"
        self.data(self.upsert({"ref": "C2"}, {"name": "K"}))
        self.assertFalse(self.partner.city)

    def test_a_model_may_inherit_another_ones_fields(self):
        self.expose("res.users", sensitive=True)
        admin = self.env.ref("base.user_admin")
        client, key = self.make_client(admin, all_resources=True)
        sent = {"path": "res.users/upsert", "key": key}
        made = self.data(self.upsert({"login": "jane"}, {"name": "J"}, **sent), 201)
        for by in ({"login": "jane"}, {"name": "J"}):
            again = self.data(self.upsert(by, {"city": "Ghent"}, **sent))
            self.assertEqual(again["id"], made["id"])
        self.data(self.upsert({"login": "jane"}, {"external_id": "j"}, **sent))
        user = self.env["res.users"].browse(made["id"])
        self.assertEqual(self.rows(user), [f"__rest__client_{client.id}.j"])
        self.assertEqual(self.rows(user.partner_id), [])


@tagged("post_install", "-at_install")
class TestConditionsOfUpserts(UpsertCase):
    def test_a_tag_is_that_of_the_record(self):
        self.partner.ref = "C1"
        tag = self.rest.get(self.path).headers["ETag"]
        wrong = {"If-Match": '"0-0"'}
        answer = self.upsert({"ref": "C1"}, {"city": "Ghent"}, headers=wrong)
        self.assert_problem(answer, 412, "record.precondition")
        headers = {"If-Match": tag}
        self.data(self.upsert({"ref": "C1"}, {"city": "Ghent"}, headers=headers))

    def test_create_only_and_update_only(self):
        create, update = {"If-None-Match": "*"}, {"If-Match": "*"}
        answer = self.upsert({"ref": "C1"}, {"name": "N"}, headers=update)
        self.assert_problem(answer, 412, "record.precondition")
        self.data(self.upsert({"ref": "C1"}, {"name": "N"}, headers=create), 201)
        answer = self.upsert({"ref": "C1"}, {"name": "N"}, headers=create)
        self.assert_problem(answer, 412, "record.precondition")
        self.data(self.upsert({"ref": "C1"}, {"name": "M"}, headers=update))

    def test_a_resource_may_demand_a_tag_for_known_records(self):
        self.resource(P).etag_required = True
        self.data(self.upsert({"ref": "C1"}, {"name": "N"}), 201)
        answer = self.upsert({"ref": "C1"}, {"name": "N"})
        self.assert_problem(answer, 428, "record.precondition_required")


@tagged("post_install", "-at_install")
class TestWrongUpserts(UpsertCase):
    def refused(self, key, place, code="body.value", status=422, data=None):
        data = {"name": "N"} if data is None else data
        return self.assert_problem(self.upsert(key, data), status, code, place)

    def test_keys_that_name_nothing(self):
        for key in (None, [], {}, "C1", 3):
            self.refused(key, "#/key")
        for key in ({"ref": ""}, {"ref": None}, {"ref": 3}, {"color": "x"}):
            (name,) = key
            self.refused(key, f"#/key/{name}")
        self.refused({"country_id": None}, "#/key/country_id")
        self.refused({"external_id": None}, "#/key/external_id")
        self.refused({"external_id": "a b"}, "#/key/external_id")
        self.refused({"external_id": "a", "ref": "b"}, "#/key")
        self.refused({"partner_latitude": 1.5}, "#/key/partner_latitude")

    def test_unknown_and_forbidden_key_fields_look_the_same(self):
        self.block(P, "ref")
        unknown = self.refused({"reff": "C1"}, "#/key/reff", "body.field")
        hidden = self.refused({"ref": "C1"}, "#/key/ref", "body.field")
        self.assertEqual(
            unknown["errors"][0]["detail"].replace("reff", "ref").partition(".")[0],
            hidden["errors"][0]["detail"].partition(".")[0],
        )

    def test_a_key_field_that_cannot_be_written_finds_but_does_not_create(self):
        self.block(P, "ref", access="write")
        self.partner.ref = "C1"
        self.data(self.upsert({"ref": "C1"}, {"city": "Ghent"}))
        self.refused({"ref": "C2"}, "#/key/ref", "body.field")

    def test_data_must_not_contradict_the_key(self):
        for ref in ("C1", "C2"):
            self.refused({"ref": ref}, "#/data/ref", data={"name": "N", "ref": "D"})
            self.partner.ref = "C2"
        self.refused(
            {"external_id": "a"}, "#/data/external_id", data={"external_id": "b"}
        )
        data = {"name": "N", "ref": "C3"}
        self.data(self.upsert({"ref": "C3"}, data), 201)

    def test_all_errors_come_at_once(self):
        self.partner.ref = "C1"
        answer = self.rest.post(
            UPSERT,
            [
                {"key": {"ref": "C0"}, "data": {"nme": "A"}},
                {"key": {"ref": "C1"}, "data": {"city": 3}},
                {"key": {"ref": 5}, "data": {"name": 3}},
                {"key": {"ref": "C0"}, "data": {"name": "B"}},
                {"key": {"ref": "C5"}},
                {"key": {"ref": "C6"}, "data": {}, "more": 1},
                7,
            ],
        )
        problem = self.assert_problem(answer, 422, "body.refused")
        self.assertEqual(
            {error["pointer"] for error in problem["errors"]},
            {
                "#/0/data/nme",
                "#/1/data/city",
                "#/2/key/ref",
                "#/2/data/name",
                "#/3/key",
                "#/4/data",
                "#/5",
                "#/6",
            },
        )

    def test_two_keys_of_one_record_are_refused(self):
        self.partner.ref = "C1"
        self.named("p1")
        answer = self.several(({"ref": "C1"}, {}), ({"external_id": "p1"}, {}))
        self.assert_problem(answer, 422, "body.value", "#/1/key")
        belgium = self.env.ref("base.be").id
        answer = self.several(
            ({"ref": "X", "country_id": belgium}, {"name": "A"}),
            ({"ref": "X", "country_id": {"code": "BE"}}, {"name": "A"}),
        )
        self.assert_problem(answer, 422, "body.value", "#/1/key")

    def test_bodies_of_other_forms(self):
        for body in (
            3,
            "x",
            {"name": "A"},
            {"key": {"ref": "C"}, "data": {}, "ids": []},
        ):
            self.assert_problem(self.rest.post(UPSERT, body), 422, "body.value", "#")
        self.assert_problem(self.rest.post(UPSERT, []), 422, "body.value", "#")
        answer = self.rest.post(UPSERT, {"key": {"ref": "C"}, "data": 3})
        self.assert_problem(answer, 422, "body.value", "#/data")

    def test_unknown_records_in_keys(self):
        key = {"ref": "C1", "country_id": {"code": "XX"}}
        self.refused(key, "#/key/country_id", "body.lookup")

    def test_an_error_of_the_database_points_to_the_key(self):
        self.expose("res.country.state")
        admin, key = self.make_client(self.env.ref("base.user_admin"))
        admin.all_resources = True
        self.resource("res.country").domain = "[]"
        country = self.env.ref("base.be").id
        self.env["res.country.state"].create(
            {"name": "Hidden", "code": "HID", "country_id": country}
        )
        self.resource("res.country.state").domain = "[('code', '!=', 'HID')]"
        body = {"key": {"code": "HID", "country_id": country}, "data": {"name": "N"}}
        answer = self.rest.post("res.country.state/upsert", body, key=key)
        self.assertEqual(answer.status_code, 409, answer.text)
        self.assertEqual(answer.json()["code"], "record.duplicate")
        self.assertNotIn("Hidden", answer.text)


@tagged("post_install", "-at_install")
class TestRightsOfUpserts(UpsertCase):
    def setUp(self):
        super().setUp()
        self.partner.ref = "C1"
        self.narrow, self.narrow_key = self.make_client(self.user)

    def test_each_item_needs_its_right(self):
        scope = self.make_scope(self.narrow, P, can_update=True)
        key, wrong = {"key": self.narrow_key}, ("policy.scope", "#/0")
        pairs = (({"ref": "C2"}, {"name": "N"}), ({"ref": "C1"}, {"city": "Ghent"}))
        self.assert_problem(self.several(*pairs, **key), 403, *wrong)
        self.assertFalse(self.partner.city)
        self.data(self.several(pairs[1], **key))
        scope.write({"can_update": False, "can_create": True})
        self.assert_problem(self.several(pairs[1], **key), 403, *wrong)
        self.data(self.several(pairs[0], **key), 201)

    def test_who_may_only_read_learns_nothing(self):
        self.make_scope(self.narrow, P)
        answer = self.upsert({"nme": "C"}, {"x": 1}, key=self.narrow_key)
        self.assert_problem(answer, 403, "policy.scope")

    def test_who_may_not_read_cannot_look_records_up(self):
        self.resource(P).can_read = False
        for by in ({"ref": "C1"}, {"external_id": "a"}):
            answer = self.upsert(by, {"name": "N"})
            self.assert_problem(answer, 422, "body.field", f"#/key/{[*by][0]}")

    def test_a_model_without_access_is_missing(self):
        answer = self.upsert({"name": "C"}, {}, "res.company/upsert")
        self.assert_problem(answer, 404, "record.not_found")
        answer = self.upsert({"name": "C"}, {}, "res.country/upsert")
        self.assert_problem(answer, 403, "policy.forbidden")

    def test_records_out_of_reach_are_not_found(self):
        self.make_scope(
            self.narrow,
            P,
            can_update=True,
            can_create=True,
            domain="[('ref', '!=', 'C1')]",
        )
        answer = self.upsert({"ref": "C1"}, {"name": "N"}, key=self.narrow_key)
        self.assert_problem(answer, 403, "policy.forbidden")
        self.assertEqual(self.of_ref("C1"), self.partner)

    def test_records_of_other_companies_are_not_found(self):
        company = self.env["res.company"].create({"name": "Theirs"})
        self.partner.company_id = company
        made = self.data(self.upsert({"ref": "C1"}, {"name": "N"}), 201)
        self.assertNotEqual(made["id"], self.partner.id)

    def test_an_item_that_cannot_be_named_is_a_conflict(self):
        hidden = self.env[P].create({"name": "H"})
        self.named("p9", hidden)
        self.resource(P).domain = f"[('id', '!=', {hidden.id})]"
        answer = self.upsert({"external_id": "p9"}, {"name": "N"})
        self.assert_problem(answer, 409, "record.duplicate", "#/key/external_id")
        self.assertFalse(self.env[P].search([("name", "=", "N")]))

    def test_the_user_needs_the_access_rights_of_odoo(self):
        group = self.env.ref("base.group_partner_manager")
        self.user.group_ids -= group
        answer = self.upsert({"ref": "C1"}, {"city": "Ghent"})
        self.assert_problem(answer, 403, "policy.forbidden")


@tagged("post_install", "-at_install")
class TestUpsertKeys(UpsertCase):
    def test_only_new_records_leave_a_key_for_a_day(self):
        keys = self.env["rest.upsert.key"]
        self.data(self.upsert({"ref": "C1"}, {"name": "N"}), 201)
        (known,) = keys.search([])
        self.data(self.upsert({"ref": "C1"}, {"name": "M"}))
        self.assertEqual(keys.search([]), known)
        keys._delete_old()
        self.assertTrue(known.exists())
        self.env.cr.execute("UPDATE rest_upsert_key SET date = '2020-01-01'")
        keys._delete_old()
        self.env.invalidate_all()
        self.assertFalse(known.exists())


@tagged("post_install", "-at_install")
class TestUpsertsInBatches(UpsertCase):
    def batch(self, *operations, **members):
        operations = [{"op": "upsert", "model": P, **each} for each in operations]
        return self.rest.post("batch", {"operations": operations, **members})

    def test_each_has_its_status(self):
        self.partner.ref = "C1"
        answer = self.batch(
            {"key": {"ref": "C1"}, "data": {"city": "Ghent"}},
            {"key": {"external_id": "c2"}, "data": {"name": "N"}, "as": "two"},
            {"key": {"ref": "C3"}, "data": {"name": "O", "parent_id": {"$ref": "two"}}},
        )
        known, two, three = self.data(answer)
        statuses = [each["status"] for each in (known, two, three)]
        self.assertEqual(statuses, [200, 201, 201])
        self.assertEqual(self.of_ref("C3").parent_id.id, two["id"])

    def test_errors_lead_into_the_whole_body(self):
        answer = self.batch(
            {"key": {"ref": "C1"}, "data": {"name": "N"}},
            {"key": {"reff": "C2"}, "data": {"nme": "N"}},
        )
        for pointer in ("/key/reff", "/data/nme"):
            place = f"#/operations/1{pointer}"
            self.assert_problem(answer, 422, "body.field", place)
        self.assertFalse(self.of_ref("C1"))

    def test_rights_are_those_of_each(self):
        self.partner.ref = "C1"
        client, key = self.make_client(self.user)
        self.make_scope(client, P, can_update=True)
        operations = [
            {"op": "upsert", "model": P, "key": {"ref": ref}, "data": {"name": "N"}}
            for ref in ("C1", "C2")
        ]
        body = {"operations": operations, "mode": "partial"}
        answer = self.rest.post("batch", body, key=key)
        statuses = [each["status"] for each in self.data(answer, 207)]
        self.assertEqual(statuses, [200, 403])
