"""Finding an endpoint for a request, without asking the database each time."""

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.endpoint_route_handler import cache_epoch

# Not remembered: the key, and what synchronizing writes
NOT_DEFINING = frozenset(["id", "registry_sync"])


class EndpointDefinitionMixin(models.AbstractModel):
    """Records found by route, their fields filled from what the worker remembers.

    A *definition* is ``(id, {field name: cache value})``, frozen and free of cursors.
    Definitions live in an epoch of Odoo's ``default`` cache, which every change of an
    endpoint clears in all workers.
    """

    _name = "endpoint.definition.mixin"
    _inherit = "endpoint.route.handler"
    _description = "Endpoint definitions in the worker's memory"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._definitions_changed()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not NOT_DEFINING.issuperset(vals):
            self._definitions_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._definitions_changed()
        return result

    @api.model
    def _definitions_changed(self):
        cache_epoch.mark_changed(self.env, "default")

    @tools.ormcache(cache="default")
    def _definition_epoch(self):
        return cache_epoch.Epoch()

    def _remembered(self, key, fill):
        """``fill(env)`` on committed data, or what it was; own changes are seen."""
        if cache_epoch.is_changed(self.env, "default"):
            return fill(self.env(su=True))

        def fill_from_committed():
            with cache_epoch.committed_cursor(self.env) as cr:
                return fill(self.env(cr=cr, su=True))

        return self._definition_epoch().get(key, fill_from_committed)

    @api.model
    def _find_endpoint(self, endpoint_route):
        """The active record for a route (and the method of the current request)."""
        method = self._requested_method()
        definition = self._remembered(
            (self._name, endpoint_route, method),
            lambda env: env[self._name]._read_definition(endpoint_route, method),
        )
        return self.sudo()._from_definition(definition)

    def _find_endpoint_domain(self, endpoint_route):
        return [("route", "=", endpoint_route)]

    @api.model
    def _requested_method(self):
        """GET for HEAD; None outside a request."""
        method = request.httprequest.method if request else None
        return "GET" if method == "HEAD" else method

    def _read_definition(self, endpoint_route, method):
        """Of several records on one path the one that serves the method."""
        found = self.search(Domain(self._find_endpoint_domain(endpoint_route)))
        serving = found.filtered(lambda r: method in r._get_request_methods())
        record = (serving or found)[:1]
        return (record.id, record._definition_values()) if record else None

    def _definition_values(self):
        """Cache values of the stored fields that live in the table's own columns."""
        return {
            name: field.convert_to_cache(self[name], self, validate=False)
            for name, field in self._fields.items()
            if self._is_definition_field(field)
        }

    def _is_definition_field(self, field):
        return (
            field.store
            and field.name not in NOT_DEFINING
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
            # what the transaction changed and did not store yet stays
            fields[name]._get_cache(self.env).setdefault(record_id, value)
        return self.browse(record_id)

    @api.model
    def _is_active_user(self, user_id):
        """Whether somebody may still act as this user."""
        return self._remembered(
            ("user", user_id),
            lambda env: bool(env["res.users"].browse(user_id).exists().active),
        )
