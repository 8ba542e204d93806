"""Triggers that capture the changes of a table by any SQL statement.

They write the same rows of the outbox as ``outbox.py``: one for each record and
transaction, by merging. They see columns only; the content of other tables
(lists, files, fields of parents) still comes from the ORM.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable
from datetime import timedelta
from typing import NamedTuple

from odoo.api import Environment
from odoo.tools import SQL

from .merging import LARGEST
from .names import IGNORED
from .watching import Watched

EVENTS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}

# Arguments: model, field that archives or '', columns, columns that are kept (JSON).
# New rows have no user: ``outbox`` tells who made them, where it was Odoo.
_INSERT = """
CREATE OR REPLACE FUNCTION rest_change_insert() RETURNS trigger
LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO rest_change (model, res_id, operation, origin_type, date)
    SELECT TG_ARGV[0], n.id, 'create', 'user', clock_timestamp() AT TIME ZONE 'UTC'
    FROM new_rows n ORDER BY n.id
    ON CONFLICT (xid, model, res_id)
    DO UPDATE SET operation = 'create', fields = NULL, old_values = NULL;
    RETURN NULL;
END $body$
"""
_UPDATE = """
CREATE OR REPLACE FUNCTION rest_change_update() RETURNS trigger
LANGUAGE plpgsql AS $body$
DECLARE
    active text := TG_ARGV[1];
    names text[] := ARRAY(SELECT jsonb_array_elements_text(TG_ARGV[2]::jsonb));
    kept text[] := ARRAY(SELECT jsonb_array_elements_text(TG_ARGV[3]::jsonb));
BEGIN
    -- references that are emptied in one statement can change a row more than once
    WITH olds AS (
        SELECT DISTINCT ON (id) id, was FROM (
            SELECT o.id, to_jsonb(o) AS was, row_number() OVER () AS n FROM old_rows o
        ) r ORDER BY id, n
    ), news AS (
        SELECT DISTINCT ON (id) id, becomes FROM (
            SELECT o.id, to_jsonb(o) AS becomes, row_number() OVER () AS n
            FROM new_rows o
        ) r ORDER BY id, n DESC
    ), pairs AS (
        SELECT o.id, o.was, n.becomes FROM olds o JOIN news n ON n.id = o.id
    ), differing AS (
        SELECT p.id, p.becomes, jsonb_object_agg(e.key, e.value) AS olds
        FROM pairs p CROSS JOIN LATERAL jsonb_each(p.was) e
        WHERE e.key = ANY(names) AND p.becomes -> e.key IS DISTINCT FROM e.value
        GROUP BY p.id, p.becomes
    ), merged AS (
        -- the first value is that of the row, which an earlier statement has written
        SELECT d.id, d.becomes, d.olds || COALESCE(x.old_values, '{}') AS olds,
            COALESCE(x.fields, '[]') AS known
        FROM differing d LEFT JOIN rest_change x ON x.xid = pg_current_xact_id()
            AND x.model = TG_ARGV[0] AND x.res_id = d.id
        WHERE x.operation IS NULL OR x.operation NOT IN ('create', 'delete')
    ), final AS (
        SELECT m.id,
            COALESCE((
                SELECT jsonb_agg(k ORDER BY k) FROM (
                    SELECT jsonb_object_keys(m.olds) AS k
                    UNION SELECT jsonb_array_elements_text(m.known)
                ) u
                WHERE NOT (m.becomes ? k AND m.olds ? k
                    AND m.olds -> k = m.becomes -> k)
            ), '[]') AS fields,
            COALESCE((
                SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(m.olds) e
                WHERE (e.key = ANY(kept) OR NOT m.becomes ? e.key)
                AND octet_length(e.value::text) <= %(largest)s
                AND e.value IS DISTINCT FROM m.becomes -> e.key
            ), '{}') AS old_values,
            CASE WHEN NOT m.olds ? active THEN 'update'
                WHEN COALESCE((m.olds ->> active)::boolean, false)
                    = COALESCE((m.becomes ->> active)::boolean, false) THEN 'update'
                WHEN COALESCE((m.becomes ->> active)::boolean, false) THEN 'restore'
                ELSE 'archive' END AS operation
        FROM merged m
    )
    INSERT INTO rest_change (model, res_id, operation, fields, old_values,
        origin_type, date)
    SELECT TG_ARGV[0], f.id, f.operation, f.fields, f.old_values,
        'user', clock_timestamp() AT TIME ZONE 'UTC'
    FROM final f ORDER BY f.id
    ON CONFLICT (xid, model, res_id) DO UPDATE SET operation = EXCLUDED.operation,
        fields = EXCLUDED.fields, old_values = EXCLUDED.old_values,
        date = EXCLUDED.date;
    DELETE FROM rest_change c USING new_rows n
    WHERE c.xid = pg_current_xact_id() AND c.model = TG_ARGV[0]
        AND c.res_id = n.id AND c.fields = '[]';
    RETURN NULL;
END $body$
"""
_DELETE = """
CREATE OR REPLACE FUNCTION rest_change_delete() RETURNS trigger
LANGUAGE plpgsql AS $body$
DECLARE
    kept text[] := ARRAY(SELECT jsonb_array_elements_text(TG_ARGV[3]::jsonb));
BEGIN
    WITH new_ones AS (
        DELETE FROM rest_change c USING old_rows o
        WHERE c.xid = pg_current_xact_id() AND c.model = TG_ARGV[0]
            AND c.res_id = o.id AND c.operation = 'create'
        RETURNING c.res_id
    )
    INSERT INTO rest_change (model, res_id, operation, old_values, origin_type, date)
    SELECT TG_ARGV[0], o.id, 'delete', COALESCE((
            SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(to_jsonb(o)) e
            WHERE e.key = ANY(kept) AND octet_length(e.value::text) <= %(largest)s
        ), '{}'), 'user', clock_timestamp() AT TIME ZONE 'UTC'
    FROM old_rows o WHERE o.id NOT IN (SELECT res_id FROM new_ones) ORDER BY o.id
    ON CONFLICT (xid, model, res_id) DO UPDATE SET operation = 'delete', fields = NULL,
        old_values = EXCLUDED.old_values || COALESCE(rest_change.old_values, '{}'),
        date = EXCLUDED.date;
    RETURN NULL;
END $body$
"""
FUNCTIONS = [
    text.replace("%(largest)s", str(LARGEST)) for text in (_INSERT, _UPDATE, _DELETE)
]
# SQL of others writes as their own role, in any schema: it may neither need rights on
# the outbox, nor put a table of its own in its place, nor attach the function elsewhere
_GUARDED = """
ALTER FUNCTION %(name)s() SECURITY DEFINER SET search_path = %(schema)s, pg_temp;
REVOKE ALL ON FUNCTION %(name)s() FROM PUBLIC
"""
_VERSION = hashlib.sha256("".join([*FUNCTIONS, _GUARDED]).encode()).hexdigest()[:16]
_INSTALLED = """
    SELECT c.relname, max(encode(t.tgargs, 'hex')),
        max(obj_description(t.oid, 'pg_trigger'))
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname LIKE 'rest\\_change\\_%' AND NOT t.tgisinternal
    AND c.relnamespace = current_schema::regnamespace GROUP BY c.relname
"""
_TIME = "%Y-%m-%dT%H:%M:%S"
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('rest_api_core.triggers'))"


# how long the workers may take to notice that Odoo tells the changes itself
GRACE = timedelta(hours=1)


class _Triggers(NamedTuple):
    """Those of a table; :ivar left: since when Odoo tells its changes itself, or ''"""

    arguments: tuple[str, ...]
    left: str = ""


def sync(
    env: Environment, models: Iterable[Watched], tracked: Container[str] = ()
) -> None:
    """Have the tables of these models, and no others, have triggers that fit their
    columns.

    :param tracked: tables whose changes Odoo tells itself. Their triggers stay for a
        while: a worker that still leaves the changes to them would lose them. None is
        told twice: a record has one row for each transaction.
    """
    wanted = {m.table: _Triggers(_arguments(m)) for m in models if m.has_trigger}
    installed = _installed(env)
    if wanted == installed:
        return
    env.cr.execute(_LOCK)
    if wanted:
        _create_functions(env)
    for table in sorted({*wanted, *installed}):
        if table not in wanted and table in tracked:
            _leave(env, table, installed[table])
        elif wanted.get(table) != installed.get(table):
            _drop(env, table)
            if table in wanted:
                _create(env, table, wanted[table].arguments)


def _leave(env: Environment, table: str, installed: _Triggers) -> None:
    """Drop triggers some time after they were needed."""
    now = env.cr.now()
    if not installed.left:
        statement = SQL(
            "COMMENT ON TRIGGER rest_change_update ON %s IS %s",
            SQL.identifier(table),
            f"{now:{_TIME}}",
        )
        env.cr.execute(statement)
    elif installed.left < f"{now - GRACE:{_TIME}}":
        _drop(env, table)


def _create_functions(env: Environment) -> None:
    for statement in FUNCTIONS:
        # as it is, without parameters: the body contains percent signs and dollars
        env.cr.execute(statement)
    env.cr.execute("SELECT current_schema")
    schema = SQL.identifier(env.cr.fetchone()[0])
    for event in EVENTS:
        name = SQL.identifier(f"rest_change_{event}")
        env.cr.execute(SQL(_GUARDED, name=name, schema=schema))


def drop_all(env: Environment) -> None:
    """Leave no trigger and no function: the addon is being uninstalled."""
    sync(env, ())
    for event in EVENTS:
        name = SQL.identifier(f"rest_change_{event}")
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s()", name))


def _arguments(watched: Watched) -> tuple[str, ...]:
    published = list(watched.published)
    columns = sorted({*watched.values} - watched.others - IGNORED)
    texts = (json.dumps(columns), json.dumps(published))
    return (watched.model, watched.active or "", *texts, _VERSION)


def _installed(env: Environment) -> dict[str, _Triggers]:
    """``{table: its triggers}``"""
    env.cr.execute(_INSTALLED)
    # PostgreSQL ends each argument with a zero byte
    return {
        table: _Triggers(
            tuple(bytes.fromhex(args).decode().split("\0")[:-1]), left or ""
        )
        for table, args, left in env.cr.fetchall()
    }


def _drop(env: Environment, table: str) -> None:
    for event in EVENTS:
        name = SQL.identifier(f"rest_change_{event}")
        statement = SQL("DROP TRIGGER IF EXISTS %s ON %s", name, SQL.identifier(table))
        env.cr.execute(statement)


def _create(env: Environment, table: str, arguments: tuple[str, ...]) -> None:
    for event, rows in EVENTS.items():
        name = SQL.identifier(f"rest_change_{event}")
        env.cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER %s ON %s REFERENCING %s"
                " FOR EACH STATEMENT EXECUTE FUNCTION %s(%s)",
                name,
                SQL(event),
                SQL.identifier(table),
                SQL(rows),
                name,
                SQL(", ").join(arguments),
            )
        )
