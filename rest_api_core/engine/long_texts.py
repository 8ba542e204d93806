"""Texts, which callers may make as long as they like: weighed before they are read.

PostgreSQL knows the size of a value without reading it. So a statement gives the size
of each row, and the long ones without their values: these are read once it is known
that the response may contain them.
"""

import functools
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..orm.id_array import id_array
from ..query.volume import size_of

ALL_ROWS = 16 * 2**20  # bytes that a statement may give before they are weighed
LEAST, MOST = 2**11, 2**16  # bytes of a long row, of many or of few rows
MANY = 20_000  # rows of a statement without a limit
PART = 16 * 2**20  # bytes of texts that Odoo reads at once
FEW = 10  # records that are weighed after they were read: this takes less time


class Short(SQL):
    """SQL of a value that callers cannot make long: it is not weighed."""

    __slots__ = ()


def weighed(terms, start):
    """The positions of terms, from ``start`` on, that may be long."""
    return [n for n in range(start, len(terms)) if not isinstance(terms[n], Short)]


class Sized(NamedTuple):
    """A SELECT whose rows have their bytes as last value.

    :param sized: the SQL, in which long values are NULL
    :param whole: the text of a statement for rows by their ids
    :param size: rows with more bytes have long values, or nearly
    """

    select: SQL
    sized: SQL
    whole: str
    size: int


class RestLongTexts(models.AbstractModel):
    _name = "rest.long.texts"
    _description = "REST long texts"

    # --- in statements of the engine -----------------------------------------

    def _fetched(self, context, query, terms, texts, arrays):
        """The rows of a query, as ``execute_query`` gives them, but they may have a
        value more at the end. Raises PageTooLarge.

        :param terms: SQL to select, first the id
        :param texts: the positions of terms of any type that may be long
        :param arrays: those of terms that are arrays of ids
        """
        env, long = context.reading, (*texts, *arrays)
        if not long or (query.limit and query.limit <= FEW):
            rows = _rows(env, query.select(*terms))
            context.volume.add(size=sum([size_of(r[n]) for r in rows for n in long]))
            return rows
        statement = self._sized(query, terms, texts, arrays, query.limit or MANY)
        rows = _rows(env, statement.sized)
        context.volume.add(size=sum([row[-1] for row in rows]))
        ids = [row[0] for row in rows if row[-1] > statement.size]
        if not ids:
            return rows
        whole = SQL(statement.whole, statement.select, id_array(ids))
        known = {row[0]: row for row in _rows(env, whole)}
        return [known.get(row[0], row) for row in rows]

    def _sized(self, query, terms, texts, arrays, number):
        """The ``Sized`` statement of a query, which is fetched in so many rows at once.
        For the other parameters see ``_fetched``."""
        select = query.select(*terms)
        if not query.limit and not query.offset:
            select = SQL("%s OFFSET 0", select)  # for PostgreSQL, a barrier
        size = _long_value(number, len(texts) + len(arrays))
        sized, whole = _wrappers(len(terms), tuple(texts), tuple(arrays), size)
        return Sized(select, SQL(sized, select), whole, size)

    # --- in Odoo's cache -----------------------------------------------------

    def _parts(self, context, model, ids):
        """The records in parts, each of which Odoo reads at once: it reads all columns
        of all records that it is going to need. The cache is emptied between parts."""
        for number, part in enumerate(self._split(context, model, ids)):
            if number:
                model.browse(ids).invalidate_recordset()
            yield model.browse(part)

    def _split(self, context, model, ids):
        part, weight = [], 0
        for record_id, size in self._weighed(context, model, ids):
            if part and weight + size > PART:
                yield part
                part, weight = [], 0
            part.append(record_id)
            weight += size
        if part:
            yield part

    def _weighed(self, context, model, ids):
        """``(id, bytes of its texts)`` in the order of the ids."""
        size = context.catalog.text_size(model._name)
        sizes = {}
        if size is not None and len(ids) > FEW:
            statement = SQL(
                "SELECT id, %s FROM %s WHERE id = ANY(%s)",
                size,
                SQL.identifier(model._table),
                id_array(ids),
            )
            sizes = dict(model.env.execute_query(statement))
        return [(record_id, sizes.get(record_id, 0)) for record_id in ids]


def _rows(env, statement):
    """As ``env.execute_query``, which asks each model what is to be flushed: a request
    that reads has nothing."""
    if env.transaction.field_dirty or env.transaction.tocompute:
        return env.execute_query(statement)
    env.cr.execute(statement)
    return env.cr.fetchall()


def _long_value(rows, values):
    """The bytes above which a value is long, so that many short ones are not large."""
    return min(max(ALL_ROWS // rows, LEAST), MOST) // max(values, 1)


@functools.lru_cache(maxsize=512)
def _wrappers(count, texts, arrays, size):
    """Two statements around a SELECT of so many terms: one with the size of each row,
    as the last value, and without long values; one of rows by their ids."""
    names = [f"c{number}" for number in range(count)]
    sizes = {n: f"octet_length({names[n]}::text)" for n in texts}
    sizes.update((n, f"cardinality({names[n]}) * 8") for n in arrays)
    shown = [
        f"CASE WHEN {sizes[n]} <= {size} THEN {name} END" if n in sizes else name
        for n, name in enumerate(names)
    ]
    rows = f"(%s) AS rows ({', '.join(names)})"
    whole = " + ".join(["0", *(f"COALESCE({each}, 0)" for each in sizes.values())])
    return (
        f"SELECT {', '.join(shown)}, {whole} FROM {rows}",
        f"SELECT * FROM {rows} WHERE c0 = ANY(%s)",
    )
