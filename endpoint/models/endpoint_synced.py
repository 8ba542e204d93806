"""Values of the last synchronization, which requests are served with."""

from odoo import api, fields, models
from odoo.http import request

CONTENT_TYPES = ("request_content_type", "additional_content_types")
JSON_TYPES = frozenset(
    ["boolean", "char", "float", "integer", "many2one", "selection", "text"]
)


class EndpointSyncedMixin(models.AbstractModel):
    """Keep the routing fields as they were synchronized.

    The stored route has URL, methods and authentication. The handler reads the record,
    whose values can have changed since then: it gets these values instead.
    """

    _name = "endpoint.synced.mixin"
    _inherit = "endpoint.route.handler"
    _description = "Endpoint Synchronized Values"

    synced_values = fields.Json(
        copy=False,
        help="Routing values of the last synchronization, by field name.",
    )

    def write(self, vals):
        for names, bound in self._bound_fields().items():
            if not set(names).isdisjoint(vals):
                self._keep(names, bound)
        return super().write(vals)

    def _bound_fields(self):
        """Return ``{routing fields: fields whose values belong to theirs}``.

        The latter take effect on save, unless one of the former was changed as well.
        """
        return {
            CONTENT_TYPES: ("request_content_schema", "check_formats"),
            ("auth_type",): ("exec_as_user_id",),
        }

    def _keep(self, names, bound):
        """Store the values in effect before a routing field of theirs changes."""
        for record in self.filtered("synced_values"):
            if not record._is_changed(names):
                kept = record._cache_values(bound)
                record.synced_values = {**record.synced_values, **kept}

    def _is_changed(self, names):
        """Return whether a field differs from its synchronized value."""
        synced = self.synced_values
        return any(synced.get(n) != v for n, v in self._cache_values(names).items())

    def _register_controllers(self, init=False, options=None, clear_cache=True):
        self._forget_synced_values()
        result = super()._register_controllers(
            init=init, options=options, clear_cache=clear_cache
        )
        self._store_synced_values()
        return result

    def _register_single_controller(self, options=None, key=None, init=False):
        self._forget_synced_values()
        result = super()._register_single_controller(
            options=options, key=key, init=init
        )
        self._store_synced_values()
        return result

    def _forget_synced_values(self):
        """Read the records again if the request is served with earlier values."""
        if self._served_id() in self.ids:
            self.invalidate_recordset()

    def _store_synced_values(self):
        for record in self:
            values = record._cache_values(record._routing_impacting_fields())
            # the hook after the commit synchronizes again: keep the caches
            if record.synced_values != values:
                record.synced_values = values

    def _cache_values(self, names):
        """Return ``{field name: cache value}`` of the fields that JSON represents."""
        return {
            name: field.convert_to_cache(self[name], self, validate=False)
            for name in names
            for field in [self._fields[name]]
            if field.store and field.type in JSON_TYPES and not field.company_dependent
        }

    def _synced_values(self):
        """Return the cache values of the last synchronization."""
        if not self.synced_values:
            return self._values_of_stored_rule()
        values = {n: v for n, v in self.synced_values.items() if n in self._fields}
        for names, bound in self._bound_fields().items():
            if not self._is_changed(names):
                values = {n: v for n, v in values.items() if n not in bound}
        return values

    def _set_cache_values(self, values):
        """Let this transaction read ``values`` without writing them."""
        for name, value in values.items():
            self._fields[name]._get_cache(self.env)[self.id] = value

    def _values_of_stored_rule(self):
        """Return what the stored route says of a record without ``synced_values``.

        An earlier version synchronized it, or another program stored the route.
        """
        rule = self._endpoint_registry._get_rule(self._endpoint_registry_unique_key())
        if self.registry_sync or rule is None:
            return {}
        method, *methods = rule.routing.get("methods") or [self.request_method]
        return {
            "auth_type": rule.routing["auth"],
            "request_method": method,
            "additional_methods": ",".join(methods) or None,
        }

    @api.model
    def _served_id(self, endpoint_route=None):
        """Return the id of the record whose route the request matched, or None.

        :param endpoint_route: as stored; a handler can also look for other routes
        """
        rule = getattr(request, "endpoint_rule", None) if request else None
        endpoint = getattr(rule, "endpoint", None)
        key = getattr(endpoint, "endpoint_key", None)
        # mocked requests have any attribute
        if not isinstance(key, str) or endpoint_route not in (None, *endpoint.args):
            return None
        model, _, record_id = key.rpartition(":")
        return int(record_id) if model == self._name and record_id.isdigit() else None
