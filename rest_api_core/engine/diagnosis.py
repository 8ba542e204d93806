"""Exceptions of Odoo's code that only the values of a body can have caused.

Odoo expects its own clients, whose forms know what is required and what a JSON field
consists of. What the body is to blame for is reported as that; all else is a bug, and
stays a 500. The guesses are those of ``orm.heuristics``; a wrong one puts the error at
another value, or leaves a 500 where there could be a 422.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import psycopg2

from odoo import models
from odoo.exceptions import (
    AccessDenied,
    AccessError,
    LockError,
    MissingError,
    UserError,
)

from ..body.changes import Changes, mentions
from ..body.relations import Values
from ..orm import field_info, heuristics
from ..orm.context import Context
from ..orm.failures import problem_of
from ..wire.problem import (
    BodyProblem,
    FieldError,
    LookupFailed,
    Problem,
    RecordInvalid,
    ServerProblem,
    StillReferenced,
    ValueInvalid,
    ValueRequired,
)
from ..wire.problem_details import MAX_DETAIL
from .mentions import deleted_in

_logger = logging.getLogger(__name__)

# Their structure is known to nobody but the code of the model; properties have a
# definition
_FREE = frozenset(("json", "properties_definition"))
# The record itself was there: it is not the one that is missing
_MISSING = "A record that is named, or needed for this, does not exist."
# Their status does not depend on values
_NOT_STORED = (psycopg2.DataError, psycopg2.errors.ProgramLimitExceeded)
_REPORTED_ELSEWHERE = (AccessDenied, AccessError, LockError)


class Sent(NamedTuple):
    """The values of a body for one record, and the JSON pointer to them."""

    model: str
    pointer: str
    values: Values
    is_new: bool


class RestDiagnosis(models.AbstractModel):
    """Turn failures of business code into problems that name the values behind them."""

    _name = "rest.diagnosis"
    _description = "REST diagnosis"

    @contextmanager
    def _blaming(self, context: Context, changes: Changes) -> Iterator[None]:
        """:param changes: ``changes.Changes`` that were written, of records that are
        shown herein; without items, no error is the body's"""
        try:
            yield
        except Exception as error:
            if not isinstance(error, psycopg2.IntegrityError):
                self._explain(context, changes, error)
            raise

    def _explained(
        self, context: Context, changes: Changes, error: Exception
    ) -> Problem | None:
        """The problem that an exception of a write stands for; None for a bug. The
        transaction must be as it was before the write."""
        try:
            self._explain(context, changes, error)
        except Problem as problem:
            return problem
        told = self.env["rest.texts"]._told(context, error)
        problem = RecordInvalid(told) if told else problem_of(error)
        return None if isinstance(problem, ServerProblem) else problem

    def _explain(self, context: Context, changes: Changes, error: Exception) -> None:
        """Raise the problem that the body is to blame for, if it is."""
        sent = list(self._sent(context, changes))
        if isinstance(error, psycopg2.IntegrityError):
            self._explain_violation(context, changes, sent, error)
        elif not sent:
            return
        elif isinstance(error, _NOT_STORED):
            raise RecordInvalid("A value cannot be stored.") from error
        elif isinstance(error, MissingError):
            raise LookupFailed(_MISSING) from error
        elif isinstance(error, UserError):
            self._point_out(context, sent, error)
        elif heuristics.may_blame_values(error):
            self._explain_failure(context, sent, error, changes.model)

    def _explain_violation(self, context, changes, sent, error):
        """Raise what a constraint of the database says of the values."""
        if isinstance(error, psycopg2.errors.NotNullViolation):
            diag = error.diag
            self._blame_gap(context, sent, error, diag.column_name, diag.table_name)
        violation = self.env["rest.constraints"]._violation(context, error)
        if violation is not None:
            pointers = self._pointers(sent, violation.fields)
            places = violation.narrowed(sent, pointers)
            if isinstance(violation.found, StillReferenced):
                places = deleted_in(context, changes, violation.values)
            raise violation.at(places) from error

    @contextmanager
    def _blaming_arguments(self, sent: Mapping[str, Any]) -> Iterator[None]:
        """:param sent: ``args`` and ``kwargs`` that a method is called with herein"""
        try:
            yield
        except Exception as error:
            members = [name for name in ("args", "kwargs") if sent[name]]
            if members and isinstance(error, MissingError):
                raise LookupFailed(_MISSING) from error
            data_error = isinstance(error, psycopg2.DataError)
            if not members or not (data_error or heuristics.may_blame_values(error)):
                raise
            _logger.warning("A method failed on its arguments", exc_info=error)
            pointer = f"#/{members[0]}" if len(members) == 1 else "#"
            detail = "does not fit the method"
            raise ValueInvalid.at_pointer(pointer, detail) from error

    def _sent(self, context: Context, changes: Changes) -> Iterator[Sent]:
        """``Sent`` of each record that the body has values for."""
        fields_of = partial(context.fields_of, position="body")
        for change in changes.items:
            values, new = change.values, not change.ids
            yield Sent(changes.model, change.pointer, values, new)
            for mention in mentions(changes.model, values, fields_of, change.pointer):
                if mention.act in ("create", "update"):
                    new = mention.act == "create"
                    yield Sent(mention.model, mention.pointer, mention.values, new)

    def _pointers(self, sent, names):
        """``{pointer: (model, name)}`` of the values of these fields."""
        return {
            f"{one.pointer}/{name}": (one.model, name)
            for one in sent
            for name in one.values
            if names.intersection(heuristics.same_values(self.env, one.model, name))
        }

    # --- rules of the business -----------------------------------------------

    def _point_out(self, context, sent, error):
        """Say where the values are that a rule was about."""
        # with a cause, it stands for an error of PostgreSQL (``orm.failures``)
        if isinstance(error, _REPORTED_ELSEWHERE) or error.__cause__ is not None:
            return
        for names in heuristics.suspects(error):
            if pointers := self._pointers(sent, names):
                message = self.env["rest.texts"]._told(context, error) or str(error)
                code, detail = RecordInvalid.code, message[:MAX_DETAIL]
                field_errors = _field_errors(code, detail, pointers)
                raise RecordInvalid(message, errors=field_errors) from error

    # --- failures of code ----------------------------------------------------

    def _explain_failure(self, context, sent, error, model_name):
        """Raise what the body is to blame for, if it is; and tell the administrator,
        who may find a bug behind it."""
        try:
            self._blame(context, sent, error, model_name)
        except BodyProblem as problem:
            _logger.warning("Code failed on a body: %s", problem, exc_info=error)
            raise
        name = heuristics.missing_key(error)
        known = any(name in self.env[one.model]._fields for one in sent)
        if known or heuristics.misses_value(error):
            detail = self.env._("A value is missing, or does not fit the others.")
            raise RecordInvalid(detail) from error

    def _blame(self, context, sent, error, model_name):
        key = heuristics.missing_key(error)
        model = heuristics.model_at_work(error, {one.model for one in sent})
        table = self.env[model or model_name]._table
        self._blame_gap(context, sent, error, key, table)
        for names in heuristics.suspects(error):
            self._blame_values(self._pointers(sent, names), error)
        self._blame_values(_pointers_of_text(sent, key), error)
        self._blame_half(context, sent, error)
        self._blame_structure(sent, error)

    def _blame_values(self, pointers, error):
        if pointers:
            field_errors = _field_errors(ValueInvalid.code, "does not fit", pointers)
            names = sorted({name for _model, name in pointers.values()})
            detail = f"{', '.join(names)}: a value does not fit"
            raise ValueInvalid(detail, errors=field_errors) from error

    def _blame_gap(self, context, sent, error, name, table):
        """New records require what neither the body nor Odoo has a value for.

        :param table: where it is missing
        """
        self._blame_missing(
            (
                f"{one.pointer}/{each}"
                for one in sent
                if one.is_new and name not in one.values
                if name in context.fields_of(one.model, "body")
                if table in _tables(self.env[one.model])
                for each in (name, *self._other_gaps(context, one, error, name))
            ),
            error,
        )

    def _other_gaps(self, context, one, error, name):
        """PostgreSQL names one column without a value: the other ones, of a row that
        code had no values for either."""
        model, rows = context.env[one.model], heuristics.inserted(error)
        fields = context.fields_of(one.model, "body")
        for each in field_info.lacking(model, fields):
            owner = model._fields[each].base_field.model_name
            if owner in rows and each not in {name, *one.values, *rows[owner]}:
                yield each

    def _blame_half(self, context, sent, error):
        """The id in a ``many2one_reference`` means nothing without its model."""
        if isinstance(error, KeyError):
            self._blame_missing(
                (
                    f"{one.pointer}/{name}"
                    for one in sent
                    for name in _models_of_ids(self.env[one.model], one)
                    if name in context.fields_of(one.model, "body")
                ),
                error,
            )

    def _blame_missing(self, pointers, error):
        code = ValueRequired.code
        if field_errors := [FieldError(code, "is required", at) for at in pointers]:
            raise BodyProblem.of(field_errors) from error

    def _blame_structure(self, sent, error):
        field_errors = [
            FieldError(
                ValueInvalid.code, "has a wrong structure", f"{one.pointer}/{name}"
            )
            for one in sent
            for name, value in one.values.items()
            if self.env[one.model]._fields[name].type in _FREE and value is not None
        ]
        if field_errors:
            raise BodyProblem.of(field_errors) from error


def _models_of_ids(model, one):
    """The fields that tell the model of an id, of which a new record has none."""
    for field in model._fields.values():
        if field.type == "many2one_reference" and field.store and one.is_new:
            if field.model_field not in one.values:
                yield field.model_field


def _tables(model):
    """Where the values of a record are, with those of its parents."""
    return {model._table, *(model.env[name]._table for name in model._inherits)}


def _field_errors(code, detail, pointers):
    """One for each pointer; none where a field has values in several records, as in a
    list of new ones: nobody knows which of them it was."""
    if len(pointers) > len(set(pointers.values())):
        return []
    return [FieldError(code, detail, pointer) for pointer in pointers]


def _pointers_of_text(sent, key):
    """Where the body says just this text."""
    return {
        f"{one.pointer}/{name}": (one.model, name)
        for one in sent
        for name, value in one.values.items()
        if isinstance(value, str) and value == key
    }
