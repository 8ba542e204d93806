"""Exceptions of Odoo's code that only the values of a body can have caused.

Odoo expects its own clients, whose forms know what is required and what a JSON field
is made of. What the body is to blame for is told as that; all else is a bug, and stays
one.
"""

from contextlib import contextmanager

import psycopg2

from odoo import models

from ..changes import mentions
from ..problem import Fault, RecordInvalid, ValueInvalid, ValueRequired

# Their structure is known to nobody but the code of the model
_FREE = frozenset(("json", "properties", "properties_definition"))
# Where code expects a value, or one record, there is none, or are several
_NO_VALUE = ("Expected singleton", "'bool' object has no attribute")
_CONFUSED = (AttributeError, KeyError, TypeError, ValueError)


class RestDiagnosis(models.AbstractModel):
    _name = "rest.diagnosis"
    _description = "REST diagnosis"

    @contextmanager
    def _blaming(self, scope, changes):
        """:param changes: ``changes.Change`` that are written herein"""
        try:
            yield
        except psycopg2.errors.NotNullViolation as error:
            diag = error.diag
            self._blame_gap(scope, changes, error, diag.column_name, diag.table_name)
            raise
        except _CONFUSED as error:
            missing = error.args[0] if isinstance(error, KeyError) else None
            self._blame_gap(scope, changes, error, missing)
            self._blame_structure(scope, changes, error)
            if missing in scope.model._fields or str(error).startswith(_NO_VALUE):
                raise RecordInvalid(
                    self.env._("A value is missing, or does not fit the others.")
                ) from error
            raise

    def _blame_gap(self, scope, changes, error, name, table=None):
        """New records require what neither the body nor Odoo has a value for.

        :param table: where it is missing; None for that of the call's model
        """
        table = table or scope.model._table
        faults = [
            Fault(ValueRequired.code, "is required", f"{place}/{name}")
            for model, place, values in self._new(scope, changes)
            if name not in values and name in scope.fields_of(model, "body")
            if table in self._tables(model)
        ]
        if faults:
            detail = f"{faults[0].pointer}: is required"
            raise ValueRequired(detail, errors=faults) from error

    def _new(self, scope, changes):
        """``(model, place, values)`` of each new record, in relations too."""
        for change in changes:
            if not change.ids:
                yield scope.call.model, change.place, change.values
            for mention in mentions(
                scope.call.model,
                change.values,
                lambda model: scope.fields_of(model, "body"),
                change.place,
            ):
                if mention.act == "create":
                    yield mention.model, mention.place, mention.values

    def _tables(self, model):
        """Where the values of a record are, with those of its parents."""
        models = (model, *self.env[model]._inherits)
        return {self.env[name]._table for name in models}

    def _blame_structure(self, scope, changes, error):
        fields = scope.fields_of(scope.call.model, "body")
        faults = [
            Fault(ValueInvalid.code, "has a wrong structure", f"{change.place}/{name}")
            for change in changes
            for name, value in change.values.items()
            if fields[name].type in _FREE and value is not None
        ]
        if faults:
            detail = f"{faults[0].pointer}: has a wrong structure"
            raise ValueInvalid(detail, errors=faults) from error
