"""The verb that calls a method; ``policy.check`` has found it on the list."""

import inspect

import psycopg2
import pytz

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.service.model import get_public_method

from ..query import query
from ..wire.method_results import Results, TooMuch
from ..wire.problem import FieldError, Forbidden, PageTooLarge, ValueInvalid, pointer
from ..wire.result import Answer, DryRun, encode

_MEMBERS = {"args": list, "kwargs": dict, "context": dict}


class RestCalling(models.AbstractModel):
    _name = "rest.calling"
    _inherit = "rest.procedure"
    _description = "REST methods"

    def _answer__call(self, call, rights):
        rule = rights.method(call.name)
        task = self._begin(call, rights, query.SHAPE & {"lang", "company"})
        given = self._given(call.body)
        if call.ids:
            writes = not rule.readonly
            self._expect(task, call.ids, lock=writes, required=writes)
        self._catch(task, len(call.ids))
        records = task.scope.model.browse(call.ids).with_context(**given["context"])
        method = self._method(records, call.name)
        self._check_arguments(method, records, given)
        result = self._run(task, method, records, given)
        answer = self._result(task, result)
        if rule.readonly and not self.env.cr.readonly:
            raise DryRun(answer)  # whatever it has written, it has not
        return self._handed_out(task, answer, self._applied(task))

    # --- what is given -------------------------------------------------------

    def _given(self, body):
        """``args``, ``kwargs`` and ``context`` of the body; raises ValueInvalid."""
        body = {} if body is None else body
        if not isinstance(body, dict):
            raise ValueInvalid.at_pointer("#", "must be an object")
        field_errors = [
            (name, "is not args, kwargs or context")
            for name in body
            if name not in _MEMBERS
        ]
        for name, kind in _MEMBERS.items():
            if not isinstance(body.get(name, kind()), kind):
                what = "a list" if kind is list else "an object"
                field_errors.append((name, f"must be {what}"))
        self._refuse_values(field_errors)
        given = {name: body.get(name, kind()) for name, kind in _MEMBERS.items()}
        self._check_context(given["context"])
        return given

    def _check_context(self, context):
        """Language and time zone; everything else is ours to say."""
        known = {
            "lang": self.env["rest.context"]._installed_languages(),
            "tz": pytz.all_timezones_set,
        }
        field_errors = []
        for name, value in context.items():
            if name not in known:
                field_errors.append((("context", name), "cannot be set"))
            elif not isinstance(value, str) or value not in known[name]:
                field_errors.append((("context", name), "is not known"))
        self._refuse_values(field_errors)

    def _refuse_values(self, field_errors):
        if not field_errors:
            return
        errors = [
            FieldError(ValueInvalid.code, detail, _place(where))
            for where, detail in field_errors
        ]
        detail = f"{errors[0].pointer}: {errors[0].detail}"
        raise ValueInvalid(detail, errors=errors)

    # --- the method ----------------------------------------------------------

    def _method(self, records, name):
        try:
            return get_public_method(records, name)
        except (AccessError, AttributeError) as error:
            raise Forbidden(f"'{name}' is no method to call.") from error

    def _check_arguments(self, method, records, given):
        try:
            inspect.signature(method).bind(records, *given["args"], **given["kwargs"])
        except TypeError as error:
            raise ValueInvalid.at_pointer("#", f"does not fit: {error}") from error

    def _run(self, task, method, records, given):
        """The result. A method that only reads cannot write, whatever its cursor."""
        try:
            with self.env["rest.diagnosis"]._blaming_arguments(given):
                result = method(records, *given["args"], **given["kwargs"])
                task.scope.env.flush_all()
        except psycopg2.errors.ReadOnlySqlTransaction as error:
            raise Forbidden("The method writes, but is listed as reading.") from error
        return result

    def _seen(self, scope, records):
        """The ids of records that a read of the API might name, in their order."""
        name, ids = records._name, [number for number in records.ids if number]
        if not ids or not scope.catalog.readable(name):
            return []
        model = scope.reading[name]
        domain = Domain("id", "in", ids) & scope.visible(name)
        within = set(self._ruled(scope, model, domain))
        return [number for number in ids if number in within]

    def _result(self, task, result):
        def ids_of(value):
            if not isinstance(value, models.BaseModel):
                return None
            return self._seen(task.scope, value)

        try:
            content = encode({"data": Results(ids_of).plain(result)})
        except TooMuch as error:
            raise PageTooLarge("The result is too large.") from error
        if len(content) > task.scope.api.max_body:
            raise PageTooLarge("The result is too large.")
        return Answer(body=content)


def _place(where):
    return pointer(*where) if isinstance(where, tuple) else pointer(where)
