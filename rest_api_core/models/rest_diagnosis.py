"""Exceptions of Odoo's code that only the values of a body can have caused.

Odoo expects its own clients, whose forms know what is required and what a JSON field
is made of. What the body is to blame for is told as that; all else is a bug, and stays
one.
"""

from contextlib import contextmanager

import psycopg2

from odoo import models

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
            self._blame_gap(scope, changes, error, error.diag.column_name)
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

    def _blame_gap(self, scope, changes, error, name):
        """New records require what neither the body nor Odoo has a value for."""
        if name not in scope.fields_of(scope.call.model, "body"):
            return
        faults = [
            Fault(ValueRequired.code, "is required", f"{change.place}/{name}")
            for change in changes
            if name not in change.values and not change.ids
        ]
        if faults:
            raise ValueRequired(f"{name} is required", errors=faults) from error

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
