"""Values of a body for the context of Odoo's code, and what an action says of them."""

import ast
from collections.abc import Iterable
from typing import Any

import pytz

from odoo import models

from ..access import context_keys
from ..access.context_keys import MODEL, ContextKey
from ..body.inputs import read, record_id
from ..body.places import unknown_record
from ..body.values import Field
from ..orm.context import Context
from ..wire.problem import BodyProblem, FieldError, ValueInvalid, pointer

_WINDOW = "ir.actions.act_window"
_DEFAULT = "default_"


class RestContextKeys(models.AbstractModel):
    """Check what a body sends for Odoo's context: only listed keys, and only records
    within the caller's reach."""

    _name = "rest.context.keys"
    _description = "REST context keys"

    def _checked(
        self, context: Context, sent: Any, keys: Iterable[ContextKey], member: str
    ) -> dict[str, Any]:
        """The values; raises BodyProblem for all that are wrong.

        :param keys: those that can be set besides ``lang`` and ``tz``
        :param member: the name of the object in the body
        """
        if not isinstance(sent, dict):
            raise ValueInvalid.at_pointer(pointer(member), "must be an object")
        known = {key.name: key for key in keys}
        errors = []
        for name, value in sent.items():
            at = pointer(member, name)
            try:
                self._check(context, name, value, known.get(name), sent, at, errors)
            except ValueError as error:
                errors.append(FieldError(ValueInvalid.code, str(error), at))
        if errors:
            raise BodyProblem.of(errors)
        return dict(sent)

    def _check(self, context, name, value, key, sent, at, errors):
        """Raise ValueError, or add to ``errors``, for what cannot be set."""
        if name in ("lang", "tz"):
            self._check_locale(name, value)
        elif key is None:
            raise ValueError("cannot be set")
        elif name == MODEL:
            if not self._is_usable(context, value):
                errors.append(unknown_record(at))
        else:
            self._check_value(context, key, value, sent, at, errors)

    def _check_locale(self, name, value):
        known = pytz.all_timezones_set
        if name == "lang":
            known = self.env["rest.context"]._installed_languages()
        if not isinstance(value, str) or value not in known:
            raise ValueError("is not known")

    def _is_usable(self, context, model):
        rights = isinstance(model, str) and context.catalog.policy(model)
        return bool(rights and rights.may("read") and context.catalog.readable(model))

    def _check_value(self, context, key, value, sent, at, errors):
        read(value, Field(key.name, "json"))  # no NaN, no NUL
        model = context_keys.model_of(key, sent)
        if model is None:
            return
        if not model:
            raise ValueError(f"needs {MODEL}")
        ids = [record_id(each) for each in (value if type(value) is list else [value])]
        reach = self.env["rest.pointing"]._within_reach(context, model, ids)
        if set(ids) - reach:
            errors.append(unknown_record(at))

    # --- what comes next -----------------------------------------------------

    def _next(self, context: Context, action: Any) -> dict[str, Any] | None:
        """What an action in a result leads to, as requests can say it; None for no
        action, and for models that the caller cannot use.

        ``model``, ``url`` and, if there is one, ``id``; ``context`` has the keys that
        the model takes, ``values`` the fields that the dialog begins with.
        """
        if not isinstance(action, dict) or action.get("type") != _WINDOW:
            return None
        model = action.get("res_model")
        rights = isinstance(model, str) and context.catalog.policy(model)
        if not rights:
            return None
        values = _literal(action.get("context"))
        keys = {key.name for key in rights.resource.context_keys}
        keys |= {key.name for rule in rights.resource.methods for key in rule.context}
        shown = {
            "model": model,
            "url": f"{context.url}/{model}",
            "context": {name: v for name, v in values.items() if name in keys},
            "values": self._values(context, model, values),
        }
        record = action.get("res_id")
        return {**shown, "id": record} if record else shown

    def _values(self, context, model, values):
        """The ``default_…`` of a context that a body of the model can have."""
        writable = context.fields_of(model, "body")
        defaults = {
            name.removeprefix(_DEFAULT): value
            for name, value in values.items()
            if name.startswith(_DEFAULT)
        }
        return {
            name: _plain(value) if writable[name].comodel else value
            for name, value in defaults.items()
            if name in writable
        }


def _literal(text):
    """A context is a dictionary, or the source of one; where it needs names that only
    the web client has, nothing is known."""
    if isinstance(text, dict):
        return text
    try:
        value = ast.literal_eval(text or "{}")
    except (TypeError, ValueError, SyntaxError):
        return {}
    return value if isinstance(value, dict) else {}


def _plain(value):
    """Commands that only link, ``[(4, 3, 0)]`` and ``[(6, 0, [3])]``, as ids."""
    if not isinstance(value, (list, tuple)):
        return value
    ids = []
    for each in value:
        if isinstance(each, int):
            ids.append(each)
        elif each[0] == 4:
            ids.append(each[1])
        elif each[0] == 6:
            ids += each[2]
    return ids
