"""Pages by cursor: the keys of a sort, and the rows that follow a cursor, as SQL."""

from odoo import models
from odoo.tools import SQL

from ..query import keyset, sorting
from ..query.keyset import AnyOf, RowComparison
from ..query.sorting import SortKey
from ..wire.problem import CursorInvalid, ParameterInvalid

PURPOSE = b"rest cursor"  # separates this use of the secret from all others
_OPERATORS = {
    "=": SQL("="),
    ">": SQL(">"),
    "<": SQL("<"),
    ">=": SQL(">="),
    "<=": SQL("<="),
}


class RestCursor(models.AbstractModel):
    _name = "rest.cursor"
    _description = "REST cursors"

    # --- keys ----------------------------------------------------------------

    def _keys(self, context, model_name, sort):
        """``keyset.Key`` for each column of the sort. Raises ParameterInvalid for
        orders that a cursor cannot follow."""
        model = context.env[model_name]
        keys = [self._unfolded(context, model, sort_key) for sort_key in sort]
        return tuple(self._key(model, key) for several in keys for key in several)

    def _unfolded(self, context, model, key, seen=()):
        """The key itself, or instead of a relation the keys of its model's order, as
        ``rest.search._order_term`` sorts by them."""
        field = self._field_at(model, key.path)
        if field.type != "many2one":
            return [key]
        shows_all = self.env["rest.search"]._shows_all
        if field in seen or (seen and not shows_all(context, field.model_name)):
            return []
        order = self._order_behind(model.env[field.comodel_name], key.path)
        behind = (
            SortKey(f"{key.path}.{each.path}", each.descending != key.descending)
            for each in order
        )
        keys = (self._unfolded(context, model, k, (*seen, field)) for k in behind)
        return [key for several in keys for key in several]

    def _order_behind(self, comodel, path):
        try:
            return sorting.of_model(comodel._order or "")
        except ValueError:
            detail = f"'{path}' has an order that a cursor cannot follow"
            raise ParameterInvalid.at_parameter("sort", detail) from None

    def _field_at(self, model, path):
        *heads, name = path.split(".")
        for head in heads:
            model = model.env[model._fields[head].comodel_name]
        return model._fields[name]

    def _key(self, model, key):
        field = self._field_at(model, key.path)
        solid = key.path == "id" or field in model.env.registry.not_null_fields
        # a boolean is never NULL in ``_expression``; behind a relation all else may be
        nullable = field.type != "boolean" and ("." in key.path or not solid)
        return keyset.Key(key.path, key.descending, nullable)

    # --- cursors -------------------------------------------------------------

    def _values(self, cursor, binding, keys):
        """The values of the keys in a cursor; () for the first page, whose cursor is
        empty. Raises CursorInvalid."""
        if not cursor:
            return ()
        values = keyset.unseal(self._secret(), binding, cursor, len(keys))
        if keys[-1].path != "id":
            raise CursorInvalid.at_parameter("cursor", keyset.FOREIGN)
        return values

    def _sealed(self, binding, values):
        """The cursor after the row that has these values of the keys."""
        return keyset.seal(self._secret(), binding, values)

    def _secret(self):
        return self.env["rest.configuration"]._pepper() + PURPOSE

    def _binding(self, context, model_name, query):
        """What a cursor of this query is valid for, as a fingerprint."""
        return keyset.fingerprint(
            context.api.id,
            context.caller.client_id,
            context.caller.user_id,
            model_name,
            query.filter,
            query.sort,
            query.archived,
            context.company_ids,
            context.env.lang,
        )

    # --- SQL -----------------------------------------------------------------

    def _expression(self, context, model, path, query):
        search = self.env["rest.search"]
        owner, alias, name = search._walk(context, model, path, query)
        expression = owner._field_to_sql(alias, name, query)
        if owner._fields[name].type == "boolean":
            # Odoo stores an unset boolean as NULL and sorts it as false
            return SQL("COALESCE(%s, FALSE)", expression)
        return expression

    def _add_segment(self, context, model, query, segment):
        """Limit Odoo's query to the rows of a ``keyset.Segment``."""
        if segment.term:
            query.add_where(self._term(context, model, query, segment.term))
        if segment.after:
            query.add_where(self._after(context, model, query, segment.after))

    def _after(self, context, model, query, after):
        if isinstance(after, RowComparison):
            columns = [
                self._expression(context, model, path, query) for path in after.paths
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
                SQL(" AND ").join(self._term(context, model, query, t) for t in case),
            )
            for case in after.cases
        ]
        either = SQL("(%s)", SQL(" OR ").join(cases) if cases else SQL("FALSE"))
        if after.bound is None:
            return either
        return SQL("%s AND %s", self._term(context, model, query, after.bound), either)

    def _term(self, context, model, query, term):
        column = self._expression(context, model, term.path, query)
        if term.operator == "is null":
            return SQL("%s IS NULL", column)
        if term.operator == "is not null":
            return SQL("%s IS NOT NULL", column)
        return SQL("%s %s %s", column, _OPERATORS[term.operator], term.value)
