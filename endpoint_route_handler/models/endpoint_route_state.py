"""State of records with routes, for lists and forms."""

from odoo import api, fields, models


class EndpointRouteSyncMixin(models.AbstractModel):
    _inherit = "endpoint.route.sync.mixin"

    registry_state = fields.Selection(
        [
            ("synced", "Served"),
            ("to_sync", "Out of Sync"),
            ("broken", "Broken"),
            ("off", "Not Served"),
        ],
        string="Status",
        compute="_compute_registry_state",
        help="Broken records are synchronized, but Odoo cannot serve all requests to"
        " them. The status message gives the reason.",
    )
    registry_state_message = fields.Char(
        string="Status Message",
        compute="_compute_registry_state",
        help="Reason why Odoo cannot serve the record.",
    )

    @api.depends(lambda self: ("registry_sync", "active"))
    def _compute_registry_state(self):
        problems = self._registry_problems()
        for record in self:
            problem = problems.get(record.id)
            record.registry_state_message = problem
            if not record.active:
                record.registry_state = "off"
            elif not record.registry_sync:
                record.registry_state = "to_sync"
            else:
                record.registry_state = "broken" if problem else "synced"

    def _registry_problems(self):
        """Return ``{record id: reason}`` of synchronized records with a problem."""
        # r.ids is empty for the new record of a form: it has no stored rules
        in_sync = self.filtered(lambda r: r.ids and r.registry_sync and r.active)
        keys = {
            key: record.id
            for record in in_sync
            for key in record._registered_endpoint_rule_keys()
        }
        errors = self.env["ir.http"]._endpoint_route_errors(list(keys)) if keys else {}
        return {keys[key]: error for key, error in errors.items()}

    def _follow_active(self):
        """Stop serving archived records at once.

        Their rules stay stored: an unarchived record is served as last synchronized.
        """
        for record in self:
            keys = record._registered_endpoint_rule_keys()
            self._endpoint_registry.archive_rules(keys, not record.active)
            # unarchived without other changes: nothing is left to synchronize
            if record.active and record._is_stored():
                record._set_registry_sync(True)
        if self:
            self.env["ir.http"]._endpoint_routes_changed()

    def _is_stored(self):
        """Return whether the stored rules are those of the record as it is now."""
        return self._endpoint_registry.are_stored(self._prepare_endpoint_rules())
