from odoo import models

from odoo.addons.rest_api_core.operations import Operation
from odoo.addons.rest_api_core.wire.result import Result


class RestOperations(models.AbstractModel):
    _inherit = "rest.operations"

    def _operations(self):
        neighbours = Operation(
            "neighbours",
            "The ids right before and after a record",
            ("GET <model>/<ids>/neighbours",),
            rights=frozenset(("read",)),
            readonly=True,
        )
        return [*super()._operations(), neighbours]

    def _operation__neighbours(self, context, call):
        ids = [record_id + step for record_id in call.ids for step in (-1, 1)]
        versions = self.env["rest.serializer"]._versions(context, call.model, ids)
        return Result(sorted(versions))
