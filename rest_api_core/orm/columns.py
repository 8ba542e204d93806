"""Columns that are not what their field is: some do not exist, others are JSON.

Reports are views of PostgreSQL, or queries, that an addon writes by hand: some have
fields without a column, which Odoo only aggregates. Others have an id as text, which
PostgreSQL compares with no id, because a part of them says NULL.
"""

import psycopg2

from odoo.tools import SQL

# their values are written alike, whether Odoo or PostgreSQL has read them
_OF_COMPANIES = frozenset(
    "char text selection date datetime boolean integer float many2one".split()
)
_NUMBERS = frozenset(("many2one", "integer", "float", "monetary", "many2one_reference"))


def missing(model):
    """The names of stored fields that the view or query of a model does not have."""
    if model._auto and not model._table_query:
        return frozenset()
    known = _columns(model)
    fields = [f for f in model._fields.values() if f.store and f.column_type]
    gone = frozenset(f.name for f in fields if not _is_in(known, f))
    return gone | {"display_name"} if model._rec_name in gone else gone


def _is_in(known, field):
    if field.name not in known:
        return False
    return not (known[field.name] == psycopg2.STRING and field.type in _NUMBERS)


def _columns(model):
    """``{name: type}``; none of a query that PostgreSQL does not run."""
    cr = model.env.cr
    query = SQL("SELECT * FROM %s AS known LIMIT 0", model._table_sql)
    try:
        with cr.savepoint(flush=False):
            cr.execute(query, log_exceptions=False)
            return {column.name: column.type_code for column in cr.description}
    except psycopg2.Error:
        return {}


def of_json(model):
    """The names of the fields that are a column of JSON to select beside the plain
    ones: properties, and values that each company has for itself."""
    return frozenset(
        name
        for name, field in model._fields.items()
        if field.store and field.column_type and _is_json(field)
    )


def _is_json(field):
    if field.type == "properties":
        return True
    return field.company_dependent and field.type in _OF_COMPANIES
