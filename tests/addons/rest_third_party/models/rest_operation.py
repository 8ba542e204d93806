from odoo import models

from odoo.addons.rest_api_core.access import policy
from odoo.addons.rest_api_core.wire import call as calls
from odoo.addons.rest_api_core.wire.result import Answer

calls.ROUTES["<model>/<ids>/neighbours"] = {"GET": "neighbours"}
policy.NEEDED["neighbours"] = frozenset(("read",))


class RestOperation(models.AbstractModel):
    _inherit = "rest.operation"

    def _answer__neighbours(self, call, rights):
        """The ids right before and after a record, of those within reach."""
        scope = self._open(call, rights, frozenset())
        ids = [number + step for number in call.ids for step in (-1, 1)]
        known = self._versions(scope, call.model, ids)
        return Answer({"data": sorted(known)})
