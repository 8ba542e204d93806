from odoo import api, models

from .. import cache_epoch, paths, schema
from ..registry import EndpointRegistry


class EndpointRouteHandlerTool(models.TransientModel):
    """Register routes without stored records: call ``new()``, then register.

    The key of a row consists of methods and route. Another request, or a later version
    of the addon, can compute it again and unregister the route.
    """

    _name = "endpoint.route.handler.tool"
    _inherit = "endpoint.route.handler"
    _description = "Endpoint Route Handler Tool"
    _disable_rpc = ("all",)

    def init(self):
        """Create or upgrade the table before data files register routes.

        DDL locks the table until the commit. Marking the cache as changed makes this
        transaction build its routing map on its own cursor: a second cursor would wait
        for that lock.
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
        """Clean the route and compute the hash again after values changed.

        The route of a stored record is clean already, and writing it would mark the
        record as out of sync.
        """
        self._compute_endpoint_hash()
        # _compute_route has no api.depends: Odoo does not call it when a value changes
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
        """Drop the rule that this record registered before its route changed."""
        self._endpoint_registry.drop_rules(self._outdated_keys())
        self._registered_keys()[self._ids[0]] = self._endpoint_registry_unique_key()
        return super()._make_controller_rule(options=options, key=key)

    def _registered_endpoint_rule_keys(self):
        keys = super()._registered_endpoint_rule_keys()
        return (*keys, *self._outdated_keys())

    def _outdated_keys(self):
        """Return the keys registered before route or methods changed."""
        known = self._registered_keys()
        return [
            known[record._ids[0]]
            for record in self
            if record._ids[0] in known
            and known[record._ids[0]] != record._endpoint_registry_unique_key()
        ]

    def _registered_keys(self):
        """Return ``{id or NewId: key}`` of this transaction.

        The cursor holds it: recordsets accept no attributes (``__slots__``), and a
        NewId is valid within its transaction only.
        """
        return self.env.cr.postcommit.data.setdefault(f"{self._name}:keys", {})

    def _endpoint_registry_unique_key(self):
        methods = ",".join(sorted(self._get_request_methods()))
        return f"{self._name}:{methods} {paths.clean(self.route)}"
