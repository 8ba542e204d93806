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
        answer = self.get("third.party.ticket", params=params)
        self.assertEqual(self.data(answer), [{"id": self.ticket.id, "name": "A"}])

    @mute_logger("odoo.sql_db")
    def test_a_name_is_required(self):
        answer = self.post("third.party.ticket", {"hours": 1})
        self.assert_problem(answer, 422, "body.required", "#/name")

    def test_a_colour_is_written(self):
        found = self.data(self.patch(self.path, {"colour": "#fff"}))
        self.assertEqual(found["colour"], "#fff")
        answer = self.patch(self.path, {"colour": 7})
        self.assert_problem(answer, 422, "body.value", "#/colour")

    def test_a_search_of_ones_own_is_no_ground_to_filter(self):
        answer = self.get("third.party.ticket", params={"filter[is_short]": "true"})
        self.assert_problem(answer, 400, "query.field", "filter")

    def test_closing_archives(self):
        answer = self.post(f"{self.path}/call/action_close", {})
        self.assertEqual(self.data(answer), {"hours": 9})
        self.assertFalse(self.ticket.active)

    def test_a_badge_identifies(self):
        badge = {"X-Badge": "rest_user"}
        answer = self.get(self.path, key=False, headers=badge)
        self.assertEqual(self.data(answer)["name"], "A")
        answer = self.get(self.path, key=False, headers={"X-Badge": "nobody"})
        self.assert_problem(answer, 401, "auth.invalid")

    def test_neighbours_need_the_right_to_read(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, "third.party.ticket", can_read=False)
        path = f"{self.path}/neighbours"
        self.assert_problem(self.get(path, key=key), 403, "policy.scope")

    def test_the_path_of_neighbours_is_known_everywhere(self):
        path = f"{self.path}/neighbours"
        answer = self.post(path, {})
        self.assert_problem(answer, 405, "policy.method")
        self.assertEqual(answer.headers["Allow"], "GET, HEAD, OPTIONS")
        self.get(path)
        entry = self.env["rest.log"].search([("api_id", "=", self.api.id)], limit=1)
        self.assertEqual(entry.route, "/<model>/<ids>/neighbours")

    def test_neighbours_are_found(self):
        one, other = self.ticket.create([{"name": "B"}, {"name": "C"}])
        path = f"third.party.ticket/{other.id}/neighbours"
        self.assertEqual(self.data(self.get(path)), [one.id])
        self.assert_problem(self.get(path, key=False), 401, "auth.missing")
