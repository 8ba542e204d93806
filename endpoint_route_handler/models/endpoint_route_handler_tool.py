from odoo import api, models

from .. import cache_epoch, paths, schema
from ..registry import EndpointRegistry


class EndpointRouteHandlerTool(models.TransientModel):
    """Routes without a record: ``new()`` one, register it, forget it.

    The key of its row is made of its methods and route, so that another request (or a
    later version of the addon) can unregister what this one registered.
    """

    _name = "endpoint.route.handler.tool"
    _inherit = "endpoint.route.handler"
    _description = "Endpoint Route handler tool"
    _disable_rpc = ("all",)

    def init(self):
        """The table must be there before any data file or handler wants it.

        Until we commit, others would wait for a table that we change: this transaction
        has to look for routes by itself.
        """
        if not schema.is_current(self.env.cr):
            EndpointRegistry._setup_db(self.env.cr)
            cache_epoch.mark_changed(self.env, "routing")
        return super().init()

    @api.model
    def new(self, values=None, origin=None, ref=None):
        record = super().new(values=values, origin=origin, ref=ref)
        record._refresh_endpoint_data()
        return record

    def _refresh_endpoint_data(self):
        """Clean the route and compute the hash anew after a change of values.

        Stored records have a clean route, and writing it would put them out of sync.
        """
        self._compute_endpoint_hash()
        self.filtered(lambda record: not record.id)._compute_route()

    def _register_controllers(self, init=False, options=None, clear_cache=True):
        if self:
            self._refresh_endpoint_data()
        return super()._register_controllers(
            init=init, options=options, clear_cache=clear_cache
        )

    def _unregister_controllers(self, clear_cache=True):
        if self:
            self._refresh_endpoint_data()
        return super()._unregister_controllers(clear_cache=clear_cache)

    def _make_controller_rule(self, options=None, key=None):
        """Registered again with another route, a record leaves its first one."""
        self._endpoint_registry.drop_rules(self._outdated_keys())
        self._registered_keys()[self._ids[0]] = self._endpoint_registry_unique_key()
        return super()._make_controller_rule(options=options, key=key)

    def _registered_endpoint_rule_keys(self):
        keys = super()._registered_endpoint_rule_keys()
        return (*keys, *self._outdated_keys())

    def _outdated_keys(self):
        """Keys of this transaction's records before their route or methods changed."""
        known = self._registered_keys()
        return [
            known[record._ids[0]]
            for record in self
            if record._ids[0] in known
            and known[record._ids[0]] != record._endpoint_registry_unique_key()
        ]

    def _registered_keys(self):
        """``{id or NewId: key}``: a record of memory lasts a transaction at most."""
        return self.env.cr.postcommit.data.setdefault(f"{self._name}:keys", {})

    def _endpoint_registry_unique_key(self):
        methods = ",".join(sorted(self._get_request_methods()))
        return f"{self._name}:{methods} {paths.clean(self.route)}"
