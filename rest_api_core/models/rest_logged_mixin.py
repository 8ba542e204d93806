"""The number of log entries, for the button "Log" of a form."""

from odoo import fields, models

COUNTED = 1000  # more take PostgreSQL too long while a form opens


class RestLoggedMixin(models.AbstractModel):
    _name = "rest.logged.mixin"
    _description = "Records with log entries"
    _rest_log_field = "api_id"

    log_count = fields.Char(
        string="Log Entries",
        compute="_compute_log_count",
        groups="rest_api_core.group_rest_manager",
        help=f"Number of entries in the log, up to {COUNTED}.",
    )

    def _compute_log_count(self):
        for record in self:
            domain = record._log_domain()
            # sudo: the field has the group that reads the log
            log = self.env["rest.log"].sudo()
            count = log.search_count(domain, limit=COUNTED + 1) if record.ids else 0
            record.log_count = f"{COUNTED}+" if count > COUNTED else str(count)

    def _log_domain(self):
        """The entries of this record."""
        return [(self._rest_log_field, "in", self.ids)]

    def action_view_log(self):
        """Open the log entries of this record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rest_api_core.rest_log_action"
        )
        return {**action, "name": self.display_name, "domain": self._log_domain()}
