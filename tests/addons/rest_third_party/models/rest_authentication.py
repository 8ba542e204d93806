from dataclasses import dataclass
from typing import ClassVar

from odoo import models

from odoo.addons.rest_api_core.wire.call import Caller
from odoo.addons.rest_api_core.wire.problem import CredentialsInvalid


@dataclass(frozen=True)
class Badge:
    login: str
    scheme: ClassVar[str] = "badge"


class RestAuthentication(models.AbstractModel):
    _inherit = "rest.authentication"

    def _presented(self, received, access_token=None):
        login = received.headers.get("X-Badge")
        return Badge(login) if login else super()._presented(received, access_token)

    def _caller_by__badge(self, api, received, session, badge):
        user = self.env["res.users"].sudo().search([("login", "=", badge.login)])
        if not user:
            raise CredentialsInvalid()
        return Caller("badge", user.id)
