"""Exceptions of Odoo's code that only the values of a body can have caused.

Odoo expects its own clients, whose forms know what is required and what a JSON field
is made of. What the body is to blame for is told as that; all else is a bug, and stays
one.
"""

import logging
from contextlib import contextmanager
from typing import NamedTuple

import psycopg2

from odoo import models
from odoo.exceptions import (
    AccessDenied,
    AccessError,
    LockError,
    MissingError,
    UserError,
)

from ..body.changes import mentions
from ..body.relations import Values
from ..orm.heuristics import model_at_work, same_values, suspects
from ..wire.problem import (
    BodyProblem,
    FieldError,
    LookupFailed,
    RecordInvalid,
    ValueInvalid,
    ValueRequired,
)
from ..wire.problem_details import MAX_DETAIL

_logger = logging.getLogger(__name__)

# Their structure is known to nobody but the code of the model; properties have a
# definition
_FREE = frozenset(("json", "properties_definition"))
# Where code expects a value, or one record, there is none, or are several
_NO_VALUE = ("Expected singleton", "'bool' object has no attribute")
_CONFUSED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
# The record itself was there: it is not what is missing
_MISSING = "A record that is named, or needed for this, does not exist."
# Their status does not depend on values
_TOLD_ELSEWHERE = (AccessDenied, AccessError, LockError)


class Given(NamedTuple):
    """The values of a body for one record, and the pointer to them."""

    model: str
    place: str
    values: Values
    is_new: bool


class RestDiagnosis(models.AbstractModel):
    _name = "rest.diagnosis"
    _description = "REST diagnosis"

    @contextmanager
    def _blaming(self, scope, changes):
        """:param changes: ``changes.Change`` that are written herein"""
        try:
            yield
        except psycopg2.errors.NotNullViolation as error:
            given, diag = self._given(scope, changes), error.diag
            self._blame_gap(scope, given, error, diag.column_name, diag.table_name)
            raise
        except psycopg2.DataError as error:
            raise RecordInvalid("A value cannot be stored.") from error
        except MissingError as error:
            raise LookupFailed(_MISSING) from error
        except UserError as error:
            self._point_out(scope, changes, error)
            raise
        except _CONFUSED as error:
            self._explain(scope, changes, error)
            raise

    @contextmanager
    def _blaming_arguments(self, given):
        """:param given: ``args`` and ``kwargs`` that a method is called with herein"""
        try:
            yield
        except (psycopg2.DataError, MissingError, *_CONFUSED) as error:
            sent = [name for name in ("args", "kwargs") if given[name]]
            if not sent:
                raise
            if isinstance(error, MissingError):
                raise LookupFailed(_MISSING) from error
            _logger.warning("A method failed on its arguments", exc_info=error)
            place = f"#/{sent[0]}" if len(sent) == 1 else "#"
            raise ValueInvalid.at_pointer(place, "does not fit the method") from error

    def _given(self, scope, changes):
        """``Given`` of each record that the body has values for."""
        for change in changes:
            yield Given(scope.call.model, change.place, change.values, not change.ids)
            for mention in mentions(
                scope.call.model,
                change.values,
                lambda model: scope.fields_of(model, "body"),
                change.place,
            ):
                if mention.act in ("create", "update"):
                    new = mention.act == "create"
                    yield Given(mention.model, mention.place, mention.values, new)

    def _places(self, given, names):
        """``{place: (model, name)}`` of the values of these fields."""
        return {
            f"{one.place}/{name}": (one.model, name)
            for one in given
            for name in one.values
            if names.intersection(same_values(self.env, one.model, name))
        }

    # --- rules of the business -----------------------------------------------

    def _point_out(self, scope, changes, error):
        """Say where the values are that a rule was about."""
        if isinstance(error, _TOLD_ELSEWHERE) or error.__cause__ is not None:
            return
        given, message = list(self._given(scope, changes)), str(error)
        for names in suspects(error):
            if places := self._places(given, names):
                field_errors = _faults(RecordInvalid.code, message[:MAX_DETAIL], places)
                raise RecordInvalid(message, errors=field_errors) from error

    # --- failures of code ----------------------------------------------------

    def _explain(self, scope, changes, error):
        """Raise what the body is to blame for, if it is; and tell the administrator,
        who may find a bug behind it."""
        given, missing = list(self._given(scope, changes)), _key(error)
        try:
            self._blame(scope, given, error)
        except BodyProblem as problem:
            _logger.warning("Code failed on a body: %s", problem, exc_info=error)
            raise
        known = any(missing in self.env[one.model]._fields for one in given)
        if known or str(error).startswith(_NO_VALUE):
            raise RecordInvalid(
                self.env._("A value is missing, or does not fit the others.")
            ) from error

    def _blame(self, scope, given, error):
        key = _key(error)
        model = model_at_work(error, {one.model for one in given})
        table = self.env[model or scope.call.model]._table
        self._blame_gap(scope, given, error, key, table)
        for names in suspects(error):
            self._blame_values(self._places(given, names), error)
        self._blame_values(_places_of(given, key), error)
        self._blame_half(scope, given, error)
        self._blame_structure(scope, given, error)

    def _blame_values(self, places, error):
        if places:
            field_errors = _faults(ValueInvalid.code, "does not fit", places)
            names = sorted({name for _model, name in places.values()})
            detail = f"{', '.join(names)}: a value does not fit"
            raise ValueInvalid(detail, errors=field_errors) from error

    def _blame_gap(self, scope, given, error, name, table):
        """New records require what neither the body nor Odoo has a value for.

        :param table: where it is missing
        """
        field_errors = [
            FieldError(ValueRequired.code, "is required", f"{one.place}/{name}")
            for one in given
            if one.is_new and name not in one.values
            if name in scope.fields_of(one.model, "body")
            if table in self._tables(one.model)
        ]
        if field_errors:
            detail = f"{field_errors[0].pointer}: is required"
            raise ValueRequired(detail, errors=field_errors) from error

    def _blame_half(self, scope, given, error):
        """An id is no key without its model, as a comment is of no record."""
        field_errors = [
            FieldError(ValueRequired.code, "is required", f"{one.place}/{name}")
            for one in given
            for name in self._models_of_ids(one)
            if name in scope.fields_of(one.model, "body")
        ]
        if field_errors and isinstance(error, KeyError):
            detail = f"{field_errors[0].pointer}: is required"
            raise ValueRequired(detail, errors=field_errors) from error

    def _models_of_ids(self, one):
        """The fields that tell the model of an id, of which a new record has none."""
        for field in self.env[one.model]._fields.values():
            if field.type == "many2one_reference" and field.store and one.is_new:
                if field.model_field not in one.values:
                    yield field.model_field

    def _tables(self, model):
        """Where the values of a record are, with those of its parents."""
        models = (model, *self.env[model]._inherits)
        return {self.env[name]._table for name in models}

    def _blame_structure(self, scope, given, error):
        field_errors = [
            FieldError(
                ValueInvalid.code, "has a wrong structure", f"{one.place}/{name}"
            )
            for one in given
            for name, value in one.values.items()
            if self.env[one.model]._fields[name].type in _FREE and value is not None
        ]
        if field_errors:
            detail = f"{field_errors[0].pointer}: has a wrong structure"
            raise ValueInvalid(detail, errors=field_errors) from error


def _key(error):
    return error.args[0] if isinstance(error, KeyError) and error.args else None


def _faults(code, detail, places):
    """One for each place; none where a field has values in several, as in a list of
    new records: nobody knows which of them it was."""
    if len(places) > len(set(places.values())):
        return []
    return [FieldError(code, detail, place) for place in places]


def _places_of(given, key):
    """Where the body says just this text."""
    return {
        f"{one.place}/{name}": (one.model, name)
        for one in given
        for name, value in one.values.items()
        if isinstance(value, str) and value == key
    }
