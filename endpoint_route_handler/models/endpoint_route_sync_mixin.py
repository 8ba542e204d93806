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
        names = {*self._routing_impacting_fields(), "active"}.intersection(vals)
        before = {record.id: record._values_of(names) for record in self}
        result = super().write(vals)
        changed = self.filtered(lambda r: r._values_of(names) != before[r.id])
        changed._set_registry_sync(False)
        if "active" in names:
            changed._follow_active()
        if vals.get("registry_auto_sync"):
            changed |= self.filtered(lambda record: not record.registry_sync)
        # last: the changes above, and inverse methods, reset the flag
        is_command = vals.get("registry_sync")
        (self if is_command else changed.filtered("registry_auto_sync"))._sync_now()
        return result

    def _values_of(self, names):
        return {name: self[name] or False for name in names}

    def _set_registry_sync(self, value):
        """Write the flag without synchronizing."""
        others = self.filtered(lambda record: record.registry_sync != value)
        values = {"registry_sync": value}
        return others and super(EndpointRouteSyncMixin, others).write(values)

    def unlink(self):
        # before super(): the keys of the rules are read from the records
        if not self._abstract:
            self._unregister_controllers()
        return super().unlink()

    # --- synchronization ---------------------------------------------------------

    def _sync_now(self):
        """Store the routes in this transaction and call the hook after the commit."""
        if self:
            self._set_registry_sync(True)
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
        records = (repeated.browse(record_ids) if record_ids else repeated).exists()
        # the same transaction can have changed a record after its synchronization
        in_sync = records.filtered("registry_sync")
        if in_sync:
            in_sync._handle_registry_sync(in_sync.ids)
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
