from odoo.addons.endpoint.controllers.main import EndpointController


class ThirdPartyEndpointController(EndpointController):
    """Answers all endpoints, also those whose rows name the original class."""

    def _handle_result(self, result):
        response = super()._handle_result(result)
        response.headers["X-Third-Party"] = "was here"
        return response
