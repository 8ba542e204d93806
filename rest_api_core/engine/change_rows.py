"""The rows of ``rest.change`` in their order, as far as they may be told.

Rows of transactions that still run are not there yet, and would come before others that
are: nothing is told from the horizon on, below which all transactions of the database
have ended. The transaction of the request is one snapshot (REPEATABLE READ), so it sees
all rows below.
"""

from datetime import datetime
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..access.past_rows import Step
from ..models.rest_change import (
    GENERATION,
    HORIZON,
    OLDEST,
    RETENTION,
    Deleted,
    days_of,
)
from ..query.positions import Position

ACTIVE = ("archive", "restore")
MAX_STEPS = 5000  # changes of records that are looked at for one batch
AROUND = 5000  # rows before the first one of a time that may be of that time, too


class State(NamedTuple):
    """What holds for a whole request.

    :param horizon: the xid below which all transactions of this database have ended
    :param snapshot: text of PostgreSQL, what the transaction sees
    :param deleted: which changes are not there any more
    :param retention: days; 0 for ever
    :param now: UTC, of the database
    """

    horizon: int
    snapshot: str
    generation: str
    deleted: Deleted
    retention: float
    now: datetime


class Change(NamedTuple):
    """A row, without the old values."""

    xid: int
    id: int
    model: str
    res_id: int
    operation: str
    fields: list
    origin_type: str
    client_id: int
    user_id: int
    request_id: str
    date: datetime


_COLUMNS = SQL(
    "c.xid::text::bigint, c.id, c.model, c.res_id, c.operation, c.fields,"
    " c.origin_type, c.client_id, c.user_id, c.request_id, c.date"
)
# Each model by its own part of one index, however few of all rows are of it: PostgreSQL
# would take "model = m.model" for a filter of all rows in their order
_PAGE = """
SELECT %(columns)s FROM rest_change c JOIN (
    SELECT r.xid, r.id FROM unnest(%(models)s::varchar[]) AS m(model)
     CROSS JOIN LATERAL (
        SELECT xid, id FROM rest_change
         WHERE (model, xid, id) > (m.model, %(xid)s::text::xid8, %(row)s)
           AND (model, xid) < (m.model, %(horizon)s::text::xid8)
         ORDER BY model, xid, id LIMIT %(size)s) r
     ORDER BY r.xid, r.id LIMIT %(size)s) page USING (xid, id)
 ORDER BY c.xid, c.id
"""
_LAST = """
SELECT c.xid::text, c.id FROM rest_change c
 WHERE c.xid < (SELECT %s::text::xid8)
 ORDER BY c.xid DESC, c.id DESC LIMIT 1
"""
_FIRST = "SELECT xid::text, id FROM rest_change WHERE date >= %s ORDER BY date LIMIT 1"
# transactions that began before, and changed something after
_EARLIER = """
SELECT e.xid::text, e.id FROM (
    SELECT xid, id, date FROM rest_change WHERE (xid, id) <= (%s::xid8, %s)
     ORDER BY xid DESC, id DESC LIMIT %s) AS e
 WHERE e.date >= %s ORDER BY e.xid, e.id LIMIT 1
"""
_STEPS = """
SELECT c.res_id, c.xid::text::bigint, c.id, c.operation, c.fields, c.old_values
  FROM rest_change c
 WHERE c.model = %(model)s AND c.res_id IN %(ids)s
   AND (c.xid, c.id) >= (%(xid)s::text::xid8, %(row)s)
   AND (%(all)s OR c.operation <> 'update' OR c.fields ?| %(names)s::text[])
 ORDER BY c.xid DESC, c.id DESC LIMIT %(size)s
"""


class RestChangeRows(models.AbstractModel):
    _name = "rest.change.rows"
    _description = "REST rows of changes"

    def _state(self):
        """``State``, in one statement: what was deleted must be known as of the rows
        that are left, and not as some cache has it."""
        self.env["ir.config_parameter"].flush_model(["key", "value"])
        keys = (GENERATION, OLDEST, RETENTION)
        statement = SQL(
            "SELECT pg_current_snapshot()::text, %s,"
            " clock_timestamp() AT TIME ZONE 'UTC',"
            " (SELECT jsonb_object_agg(key, value) FROM ir_config_parameter"
            " WHERE key IN %s)",
            SQL(HORIZON),
            keys,
        )
        ((snapshot, horizon, now, known),) = self.env.execute_query(statement)
        known = known or {}
        return State(
            horizon=horizon,
            snapshot=snapshot,
            generation=known.get(GENERATION) or "",
            deleted=Deleted.parse(known.get(OLDEST)),
            retention=days_of(known.get(RETENTION)),
            now=now,
        )

    def _after(self, model_names, position, state, size):
        """At most ``size`` changes of the models after a position, in their order."""
        self.env["rest.change"].flush_model()
        statement = SQL(
            _PAGE,
            columns=_COLUMNS,
            models=list(model_names),
            xid=position.xid,
            row=position.row,
            horizon=state.horizon,
            size=size,
        )
        return [Change(*values) for values in self.env.execute_query(statement)]

    def _last(self):
        """The ``(xid, row)`` of the last change that may be told, None without one."""
        rows = self.env.execute_query(SQL(_LAST, SQL(HORIZON)))
        return rows[0] if rows else None

    def _since(self, moment, state):
        """The ``Position`` before the first change that was made at a time or later,
        or at the end: the horizon, since transactions above it may still run."""
        end = (state.horizon, 0)
        first = self.env.execute_query(SQL(_FIRST, moment))
        if not first:
            return Position(state.generation, *end)
        earlier = SQL(_EARLIER, *first[0], AROUND, moment)
        ((xid, row),) = self.env.execute_query(earlier)
        return Position(state.generation, *min((int(xid), row - 1), end))

    def _steps(self, changes, names):
        """``{id of a record: [((xid, row), Step), …]}`` from the first of these changes
        of one model on, to the last one that the transaction sees, in their order.

        None for too many of them.

        :param names: fields whose updates are looked for, None for all
        """
        first, ids = changes[0], {change.res_id for change in changes}
        statement = SQL(
            _STEPS,
            model=first.model,
            ids=tuple(ids),
            xid=first.xid,
            row=first.id,
            all=names is None,
            names=list(names or ()),
            size=MAX_STEPS + 1,
        )
        rows = self.env.execute_query(statement)
        if len(rows) > MAX_STEPS:
            return None
        steps = {}
        for res_id, xid, row, operation, changed, old in reversed(rows):
            step = as_step(operation, changed, old)
            steps.setdefault(res_id, []).append(((xid, row), step))
        return steps


def as_step(operation, changed, old=None):
    names = {*(changed or ()), *(("active",) if operation in ACTIVE else ())}
    return Step(operation, frozenset(names), old)
