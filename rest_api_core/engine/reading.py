"""The operations that read: list, read, bulk and count."""

from odoo import models

from ..wire.problem import ParameterInvalid
from ..wire.result import Result


class RestReading(models.AbstractModel):
    _name = "rest.reading"
    _description = "REST reading"

    def _operation__list(self, context, call):
        return self.env["rest.reader"].list_records(
            context, call.model, call.query, call.conditions
        )

    def _operation__read(self, context, call):
        return self.env["rest.reader"].read_record(
            context, call.model, call.ids[0], call.query
        )

    def _operation__bulk(self, context, call):
        """The records of the ids in the path, or in the query."""
        ids = call.ids or call.query.ids
        if not ids:
            raise ParameterInvalid.at_parameter("ids", "is required")
        return self.env["rest.reader"].read_records(
            context, call.model, ids, call.query
        )

    def _operation__count(self, context, call):
        count = self.env["rest.reader"].count_records(context, call.model, call.query)
        return Result(data={"count": count})
