"""What core leaks, and what a hostile caller of a read tries."""

import json
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged

from ..query import keyset
from .common import RestCase

P = "res.partner"


class AttackCase(RestCase):
    def told(self, answer):
        """Status, headers and body of a problem, but for what names the request."""
        problem = answer.json()
        for name in ("request_id", "instance"):
            del problem[name]
        known = ("Content-Type", "Cache-Control", "Vary", "WWW-Authenticate", "Allow")
        headers = {name: answer.headers.get(name) for name in known}
        return answer.status_code, headers, problem

    def block(self, model, *names, client=None, mode="block", access="both"):
        """A field rule on the resource, or on a new scope of a client."""
        party = {"resource_id": self.resource(model).id}
        if client:
            party = {"scope_id": self.make_scope(client, model).id}
        found = [self.env["ir.model.fields"]._get(model, name).id for name in names]
        return self.env["rest.field.rule"].create(
            {**party, "mode": mode, "access": access, "field_ids": [(6, 0, found)]}
        )

    def filtered(self, model, domain, **options):
        params = {"filter": json.dumps(domain), "fields": "id"}
        answer = self.rest.get(model, params=params, **options)
        return {row["id"] for row in self.data(answer)}


@tagged("post_install", "-at_install")
class TestMissing(AttackCase):
    """Unknown route, model that is no resource, missing record, record out of reach."""

    def test_all_that_is_missing_looks_the_same(self):
        company = self.env["res.company"].create({"name": "Theirs"})
        hidden = self.env[P].create({"name": "H", "company_id": company.id})
        ruled = self.env[P].create({"name": "R"})
        self.resource(P).domain = "[('name', '!=', 'R')]"
        inactive = self.expose("res.currency")
        inactive.active = False
        paths = (
            "a/b/c/d",
            "no.such.model",
            "no.such.model/1",
            "res.company",
            "res.company/1",
            "res.currency",
            "res.users",
            "res.users/2",
            "ir.config_parameter",
            "mail.thread",
            f"{P}/abc",
            f"{P}/{2**31 - 1}",
            f"{P}/{hidden.id}",
            f"{P}/{ruled.id}",
        )
        expected = self.told(self.rest.get(f"{P}/999999999"))
        self.assertEqual(expected[0], 404)
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self.told(self.rest.get(path)), expected)

    def test_a_model_outside_the_scopes_looks_missing(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, P)
        wanted = self.told(self.rest.get("no.such.model", key=key))
        for path in ("res.country", "res.country/1", "res.country/count"):
            self.assertEqual(self.told(self.rest.get(path, key=key)), wanted)

    def test_bulk_tells_missing_and_hidden_records_alike(self):
        hidden = self.env[P].create({"name": "R"})
        self.resource(P).domain = "[('name', '!=', 'R')]"
        body = self.rest.get(
            f"{P}/bulk", params={"ids": f"{hidden.id},999999999"}
        ).json()
        self.assertEqual(body["data"], [])
        self.assertEqual(body["meta"]["missing"], [hidden.id, 999999999])

    def test_a_known_caller_without_rights_is_told_so(self):
        self.resource(P).can_read = False
        self.assert_problem(self.rest.get(P), 403, "policy.forbidden")
        self.resource(P).can_read = True
        client, key = self.make_client(self.user)
        self.make_scope(client, P, can_read=False)
        answer = self.rest.get(P, key=key)
        self.assert_problem(answer, 403, "policy.scope")
        self.assertIn("insufficient_scope", answer.headers["WWW-Authenticate"])

    def test_sensitive_models_need_more_than_a_resource(self):
        resource = self.expose("res.users", sensitive=True)
        self.assertEqual(self.rest.get("res.users").status_code, 200)
        self.env.cr.execute(
            "UPDATE rest_resource SET sensitive = FALSE WHERE id = %s", [resource.id]
        )
        self.env.registry.clear_all_caches()
        self.assert_problem(self.rest.get("res.users"), 404, "record.not_found")


@tagged("post_install", "-at_install")
class TestKeyDomain(AttackCase):
    """The domains of resource and scope hold wherever a record can show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent, cls.open, cls.secret = cls.env[P].create(
            [
                {"name": "Parent", "ref": "open"},
                {"name": "Open", "ref": "open", "city": "Gent"},
                {"name": "Secret", "ref": "secret", "city": "Brugge"},
            ]
        )
        (cls.open + cls.secret).parent_id = cls.parent
        cls.tag = cls.env["res.partner.category"].create(
            {"name": "T", "partner_ids": [(6, 0, (cls.open + cls.secret).ids)]}
        )
        client, cls.key = cls.make_client(cls.user, all_resources=True)
        cls.make_scope(client, P, domain="[('ref', '=', 'open')]")

    def test_it_holds_for_a_record(self):
        answer = self.rest.get(f"{P}/{self.secret.id}")
        self.assert_problem(answer, 404, "record.not_found")

    def test_it_holds_for_lists_counts_and_filters(self):
        domain = [["parent_id", "=", self.parent.id]]
        self.assertEqual(self.filtered(P, domain), {self.open.id})
        self.assertEqual(self.filtered(P, [["city", "=", "Brugge"]]), set())
        params = {"filter": json.dumps(domain)}
        answer = self.rest.get(f"{P}/count", params=params)
        self.assertEqual(self.data(answer), {"count": 1})
        meta = self.rest.get(P, params=params).json()["meta"]
        self.assertEqual(meta["total"], 1)

    def test_or_and_not_do_not_lead_out_of_it(self):
        for domain in (
            ["|", ["ref", "=", "secret"], ["id", "=", self.secret.id]],
            ["!", ["ref", "=", "open"]],
            ["|", ["id", "=", self.secret.id], ["id", "!=", 0]],
        ):
            self.assertNotIn(self.secret.id, self.filtered(P, domain))

    def test_records_out_of_reach_are_not_locked(self):
        """Who waits for a record knows that it exists."""
        self.resource(P).scope_ids.can_update = True
        locked, execute = [], Cursor.execute

        def record(cursor, query, *arguments, **options):
            result = execute(cursor, query, *arguments, **options)
            if "FOR UPDATE" in str(getattr(query, "code", query)):
                locked.extend(row[0] for row in cursor.fetchall())
            return result

        with patch.object(Cursor, "execute", record):
            for number in (self.open.id, self.secret.id):
                headers = {"If-Match": "*"}
                self.rest.ask("PATCH", f"{P}/{number}", json_body={}, headers=headers)
        self.assertEqual(locked, self.open.ids)

    def test_estimates_tell_nothing_of_other_records(self):
        """PostgreSQL expects a number by what it has seen in all rows."""
        self.env[P].create([{"name": "S", "city": "Brugge"} for _n in range(300)])
        self.env.cr.execute("ANALYZE res_partner")
        domain = ["|", ["ref", "=", "open"], ["city", "=", "Brugge"]]
        params = {"filter": json.dumps(domain), "limit": 1, "count": "estimated"}
        for more in ({}, {"cursor": ""}):
            meta = self.rest.get(P, params={**params, **more}).json()["meta"]
            self.assertEqual(meta["total"], 2)

    def test_it_holds_in_x2many_and_expansions(self):
        path = f"res.partner.category/{self.tag.id}"
        found = self.data(self.rest.get(path, params={"fields": "partner_ids"}))
        self.assertEqual(found["partner_ids"], [self.open.id])
        found = self.data(self.rest.get(path, params={"expand": "partner_ids"}))
        self.assertEqual([row["id"] for row in found["partner_ids"]], [self.open.id])
        found = self.data(self.rest.get(f"{P}/{self.parent.id}?fields=child_ids"))
        self.assertEqual(found["child_ids"], [self.open.id])

    def test_it_holds_for_filters_through_relations(self):
        category = "res.partner.category"
        tagged_ids = self.filtered(category, [["partner_ids", "!=", None]])
        self.assertEqual(tagged_ids & {self.tag.id}, {self.tag.id})
        for domain in (
            [["partner_ids.city", "=", "Brugge"]],
            [["partner_ids", "in", [self.secret.id]]],
            [["partner_ids", "=", self.secret.id]],
            [["partner_ids", "=?", self.secret.id]],
            [["partner_ids", "in", ["Secret", None]], ["id", "=", self.tag.id]],
            [["partner_ids", "in", [self.secret.id, None]], ["id", "=", self.tag.id]],
            [["partner_ids", "ilike", "Secret"]],
            [["partner_ids.display_name", "ilike", "Secret"]],
            [["partner_ids.child_ids.city", "=", "Brugge"]],
        ):
            with self.subTest(str(domain)):
                self.assertEqual(self.filtered(category, domain), set())
        for domain in (
            [["child_ids.city", "=", "Brugge"]],
            [["child_ids", "in", [self.secret.id]]],
            [["child_ids", "ilike", "Secret"]],
            [["id", "parent_of", self.secret.id]],
            [["child_ids", "child_of", [self.secret.id]]],
        ):
            with self.subTest(str(domain)):
                self.assertNotIn(self.parent.id, self.filtered(P, domain))

    def test_negations_through_relations_tell_nothing(self):
        domain = [["child_ids.city", "!=", "Brugge"], ["id", "=", self.parent.id]]
        before = self.filtered(P, domain)
        self.secret.city = "Gent"
        self.assertEqual(self.filtered(P, domain), before)
        domain = [
            ["child_ids", "not in", [self.secret.id]],
            ["id", "=", self.parent.id],
        ]
        self.assertEqual(self.filtered(P, domain), {self.parent.id})

    def test_it_holds_for_names(self):
        child = self.env[P].create({"name": "C", "ref": "open"})
        child.parent_id = self.secret
        found = self.data(self.rest.get(f"{P}/{child.id}?fields=parent_id"))
        self.assertEqual(found["parent_id"], {"id": self.secret.id})
        for domain in (
            [["parent_id", "ilike", "Secret"]],
            [["parent_id.city", "=", "Brugge"]],
            [["parent_id.display_name", "=", "Secret"]],
        ):
            with self.subTest(str(domain)):
                self.assertEqual(self.filtered(P, domain), set())

    def sorted_ids(self, records, sort, **options):
        params = {"sort": sort, "filter[id][in]": ",".join(map(str, records.ids))}
        found = self.data(self.rest.get(P, params={**params, **options}))
        return [row["id"] for row in found]

    def part_family(self):
        """Odoo keeps the addresses of a family alike."""
        self.secret.parent_id = False
        self.secret.city = "Brugge"

    def test_it_holds_for_what_is_sorted_by(self):
        """What is out of reach sorts as if it were not there."""
        self.part_family()
        parents = self.parent + self.env[P].create({"name": "Z", "ref": "open"})
        parents.write({"city": "Aalst"})
        children = self.env[P].create(
            [{"name": f"C{n}", "ref": "open"} for n in range(3)]
        )
        for child, parent in zip(children, parents + self.secret, strict=True):
            child.parent_id = parent
        for sort in ("parent_id.city,-id", "parent_id", "parent_id.parent_id.city,-id"):
            with self.subTest(sort):
                self.secret.write({"city": "Aa", "name": "Aa"})
                before = self.sorted_ids(children, sort)
                self.secret.write({"city": "Zz", "name": "Zz"})
                self.assertEqual(self.sorted_ids(children, sort), before)

    def test_it_holds_for_the_order_of_a_model(self):
        self.open.parent_id = False  # or it would have the address of its parent
        hidden, shown = self.env.ref("base.be"), self.env.ref("base.us")
        self.resource("res.country").domain = f"[('id', '!=', {hidden.id})]"
        self.open.country_id, self.parent.country_id = hidden, shown
        ids = f"{self.open.id},{self.parent.id}"
        found = []
        with patch.object(type(self.env[P]), "_order", "country_id, id"):
            for name in ("Aa", "Zz"):
                hidden.name = name
                answer = self.rest.get(
                    P, params={"filter[id][in]": ids, "fields": "id"}
                )
                found.append([row["id"] for row in self.data(answer)])
        self.assertEqual(*found)

    def test_cursors_hold_nothing_of_what_is_out_of_reach(self):
        self.part_family()
        children = self.env[P].create(
            [{"name": f"C{n}", "ref": "open", "function": "C"} for n in range(2)]
        )
        for child, parent in zip(children, self.parent + self.secret, strict=True):
            child.parent_id = parent
        self.parent.city = "Aalst"
        params = {"cursor": "", "limit": 1, "filter[function]": "C"}
        for sort in ("parent_id.city,id", "-parent_id.city,id", "parent_id,id"):
            with patch.object(keyset, "seal", wraps=keyset.seal) as seal:
                found = self.rest.get(P, params={**params, "sort": sort}).json()
            cursor, text = found["meta"]["next_cursor"], str(seal.call_args)
            self.assertNotIn("Brugge", text)
            self.assertNotIn("Secret", text)
            more = self.rest.get(
                P, params={**params, "sort": sort, "cursor": cursor}
            ).json()
            ids = {row["id"] for row in found["data"] + more["data"]}
            self.assertEqual(ids, set(children.ids))

    def test_record_rules_hold_for_what_is_sorted_by(self):
        self.part_family()
        child, other = self.env[P].create(
            [{"name": "C1", "ref": "open"}, {"name": "C2", "ref": "open"}]
        )
        child.parent_id, other.parent_id = self.secret, self.parent
        self.resource(P).scope_ids.unlink()
        self.env["ir.rule"].create(
            {
                "name": "No secrets",
                "model_id": self.env["ir.model"]._get_id(P),
                "domain_force": "[('ref', '!=', 'secret')]",
            }
        )
        self.parent.city = "Mons"
        found = []
        for city in ("Aa", "Zz"):
            self.secret.city = city
            found.append(self.sorted_ids(child + other, "parent_id.city"))
        self.assertEqual(*found)

    def test_links_that_odoo_follows_without_rules_obey_them(self):
        """``bypass_search_access``, as of the users of a contact."""
        self.expose("res.users", sensitive=True)
        field = self.env[P]._fields["user_ids"]
        self.assertTrue(field.bypass_search_access)
        other = new_test_user(self.env, "rest_other", "base.group_user")
        other.partner_id.ref = "open"
        domain = [["user_ids.login", "=", "rest_other"]]
        self.assertEqual(self.filtered(P, domain), {other.partner_id.id})
        self.env["ir.rule"].create(
            {
                "name": "Not this user",
                "model_id": self.env["ir.model"]._get_id("res.users"),
                "domain_force": f"[('id', '!=', {other.id})]",
            }
        )
        self.assertEqual(self.filtered(P, domain), set())

    def test_related_fields_do_not_lead_out_of_it(self):
        child = self.env[P].create({"name": "C", "ref": "open"})
        child.parent_id = self.secret
        answer = self.rest.get(f"{P}/{child.id}", params={"fields": "parent_name"})
        text = answer.text
        self.assertNotIn("Secret", text)

    def test_no_reference_leads_out_of_it(self):
        """Odoo asks for no rights on what a reference names."""
        actions = self.env["ir.actions.act_window"].search([], limit=2)
        domain = f"[('id', '=', {actions[0].id})]"
        self.expose("ir.ui.menu", sensitive=True)
        self.expose("ir.actions.act_window", sensitive=True, domain=domain)
        admin = new_test_user(self.env, "rest_admin", "base.group_system")
        _client, key = self.make_client(admin, all_resources=True)
        menu = self.env["ir.ui.menu"].create({"name": "M"})
        for number, status in ((actions[0].id, 200), (actions[1].id, 422)):
            body = {"action": {"model": actions._name, "id": number}}
            path = f"ir.ui.menu/{menu.id}"
            answer = self.rest.ask("PATCH", path, json_body=body, key=key)
            self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(menu.action, actions[0])


@tagged("post_install", "-at_install")
class TestFieldRules(AttackCase):
    """A blocked field is as unknown as one that does not exist."""

    places = (
        ("fields", "{}"),
        ("exclude_fields", "{}"),
        ("sort", "{}"),
        ("sort", "-{}"),
        ("filter", '[["{}", "=", "a"]]'),
        ("filter", '[["parent_id.{}", "=", "a"]]'),
        ("filter", '[["child_ids.{}", "ilike", "a"]]'),
        ("filter[{}]", "a"),
        ("filter[parent_id.{}][ilike]", "a"),
        ("fields", "parent_id.{}"),
        ("sort", "parent_id.{}"),
        ("expand", '{{"child_ids": {{"fields": ["{}"]}}}}'),
        ("expand", '{{"child_ids": {{"sort": "{}"}}}}'),
        ("expand", '{{"child_ids": {{"filter": [["{}", "=", "a"]]}}}}'),
    )

    def test_a_blocked_field_is_unknown_everywhere(self):
        self.block(P, "vat")
        for name, value in self.places:
            with self.subTest(name, value=value):
                told = []
                for field in ("vat", "nope"):
                    params = {name.format(field): value.format(field)}
                    answer = self.rest.get(P, params=params)
                    self.assertEqual(answer.status_code, 400, answer.text)
                    status, headers, problem = self.told(answer)
                    told.append((status, headers, str(problem).replace(field, "?")))
                self.assertEqual(*told)

    def test_a_blocked_field_is_in_no_answer(self):
        self.block(P, "ref", client=self.client)
        partner = self.env[P].create({"name": "A", "ref": "hidden-ref"})
        for path in (
            f"{P}/{partner.id}",
            f"{P}/{partner.id}?fields=*",
            f"{P}?fields=*&filter[id]={partner.id}",
            f"{P}/bulk?ids={partner.id}",
            f"{P}/fields",
        ):
            answer = self.rest.get(path)
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("hidden-ref", answer.text)
            self.assertNotIn('"ref"', answer.text)

    def test_only_allowed_fields_come(self):
        self.block(P, "name", "city", mode="allow")
        found = self.data(self.rest.get(P, params={"limit": 1}))[0]
        self.assertEqual(set(found), {"id", "name", "city"})

    def test_what_the_search_of_names_looks_at_must_be_allowed(self):
        partner = self.env[P].create({"name": "V", "vat": "BE0477472701"})
        for allowed in (True, False):
            found = self.filtered(P, [["display_name", "ilike", "BE0477472701"]])
            self.assertEqual(found, {partner.id} if allowed else set())
            self.block(P, "vat")
        partner.child_ids = [(0, 0, {"name": "Child"})]
        self.assertFalse(self.filtered(P, [["parent_id", "ilike", "BE0477472701"]]))

    def test_a_search_of_names_looks_at_no_blocked_field(self):
        """Models search names in their own ways, as products by barcode."""

        def search(model, operator, value):
            return [("barcode", operator, value)]

        partner = self.env[P].create({"name": "B", "barcode": "471"})
        self.env[P].create({"name": "Child", "parent_id": partner.id})
        method = "_search_display_name"
        with patch.object(type(self.env[P]), method, search, create=True):
            self.env.registry.clear_all_caches()
            by_name, by_parent = (
                [[name, "=", "471"]] for name in ("display_name", "parent_id")
            )
            self.assertEqual(self.filtered(P, by_name), {partner.id})
            self.block(P, "barcode")
            self.assertFalse(self.filtered(P, by_name))
            self.assertFalse(self.filtered(P, by_parent))
        self.env.registry.clear_all_caches()

    def test_a_blocked_name_is_on_no_relation(self):
        self.block("res.country", "display_name")
        belgium = self.env.ref("base.be")
        partner = self.env[P].create({"name": "A", "country_id": belgium.id})
        found = self.data(self.rest.get(f"{P}/{partner.id}?fields=country_id"))
        self.assertEqual(found["country_id"], {"id": belgium.id})

    def test_fields_that_only_writing_knows_are_not_read(self):
        self.block(P, "ref", access="read")
        answer = self.rest.get(P, params={"fields": "ref"})
        self.assert_problem(answer, 400, "query.field")


@tagged("post_install", "-at_install")
class TestInheritance(AttackCase):
    """Fields of a parent (``_inherits``) obey the rules of both models."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expose("res.users", sensitive=True)

    def test_a_field_that_the_parent_blocks_is_blocked(self):
        self.block(P, "phone")
        for params in (
            {"fields": "phone"},
            {"sort": "phone"},
            {"filter[phone]": "1"},
        ):
            answer = self.rest.get("res.users", params=params)
            self.assert_problem(answer, 400, "query.field")
        found = self.data(self.rest.get("res.users", params={"limit": 1}))
        self.assertNotIn("phone", found[0])
        self.assertIn("email", found[0])

    def test_a_parent_outside_the_scopes_is_part_of_the_record(self):
        """Under the rules and the domain of its resource, as for everybody."""
        _client, key = self.make_client(self.user)
        self.make_scope(_client, "res.users")
        shown = self.data(self.rest.get("res.users?fields=email,city", key=key))
        self.assertIn("email", shown[0])
        self.block(P, "email")
        answer = self.rest.get("res.users?fields=email", key=key)
        self.assert_problem(answer, 400, "query.field")
        hidden = self.user.partner_id.id
        self.resource(P).domain = f"[('id', '!=', {hidden})]"
        shown = self.data(self.rest.get("res.users?fields=city", key=key))
        self.assertNotIn(self.user.id, [row["id"] for row in shown])
        answer = self.rest.get(P, key=key)
        self.assert_problem(answer, 404, "record.not_found")

    def test_the_domain_of_the_parent_holds(self):
        other = new_test_user(self.env, "rest_other", "base.group_user")
        other.partner_id.city = "Hidden"
        self.resource(P).domain = f"[('id', '!=', {other.partner_id.id})]"
        domain = [["city", "=", "Hidden"]]
        self.assertEqual(self.filtered("res.users", domain), set())
        path = f"res.users/{other.id}?fields=login,city"
        self.assertNotIn("Hidden", self.rest.get(path).text)
