"""Ids in the keys of a JSON object are those of records: of the reach of the caller."""

from odoo.tests import tagged

from odoo.addons.rest_api_core.tests.common import RestCase


@tagged("post_install", "-at_install")
class TestShares(RestCase):
    models = ("third.party.ticket", "res.partner")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.seen, cls.other, cls.hidden = partners.create(
            [{"name": name} for name in ("Seen", "Other", "Hidden")]
        )
        cls.resource("res.partner").domain = f"[('id', '!=', {cls.hidden.id})]"
        cls.both = f"{cls.seen.id},{cls.hidden.id}"
        cls.ticket = cls.env["third.party.ticket"].create(
            {"name": "A", "shares": {str(cls.seen.id): 50, cls.both: 50}}
        )
        cls.path = f"third.party.ticket/{cls.ticket.id}"

    def shown(self, response, status=200):
        return self.data(response, status)["shares"]

    def test_entries_of_hidden_records_are_not_shown(self):
        shares = {str(self.seen.id): 50}
        self.assertEqual(self.shown(self.rest.get(self.path)), shares)
        self.ticket.shares = {str(self.hidden.id): 100}
        self.assertIsNone(self.shown(self.rest.get(self.path)))

    def test_a_change_keeps_what_is_not_shown(self):
        for sent in ({str(self.other.id): 30}, None):
            response = self.rest.patch(self.path, {"shares": sent})
            self.assertEqual(self.shown(response), sent)
            self.assertEqual(self.ticket.shares, {self.both: 50, **(sent or {})})

    def test_a_record_that_was_read_can_be_sent_back(self):
        before = self.ticket.shares
        self.data(self.rest.patch(self.path, self.data(self.rest.get(self.path))))
        self.assertEqual(self.ticket.shares, before)

    def test_records_out_of_reach_are_refused(self):
        for key in (str(self.hidden.id), self.both, "99999999"):
            body = {"name": "B", "shares": {key: 100}}
            pointer = f"#/shares/{key}"
            for response in (
                self.rest.post("third.party.ticket", body),
                self.rest.patch(self.path, body),
                self.rest.post(f"{self.path}/copy", body),
            ):
                self.assert_problem(response, 422, "body.lookup", pointer)

    def test_keys_are_ids(self):
        response = self.rest.patch(self.path, {"shares": {"a": 1}})
        self.assert_problem(response, 422, "body.value", "#/shares")

    def test_several_records_keep_what_is_theirs(self):
        other = self.ticket.create({"name": "B"})
        body = {"ids": [self.ticket.id, other.id], "data": {"shares": None}}
        self.data(self.rest.patch("third.party.ticket", body))
        self.assertEqual(self.ticket.shares, {self.both: 50})
        self.assertFalse(other.shares)
