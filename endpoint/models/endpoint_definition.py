"""Find the endpoint of a request without a query per request."""

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.endpoint_route_handler import cache_epoch

# Fields that are not cached: the key, and the one that a synchronization writes
NOT_CACHED = frozenset(["id", "registry_sync"])


class EndpointDefinitionMixin(models.AbstractModel):
    """Find records by route and fill their fields from a cache of the worker.

    A *definition* is ``(id, {field name: cache value})`` and holds no cursor.
    Definitions are stored in an epoch of Odoo's ``default`` cache. Every change of an
    endpoint clears that cache in all workers.
    """

    _name = "endpoint.definition.mixin"
    _inherit = "endpoint.synced.mixin"
    _description = "Endpoint Definition Mixin"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._definitions_changed()
        return records

    def write(self, vals):
        result = super().write(vals)
        # a synchronization does not change the definition: keep the cache
        if not NOT_CACHED.issuperset(vals):
            self._definitions_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._definitions_changed()
        return result

    @api.model
    def _definitions_changed(self):
        cache_epoch.mark_changed(self.env, "default")

    # ormcache holds only the epoch: see cache_epoch for why it cannot hold the values
    @tools.ormcache(cache="default")
    def _definition_epoch(self):
        return cache_epoch.Epoch()

    def _cached(self, key, fill):
        """Return the cached value of ``key``, computed by ``fill(env)`` if missing.

        ``fill`` reads committed data as superuser. A transaction with uncommitted
        changes does not use the cache.
        """
        # su: access rights of the caller must not decide a value that all users share
        if cache_epoch.is_changed(self.env, "default"):
            return fill(self.env(su=True))

        def fill_from_committed():
            with cache_epoch.committed_cursor(self.env) as cr:
                return fill(self.env(cr=cr, su=True))

        return self._definition_epoch().get(key, fill_from_committed)

    @api.model
    def _find_endpoint(self, endpoint_route):
        """Return the active record for a route and the method of the request.

        A request that matched a stored route gets the record of that route, with the
        values of its last synchronization.
        """
        method = self._request_method()
        served = self._served_id(endpoint_route), endpoint_route, method
        definition, synced = self._cached(
            (self._name, *served),
            lambda env: env[self._name]._read_served_definition(*served),
        )
        # sudo: callers have no access rights to endpoints
        record = self.sudo()._from_definition(definition)
        record._set_cache_values(synced)
        return record

    def _find_endpoint_domain(self, endpoint_route):
        return [("route", "=", endpoint_route)]

    @api.model
    def _request_method(self):
        """Return the method of the request, None without a request."""
        return request.httprequest.method if request else None

    def _accepts_method(self, method):
        """Return whether the record has a method; GET includes HEAD."""
        return not {method, "GET" if method == "HEAD" else method}.isdisjoint(
            self._get_request_methods()
        )

    def _read_served_definition(self, record_id, endpoint_route, method):
        """Return ``(definition, values of the last synchronization)``."""
        if record_id is None:
            return self._read_definition(endpoint_route, method), {}
        record = self.browse(record_id).exists()
        domain = Domain(self._find_endpoint_domain(record.route))
        # search: archiving and overrides of the domain take effect on save
        record = self.search(domain & Domain("id", "=", record.id))
        if not record:
            return None, {}
        return (record.id, record._definition_values()), record._synced_values()

    def _read_definition(self, endpoint_route, method):
        """Return the definition of the record that serves route and method.

        If no record of the route has the method, the first one responds with 405.
        """
        matches = self.search(Domain(self._find_endpoint_domain(endpoint_route)))
        serving = matches.filtered(lambda r: r._accepts_method(method))
        record = (serving or matches)[:1]
        return (record.id, record._definition_values()) if record else None

    def _definition_values(self):
        """Return the cache values of the fields stored in columns of the table."""
        # cache format: recordsets would keep the cursor of this transaction
        return {
            name: field.convert_to_cache(self[name], self, validate=False)
            for name, field in self._fields.items()
            if self._is_definition_field(field)
        }

    def _is_definition_field(self, field):
        # Odoo caches translated and company-dependent values per context, and values of
        # JSON types are mutable
        return (
            field.store
            and field.name not in NOT_CACHED
            and field.column_type
            and not field.translate
            and not field.company_dependent
            and field.type not in ("json", "properties", "properties_definition")
        )

    def _from_definition(self, definition):
        if definition is None:
            return self.browse()
        record_id, values = definition
        fields = self._fields
        for name, value in values.items():
            # setdefault: keep values that the transaction has changed but not flushed
            fields[name]._get_cache(self.env).setdefault(record_id, value)
        return self.browse(record_id)

    @api.model
    def _is_active_user(self, user_id):
        """Return whether the user exists and is not archived."""
        return self._cached(
            ("user", user_id),
            lambda env: bool(env["res.users"].browse(user_id).exists().active),
        )
