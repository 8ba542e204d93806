"""The operation that calls a method which the resource lists."""

import inspect
from typing import Any

import psycopg2

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.service.model import get_public_method

from ..access.policy import check_method
from ..orm.context import Context
from ..wire.call import Call, Target
from ..wire.json_bytes import encode
from ..wire.method_results import Results, TooMuch
from ..wire.problem import (
    BodyProblem,
    FieldError,
    Forbidden,
    PageTooLarge,
    ValueInvalid,
    pointer,
)
from ..wire.result import DryRun, Result
from .writing import HONOURED

_MEMBERS = {"args": list, "kwargs": dict, "context": dict}
_TYPES = {list: "a list", dict: "an object"}
MAX_RESULT = 16 * 1024 * 1024  # bytes


class RestCalling(models.AbstractModel):
    """Call a method of the allowlist, and give what it returns as JSON."""

    _name = "rest.calling"
    _description = "REST operations that call methods"

    def _operation__call(self, context: Context, call: Call) -> Result:
        """Raises DryRun for methods that are listed as reading, where they could
        write: whatever they have written is rolled back."""
        rule = check_method(call.target, context.catalog.policy(call.model))
        sent = self._sent(call.body)
        keys = self.env["rest.context.keys"]
        values = keys._checked(context, sent["context"], rule.context, "context")
        if call.ids:
            writes = not rule.readonly
            self.env["rest.preconditions"]._check(
                context,
                call.model,
                call.ids,
                call.conditions,
                lock=writes,
                required=writes,
            )
        most = call.preferences.max_affected
        self.env["rest.writer"]._spend(context, len(call.ids), most)
        records = context.env[call.model].browse(call.ids)
        records = records.with_context(**values)
        method = self._method(records, rule.name)
        self._check_arguments(method, records, sent)
        value = self._run(context, method, records, sent)
        data, step = self._data(context, value, call.model), keys._next(context, value)
        meta = {"next": self._data(context, step)} if step else None
        result = Result(data=data, ids=call.ids, honoured=HONOURED, meta=meta)
        if rule.readonly and not self.env.cr.readonly:
            raise DryRun(result)
        return result

    def _is_readonly__call(self, api_id: int, target: Target) -> bool:
        """Whether the method is listed as reading."""
        resource = self.env["rest.configuration"]._resources(api_id).get(target.model)
        rule = resource and resource.policy.method(target.name)
        return bool(rule and rule.readonly)

    # --- what was sent -------------------------------------------------------

    def _sent(self, body: Any) -> dict[str, Any]:
        """``args``, ``kwargs`` and ``context`` of the body; raises ValueInvalid."""
        body = {} if body is None else body
        if not isinstance(body, dict):
            raise ValueInvalid.at_pointer("#", "must be an object")
        wrong = [
            ((name,), "is not one of args, kwargs, context")
            for name in body
            if name not in _MEMBERS
        ]
        for name, json_type in _MEMBERS.items():
            if not isinstance(body.get(name, json_type()), json_type):
                wrong.append(((name,), f"must be {_TYPES[json_type]}"))
        self._check_values(wrong)
        return {name: body.get(name, made()) for name, made in _MEMBERS.items()}

    def _check_values(self, wrong):
        """:param wrong: ``[(path, detail)]``"""
        if wrong:
            code = ValueInvalid.code
            raise BodyProblem.of(
                FieldError(code, detail, pointer(*path)) for path, detail in wrong
            )

    # --- the method ----------------------------------------------------------

    def _method(self, records, name):
        try:
            return get_public_method(records, name)
        except (AccessError, AttributeError) as error:
            detail = f"Method '{name}' cannot be called through the API."
            raise Forbidden(detail) from error

    def _check_arguments(self, method, records, sent):
        try:
            inspect.signature(method).bind(records, *sent["args"], **sent["kwargs"])
        except TypeError as error:
            raise ValueInvalid.at_pointer("#", f"does not fit: {error}") from error

    def _run(self, context, method, records, sent):
        """The returned value. A method that only reads cannot write, whatever its
        cursor."""
        try:
            with self.env["rest.diagnosis"]._blaming_arguments(sent):
                value = method(records, *sent["args"], **sent["kwargs"])
                context.env.flush_all()
        except psycopg2.errors.ReadOnlySqlTransaction as error:
            # not for Odoo, which would call it once more on a cursor that can write
            raise Forbidden("The method writes, but is listed as reading.") from error
        return value

    def _data(self, context: Context, value: Any, model: str = "") -> Any:
        """The value as JSON; raises PageTooLarge.

        :param model: of the method. Its masked fields are null in the value, as are
            names beside ids where the caller has masked names
        """
        masks = context.catalog.all_field_masks() if model else {}
        unnamed = any("display_name" in own for own in masks.values())

        def ids_of(value):
            if not isinstance(value, models.BaseModel):
                return None
            return self._visible(context, value)

        try:
            data = Results(ids_of, masks.get(model, {}), unnamed).plain(value)
        except TooMuch as error:
            raise PageTooLarge("The result is too large.") from error
        if len(encode(data)) > MAX_RESULT:
            raise PageTooLarge("The result is too large.")
        return data

    def _visible(self, context: Context, records: models.BaseModel) -> list[int]:
        """The ids of records that a read of the API might name, in their order."""
        name, ids = records._name, [each for each in records.ids if each]
        if not ids or not context.catalog.readable(name):
            return []
        domain = Domain("id", "in", ids) & context.visible(name)
        search = self.env["rest.search"]
        visible = set(search._ruled(context, context.reading[name], domain))
        return [each for each in ids if each in visible]
