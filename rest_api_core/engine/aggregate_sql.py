"""Groups and aggregates as SQL, on a query of Odoo that applies the rules.

Behind a many2one that is empty, or whose record the caller may not see, all values are
NULL: ``rest.search`` joins no other records.
"""

from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.orm.models import READ_GROUP_AGGREGATE
from odoo.tools import SQL, Query
from odoo.tools.misc import get_lang

from ..orm.context import Context
from ..query.aggregate import PERIODS
from ..query.aggregate import aggregate as parsed
from ..query.field_types import NUMBERS
from ..query.filters import ALL, And, Not, Or
from ..query.operators import MEMBER

_ORDER = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}
_LINES = ("char", "text")
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


class Source(NamedTuple):
    """Where groups are made: a model in the environment of the caller, and Odoo's query
    of the records that count."""

    context: Context
    model: BaseModel
    query: Query


class RestAggregateSql(models.AbstractModel):
    _name = "rest.aggregate.sql"
    _description = "REST aggregates in SQL"

    def _grouped(self, source, aggregation):
        """Group the query of a source; give the SQL of all groups and aggregates.

        :param aggregation: with resolved paths
        """
        terms = {group.key: self._group(source, group) for group in aggregation.groups}
        aggregates = [self._aggregate(source, each) for each in aggregation.aggregates]
        query = source.query
        query._order_groupby.clear()
        query.order = self._sorted(source, aggregation, terms)
        if terms:
            # an order also compares fields behind a many2one
            behind = query._order_groupby
            query.groupby = SQL(", ").join([*terms.values(), *behind])
        if aggregation.having != ALL:
            query.having = self._having(source, aggregation.having)
        return [*terms.values(), *aggregates]

    def _end(self, source, path):
        """``(model, alias, field name)`` at the end of a path."""
        search = self.env["rest.search"]
        return search._walk(source.context, source.model, path, source.query)

    # --- groups --------------------------------------------------------------

    def _group(self, source, group):
        """The SQL of a value that makes groups: what a read of the field shows."""
        model, alias, name = self._end(source, group.path)
        if group.type == "many2many":
            return self._linked(source, model, alias, model._fields[name])
        spec = f"{name}:{group.part}" if group.part else name
        term = model._read_group_groupby(alias, spec, source.query)
        if group.part in PERIODS:
            column = model._field_to_sql(alias, name, source.query)
            return _within_calendar(term, column, group)
        return _as_read(term, group, alias)

    def _linked(self, source, model, alias, field):
        """The ids of a many2many, of the records that a response shows."""
        query = source.query
        if field.related and not field.store:
            model, field, alias = model._traverse_related_sql(alias, field, query)
        comodel = source.context.reading[field.comodel_name]
        links = query.make_alias(alias, field.name)
        there = SQL.identifier(links, field.column2)
        shown = self.env["rest.x2many"]._behind(
            source.context, model, field, comodel, Domain.TRUE
        )
        shown.order = None
        condition = SQL(
            "%s = %s AND %s IN %s",
            SQL.identifier(alias, "id"),
            SQL.identifier(links, field.column1),
            there,
            shown.subselect(),
            to_flush=field,
        )
        query.add_join("LEFT JOIN", links, field.relation, condition)
        return there

    # --- aggregates ----------------------------------------------------------

    def _aggregate(self, source, aggregate):
        if aggregate.path == "id" and aggregate.function == "count":
            return SQL("COUNT(*)")
        model, alias, name = self._end(source, aggregate.path)
        term = model._field_to_sql(alias, name, source.query)
        if aggregate.type == "boolean" or aggregate.type in _LINES:
            term = _as_read(term, aggregate, alias)
        value = READ_GROUP_AGGREGATE[aggregate.function](alias, term)
        # a number without a value is 0 in a read, too
        return SQL("COALESCE(%s, 0)", value) if aggregate.function == "sum" else value

    def _named(self, source, key):
        """The ``Aggregate`` that ``having`` or ``sort`` names by its key."""
        aggregate = parsed(key)
        model = source.model
        *links, name = aggregate.path.split(".")
        for link in links:
            model = model.env[model._fields[link].comodel_name]
        return aggregate.of_type(model._fields[name].type)

    # --- conditions on groups ------------------------------------------------

    def _having(self, source, tree):
        if isinstance(tree, And | Or):
            joint = SQL(" AND ") if isinstance(tree, And) else SQL(" OR ")
            parts = [self._having(source, each) for each in tree.of]
            return SQL("(%s)", joint.join(parts)) if parts else SQL("FALSE")
        if isinstance(tree, Not):
            # NULL is not true either
            return SQL("(%s IS NOT TRUE)", self._having(source, tree.of))
        aggregate = self._named(source, tree.path)
        term = self._aggregate(source, aggregate)
        if aggregate.result == "datetime":
            # whole seconds are compared, as in filters: they are what is shown
            term = SQL("DATE_TRUNC('second', %s)", term)
        return self._comparison(term, tree)

    def _comparison(self, term, leaf):
        operator, value = leaf.operator, leaf.value
        if operator in _ORDER:
            return SQL("(%s %s %s)", term, _ORDER[operator], value)
        if operator == "=?" and value is None:
            return SQL("TRUE")
        values = value if operator in MEMBER else (value,)
        known = tuple(each for each in values if each is not None)
        either = [SQL("%s IN %s", term, known)] if known else []
        if None in values:
            either.append(SQL("%s IS NULL", term))
        equal = SQL("(%s)", SQL(" OR ").join(either) if either else SQL("FALSE"))
        return SQL("(%s IS NOT TRUE)", equal) if operator in ("!=", "not in") else equal

    # --- orders --------------------------------------------------------------

    def _sorted(self, source, aggregation, terms):
        """By the keys requested, then by all groups, so that each page is the same."""
        order = []
        for key in aggregation.sort:
            direction = SQL("DESC") if key.descending else SQL("ASC")
            group = aggregation.group(key.path)
            if group is None:
                named = self._aggregate(source, self._named(source, key.path))
                order.append(SQL("%s %s", named, direction))
            else:
                order += self._by_group(source, group, terms[group.key], direction)
        order += terms.values()
        return SQL(", ").join(order) if order else None

    def _by_group(self, source, group, term, direction):
        if group.type == "many2one":
            end = self._end(source, group.path)
            search = self.env["rest.search"]
            named = search._order_term(source.context, *end, direction, source.query)
            return [named] if named.code else []
        if group.part == "day_of_week":
            # as Odoo: the week begins where the language says so
            first = int(get_lang(source.model.env).week_start)
            term = SQL("mod(7 - %s + %s::int, 7)", first, term)
        return [SQL("%s %s", term, direction)]


def _within_calendar(term, column, group):
    """The SQL of the beginning of a period, where Python has it: neither in the year
    10000, which may have begun in the user's time zone, nor before the year 1.

    :param column: the moment itself; most tell by it that their period is within
    """
    cast = SQL("timestamp") if group.type == "datetime" else SQL("date")
    first, last = (SQL("%s::%s", day, cast) for day in (FIRST_DAY, LAST_DAY))
    return SQL(
        "CASE WHEN %(column)s BETWEEN '0002-01-01' AND '9998-12-31' THEN %(term)s"
        " WHEN %(term)s < %(first)s THEN %(first)s"
        " WHEN %(term)s > %(last)s THEN %(last)s ELSE %(term)s END",
        column=column,
        term=term,
        first=first,
        last=last,
    )


def _as_read(term, column, alias):
    """The SQL of a value as a read of the field shows it: empty texts are NULL; numbers
    and booleans that are not set are 0 and false, but not behind an empty many2one.

    :param column: ``Group`` or ``Aggregate``
    """
    if column.type in _LINES:
        return SQL("NULLIF(%s, '')", term)
    if column.type in NUMBERS and column.type != "many2one_reference":
        term = SQL("COALESCE(%s, 0)", term)
    elif column.type == "boolean":
        term = SQL("COALESCE(%s, FALSE)", term)
    elif column.type == "many2one_reference":
        return SQL("NULLIF(%s, 0)", term)
    else:
        return term
    if "." not in column.path:
        return term
    there = SQL.identifier(alias, "id")
    return SQL("CASE WHEN %s IS NOT NULL THEN %s END", there, term)
