from werkzeug.exceptions import Forbidden

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class ThirdPartyEndpoint(models.Model):
    """Endpoints in a table of their own, with one more exec mode and auth type."""

    _name = "third.party.endpoint"
    _inherit = "endpoint.mixin"
    _description = "Third party endpoint"
    _endpoint_route_prefix = "/third"

    exec_mode = fields.Selection(default="greet")
    greeting = fields.Char()
    code = fields.Char(help="Makes the route, where there is one.")
    secret = fields.Char()
    published = fields.Boolean(default=True)

    def _selection_exec_mode(self):
        return super()._selection_exec_mode() + [("greet", "Greet")]

    def _selection_auth_type(self):
        return super()._selection_auth_type() + [("third_party", "Third party")]

    def _routing_impacting_fields(self, options=None):
        return super()._routing_impacting_fields(options=options) + ("code",)

    @api.depends("code")
    def _compute_route(self):
        for record in self.filtered("code"):
            record.route = f"/by-code/{record.code}"
        return super()._compute_route()

    def _validate_exec__greet(self):
        if not self.greeting:
            raise UserError(_("A greeting endpoint needs a greeting."))

    def _handle_exec__greet(self, request):
        who = self.env.user.login
        payload = {"greeting": self.greeting, "who": who, "params": request.params}
        return {"payload": payload, "headers": {"X-Mode": "greet"}}

    def _validate_request(self, request):
        super()._validate_request(request)
        if self.secret and request.httprequest.headers.get("X-Secret") != self.secret:
            self._logger.info("wrong secret for %s", self.route)
            raise Forbidden()

    def _get_code_snippet_eval_context(self, request):
        context = super()._get_code_snippet_eval_context(request)
        return {**context, "double": lambda number: 2 * number}

    @api.model
    def _find_endpoint(self, endpoint_route):
        return super()._find_endpoint(endpoint_route).filtered("published")
