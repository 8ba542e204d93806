"""The one handler behind all paths of all APIs."""

from odoo import http
from odoo.http import request

from ..wire import call as calls
from ..wire.problem import Problem


class RestController(http.Controller):
    def answer(self, api_id, /, *, call):
        """Answer a ``Call`` to the API of this id."""
        return request.env["rest.pipeline"]._answer(call)

    def is_readonly(self, rule, args):
        """Whether Odoo serves the request on a read-only cursor, from a replica."""
        method = request.httprequest.method
        if request.httprequest.headers.get("Authorization", "")[:5].lower() == "basic":
            return False  # a password's hash may be made anew
        try:
            target = calls.parse(args.get("rest", ""), method)
        except Problem:
            return True
        if target.verb == "call":
            return self._is_readonly_method(rule.endpoint.args[0], target)
        return target.verb in calls.READS

    def _is_readonly_method(self, api_id, target):
        resources = request.env["rest.configuration"]._resources(api_id)
        resource = resources.get(target.model)
        rule = resource and resource.policy.method(target.name)
        return bool(rule and rule.readonly)
