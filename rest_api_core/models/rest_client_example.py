"""A request that a client may send, for those who have just made a key."""

from odoo import models

LIMIT = 3


class RestClient(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.client"

    def _example_url(self):
        """The URL of a short list that this client may read; False if there is none."""
        resource = self._example_resource()
        return resource and f"{resource.api_id.api_url}/{resource.model}?limit={LIMIT}"

    def _token_url(self):
        """Where the client gets tokens of OAuth2; False if there is no such API."""
        api = self._example_resource("auth_oauth").api_id
        return api and f"{api.api_url}/oauth/token"

    def _example_resource(self, accepted="auth_api_key"):
        """The first resource that client and user may both read.

        :param accepted: the field of the API that accepts the credentials
        """
        known = self.scope_ids.resource_id
        if self.all_resources:
            known |= self.env["rest.resource"].search([])
        apis = known.api_id.filtered(lambda api: api.active and api[accepted])
        readable = known.filtered(lambda r: r.api_id in apis and self._may_read(r))
        return readable.sorted(lambda r: (r.is_sensitive, r.id))[:1]

    def _may_read(self, resource):
        if not resource.active or resource.model not in self.env:
            return False
        settings = self.env["rest.configuration"]
        policy = settings._policy(resource.api_id.id, self.id, resource.model)
        user_model = self.env[resource.model].with_user(self.user_id)
        return bool(policy and policy.may("read")) and user_model.has_access("read")
