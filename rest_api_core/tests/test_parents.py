"""Fields of other records: of parents (``_inherits``), and related ones."""

from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from .common import RestCase


@tagged("post_install", "-at_install")
class TestParents(RestCase):
    # --- _inherits -----------------------------------------------------------------

    def users_key(self, **partner_rights):
        """The key of an administrator for users, and for partners as it says."""
        self.expose("res.users", sensitive=True)
        groups = "base.group_user,base.group_erp_manager,base.group_partner_manager"
        admin = new_test_user(self.env, "rest_admin", groups)
        client, key = self.make_client(admin)
        self.make_scope(client, "res.users", can_update=True, can_create=True)
        if partner_rights:
            self.make_scope(client, "res.partner", **partner_rights)
        return key

    def test_fields_of_a_parent_need_the_right_on_the_parent(self):
        path = f"res.users/{self.user.id}"
        key = self.users_key(can_read=True)
        answer = self.rest.patch(path, {"city": "Gent"}, key=key)
        self.assert_problem(answer, 422, "body.field", "#/city")

    def test_a_parent_belongs_to_the_record(self):
        """A client for users alone has their names, in all positions, though contacts
        are a resource outside of its scope; but not the contact itself."""
        key = self.users_key()
        path = f"res.users/{self.user.id}"
        self.user.email = "ann@example.com"
        params = {"fields": "name,email,login"}
        data = self.data(self.rest.get(path, params=params, key=key))
        self.assertEqual(
            (data["name"], data["email"]), (self.user.name, self.user.email)
        )
        params = {"filter[email]": self.user.email, "sort": "-name", "fields": "login"}
        data = self.data(self.rest.get("res.users", params=params, key=key))
        self.assertEqual([each["login"] for each in data], ["rest_user"])
        shown = self.data(self.rest.get(path, key=key))
        self.assertIn("email", shown)
        for params in ({"fields": "partner_id.name"}, {"expand": "partner_id"}):
            answer = self.rest.get(path, params=params, key=key)
            self.assert_problem(answer, 400, "query.field")
        answer = self.rest.get("res.partner", key=key)
        self.assert_problem(answer, 404, "record.not_found")

    def test_a_right_to_create_parents_is_none_to_change_them(self):
        key = self.users_key(can_create=True)
        path = f"res.users/{self.user.id}"
        answer = self.rest.patch(path, {"city": "Gent"}, key=key)
        self.assert_problem(answer, 403, "policy.scope")
        body = {"name": "U", "login": "rest_u", "city": "Gent"}
        data = self.data(self.rest.post("res.users", body, key=key), 201)
        self.assertEqual(self.env["res.users"].browse(data["id"]).city, "Gent")

    def test_a_parent_behind_a_hidden_link_hides_its_fields_alone(self):
        """The alias of a job position is for recruiters."""
        self.expose("res.users", sensitive=True)
        link = self.env["res.users"]._fields["partner_id"]
        with patch.object(link, "groups", "base.group_system"):
            key = self.make_client(self.user, all_resources=True)[1]
            path = f"res.users/{self.user.id}"
            found = self.data(self.rest.get(path, key=key))
            self.assertEqual(found["login"], "rest_user")
            answer = self.rest.get(path, key=key, params={"fields": "city"})
            self.assert_problem(answer, 400, "query.field")

    def test_fields_of_a_parent_obey_its_domain(self):
        key = self.users_key(can_update=True, domain="[('city', '=', 'Gent')]")
        path = f"res.users/{self.user.id}"
        answer = self.rest.patch(path, {"city": "Gent"}, key=key)
        self.assert_problem(answer, 404, "record.not_found")
        self.user.city = "Gent"
        answer = self.rest.patch(path, {"city": "Mons"}, key=key)
        self.assert_problem(answer, 403, "policy.forbidden")
        self.data(self.rest.patch(path, {"street": "Rue"}, key=key))
        self.assertEqual((self.user.city, self.user.street), ("Gent", "Rue"))

    def test_field_rules_of_a_parent_hold_for_its_children(self):
        key = self.users_key(can_update=True)
        fields = self.env["ir.model.fields"]
        self.env["rest.field.rule"].create(
            {
                "mode": "block",
                "access": "write",
                "field_ids": fields._get("res.partner", "city").ids,
                "resource_id": self.resource("res.partner").id,
            }
        )
        answer = self.rest.patch(f"res.users/{self.user.id}", {"city": "Gent"}, key=key)
        self.assert_problem(answer, 422, "body.field", "#/city")

    def test_parents_of_nested_records_need_rights_as_well(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        body = {"user_ids": [{"login": "rest_nested", "city": "Gent"}], "name": "New"}
        key = self.users_key(can_update=True)
        answer = self.rest.patch(f"res.partner/{partner.id}", body, key=key)
        place = "#/user_ids/0/city"
        self.assert_problem(answer, 403, "policy.scope", place)
        self.assertEqual(partner.name, "Azure")

    # --- related fields ------------------------------------------------------------

    def company_key(self, **partner_rights):
        """The same for companies, whose e-mail address is that of their partner."""
        self.expose("res.company")
        groups = "base.group_user,base.group_erp_manager,base.group_partner_manager"
        admin = new_test_user(self.env, "rest_admin", groups)
        client, key = self.make_client(admin)
        self.make_scope(client, "res.company", can_update=True, can_create=True)
        if partner_rights:
            self.make_scope(client, "res.partner", **partner_rights)
        self.company = self.env["res.company"].browse(admin.company_id.id)
        self.path = f"res.company/{self.company.id}"
        return key

    def test_a_stored_related_field_is_written_where_it_is_from(self):
        key = self.company_key(can_update=True)
        self.data(self.rest.patch(self.path, {"email": "a@b.c"}, key=key))
        self.assertEqual(self.company.partner_id.email, "a@b.c")
        data = self.data(self.rest.post("res.company", {"name": "New"}, key=key), 201)
        self.assertEqual(self.env["res.company"].browse(data["id"]).name, "New")

    def test_it_needs_the_right_there(self):
        for rights in ({}, {"can_read": True}):
            with self.subTest(str(rights)):
                key = self.company_key(**rights) if not rights else self.other(rights)
                answer = self.rest.patch(self.path, {"email": "a@b.c"}, key=key)
                self.assert_problem(answer, 422, "body.field", "#/email")

    def other(self, rights):
        client = self.env["rest.client"].search([], order="id desc", limit=1)
        self.make_scope(client, "res.partner", **rights)
        return client._generate_key()[1]

    def test_a_right_to_create_there_is_none_to_change(self):
        key = self.company_key(can_create=True)
        answer = self.rest.patch(self.path, {"email": "a@b.c"}, key=key)
        self.assert_problem(answer, 403, "policy.scope", "#/email")
        answer = self.rest.post("res.company", {"name": "New"}, key=key)
        self.assert_problem(answer, 403, "policy.scope", "#/name")

    def test_it_obeys_the_domain_there(self):
        key = self.company_key(can_update=True, domain="[('city', '=', 'Gent')]")
        answer = self.rest.patch(self.path, {"email": "a@b.c"}, key=key)
        self.assert_problem(answer, 403, "policy.forbidden")
        self.company.partner_id.city = "Gent"
        self.data(self.rest.patch(self.path, {"email": "a@b.c"}, key=key))


@tagged("post_install", "-at_install")
class TestDefaultRecord(RestCase):
    def test_it_has_the_stored_fields_of_parents_and_no_computed_ones(self):
        self.expose("res.users", sensitive=True)
        shown = self.data(self.rest.get(f"res.users/{self.user.id}"))
        fields = self.env["res.users"]._fields
        self.assertIn("email", shown)
        computed = [n for n in shown if not fields[n].base_field.store]
        self.assertEqual(set(computed), {"display_name"})

    def test_lists_of_records_are_filtered_by_the_ids_that_they_show(self):
        tag = self.env["res.partner.category"].create({"name": "T"})
        partner = self.env["res.partner"].create({"name": "N", "category_id": tag.ids})
        self.resource("res.partner.category").active = False
        self.assertTrue(
            self.data(self.rest.get("res.partner/fields"))["category_id"]["filterable"]
        )
        params = {"filter[category_id]": tag.id, "fields": "id"}
        rows = self.data(self.rest.get("res.partner", params=params))
        self.assertEqual(rows, [{"id": partner.id}])
