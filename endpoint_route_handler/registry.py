"""Read and write the stored routes.

``EndpointRegistry.registry_for(cr)`` works in the transaction of the cursor, so a route
and its record are committed together. The caller tells Odoo to read the routes again
(``ir.http._endpoint_routes_changed``).
"""

import json

from odoo.tools import SQL

from . import schema
from .rule import ARCHIVED, EndpointRule

__all__ = ["EndpointRegistry", "EndpointRule", "query_multi_update"]


def query_multi_update(cr, table_name, rows, cols):
    """Update many rows with one statement.

    :param rows: list of dicts with all of ``cols``; ``key`` identifies the row
    :param cols: names of the columns to update
    """
    assignments = SQL(", ").join(
        SQL("%s = v.%s", SQL.identifier(col), SQL.identifier(col)) for col in cols
    )
    cr.execute(
        SQL(
            "UPDATE %s AS t SET %s FROM (VALUES %s) AS v(%s) WHERE t.key = v.key",
            SQL.identifier(table_name),
            assignments,
            _values(rows, cols),
            SQL(", ").join(map(SQL.identifier, cols)),
        )
    )


def _values(rows, cols):
    """Return ``(…), (…)``; psycopg2 adapts a tuple to a list in parentheses."""
    return SQL(", ").join(SQL("%s", tuple(row[col] for col in cols)) for row in rows)


def _same_json(one, stored):
    try:
        return json.loads(one) == json.loads(stored)
    except (ValueError, TypeError):
        # invalid JSON in the stored row: write it again
        return False


class EndpointRegistry:
    """Stored routes as seen by one cursor."""

    __slots__ = ("cr",)
    _table = schema.TABLE
    _columns = ("key", "route", "opts", "routing", "endpoint_hash", "route_group")

    def __init__(self, cr):
        self.cr = cr

    @classmethod
    def registry_for(cls, cr):
        return cls(cr)

    @classmethod
    def wipe_registry_for(cls, cr):
        # not TRUNCATE: it would lock out all readers until the end of the transaction
        cr.execute("DELETE FROM endpoint_route")

    @classmethod
    def _setup_db(cls, cr):
        """Create the table, or upgrade the one of an earlier version."""
        if not schema.exists(cr):
            cls._setup_db_table(cr)
        if not schema.is_current(cr):
            cls._setup_db_timestamp(cr)
            cls._setup_db_version(cr)

    @classmethod
    def _setup_db_table(cls, cr):
        schema.create_table(cr)

    @classmethod
    def _setup_db_timestamp(cls, cr):
        schema.create_timestamp(cr)

    @classmethod
    def _setup_db_version(cls, cr):
        schema.create_version(cr)

    def get_rules(self, keys=None, where=None):
        """Yield EndpointRule in the order of insertion.

        :param keys: sequence of str, or None for all
        :param where: ``odoo.tools.SQL``; a str is used as trusted SQL
        """
        for row in self._get_rules(keys=keys, where=where):
            yield EndpointRule.from_row(self.cr.dbname, row)

    def get_readable_rules(self, where=None):
        """Like ``get_rules``, without the rows that other programs have broken."""
        for row in self._get_rules(where=where):
            try:
                yield EndpointRule.from_row(self.cr.dbname, row)
            except (ValueError, TypeError, AttributeError, AssertionError):
                # the routing map leaves the row out too, and logs it
                continue

    def get_rules_by_group(self, group):
        yield from self.get_rules(where=SQL("route_group = %s", group))

    def _get_rule(self, key):
        row = self._get_rules(keys=[key], one=True)
        return EndpointRule.from_row(self.cr.dbname, row) if row else None

    def _get_rules(self, keys=None, where=None, one=False):
        """Return rows as tuples of ``_columns``; with ``one`` the first row or None."""
        columns = SQL(", ").join(map(SQL.identifier, self._columns))
        query = SQL("SELECT %s FROM endpoint_route", columns)
        conditions = self._conditions(keys, where)
        if conditions:
            query = SQL("%s WHERE %s", query, SQL(" AND ").join(conditions))
        self.cr.execute(SQL("%s ORDER BY id", query))
        return self.cr.fetchone() if one else self.cr.fetchall()

    def _conditions(self, keys, where):
        conditions = []
        if keys is not None:
            conditions.append(SQL("key = ANY(%s)", list(keys)))
        if where:
            # SQL() formats its text with %: a plain condition has no placeholders
            trusted = where if isinstance(where, SQL) else SQL(where.replace("%", "%%"))
            conditions.append(SQL("(%s)", trusted))
        return conditions

    def make_rule(self, key, route, options, routing, endpoint_hash, route_group=None):
        return EndpointRule(
            self.cr.dbname, key, route, options, routing, endpoint_hash, route_group
        )

    def update_rules(self, rules, init=False):
        """Store ``rules``. Rows that are equal already are not written.

        :returns: True if rows were written
        """
        rows = {rule.key: rule.to_row() for rule in rules}
        stored = self._stored_rows(rows)
        new = {key: row for key, row in rows.items() if key not in stored}
        changed = {
            key: row
            for key, row in rows.items()
            if key in stored and not self._same(row, stored[key])
        }
        if changed:
            self._update(changed)
        if new:
            self._create(new, replace=True)
        return bool(new or changed)

    def are_stored(self, rules):
        """Return whether the stored rows of ``rules`` equal them."""
        rows = {rule.key: rule.to_row() for rule in rules}
        stored = self._stored_rows(rows)
        return all(k in stored and self._same(rows[k], stored[k]) for k in rows)

    def _stored_rows(self, keys):
        return {row[0]: row for row in self._get_rules(keys=list(keys))}

    def _same(self, row, stored):
        """Return whether a row equals the stored one; JSON is compared by content."""
        current = dict(zip(self._columns, stored, strict=True))
        return all(
            _same_json(row[name], current[name])
            if name in ("opts", "routing")
            else row[name] == current[name]
            for name in self._columns
        )

    def _create(self, rows_mapping, replace=False):
        """Insert rows.

        :param rows_mapping: ``{key: row dict}``
        :param replace: update a key that another transaction inserted in the meantime,
            instead of raising UniqueViolation
        """
        names = SQL(", ").join(map(SQL.identifier, self._columns))
        query = SQL(
            "INSERT INTO endpoint_route (%s) VALUES %s",
            names,
            _values(rows_mapping.values(), self._columns),
        )
        if replace:
            query = SQL(
                "%s ON CONFLICT (key) DO UPDATE SET %s", query, self._excluded()
            )
        self.cr.execute(query)

    def _excluded(self):
        return SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in self._columns[1:]
        )

    def _update(self, rows_mapping):
        """Update rows.

        :param rows_mapping: ``{key: row dict}``
        """
        keys = list(rows_mapping)
        self._lock_rows(keys)
        # PostgreSQL checks a unique constraint row by row: without this step two
        # records could not swap their routes
        self.cr.execute(
            "UPDATE endpoint_route SET endpoint_hash = NULL WHERE key = ANY(%s)", [keys]
        )
        query_multi_update(
            self.cr, self._table, list(rows_mapping.values()), self._columns
        )

    def _lock_rows(self, keys):
        self.cr.execute(
            "SELECT id FROM endpoint_route WHERE key = ANY(%s) ORDER BY id FOR UPDATE",
            [list(keys)],
        )

    def drop_rules(self, keys):
        """Delete rules by key. Unknown keys and an empty sequence are accepted."""
        if keys:
            self.cr.execute(
                "DELETE FROM endpoint_route WHERE key = ANY(%s)", [list(keys)]
            )
        return True

    def archive_rules(self, keys, is_archived):
        """Mark stored rules as archived, or serve them again.

        Archived rules stay stored and are left out of the routing map.
        """
        # text functions: rows of other programs can contain invalid JSON
        mark = f'{{"{ARCHIVED}": true, '
        query = (
            "UPDATE endpoint_route SET opts = %s || substr(opts, 2)"
            " WHERE key = ANY(%s) AND NOT starts_with(opts, %s)"
            if is_archived
            else "UPDATE endpoint_route SET opts = '{' || substr(opts, length(%s) + 1)"
            " WHERE key = ANY(%s) AND starts_with(opts, %s)"
        )
        self.cr.execute(query, [mark, list(keys), mark])

    def drop_rules_of_model(self, model_name):
        """Delete all rules of a model, which is about to be deleted."""
        self.cr.execute(
            "DELETE FROM endpoint_route WHERE split_part(key, ':', 1) = %s",
            [model_name],
        )

    def last_update(self):
        """Return the time of the last change as a POSIX timestamp, or ``0.0``."""
        self.cr.execute("SELECT max(updated_at) FROM endpoint_route")
        newest = self.cr.fetchone()[0]
        return newest.timestamp() if newest else 0.0

    def last_version(self):
        """Return the number of changes so far, ``-1`` without the sequence."""
        self.cr.execute("SELECT to_regclass(%s)", [schema.SEQUENCE])
        if not self.cr.fetchone()[0]:
            return -1
        # a new sequence has last_value 1 both before and after its first nextval()
        self.cr.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END"
            " FROM endpoint_route_version"
        )
        return self.cr.fetchone()[0]
