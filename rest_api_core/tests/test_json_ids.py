"""Ids in JSON of Odoo's own addons, where these are installed."""

from odoo.tests import tagged

from ..access.secret_fields import is_secret
from .common import RestCase

SHARES = "account.analytic.distribution.model"
# Json columns of Odoo 19 without ids of records
HARMLESS = frozenset(
    "html_field_history l10n_ar_cai_data peppol_metadata pickup_location_data"
    " synced_values transaction_details viva_com_latest_response".split()
)
# they are on the list of models that no API serves
OWN = ("rest.change", "rest.job", "rest.job.checkpoint", "rest.job.file")


@tagged("post_install", "-at_install", "rest_enumeration")
class TestJsonIds(RestCase):
    def test_all_columns_of_json_are_known(self):
        """Each was read: it has no ids, says of which model, or is hidden."""
        service = self.env["rest.json.ids"]
        unknown = {
            f"{field.model_name}.{field.name}"
            for model in self.env.values()
            if model._name not in OWN
            for field in model._fields.values()
            if field.type == "json" and field.store and not model._transient
            if field.name not in HARMLESS and not service._comodel(self.env, field)
            if not is_secret({field.model_name}, field.name, "json")
        }
        self.assertFalse(unknown)

    def test_shares_of_analytic_accounts_are_those_within_reach(self):
        if SHARES not in self.env:
            self.skipTest("analytic is not installed")
        self.user.group_ids |= self.env.ref("analytic.group_analytic_accounting")
        plan = self.env["account.analytic.plan"].create({"name": "P"})
        accounts = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("Seen", "Hidden")]
        )
        seen, hidden = map(str, accounts.ids)
        self.expose("account.analytic.account", domain=f"[('id', '!=', {hidden})]")
        self.expose(SHARES)
        model = self.env[SHARES].create(
            {"analytic_distribution": {seen: 60, hidden: 40}}
        )
        path = f"{SHARES}/{model.id}"
        shown = self.data(self.rest.get(path))["analytic_distribution"]
        self.assertEqual(shown, {seen: 60})
        for key in (hidden, f"{seen},{hidden}"):
            body = {"analytic_distribution": {key: 100}}
            answer = self.rest.patch(path, body)
            pointer = f"#/analytic_distribution/{key}"
            self.assert_problem(answer, 422, "body.lookup", pointer)
        body = {"analytic_distribution": {seen: 50}}
        self.data(self.rest.patch(path, body))
        self.assertEqual(model.analytic_distribution, {seen: 50, hidden: 40})
