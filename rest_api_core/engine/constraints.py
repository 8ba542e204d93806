"""What a constraint of PostgreSQL says: which fields it is about, in whose words.

PostgreSQL names the constraint, and quotes values of the row: the latter may be those
of other records, so that no client gets to see them.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import psycopg2

from odoo import models
from odoo.tools import SQL

from ..body.places import unknown_record
from ..orm.context import Context
from ..orm.failures import problem_of_sql
from ..wire.problem import (
    FieldError,
    LookupFailed,
    Problem,
    ServerProblem,
    StillReferenced,
)
from ..wire.problem_details import MAX_DETAIL

_GONE = "A record that is named does not exist."
_LINKS = (psycopg2.errors.ForeignKeyViolation, psycopg2.errors.RestrictViolation)
# ``Key (code, country_id)=(BE, 3) already exists.``, in any language of the server
_KEY = re.compile(r"\((.*?)\)=\((.*)\)", re.DOTALL)
# the columns of a constraint or unique index; where an index has expressions, of these
_COLUMNS = """
SELECT a.attname FROM pg_class t
JOIN pg_attribute a ON a.attrelid = t.oid
LEFT JOIN pg_constraint c ON c.conrelid = t.oid AND c.conname = %(name)s
LEFT JOIN (pg_index x JOIN pg_class i ON i.oid = x.indexrelid)
    ON x.indrelid = t.oid AND i.relname = %(name)s
WHERE t.relname = %(table)s AND t.relnamespace = current_schema::regnamespace
AND a.attnum > 0 AND (
    a.attnum = ANY(c.conkey)
    OR a.attnum = ANY(x.indkey)
    OR 0 = ANY(x.indkey) AND EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = i.oid AND d.refobjid = t.oid AND d.refobjsubid = a.attnum
    )
)
"""


class Violation(NamedTuple):
    """What is wrong, in general.

    :param fields: ``{(model, field name)}`` that the constraint is about
    :param values: the values that it is about, as PostgreSQL writes them
    """

    found: Problem
    fields: set
    values: frozenset = frozenset()

    def narrowed(self, sent, pointers):
        """Of a field with values in several records, the pointers to these values; a
        value that PostgreSQL writes in another way is not found.

        :param sent: ``diagnosis.Sent``; :param pointers: ``{pointer: field}``
        """
        if len(pointers) == len(set(pointers.values())):
            return pointers
        return [
            f"{one.pointer}/{name}"
            for one in sent
            for name, value in one.values.items()
            if f"{one.pointer}/{name}" in pointers and str(value) in self.values
        ]

    def at(self, pointers: Iterable[str]) -> Problem:
        """The problem, of the values at these pointers into the body."""
        if isinstance(self.found, LookupFailed):
            errors = [unknown_record(pointer) for pointer in pointers]
        else:
            code, detail = self.found.code, self.found.detail[:MAX_DETAIL]
            errors = [FieldError(code, detail, pointer) for pointer in pointers]
        return type(self.found)(self.found.detail, errors=errors)


class RestConstraints(models.AbstractModel):
    _name = "rest.constraints"
    _description = "REST constraints"

    def _violation(
        self, context: Context, error: psycopg2.IntegrityError
    ) -> Violation | None:
        """What an error of PostgreSQL means; None for what is a bug.

        The transaction must be usable again: Odoo looks for the words of constraints.
        """
        if isinstance(error, _LINKS):
            return self._broken_link(context, error)
        known = self._models(error.diag.table_name)
        owner = known[0] if known else "base"
        message = self.env[owner]._sql_error_to_message(error)
        names, values = self._columns(error.diag), _key(error)[1]
        fields = {(model, name) for model in known for name in names}
        found = problem_of_sql(error, message)
        is_bug = isinstance(found, ServerProblem)
        return None if is_bug else Violation(found, fields, values)

    def _broken_link(self, context, error):
        """A link that is to be stored leads nowhere, or one to a record that is to be
        deleted is still there: then the key is that of the record."""
        columns, ids = _key(error)
        table = error.diag.table_name
        if columns and columns != ["id"]:
            names = {(model, name) for model in self._models(table) for name in columns}
            return Violation(LookupFailed(_GONE), names)
        owners = dict.fromkeys([*self._models(table), *self._linking(table)])
        known = [model for model in owners if self._may_know(context, model)]
        return Violation(StillReferenced(self._referring(known)), set(), ids)

    def _may_know(self, context, model):
        rules = context.catalog.rules(model)
        return rules is not None and context.catalog.readable(model)

    def _referring(self, known):
        """The sentence about models that have records which refer; None for none."""
        labels = [
            f"'{self.env['ir.model']._get(model).name}' ({model})" for model in known
        ]
        return (
            f"Records of {', '.join(labels)} refer to this record." if labels else None
        )

    # --- tables and columns --------------------------------------------------

    def _models(self, table):
        """The names of the models whose records are in a table."""
        return [
            name
            for name, model in self.env.registry.items()
            if model._table == table and model._auto and not model._abstract
        ]

    def _linking(self, table):
        """The names of the models with a many2many field that a table is for."""
        return [
            name
            for name, model in self.env.registry.items()
            for field in model._fields.values()
            if field.type == "many2many" and field.store and field.relation == table
        ]

    def _columns(self, diag):
        """The names of the columns that a constraint is about."""
        if diag.column_name:
            return [diag.column_name]
        names = {"name": diag.constraint_name, "table": diag.table_name}
        return [name for (name,) in self.env.execute_query(SQL(_COLUMNS, **names))]


def _key(error):
    """``(columns, values)`` of the detail, empty for another one."""
    match = _KEY.search(error.diag.message_detail or "")
    if not match:
        return [], frozenset()
    columns, values = match.groups()
    return columns.split(", "), frozenset((values, *values.split(", ")))
