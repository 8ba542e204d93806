"""One record, several by id, metadata, context and conditions of a read."""

from odoo.tests import new_test_user, tagged

from .common import RestCase

P = "res.partner"
DESCRIBED = {
    "type",
    "string",
    "help",
    "required",
    "readonly",
    "selection",
    "relation",
    "writable",
    "filterable",
    "sortable",
    "groupable",
    "aggregates",
    "masked",
    "expandable",
}


@tagged("post_install", "-at_install")
class TestReading(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env[P].create({"name": "Azure", "ref": "A1"})
        cls.path = f"{P}/{cls.partner.id}"

    # --- one record ----------------------------------------------------------

    def test_a_record_comes_with_its_plain_fields(self):
        found = self.data(self.rest.get(self.path))
        self.assertEqual(found["id"], self.partner.id)
        self.assertEqual(found["display_name"], "Azure")
        for name in ("child_ids", "image_1920", "contact_address", "write_uid.login"):
            self.assertNotIn(name, found)
        fields = self.partner._fields
        self.assertFalse(
            [n for n in found if not (fields[n].store or n == "display_name")]
        )

    def test_only_the_fields_that_are_asked_for_come_and_the_id(self):
        found = self.data(self.rest.get(self.path, params={"fields": "ref,name"}))
        self.assertEqual(list(found), ["id", "ref", "name"])

    def test_a_star_is_all_but_files(self):
        found = self.data(self.rest.get(self.path, params={"fields": "*"}))
        self.assertIn("child_ids", found)
        self.assertIn("contact_address", found)
        self.assertNotIn("image_128", found)

    def test_fields_can_be_left_out(self):
        plain = self.data(self.rest.get(self.path))
        params = {"exclude_fields": "name,ref"}
        found = self.data(self.rest.get(self.path, params=params))
        self.assertEqual(plain.keys() - found.keys(), {"name", "ref"})

    def test_a_slash_at_the_end_does_not_matter(self):
        self.assertEqual(
            self.data(self.rest.get(f"{self.path}/"))["id"], self.partner.id
        )

    def test_head_is_get_without_a_body(self):
        get = self.rest.get(self.path)
        head = self.rest.ask("HEAD", self.path)
        self.assertEqual((head.status_code, head.content), (200, b""))
        for name in ("ETag", "Content-Type", "Cache-Control", "Vary"):
            self.assertEqual(head.headers[name], get.headers[name], name)

    # --- several by id -------------------------------------------------------

    def test_bulk_keeps_the_order_and_names_what_is_missing(self):
        one, two = self.partner.id, self.user.partner_id.id
        gone = 2**31 - 1
        ids = [two, gone, one]
        for answer in (
            self.rest.get(
                f"{P}/bulk", params={"ids": ",".join(map(str, ids)), "fields": "name"}
            ),
            self.rest.post(f"{P}/bulk", {"ids": ids, "fields": ["name"]}),
            self.rest.get(f"{P}/{two},{gone},{one}", params={"fields": "name"}),
        ):
            body = answer.json()
            self.assertEqual([row["id"] for row in body["data"]], [two, one])
            self.assertEqual(body["meta"], {"count": 2, "missing": [gone]})

    def test_bulk_names_each_record_once(self):
        ids = f"{self.partner.id},{self.partner.id}"
        body = self.rest.get(f"{P}/bulk", params={"ids": ids}).json()
        self.assertEqual(body["meta"]["count"], 1)

    # --- metadata ------------------------------------------------------------

    def test_fields_are_described(self):
        found = self.data(self.rest.get(f"{P}/fields"))
        self.assertEqual(set(found["name"]), DESCRIBED)
        self.assertEqual(found["country_id"]["relation"], "res.country")
        self.assertIn(["contact", "Contact"], found["type"]["selection"])
        self.assertIs(found["name"]["writable"], True)
        self.assertIs(found["create_date"]["writable"], False)
        params = {"fields": "name,ref"}
        some = self.data(self.rest.get(f"{P}/fields", params=params))
        self.assertEqual(some, {name: found[name] for name in ("name", "ref")})
        every = self.data(self.rest.get(f"{P}/fields", params={"fields": "*"}))
        self.assertEqual(every, found)

    def test_fields_tell_what_they_can_be_used_for(self):
        uses = {
            "name": {"filterable", "sortable"},
            "country_id": {"filterable", "sortable", "expandable"},
            "user_id": {"filterable"},  # of a model that is no resource
            "child_ids": {"filterable", "expandable"},
            "email_formatted": set(),  # computed, not stored
        }
        found = self.data(self.rest.get(f"{P}/fields"))
        for name, wanted in uses.items():
            told = {
                u for u in ("filterable", "sortable", "expandable") if found[name][u]
            }
            self.assertEqual(told, wanted, name)
            for use, parameter in (("sortable", "sort"), ("expandable", "expand")):
                answer = self.rest.get(P, params={parameter: name, "limit": 1})
                self.assertEqual(answer.ok, use in wanted, answer.text)

    def test_fields_that_a_scope_blocks_are_not_described(self):
        client, key = self.make_client(self.user)
        scope = self.make_scope(client, P)
        ref = self.env["ir.model.fields"]._get(P, "ref")
        self.env["rest.field.rule"].create(
            {"scope_id": scope.id, "mode": "block", "field_ids": [(6, 0, ref.ids)]}
        )
        found = self.data(self.rest.get(f"{P}/fields", key=key))
        self.assertNotIn("ref", found)
        self.assertIs(found["name"]["writable"], False)

    def test_labels_are_in_the_language_of_the_request(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        field = self.env["ir.model.fields"]._get(P, "ref").with_context(lang="fr_FR")
        field.field_description = "Référence"
        found = self.data(self.rest.get(f"{P}/fields", params={"lang": "fr_FR"}))
        self.assertEqual(found["ref"]["string"], "Référence")

    # --- language ------------------------------------------------------------

    def test_translations_follow_parameter_and_header(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        country = self.env.ref("base.de")
        country.with_context(lang="fr_FR").name = "Allemagne"
        path = f"res.country/{country.id}"
        params = {"fields": "name"}
        for options in (
            {"params": {**params, "lang": "fr_FR"}},
            {"params": {**params, "lang": "fr"}},
            {"params": params, "headers": {"Accept-Language": "fr-CA, en;q=0.5"}},
        ):
            self.assertEqual(
                self.data(self.rest.get(path, **options))["name"], "Allemagne"
            )
        options = {"headers": {"Accept-Language": "xx, *;q=0.1"}, "params": params}
        self.assertEqual(self.data(self.rest.get(path, **options))["name"], "Germany")

    # --- companies -----------------------------------------------------------

    def test_records_of_another_company_come_only_with_it(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.user.company_ids += company
        hidden = self.env[P].create({"name": "Theirs", "company_id": company.id})
        path = f"{P}/{hidden.id}?fields=name"
        self.assertEqual(self.rest.get(path).status_code, 200)
        first = str(self.user.company_id.id)
        answer = self.rest.get(path, headers={"X-Company-Id": first})
        self.assert_problem(answer, 404, "record.not_found")
        both = f"{first},{company.id}"
        answer = self.rest.get(path, headers={"X-Company-Id": both})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.rest.get(f"{path}&company={company.id}").status_code, 200)

    def test_a_company_of_others_is_refused(self):
        company = self.env["res.company"].create({"name": "Second"})
        for options in (
            {"headers": {"X-Company-Id": str(company.id)}},
            {"params": {"company": str(company.id)}},
            {"headers": {"X-Company-Id": f"{self.user.company_id.id},{company.id}"}},
        ):
            answer = self.rest.get(self.path, **options)
            self.assert_problem(answer, 403, "policy.company")

    def test_values_and_tags_depend_on_the_company(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.user.company_ids += company
        self.partner.with_company(company).barcode = "B2"
        self.partner.with_company(self.user.company_id).barcode = "B1"
        seen = []
        for each in (self.user.company_id, company):
            headers = {"X-Company-Id": str(each.id)}
            params = {"fields": "barcode"}
            answer = self.rest.get(self.path, headers=headers, params=params)
            seen.append((self.data(answer)["barcode"], answer.headers["ETag"]))
        self.assertEqual([value for value, _tag in seen], ["B1", "B2"])
        self.assertNotEqual(seen[0][1], seen[1][1])

    def test_tags_differ_by_company_even_where_values_do_not(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.user.company_ids += company
        tags = {
            self.rest.get(self.path, headers={"X-Company-Id": str(each.id)}).headers[
                "ETag"
            ]
            for each in (self.user.company_id, company)
        }
        self.assertEqual(len(tags), 2)

    # --- conditions ----------------------------------------------------------

    def test_what_has_not_changed_is_304(self):
        for path in (self.path, P, f"{P}/bulk?ids={self.partner.id}", f"{P}?cursor="):
            with self.subTest(path):
                tag = self.rest.get(path).headers["ETag"]
                again = self.rest.get(path, headers={"If-None-Match": f'"x", {tag}'})
                self.assertEqual((again.status_code, again.content), (304, b""))
                self.assertEqual(again.headers["ETag"], tag)
                self.assertEqual(again.headers["Cache-Control"], "private, no-cache")
                self.assertIn("Authorization", again.headers["Vary"])
                self.assertNotIn("Content-Type", again.headers)

    def test_a_star_matches_what_is_there(self):
        headers = {"If-None-Match": "*"}
        self.assertEqual(self.rest.get(self.path, headers=headers).status_code, 304)
        gone = self.rest.get(f"{P}/{2**31 - 1}", headers=headers)
        self.assert_problem(gone, 404, "record.not_found")

    def test_a_change_makes_a_new_tag(self):
        tag = self.rest.get(self.path).headers["ETag"]
        self.env.cr.execute("SELECT 1")
        self.partner.ref = "A2"
        again = self.rest.get(self.path, headers={"If-None-Match": tag})
        self.assertEqual(self.data(again)["ref"], "A2")
        self.assertNotEqual(again.headers["ETag"], tag)

    def test_the_version_is_the_same_whatever_is_shown(self):
        versions = set()
        for params in ({}, {"fields": "name"}, {"expand": "country_id"}):
            tag = self.rest.get(self.path, params=params).headers["ETag"]
            versions.add(tag.strip('"').partition("-")[0])
        self.assertEqual(len(versions), 1)

    def test_a_condition_that_fails_is_412(self):
        answer = self.rest.get(self.path, headers={"If-Match": '"other"'})
        self.assert_problem(answer, 412, "record.precondition")
        tag = self.rest.get(self.path).headers["ETag"]
        answer = self.rest.get(self.path, headers={"If-Match": tag})
        self.assertEqual(answer.status_code, 200)

    def test_a_change_of_what_is_expanded_is_seen(self):
        self.partner.country_id = self.env.ref("base.be")
        params = {"fields": "name", "expand": "country_id"}
        tag = self.rest.get(self.path, params=params).headers["ETag"]
        self.env.ref("base.be").name = "Belgique"
        headers = {"If-None-Match": tag}
        answer = self.rest.get(self.path, params=params, headers=headers)
        self.assertEqual(self.data(answer)["country_id"]["name"], "Belgique")

    # --- the API itself ------------------------------------------------------

    def test_the_root_tells_name_version_and_links(self):
        for path in ("", "/"):
            answer = self.url_open(f"{self.root}{path}")
            found = self.data(answer)
            self.assertEqual(found["name"], "Test API")
            self.assertIn("version", found)
            for url in found["links"].values():
                self.assertTrue(url.startswith(f"{self.base_url()}{self.root}/"), url)

    def test_the_root_tells_a_caller_what_it_may_do(self):
        self.resource("res.partner.category").delete_mode = "unlink"
        self.resource("res.partner").method_ids = [(0, 0, {"name": "address_get"})]
        offers = {offer["model"]: offer for offer in self.offers()}
        partners = offers["res.partner"]
        rights = ["archive", "create", "delete", "read", "restore", "update"]
        self.assertEqual(partners["rights"], rights)
        self.assertEqual(partners["methods"], ["address_get"])
        self.assertEqual(partners["name"], "Contact")
        self.assertEqual(partners["url"], f"{self.base_url()}{self.root}/res.partner")
        self.assertEqual(offers["res.country"]["rights"], ["read"])  # no more in Odoo
        self.assertEqual(offers["res.partner.category"]["methods"], [])

    def offers(self, **options):
        return self.data(self.rest.get(**options))["resources"]

    def test_the_root_tells_nobody_of_what_is_out_of_reach(self):
        self.assertNotIn("resources", self.data(self.rest.get(key=False)))
        client, key = self.make_client(self.user)
        self.assertEqual(self.offers(key=key), [])
        self.make_scope(client, "res.partner")
        (offer,) = self.offers(key=key)
        self.assertEqual((offer["model"], offer["rights"]), ("res.partner", ["read"]))

    def test_the_root_speaks_the_language_of_the_caller(self):
        self.assert_problem(self.rest.get(params={"x": 1}), 400, "query.unknown", "x")
        self.env["res.lang"]._activate_lang("fr_FR")
        name = self.env["ir.model"]._get("res.country")
        name.with_context(lang="fr_FR").name = "Pays"
        names = [offer["name"] for offer in self.offers(params={"lang": "fr"})]
        self.assertIn("Pays", names)

    def test_health_is_for_everybody(self):
        self.assertEqual(
            self.data(self.rest.get("health", key=False)), {"status": "ok"}
        )

    def test_maintenance_ends_all_but_health(self):
        self.api.maintenance = True
        answer = self.rest.get(self.path)
        self.assert_problem(answer, 503, "server.maintenance")
        self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assertEqual(self.rest.get("health", key=False).status_code, 200)

    # --- models of other kinds ----------------------------------------------

    def test_an_inherited_field_is_read_through_the_parent(self):
        self.expose("res.users", sensitive=True)
        other = new_test_user(self.env, "rest_other", "base.group_user")
        params = {"fields": "login,name,partner_id", "filter[name]": other.name}
        found = self.data(self.rest.get("res.users", params=params))
        self.assertEqual([row["login"] for row in found], ["rest_other"])
        self.assertEqual(found[0]["partner_id"]["id"], other.partner_id.id)
