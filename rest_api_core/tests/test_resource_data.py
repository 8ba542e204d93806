"""Resources of data files, for models that the API has already."""

from odoo.tests import TransactionCase, tagged

API, OURS = "rest_api_core.api_v1", "rest_somebody.resource"


@tagged("post_install", "-at_install")
class TestAdoption(TransactionCase):
    def setUp(self):
        super().setUp()
        self.resources = self.env["rest.resource"]
        model_id = self.env["ir.model"]._get_id("res.bank")
        values = {"api_id": self.env.ref(API).id, "model_id": model_id}
        self.known = self.resources.create({**values, "can_delete": False})

    def ids_of(self, record):
        domain = [("model", "=", record._name), ("res_id", "=", record.id)]
        return set(self.env["ir.model.data"].search(domain).mapped("complete_name"))

    def test_a_record_of_a_file_is_the_resource_that_exists(self):
        self.known.active = False
        self.resources._adopt(OURS, API, "res.bank")
        self.assertEqual(self.env.ref(OURS), self.known)
        self.assertFalse(self.known.can_delete)

    def test_uninstalling_leaves_what_the_administrator_made(self):
        self.resources._adopt(OURS, API, "res.bank")
        self.env["ir.model.data"]._module_data_uninstall(["rest_somebody"])
        self.assertTrue(self.known.exists())
        self.assertEqual(len(self.ids_of(self.known)), 1)

    def test_what_belongs_to_an_addon_needs_no_further_id(self):
        self.resources._adopt(OURS, API, "res.bank")
        self.resources._adopt("rest_other.resource", API, "res.bank")
        self.assertEqual(len(self.ids_of(self.known)), 3)

    def test_it_is_adopted_once(self):
        for _update in range(2):
            self.resources._adopt(OURS, API, "res.bank")
        self.assertEqual(len(self.ids_of(self.known)), 2)

    def test_nothing_happens_where_the_api_has_no_such_resource(self):
        self.resources._adopt(OURS, API, "res.lang")
        self.assertFalse(self.env.ref(OURS, raise_if_not_found=False))
