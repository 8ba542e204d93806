"""Writes the outbox: what the transaction has changed, just before it is committed.

It may run several times in one transaction, since savepoints flush, too: a record has
one row, which is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from odoo.api import Environment
from odoo.tools import SQL

from . import changes, merging, origin, reading, watching
from .changes import Changes, ModelChanges
from .merging import Change
from .watching import Heir, Watch, Watched

BATCH = 2000  # records of one statement


def write(env: Environment) -> None:
    """Bring the outbox up to date with all records that were touched."""
    env.cr.precommit.data.pop(changes.KEY, None)
    noted, watch = changes.of(env.cr), watching.watch(env)
    # parents first: their changes are those of their heirs, too
    while names := noted.dirty():
        name = min(names, key=lambda n: _depth(watch, n))
        ids = noted.of(name).take()
        if name in watch.models:
            for start in range(0, len(ids), BATCH):
                batch = ids[start : start + BATCH]
                _Batch(env, watch.models[name], noted, batch).store()
    if watch.has_triggers:
        env.execute_query(_labelling(_origin(env, noted)))


def _depth(watch: Watch, name: str) -> int:
    watched = watch.models.get(name)
    return watched.depth if watched else 0


class _Batch:
    """Some records of one model."""

    def __init__(
        self, env: Environment, watched: Watched, noted: Changes, ids: list[int]
    ) -> None:
        self.env, self.watched, self.noted, self.ids = env, watched, noted, ids
        self.known: ModelChanges = noted.of(watched.model)
        self.changed: dict[int, Mapping[str, tuple[Any, Any]]] = {}

    def store(self) -> None:
        found = self._changes()
        if self.watched.has_trigger:
            self._join(found)
        elif self.watched.is_tracked:
            self._insert({each: change for each, change in found.items() if change})
            self._delete([each for each, change in found.items() if not change])
        for heir in self.watched.heirs:
            self._bequeath(heir)

    def _changes(self) -> dict[int, Change | None]:
        olds = self.known.olds
        names = {name for each in self.ids for name in olds.get(each, ())}
        rows = reading.values(self.env, self.watched, self.ids, names)
        return {each: self._change(each, rows.get(each)) for each in self.ids}

    def _change(self, each: int, row: Mapping[str, Any] | None) -> Change | None:
        known, watched = self.known, self.watched
        if each in known.created:
            return merging.created(row is not None)
        olds = known.olds.get(each, {})
        if row is None:
            return merging.deleted(known.frozen.get(each, {}), olds, watched.hidden)
        own = merging.difference(olds, row)
        self.changed[each] = changed = {**known.inherited.get(each, {}), **own}
        if watched.has_trigger:
            changed = {n: pair for n, pair in changed.items() if n in watched.others}
        return merging.updated(changed, watched.active, watched.hidden)

    # --- rows --------------------------------------------------------------------

    def _insert(self, found: Mapping[int, Change]) -> None:
        if not found:
            return
        self.known.written.update(found)
        rows = [_row(each, change) for each, change in found.items()]
        self.env.execute_query(_insertion(self.env, self.noted, self.watched, rows))

    def _join(self, found: Mapping[int, Change | None]) -> None:
        """Add lists and the like to what the trigger has written. It knows creations
        and deletions."""
        rows = [
            _row(each, change or Change("update", [], {}))
            for each, change in found.items()
            if each in self.changed
        ]
        if rows:
            self.env.execute_query(_joining(self.watched, rows))
            self.env.cr.execute(_EMPTY)

    def _delete(self, ids: list[int]) -> None:
        """Records that are as they were at the start after all."""
        ids = [each for each in ids if each in self.known.written]
        if ids:
            statement = SQL(
                "DELETE FROM rest_change WHERE xid = pg_current_xact_id()"
                " AND model = %s AND res_id IN %s",
                self.watched.model,
                tuple(ids),
            )
            self.env.cr.execute(statement)

    # --- heirs -------------------------------------------------------------------

    def _bequeath(self, heir: Heir) -> None:
        """Note the changes of fields that the records of another model show."""
        theirs = self.noted.of(heir.model)
        changed = {each: _named(c, heir.names) for each, c in self.changed.items()}
        ids = [each for each, c in changed.items() if c or theirs.inherited]
        if not ids:
            return
        statement = SQL(
            "SELECT id, %(column)s FROM %(table)s WHERE %(column)s IN %(ids)s",
            column=SQL.identifier(heir.column),
            table=SQL.identifier(heir.table),
            ids=tuple(ids),
        )
        for each, parent in self.env.execute_query(statement):
            if changed[parent] or each in theirs.inherited:
                theirs.inherited[each] = changed[parent]
                theirs.touch((each,))


def _named(
    changed: Mapping[str, tuple[Any, Any]], names: Mapping[str, str]
) -> dict[str, tuple[Any, Any]]:
    return {names[name]: pair for name, pair in changed.items() if name in names}


def _row(each: int, change: Change) -> dict[str, Any]:
    operation, fields, olds = change
    return {
        "res_id": each,
        "operation": operation,
        "fields": fields,
        "old_values": olds,
    }


_ROWS = """jsonb_to_recordset(%s) AS r(
            res_id int, operation varchar, fields jsonb, old_values jsonb)"""
_EMPTY = "DELETE FROM rest_change WHERE xid = pg_current_xact_id() AND fields = '[]'"


def _insertion(
    env: Environment, noted: Changes, watched: Watched, rows: list[dict[str, Any]]
) -> SQL:
    made_by = _origin(env, noted)
    return SQL(
        f"""
        INSERT INTO rest_change (model, res_id, operation, fields, old_values,
            origin_type, client_id, user_id, request_id, traceparent, date)
        SELECT %s, r.res_id, r.operation, r.fields, r.old_values,
            %s, %s, %s, %s, %s, clock_timestamp() AT TIME ZONE 'UTC'
        FROM {_ROWS}
        ON CONFLICT (xid, model, res_id) DO UPDATE SET
            operation = EXCLUDED.operation, fields = EXCLUDED.fields,
            old_values = EXCLUDED.old_values, origin_type = EXCLUDED.origin_type,
            client_id = EXCLUDED.client_id, user_id = EXCLUDED.user_id,
            request_id = EXCLUDED.request_id, traceparent = EXCLUDED.traceparent,
            date = EXCLUDED.date
        RETURNING id
        """,
        watched.model,
        made_by.type,
        made_by.client_id,
        made_by.user_id,
        made_by.request_id,
        made_by.traceparent,
        json.dumps(rows),
    )


def _joining(watched: Watched, rows: list[dict[str, Any]]) -> SQL:
    others = sorted(watched.others)
    return SQL(
        f"""
        INSERT INTO rest_change AS c (model, res_id, operation, fields, old_values,
            origin_type, date)
        SELECT %s, r.res_id, r.operation, r.fields, r.old_values, 'user',
            clock_timestamp() AT TIME ZONE 'UTC'
        FROM {_ROWS}
        ON CONFLICT (xid, model, res_id) DO UPDATE SET
            fields = (c.fields - %s::text[]) || EXCLUDED.fields,
            old_values = (c.old_values - %s::text[]) || EXCLUDED.old_values,
            operation = CASE WHEN c.operation = 'update' THEN EXCLUDED.operation
                ELSE c.operation END
        WHERE c.operation NOT IN ('create', 'delete')
        RETURNING id
        """,
        watched.model,
        json.dumps(rows),
        others,
        others,
    )


def _labelling(made_by: origin.Origin) -> SQL:
    """Rows of triggers do not tell yet who has made the change."""
    return SQL(
        "UPDATE rest_change SET origin_type = %s, client_id = %s, user_id = %s,"
        " request_id = %s, traceparent = %s"
        " WHERE xid = pg_current_xact_id() AND user_id IS NULL RETURNING id",
        made_by.type,
        made_by.client_id,
        made_by.user_id,
        made_by.request_id,
        made_by.traceparent,
    )


def _origin(env: Environment, noted: Changes) -> origin.Origin:
    made_by = origin.current(env.cr)
    if made_by is not None:
        return made_by
    default = env.transaction.default_env
    is_cron = noted.is_cron or bool(default and "cron_id" in default.context)
    return origin.by_context(noted.user_id, is_cron, noted.is_import)
