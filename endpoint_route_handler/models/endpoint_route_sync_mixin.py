"""Synchronization of records with the routes stored in ``endpoint_route``."""

import functools

from odoo import api, fields, models

from ..registry import EndpointRegistry


class EndpointRouteSyncMixin(models.AbstractModel):
    """Synchronize records with their stored routes.

    A model defines its routes (``_prepare_endpoint_rules``,
    ``_registered_endpoint_rule_keys``) and the fields that change them
    (``_routing_impacting_fields``). Odoo serves a record as it was at its last
    synchronization: by the action "Sync registry" (``registry_sync = True``), or on
    every save with ``registry_auto_sync``.
    """

    _name = "endpoint.route.sync.mixin"
    _description = "Endpoint Route Sync Mixin"

    # Default of ``registry_auto_sync`` for new records of the model
    _endpoint_auto_sync = False

    active = fields.Boolean(default=True)
    registry_sync = fields.Boolean(
        string="In Sync",
        copy=False,
        help="Odoo serves the current version of this record. If not, run the action"
        " 'Sync registry'.",
    )
    registry_auto_sync = fields.Boolean(
        string="Sync on Save",
        default=lambda self: self._endpoint_auto_sync,
        help="Every change is served as soon as it is saved.",
    )
    registry_state = fields.Selection(
        [
            ("synced", "Served"),
            ("to_sync", "Out of Sync"),
            ("broken", "Broken"),
            ("off", "Not Served"),
        ],
        string="Status",
        compute="_compute_registry_state",
        help="Broken records are synchronized, but Odoo cannot serve them. The status"
        " message gives the reason.",
    )
    registry_state_message = fields.Char(
        string="Status Message", compute="_compute_registry_state"
    )

    @api.depends(lambda self: ("registry_sync", "active"))
    def _compute_registry_state(self):
        problems = self._registry_problems()
        for record in self:
            problem = problems.get(record.id)
            record.registry_state_message = problem
            if not record.registry_sync:
                record.registry_state = "to_sync"
            elif not record.active:
                record.registry_state = "off"
            else:
                record.registry_state = "broken" if problem else "synced"

    def _registry_problems(self):
        """Return ``{record id: reason}`` of synchronized records with a problem."""
        keys = {
            key: record.id
            # r.ids is empty for the new record of a form: it has no stored rules
            for record in self.filtered(lambda r: r.ids and r.registry_sync)
            for key in record._registered_endpoint_rule_keys()
        }
        errors = self.env["ir.http"]._endpoint_route_errors(list(keys)) if keys else {}
        return {keys[key]: error for key, error in errors.items()}

    # --- to implement ------------------------------------------------------------

    def _routing_impacting_fields(self, options=None):
        """Return a tuple of field names; changing one puts a record out of sync."""
        raise NotImplementedError()

    def _prepare_endpoint_rules(self, options=None):
        """Return a list of EndpointRule: the routes of all records in ``self``."""
        raise NotImplementedError()

    def _registered_endpoint_rule_keys(self):
        """Return a sequence of str: the rule keys of all records in ``self``."""
        raise NotImplementedError()

    # --- life cycle --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        to_sync = [
            record.id
            for record, vals in zip(records, vals_list, strict=True)
            # registry_auto_sync from the record: vals does not contain the default
            if vals.get("registry_sync") or record.registry_auto_sync
        ]
        records.browse(to_sync).write({"registry_sync": True})
        return records

    def write(self, vals):
        impacting = {*self._routing_impacting_fields(), "active"}
        changes_routing = not impacting.isdisjoint(vals)
        if changes_routing:
            # a copy: other overrides of write() still hold the caller's dict
            vals = {**vals, "registry_sync": False}
        result = super().write(vals)
        if vals.get("registry_sync"):
            self._sync_now()
        elif changes_routing:
            self.filtered("registry_auto_sync").write({"registry_sync": True})
        return result

    def unlink(self):
        # before super(): the keys of the rules are read from the records
        if not self._abstract:
            self._unregister_controllers()
        return super().unlink()

    # --- synchronization ---------------------------------------------------------

    def _sync_now(self):
        """Store the routes in this transaction and call the hook after the commit."""
        if self:
            self._handle_registry_sync()
            self._add_after_commit_hook(self.ids)

    @api.model
    def _add_after_commit_hook(self, record_ids):
        self.env.cr.postcommit.add(
            functools.partial(self._handle_registry_sync_post_commit, record_ids)
        )

    def _handle_registry_sync(self, record_ids=None):
        """Store the routes of active records and drop those of archived ones."""
        # exists(): after the commit another transaction can have deleted the records
        records = (self.browse(record_ids) if record_ids else self).exists()
        version = self._endpoint_registry.last_version()
        active = records.filtered("active")
        active._register_controllers(clear_cache=False)
        (records - active)._unregister_controllers(clear_cache=False)
        repeated = self.env.context.get("endpoint_sync_repeated")
        if not repeated or self._endpoint_registry.last_version() != version:
            self.env["ir.http"]._endpoint_routes_changed()

    def _handle_registry_sync_post_commit(self, record_ids=None):
        """Synchronize again after the commit, for overrides that need committed data.

        The routes are stored already. If nothing changed, the routing maps are kept.
        """
        repeated = self.with_context(endpoint_sync_repeated=True)
        repeated._handle_registry_sync(record_ids)
        # postcommit hooks run after the commit: nothing else commits what they write
        self.env.cr.commit()  # pylint: disable=invalid-commit

    @property
    def _endpoint_registry(self):
        return EndpointRegistry.registry_for(self.env.cr)

    def _register_controllers(self, init=False, options=None, clear_cache=True):
        if not self:
            return
        rules = self._prepare_endpoint_rules(options=options)
        self._endpoint_registry.update_rules(rules, init=init)
        if clear_cache:
            self.env["ir.http"]._endpoint_routes_changed()

    def _unregister_controllers(self, clear_cache=True):
        if not self:
            return
        self._endpoint_registry.drop_rules(self._registered_endpoint_rule_keys())
        if clear_cache:
            self.env["ir.http"]._endpoint_routes_changed()
