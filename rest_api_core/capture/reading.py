"""Reads values of watched records as they are in the database, past the ORM."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from odoo.api import Environment
from odoo.tools import SQL

from .watching import Watched


def values(
    env: Environment, watched: Watched, ids: Collection[int], names: Iterable[str]
) -> dict[int, dict[str, Any]]:
    """The values of records as they are in the database; missing ones are left out."""
    names = sorted(names)
    expressions = [watched.values[name] for name in names]
    statement = SQL(
        "SELECT %s FROM %s t WHERE t.id IN %s",
        SQL(", ").join([SQL("t.id"), *expressions]),
        SQL.identifier(watched.table),
        tuple(ids),
    )
    rows = env.execute_query(statement)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def rows(
    env: Environment, watched: Watched, ids: list[int]
) -> dict[int, dict[str, Any]]:
    """All columns of records that may be kept."""
    statement = SQL(
        "SELECT t.id, COALESCE((SELECT jsonb_object_agg(e.key, e.value)"
        " FROM jsonb_each(to_jsonb(t)) e WHERE e.key = ANY(%s::text[])), '{}')"
        " FROM %s t"
        " WHERE t.id IN %s",
        list(watched.published),
        SQL.identifier(watched.table),
        tuple(ids),
    )
    return dict(env.execute_query(statement))
