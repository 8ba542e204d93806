"""Who made a change, as the feed tells it."""

from odoo import models


class RestChangeOrigins(models.AbstractModel):
    _name = "rest.change.origins"
    _description = "REST origins of changes"

    def _document(self, context, change):
        """``{"type": "client", "id", "name"}`` or ``{"type": "user"|…}``, with the
        ``request_id`` where there was a request."""
        origin = {"type": change.origin_type or "user"}
        if change.origin_type == "client":
            origin["id"] = change.client_id
            origin["name"] = self._name_of(context.api.id, change.client_id)
        if change.request_id:
            origin["request_id"] = change.request_id
        return origin

    def _name_of(self, api_id, client_id):
        """The name of a client that may use this API; None for all others: deleted
        ones, and those of other APIs, whose callers may not know them."""

        def fill(env):
            client = env["rest.client"].browse(client_id).exists()
            apis = client.scope_ids.resource_id.api_id.ids
            is_known = client and (client.all_resources or api_id in apis)
            return client.name if is_known else None

        key = ("client name", api_id, client_id)
        return self.env["rest.configuration"]._kept(key, fill)

    def _is_excluded(self, context, change, excluded):
        """Whether the caller does not want to be told of changes of this origin."""
        if change.origin_type in excluded:
            return True
        return "self" in excluded and self._is_own(context.caller, change)

    def _is_own(self, caller, change):
        """Whether the client of the caller made it; without one, the user."""
        if caller.client_id:
            return change.client_id == caller.client_id
        by_user = change.origin_type == "user" and not change.client_id
        return by_user and change.user_id == caller.user_id
