"""The SQL of a queue: a table whose rows are leased to workers.

The table has ``id, state, next_at, lease_until, lease_id, attempts, lease_losses``, all
times in UTC without zone, and the clock is that of PostgreSQL. Each method is one
statement in autocommit: what it returns is durable, and no lock is held after it. Under
Odoo's REPEATABLE READ, ``SKIP LOCKED`` would raise errors instead of skipping rows that
have changed since.

Indexes: ``(next_at, id) WHERE state = <ready>``, ``(lease_until) WHERE state =
<leased>``; and for a fair pick ``(<group>, next_at, id) WHERE state = <ready>``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psycopg2 import sql
from psycopg2.extras import Json

from .policy import Claimed, Outcome, Policy

NOW = sql.SQL("(clock_timestamp() AT TIME ZONE 'UTC')")


class Condition(NamedTuple):
    """SQL about a row of the table, which is called ``r`` herein; see ``Table``."""

    text: str
    parameters: tuple[Any, ...] = ()


ANY = Condition("TRUE")


class Fair(NamedTuple):
    """At most ``share`` rows of each group in a claim: ``Fair("subscription_id", 8)``.

    The groups are found one after the other by an index that begins with the column.
    """

    column: str
    share: int


@dataclass(frozen=True)
class Names:
    """What a table calls things.

    :param columns: what a claim returns of a row
    :param results: the columns that an outcome sets, with their types
    """

    table: str
    ready: str = "ready"
    leased: str = "leased"
    dead: str = "failed"
    columns: tuple[str, ...] = ()
    results: Mapping[str, str] = field(default_factory=dict)


class Table:
    """A leased table.

    :param run: gives ``work`` a cursor in autocommit, and returns what it returns
    :param poison: values of a row that has lost too many workers, by column
    """

    def __init__(
        self,
        run: Callable[[Callable[[Any], Any]], Any],
        names: Names,
        policy: Policy,
        poison: Mapping[str, Any] | None = None,
    ) -> None:
        self._run, self._names, self.policy = run, names, policy
        self._poison = dict(poison or {})
        self._words = {
            "table": sql.Identifier(names.table),
            "ready": sql.Literal(names.ready),
            "leased": sql.Literal(names.leased),
            "dead": sql.Literal(names.dead),
            "now": NOW,
            "lease": sql.Literal(policy.lease),
            "most": sql.Literal(policy.most_losses),
        }

    # --- claim -----------------------------------------------------------------

    def claim(
        self,
        count: int,
        lease_id: str,
        condition: Condition = ANY,
        fair: Fair | None = None,
    ) -> list[Claimed]:
        """Lease up to ``count`` rows that are due, the longest due first.

        :param condition: what else holds for them: ``r.subscription_id <> ALL(%s)``
        """
        pick = self._fair_pick(condition, fair) if fair else self._pick(condition)
        statement = self._sql(
            "WITH picked AS MATERIALIZED ({pick})"
            " UPDATE {table} AS r SET state = {leased}, lease_id = %s,"
            " lease_until = {now} + {lease} * interval '1 second',"
            " attempts = r.attempts + 1"
            " FROM picked WHERE r.id = picked.id RETURNING {columns}",
            pick=pick,
            columns=_listed(["id", *self._names.columns], "r"),
        )
        rows = self._fetch(statement, (*condition.parameters, count, lease_id))
        return [self._claimed(lease_id, *row) for row in rows]

    def _claimed(self, lease_id: str, row_id: int, *values: Any) -> Claimed:
        named = dict(zip(self._names.columns, values, strict=True))
        return Claimed(row_id, lease_id, named)

    def _pick(self, condition: Condition) -> sql.Composable:
        return self._sql(
            "SELECT r.id FROM {table} AS r"
            " WHERE r.state = {ready} AND r.next_at <= {now} AND ({condition})"
            " ORDER BY r.next_at, r.id LIMIT %s FOR UPDATE SKIP LOCKED",
            condition=sql.SQL(condition.text),
        )

    def _fair_pick(self, condition: Condition, fair: Fair) -> sql.Composable:
        """PostgreSQL has no loose index scan: a recursion steps from group to group."""
        return self._sql(
            "SELECT due.id FROM (WITH RECURSIVE known AS ("
            " (SELECT r.{group} AS value FROM {table} AS r"
            "   WHERE r.state = {ready} ORDER BY r.{group} LIMIT 1)"
            " UNION ALL SELECT (SELECT r.{group} FROM {table} AS r"
            "   WHERE r.state = {ready} AND r.{group} > known.value"
            "   ORDER BY r.{group} LIMIT 1) FROM known WHERE value IS NOT NULL)"
            " SELECT value FROM known WHERE value IS NOT NULL) AS g,"
            " LATERAL (SELECT r.id, r.next_at FROM {table} AS r"
            "   WHERE r.state = {ready} AND r.{group} = g.value"
            "   AND r.next_at <= {now} AND ({condition})"
            "   ORDER BY r.next_at, r.id LIMIT {share}"
            "   FOR UPDATE SKIP LOCKED) AS due ORDER BY due.next_at, due.id LIMIT %s",
            group=sql.Identifier(fair.column),
            share=sql.Literal(fair.share),
            condition=sql.SQL(condition.text),
        )

    # --- while it is leased ------------------------------------------------------

    def beat(self, claimed: Iterable[Claimed]) -> set[int]:
        """Renew leases; the ids of those that still are the caller's. A row that is
        another worker's by now stays as it is."""
        return self._of_leases(
            "UPDATE {table} AS r"
            " SET lease_until = {now} + {lease} * interval '1 second'"
            " FROM {mine} AND r.state = {leased} RETURNING r.id",
            claimed,
        )

    def give_back(self, claimed: Iterable[Claimed]) -> set[int]:
        """Let others have rows whose work was not begun, or can begin again."""
        return self._of_leases(
            "UPDATE {table} AS r SET state = {ready}, lease_id = NULL,"
            " lease_until = NULL, next_at = {now}"
            " FROM {mine} AND r.state = {leased} RETURNING r.id",
            claimed,
        )

    def complete(self, outcomes: Sequence[Outcome]) -> set[int]:
        """Store what became of rows; the ids of those whose leases still held. Others
        are left to their new owners, and do not stop their neighbours."""
        results = self._names.results
        columns = {
            "state": ("varchar", [each.state for each in outcomes]),
            "delay": ("float8", [each.delay for each in outcomes]),
        }
        for name, cast in results.items():
            told = [_adapted(each.values.get(name)) for each in outcomes]
            columns[name] = (cast, told)
        return self._of_leases(
            "UPDATE {table} AS r SET state = mine.state, lease_id = NULL,"
            " lease_until = NULL,"
            " next_at = {now} + mine.delay * interval '1 second' {results}"
            " FROM {mine} AND r.state = {leased} RETURNING r.id",
            [each.claimed for each in outcomes],
            columns,
            results=_assigned(results),
        )

    # --- dead workers --------------------------------------------------------------

    def reap(self, count: int = 1000) -> list[tuple[int, str]]:
        """Take back leases that have expired: ``[(id, new state)]``. A row that has
        lost too many workers is dead: it might end them all."""
        statement = self._sql(
            "UPDATE {table} AS r SET lease_id = NULL, lease_until = NULL,"
            " next_at = {now}, lease_losses = r.lease_losses + 1,"
            " state = CASE WHEN r.lease_losses + 1 >= {most} THEN {dead}"
            "   ELSE {ready} END {poison}"
            " FROM (SELECT id FROM {table} WHERE state = {leased}"
            "   AND lease_until < {now} ORDER BY lease_until LIMIT %s"
            "   FOR UPDATE SKIP LOCKED) AS expired WHERE r.id = expired.id"
            " RETURNING r.id, r.state",
            poison=self._poisoned(),
        )
        values = tuple(_adapted(value) for value in self._poison.values())
        return self._fetch(statement, (*values, count))

    def _poisoned(self) -> sql.Composable:
        case = ", {} = CASE WHEN r.lease_losses + 1 >= {} THEN %s ELSE r.{} END"
        most = sql.Literal(self.policy.most_losses)
        return sql.SQL("").join(
            sql.SQL(case).format(sql.Identifier(name), most, sql.Identifier(name))
            for name in self._poison
        )

    # --- statements ------------------------------------------------------------------

    def _sql(self, text: str, **parts: sql.Composable) -> sql.Composable:
        return sql.SQL(text).format(**self._words, **parts)

    def _fetch(self, statement: sql.Composable, values: Sequence[Any]) -> list[Any]:
        def work(cursor: Any) -> list[Any]:
            cursor.execute(statement, values)
            rows: list[Any] = cursor.fetchall()
            return rows

        return list(self._run(work))

    def _of_leases(
        self,
        text: str,
        claimed: Iterable[Claimed],
        columns: Mapping[str, tuple[str, list[Any]]] | None = None,
        **parts: sql.Composable,
    ) -> set[int]:
        """The ids of rows that were written, of those whose leases are the caller's.

        :param columns: values for each of them, ``{name: (type, values)}``
        """
        rows = list(claimed)
        if not rows:
            return set()
        arrays = {
            "id": ("bigint", [each.id for each in rows]),
            "lease_id": ("varchar", [each.lease_id for each in rows]),
            **(columns or {}),
        }
        statement = self._sql(text, mine=_mine(arrays), **parts)
        found = self._fetch(statement, [values for _type, values in arrays.values()])
        return {row[0] for row in found}


def _mine(arrays: Mapping[str, tuple[str, list[Any]]]) -> sql.Composable:
    """SQL that pairs rows with the values of arrays, and with their leases."""
    casts = [sql.SQL(f"%s::{each}[]") for each, _values in arrays.values()]
    text = "unnest({}) AS mine ({}) WHERE r.id = mine.id AND r.lease_id = mine.lease_id"
    return sql.SQL(text).format(sql.SQL(", ").join(casts), _listed(arrays))


def _listed(names: Iterable[str], table: str = "") -> sql.Composable:
    qualified = [(table, name) if table else (name,) for name in names]
    return sql.SQL(", ").join([sql.Identifier(*each) for each in qualified])


def _assigned(results: Iterable[str]) -> sql.Composable:
    """``, name = mine.name`` of each."""
    assign = sql.SQL(", {} = mine.{}")
    names = [(sql.Identifier(name), sql.Identifier(name)) for name in results]
    return sql.SQL("").join([assign.format(*pair) for pair in names])


def _adapted(value: Any) -> Any:
    return Json(value) if isinstance(value, (dict, list)) else value
