"""Columns that do not exist, though a field is stored in them.

Reports are views of PostgreSQL, or queries, that an addon writes by hand: some have
fields without a column, which Odoo only aggregates.
"""

import psycopg2

from odoo.tools import SQL


def missing(model):
    """The names of stored fields that the view or query of a model does not have."""
    if model._auto and not model._table_query:
        return frozenset()
    known = _columns(model)
    columns = (f.name for f in model._fields.values() if f.store and f.column_type)
    gone = frozenset(name for name in columns if name not in known)
    return gone | {"display_name"} if model._rec_name in gone else gone


def _columns(model):
    """None of a query that PostgreSQL does not run."""
    cr = model.env.cr
    query = SQL("SELECT * FROM %s AS known LIMIT 0", model._table_sql)
    try:
        with cr.savepoint(flush=False):
            cr.execute(query, log_exceptions=False)
            return frozenset(column.name for column in cr.description)
    except psycopg2.Error:
        return frozenset()
