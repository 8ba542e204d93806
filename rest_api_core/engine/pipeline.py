"""The story of a request, a line a step; see ``_answer``."""

from odoo import models

from ..access import policy
from ..wire.problem import NotFound


class RestPipeline(models.AbstractModel):
    _name = "rest.pipeline"
    _description = "REST pipeline"

    def _answer(self, call):
        """The ``Answer`` to a ``Call``; problems rise to the dispatcher."""
        rights = self._rights(call)
        self.env["rest.limiter"]._bound(call)
        return self._operation(call)(call, rights)

    def _operation(self, call):
        """The method of the verb; none where the addon that has it is not installed:
        other databases of the server know its paths."""
        operation = self.env["rest.operation"]
        found = getattr(operation, f"_answer__{call.verb}", None)
        if found is None:
            raise NotFound()
        return found

    def _rights(self, call):
        """``EffectivePolicy`` of the caller on the model, None for paths without."""
        if not call.model:
            return None
        settings = self.env["rest.configuration"]
        caller = call.caller
        rights = settings._policy(
            call.api_id, caller.client_id, call.model, caller.read_only
        )
        policy.check(call, rights)
        return rights
