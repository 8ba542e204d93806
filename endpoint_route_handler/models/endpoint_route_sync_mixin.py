"""Records whose routes live in the table ``endpoint_route``."""

import functools

from odoo import api, fields, models

from ..registry import EndpointRegistry


class EndpointRouteSyncMixin(models.AbstractModel):
    """Keep records and their stored routes in step.

    A model says what its routes are (``_prepare_endpoint_rules``,
    ``_registered_endpoint_rule_keys``) and which fields change them
    (``_routing_impacting_fields``); the rest is here. A record is served as it was when
    last synchronized: by the action "Sync registry" (``registry_sync = True``), or on
    every save with ``registry_auto_sync``.
    """

    _name = "endpoint.route.sync.mixin"
    _description = "Endpoint Route sync mixin"

    # Default of ``registry_auto_sync`` for the records of a model
    _endpoint_auto_sync = False

    active = fields.Boolean(default=True)
    registry_sync = fields.Boolean(
        copy=False,
        help="ON: the routes being served are those of this record.\n"
        "OFF: the record changed since; run the action 'Sync registry' to serve it.",
    )
    registry_auto_sync = fields.Boolean(
        string="Sync on save",
        default=lambda self: self._endpoint_auto_sync,
        help="Serve every change as soon as it is saved, without 'Sync registry'.",
    )
    registry_state = fields.Selection(
        [
            ("synced", "Served"),
            ("to_sync", "To sync"),
            ("broken", "Broken"),
            ("off", "Not served"),
        ],
        compute="_compute_registry_state",
        help="Broken: synchronized, but Odoo cannot serve it; the message says why.",
    )
    registry_state_message = fields.Char(compute="_compute_registry_state")

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
        """``{record id: reason}`` of the synchronized records that cannot be served."""
        keys = {
            key: record.id
            for record in self.filtered(lambda r: r.ids and r.registry_sync)
            for key in record._registered_endpoint_rule_keys()
        }
        errors = self.env["ir.http"]._endpoint_route_errors(list(keys)) if keys else {}
        return {keys[key]: error for key, error in errors.items()}

    # --- to implement ------------------------------------------------------------

    def _routing_impacting_fields(self, options=None):
        """Tuple of the names of fields whose change puts a record out of sync."""
        raise NotImplementedError()

    def _prepare_endpoint_rules(self, options=None):
        """List of EndpointRule: the routes of all records of ``self``."""
        raise NotImplementedError()

    def _registered_endpoint_rule_keys(self):
        """Sequence of the keys under which the routes of ``self`` are stored."""
        raise NotImplementedError()

    # --- life cycle --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        wanted = [
            record.id
            for record, vals in zip(records, vals_list, strict=True)
            if vals.get("registry_sync") or record.registry_auto_sync
        ]
        records.browse(wanted).write({"registry_sync": True})
        return records

    def write(self, vals):
        impacting = {*self._routing_impacting_fields(), "active"}
        changes_routing = not impacting.isdisjoint(vals)
        if changes_routing:
            vals = {**vals, "registry_sync": False}
        result = super().write(vals)
        if vals.get("registry_sync"):
            self._sync_now()
        elif changes_routing:
            self.filtered("registry_auto_sync").write({"registry_sync": True})
        return result

    def unlink(self):
        if not self._abstract:
            self._unregister_controllers()
        return super().unlink()

    # --- synchronization ---------------------------------------------------------

    def _sync_now(self):
        """Store the routes with the records, in one transaction; then the hook."""
        if self:
            self._handle_registry_sync()
            self._add_after_commit_hook(self.ids)

    @api.model
    def _add_after_commit_hook(self, record_ids):
        self.env.cr.postcommit.add(
            functools.partial(self._handle_registry_sync_post_commit, record_ids)
        )

    def _handle_registry_sync(self, record_ids=None):
        """Store the routes of active records, drop those of archived ones."""
        records = (self.browse(record_ids) if record_ids else self).exists()
        version = self._endpoint_registry.last_version()
        active = records.filtered("active")
        active._register_controllers(clear_cache=False)
        (records - active)._unregister_controllers(clear_cache=False)
        repeated = self.env.context.get("endpoint_sync_repeated")
        if not repeated or self._endpoint_registry.last_version() != version:
            self.env["ir.http"]._endpoint_routes_changed()

    def _handle_registry_sync_post_commit(self, record_ids=None):
        """Once more after commit, for hooks that want to see committed data.

        Finds the routes stored already, and then leaves the workers' maps alone.
        """
        repeated = self.with_context(endpoint_sync_repeated=True)
        repeated._handle_registry_sync(record_ids)
        # a transaction of our own, after the one that synchronized
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
