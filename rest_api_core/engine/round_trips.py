"""A record that was read is sent back: what cannot be written and has not changed."""

from typing import Any

from odoo import models

from ..orm.context import Context
from ..query.field_types import FILES
from ..query.query import Query
from ..wire.call import Call

_DESCRIPTOR = frozenset(("url", "size", "mimetype"))


class RestRoundTrips(models.AbstractModel):
    _name = "rest.round.trips"
    _description = "REST round trips"

    def _changed(self, context: Context, call: Call) -> Any:
        """The body without the values that a read of its one record shows in the same
        form: its id, files that are described, and fields that cannot be written. Where
        these have other values they stay, and are refused."""
        body = call.body
        if not isinstance(body, dict) or len(call.ids) != 1:
            return body
        shown = self._shown(context, call)
        return {
            name: value
            for name, value in body.items()
            if not (name in shown and _is_same(shown[name], value))
        }

    def _shown(self, context, call):
        """``{name: value}`` of the record, of the fields of the body in question."""
        writable = context.fields_of(call.model, "body")
        names = [
            name
            for name in context.fields_of(call.model)
            if name in call.body and _is_in_question(name, call.body, writable)
        ]
        policy = context.catalog.policy(call.model)
        if not names or not policy.may("read"):
            return {}
        serializer = self.env["rest.serializer"]
        query = Query(fields=tuple(names))
        level = serializer._plan(context, call.model, query, "read")[1]
        documents, _versions = serializer._documents(context, level, call.ids)
        return documents[0] if documents else {}


def _is_in_question(name, body, writable):
    field = writable.get(name)
    is_described = isinstance(body[name], dict) and body[name].keys() == _DESCRIPTOR
    return field is None or (field.type in FILES and is_described)


def _is_same(shown, value):
    """1 is not true here, as in JSON."""
    return type(shown) is type(value) and shown == value
