from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.rest_api_core.tests.common import RestCase


@tagged("post_install", "-at_install")
class TestTicket(RestCase):
    models = ("third.party.ticket", "res.partner")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        method = {"name": "action_close", "on_records": True}
        cls.resource("third.party.ticket").method_ids = [(0, 0, method)]
        cls.ticket = cls.env["third.party.ticket"].create({"name": "A", "hours": 9})
        cls.path = f"third.party.ticket/{cls.ticket.id}"

    def test_a_ticket_is_read(self):
        params = {"filter[is_large]": "true", "fields": "name"}
        response = self.rest.get("third.party.ticket", params=params)
        self.assertEqual(self.data(response), [{"id": self.ticket.id, "name": "A"}])

    @mute_logger("odoo.sql_db")
    def test_a_name_is_required(self):
        response = self.rest.post("third.party.ticket", {"hours": 1})
        self.assert_problem(response, 422, "body.required", "#/name")

    def test_a_colour_is_written(self):
        data = self.data(self.rest.patch(self.path, {"colour": "#fff"}))
        self.assertEqual(data["colour"], "#fff")
        response = self.rest.patch(self.path, {"colour": 7})
        self.assert_problem(response, 422, "body.value", "#/colour")

    def test_a_field_with_a_search_method_cannot_be_filtered_by(self):
        response = self.rest.get(
            "third.party.ticket", params={"filter[is_short]": "true"}
        )
        self.assert_problem(response, 400, "query.field", "filter[is_short]")

    def test_closing_archives(self):
        response = self.rest.post(f"{self.path}/call/action_close", {})
        self.assertEqual(self.data(response), {"hours": 9})
        self.assertFalse(self.ticket.active)

    def test_a_badge_identifies(self):
        badge = {"X-Badge": "rest_user"}
        response = self.rest.get(self.path, key=False, headers=badge)
        self.assertEqual(self.data(response)["name"], "A")
        response = self.rest.get(self.path, key=False, headers={"X-Badge": "nobody"})
        self.assert_problem(response, 401, "auth.invalid")

    def test_neighbours_need_the_right_to_read(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, "third.party.ticket", can_read=False)
        path = f"{self.path}/neighbours"
        self.assert_problem(self.rest.get(path, key=key), 403, "policy.scope")

    def test_a_new_operation_is_in_allow_and_in_the_log(self):
        path = f"{self.path}/neighbours"
        response = self.rest.post(path, {})
        self.assert_problem(response, 405, "policy.method")
        self.assertEqual(response.headers["Allow"], "GET, HEAD, OPTIONS")
        self.rest.get(path)
        entry = self.env["rest.log"].search([("api_id", "=", self.api.id)], limit=1)
        self.assertEqual(entry.route, "/<model>/<ids>/neighbours")

    def test_neighbours_are_shown(self):
        one, other = self.ticket.create([{"name": "B"}, {"name": "C"}])
        path = f"third.party.ticket/{other.id}/neighbours"
        self.assertEqual(self.data(self.rest.get(path)), [one.id])
        self.assert_problem(self.rest.get(path, key=False), 401, "auth.missing")
