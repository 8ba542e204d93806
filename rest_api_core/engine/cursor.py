"""Pages by cursor: keys of a sort, and what follows a row, as SQL."""

from odoo import models
from odoo.tools import SQL

from ..query import keyset, sorting
from ..query.keyset import AnyOf, RowComparison
from ..query.sorting import SortKey
from ..wire.problem import CursorInvalid, ParameterInvalid

_OPERATORS = {
    "=": SQL("="),
    ">": SQL(">"),
    "<": SQL("<"),
    ">=": SQL(">="),
    "<=": SQL("<="),
}


class RestCursor(models.AbstractModel):
    _name = "rest.cursor"
    _inherit = "rest.query"
    _description = "REST cursors"

    # --- keys ----------------------------------------------------------------

    def _keys(self, scope, model_name, sort):
        """``keyset.Key`` for each key of the sort. Raises ParameterInvalid for what a
        cursor cannot hold."""
        model = scope.env[model_name]
        unfolded = (self._unfolded(scope, model, key) for key in sort)
        return tuple(self._key(model, key) for keys in unfolded for key in keys)

    def _unfolded(self, scope, model, key, seen=()):
        """The key, or in place of a relation the keys by which its model is sorted, as
        ``_order_term`` has it."""
        field = self._field_at(model, key.path)
        if field.type != "many2one":
            return [key]
        if field in seen or (seen and not self._shows_all(scope, field.model_name)):
            return []
        order = self._order_behind(model.env[field.comodel_name], key.path)
        behind = (
            SortKey(f"{key.path}.{each.path}", each.descending != key.descending)
            for each in order
        )
        found = (self._unfolded(scope, model, k, (*seen, field)) for k in behind)
        return [key for keys in found for key in keys]

    def _order_behind(self, comodel, path):
        try:
            return sorting.of_model(comodel._order or "")
        except ValueError:
            detail = f"'{path}' is sorted in a way that a cursor cannot follow"
            raise ParameterInvalid.at_parameter("sort", detail) from None

    def _field_at(self, model, path):
        *heads, name = path.split(".")
        for head in heads:
            model = model.env[model._fields[head].comodel_name]
        return model._fields[name]

    def _key(self, model, key):
        field = self._field_at(model, key.path)
        solid = key.path == "id" or field in model.env.registry.not_null_fields
        nullable = field.type != "boolean" and ("." in key.path or not solid)
        return keyset.Key(key.path, key.descending, nullable)

    # --- SQL -----------------------------------------------------------------

    def _expression(self, scope, model, path, query):
        owner, alias, name = self._walk(scope, model, path, query)
        expression = owner._field_to_sql(alias, name, query)
        if owner._fields[name].type == "boolean":
            return SQL("COALESCE(%s, FALSE)", expression)
        return expression

    def _add_segment(self, scope, model, query, segment):
        """Let the query find only what a segment of ``keyset`` holds."""
        if segment.term:
            query.add_where(self._term(scope, model, query, segment.term))
        if segment.after:
            query.add_where(self._after(scope, model, query, segment.after))

    def _after(self, scope, model, query, after):
        if isinstance(after, RowComparison):
            columns = [
                self._expression(scope, model, path, query) for path in after.paths
            ]
            return SQL(
                "(%s) %s (%s)",
                SQL(", ").join(columns),
                _OPERATORS[after.operator],
                SQL(", ").join(SQL("%s", value) for value in after.values),
            )
        assert isinstance(after, AnyOf)
        cases = [
            SQL(
                "(%s)",
                SQL(" AND ").join(self._term(scope, model, query, t) for t in case),
            )
            for case in after.cases
        ]
        either = SQL("(%s)", SQL(" OR ").join(cases) if cases else SQL("FALSE"))
        if after.bound is None:
            return either
        return SQL("%s AND %s", self._term(scope, model, query, after.bound), either)

    def _term(self, scope, model, query, term):
        column = self._expression(scope, model, term.path, query)
        if term.operator == "is null":
            return SQL("%s IS NULL", column)
        if term.operator == "is not null":
            return SQL("%s IS NOT NULL", column)
        return SQL("%s %s %s", column, _OPERATORS[term.operator], term.value)

    def _cursor_values(self, scope, secret, bound_to, keys):
        """The values of the cursor of the request; () for the first page."""
        if not scope.query.cursor:
            return ()
        values = keyset.unseal(secret, bound_to, scope.query.cursor, len(keys))
        if keys[-1].path != "id":
            raise CursorInvalid.at_parameter("cursor", keyset.FOREIGN)
        return values
