"""Values of each type of field on the wire."""

import base64
from datetime import date, datetime

from odoo.tests import new_test_user, tagged

from .common import RestCase

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestReadingValues(RestCase):
    models = ("res.partner", "res.partner.category", "res.country", "res.currency.rate")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Azure"})
        admin = new_test_user(cls.env, "rest_admin", "base.group_system")
        cls.admin_key = cls.make_client(admin, all_resources=True)[1]

    def value(self, name, record=None, **options):
        """What one field of a record is on the wire."""
        record = record or self.partner
        path = f"{record._name}/{record.id}"
        options.setdefault("params", {})["fields"] = name
        return self.data(self.rest.get(path, **options))[name]

    # --- plain columns -------------------------------------------------------

    def test_texts_that_are_not_set_are_null(self):
        for name in ("ref", "comment", "street", "lang", "tz", "vat", "barcode"):
            self.partner[name] = False
            self.assertIsNone(self.value(name), name)

    def test_texts_come_as_they_are(self):
        text = 'ä "quoted" \\ </script> \u2028 🦉\n'
        self.partner.write({"street": text, "comment": f"<p>{'ö' * 3}</p>"})
        self.assertEqual(self.value("street"), text)
        self.assertEqual(self.value("comment"), "<p>ööö</p>")

    def test_numbers_are_numbers_and_never_null(self):
        self.partner.write({"color": 7, "partner_latitude": 1.5})
        self.assertEqual(self.value("color"), 7)
        self.assertEqual(self.value("partner_latitude"), 1.5)
        self.env.cr.execute(
            "UPDATE res_partner SET color = NULL, partner_latitude = NULL"
            " WHERE id = %s",
            [self.partner.id],
        )
        self.assertEqual(self.value("color"), 0)
        self.assertEqual(self.value("partner_latitude"), 0.0)

    def test_booleans_are_true_or_false_and_never_null(self):
        self.assertIs(self.value("active"), True)
        self.env.cr.execute(
            "UPDATE res_partner SET employee = NULL WHERE id = %s", [self.partner.id]
        )
        self.assertIs(self.value("employee"), False)

    def test_selections_are_their_keys(self):
        self.assertEqual(self.value("type"), "contact")

    def test_dates_are_iso(self):
        rate = self.env["res.currency.rate"].create(
            {
                "name": date(2026, 1, 31),
                "rate": 2,
                "currency_id": self.env.ref("base.EUR").id,
            }
        )
        self.assertEqual(self.value("name", rate), "2026-01-31")

    def test_times_are_utc_with_z_whatever_the_user_s_zone(self):
        self.user.tz = "Asia/Tokyo"
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s",
            [datetime(2026, 1, 31, 12, 0, 0, 123456), self.partner.id],
        )
        self.assertEqual(self.value("create_date"), "2026-01-31T12:00:00Z")

    # --- relations -----------------------------------------------------------

    def test_a_many2one_has_id_and_name(self):
        country = self.env.ref("base.be")
        self.partner.country_id = country
        wanted = {"id": country.id, "display_name": "Belgium"}
        self.assertEqual(self.value("country_id"), wanted)
        self.partner.country_id = False
        self.assertIsNone(self.value("country_id"))

    def test_a_many2one_that_may_not_be_read_has_no_name(self):
        other = self.env["res.company"].create({"name": "Hidden"})
        parent = self.env["res.partner"].create(
            {"name": "Secret", "company_id": other.id, "is_company": True}
        )
        self.partner.parent_id = parent
        self.assertEqual(self.value("parent_id"), {"id": parent.id})

    def test_a_many2one_outside_the_domain_of_the_resource_has_no_name(self):
        parent = self.env["res.partner"].create({"name": "Secret", "is_company": True})
        self.partner.parent_id = parent
        self.resource("res.partner").domain = "[('name', '=', 'Azure')]"
        self.assertEqual(self.value("parent_id"), {"id": parent.id})

    def test_an_x2many_is_the_ids_that_may_be_read(self):
        other = self.env["res.company"].create({"name": "Hidden"})
        children = self.env["res.partner"].create(
            [
                {"name": "a", "parent_id": self.partner.id},
                {"name": "b", "parent_id": self.partner.id, "company_id": other.id},
                {"name": "c", "parent_id": self.partner.id, "active": False},
            ]
        )
        self.assertEqual(self.value("child_ids"), [children[0].id])
        self.assertEqual(self.value("category_id"), [])

    def test_an_x2many_of_a_resource_obeys_its_domain(self):
        tags = self.env["res.partner.category"].create([{"name": "a"}, {"name": "b"}])
        self.partner.category_id = tags
        self.assertEqual(set(self.value("category_id")), set(tags.ids))
        self.resource("res.partner.category").domain = "[('name', '=', 'a')]"
        self.assertEqual(self.value("category_id"), [tags[0].id])

    def test_a_reference_has_model_id_and_name(self):
        self.expose("ir.ui.menu", sensitive=True)
        action = self.env.ref("base.action_partner_form")
        menu = self.env["ir.ui.menu"].create(
            {"name": "M", "action": f"ir.actions.act_window,{action.id}"}
        )
        wanted = {
            "model": "ir.actions.act_window",
            "id": action.id,
            "display_name": action.display_name,
        }
        found = self.value("action", menu, key=self.admin_key)
        self.assertEqual(found, wanted)
        menu.action = False
        self.assertIsNone(self.value("action", menu, key=self.admin_key))

    def test_a_many2one_reference_is_an_id(self):
        self.expose("ir.attachment", sensitive=True)
        file = self.env["ir.attachment"].create(
            {"name": "f", "res_model": "res.partner", "res_id": self.partner.id}
        )
        self.assertEqual(self.value("res_id", file), self.partner.id)
        file.res_id = False
        self.assertIsNone(self.value("res_id", file, key=self.admin_key))

    # --- files ---------------------------------------------------------------

    def test_a_file_is_described(self):
        self.partner.image_1920 = PNG
        found = self.value("image_1920")
        self.assertEqual(found["mimetype"], "image/png")
        self.assertEqual(found["size"], len(base64.b64decode(PNG)))
        self.assertTrue(found["url"].startswith(self.base_url()))
        path = found["url"].partition(f"{self.root}/")[2]
        self.assertEqual(self.rest.get(path).content, base64.b64decode(PNG))

    def test_a_file_comes_as_base64_or_data_url(self):
        self.partner.image_1920 = PNG
        found = self.value("image_1920", params={"binary": "base64"})
        self.assertEqual(found, PNG)
        found = self.value("image_1920", params={"binary": "dataurl"})
        self.assertEqual(found, f"data:image/png;base64,{PNG}")

    def test_no_file_is_null(self):
        for binary in ("url", "base64", "dataurl"):
            self.assertIsNone(self.value("image_1920", params={"binary": binary}))

    def test_files_come_only_when_they_are_named(self):
        self.partner.image_1920 = PNG
        for params in ({}, {"fields": "*"}):
            path = f"res.partner/{self.partner.id}"
            found = self.data(self.rest.get(path, params=params))
            self.assertNotIn("image_1920", found)
            self.assertNotIn("avatar_128", found)

    def test_a_file_of_another_record_comes_too(self):
        self.expose("res.users", sensitive=True)
        self.user.partner_id.image_1920 = PNG
        described = self.value("image_1920", self.user)
        self.assertEqual(described["mimetype"], "image/png")
        path = described["url"].partition(f"{self.root}/")[2]
        self.assertEqual(self.rest.get(path).content, base64.b64decode(PNG))

    def test_a_file_in_a_column_comes_too(self):
        self.expose("ir.attachment", sensitive=True)
        file = self.env["ir.attachment"].create({"name": "f", "raw": b"abc"})
        path = {"params": {"binary": "base64"}, "key": self.admin_key}
        self.assertEqual(self.value("datas", file, **path), "YWJj")
        described = self.value("datas", file, key=self.admin_key)
        self.assertEqual((described["size"], described["mimetype"]), (3, "text/plain"))

    # --- other ---------------------------------------------------------------

    def test_json_comes_as_it_is(self):
        country = self.env.ref("base.be")
        wanted = country.country_group_codes
        self.assertIn("EU", wanted)
        self.assertEqual(self.value("country_group_codes", country), wanted)

    def test_properties_come_with_their_definitions(self):
        definition = self.partner.properties_base_definition_id
        definition.properties_definition = [
            {"name": "aa", "type": "char", "string": "Text"},
            {
                "name": "bb",
                "type": "many2one",
                "string": "Who",
                "comodel": "res.partner",
            },
        ]
        self.env.flush_all()
        self.partner.properties = {"aa": "x", "bb": self.user.partner_id.id}
        found = self.value("properties")
        self.assertEqual([each["name"] for each in found], ["aa", "bb"])
        self.assertEqual(found[0]["value"], "x")
        self.assertEqual(found[1]["value"], self.user.partner_id.id)

    def test_computed_fields_are_computed(self):
        self.partner.write({"email": "a@example.com"})
        wanted = '"Azure" <a@example.com>'
        self.assertEqual(self.value("email_formatted"), wanted)

    def test_what_may_not_be_computed_is_null_unless_it_is_named(self):
        self.addCleanup(self.registry.reset_changes)
        counted = "r.env['ir.config_parameter'].search_count([])"
        self.env["ir.model.fields"].create(
            {
                "name": "x_counted",
                "model_id": self.env["ir.model"]._get_id("res.country"),
                "ttype": "integer",
                "store": False,
                "compute": f"for r in self: r['x_counted'] = {counted}",
            }
        )
        country = f"res.country/{self.env.ref('base.be').id}"
        found = self.data(self.rest.get(f"{country}?fields=*"))
        self.assertEqual(found["x_counted"], 0)
        answer = self.rest.get(f"{country}?fields=x_counted")
        problem = self.assert_problem(answer, 403, "policy.forbidden", "fields")
        self.assertIn("'x_counted' is computed from records that", problem["detail"])

    def test_a_computed_list_is_computed_although_it_names_an_inverse(self):
        self.addCleanup(self.registry.reset_changes)
        self.env["ir.model.fields"].create(
            {
                "name": "x_first_child_ids",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "ttype": "one2many",
                "relation": "res.partner",
                "relation_field": "parent_id",
                "store": False,
                "depends": "child_ids",
                "compute": "for r in self: r['x_first_child_ids'] = r.child_ids[:1]",
            }
        )
        parent = self.env["res.partner"].create({"name": "Parent"})
        children = parent.create([{"name": n, "parent_id": parent.id} for n in "ab"])
        params = {"fields": "x_first_child_ids", "filter[id]": parent.id}
        found = self.data(self.rest.get("res.partner", params=params))
        self.assertEqual(found[0]["x_first_child_ids"], children[:1].ids)

    def test_all_that_odoo_reads_has_the_same_value_here(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Full",
                "parent_id": self.partner.id,
                "category_id": [(0, 0, {"name": "T"})],
                "country_id": self.env.ref("base.us").id,
                "email": "a@example.com",
                "website": "example.com",
            }
        )
        found = self.data(
            self.rest.get(f"res.partner/{partner.id}", params={"fields": "*"})
        )
        names = sorted(found.keys() - {"application_statistics"})
        wanted = partner.with_user(self.user).read(names, load=None)[0]
        for name in names:
            with self.subTest(name):
                value = found[name]
                value = value["id"] if isinstance(value, dict) else value
                kind = partner._fields[name].type
                self.assertEqual(value, self._expected(wanted[name], kind))

    def _expected(self, value, kind):
        if isinstance(value, datetime):
            return f"{value.replace(microsecond=0).isoformat()}Z"
        if value is False and kind != "boolean":
            return None
        return value
