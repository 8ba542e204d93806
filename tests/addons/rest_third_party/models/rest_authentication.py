from odoo import models

from odoo.addons.rest_api_core.wire.call import Caller
from odoo.addons.rest_api_core.wire.problem import CredentialsInvalid


class RestAuthentication(models.AbstractModel):
    _inherit = "rest.authentication"

    def _caller(self, api, http, session):
        login = http.headers.get("X-Badge")
        if login is None:
            return super()._caller(api, http, session)
        user = self.env["res.users"].sudo().search([("login", "=", login)])
        if not user:
            raise CredentialsInvalid()
        return Caller(scheme="badge", user_id=user.id)
