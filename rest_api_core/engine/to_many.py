"""The ids behind x2many fields, as far as the caller may see their records."""

import contextlib

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..query.projection import TO_MANY

MAX_ARRAYS = 200  # records for which one statement brings x2many fields, too


class RestToMany(models.AbstractModel):
    _name = "rest.to.many"
    _inherit = "rest.query"
    _description = "REST x2many fields"

    def _arrays(self, scope, model, level, query):
        """Names and SQL of x2many fields as arrays of ids, for a few records."""
        names, terms = [], []
        if query.limit is None or query.limit > MAX_ARRAYS:
            return names, terms
        for field in level.fields:
            if field.type not in TO_MANY:
                continue
            with contextlib.suppress(UserError):  # ``_add_many`` has the last word
                term = self._array(scope, model, model._fields[field.name], query)
                if term is not None:
                    names.append(field.name)
                    terms.append(term)
        return names, terms

    def _array(self, scope, model, field, query):
        """A subquery; not where both tables are the same and names would mix."""
        comodel = model.env[field.comodel_name]
        outer = SQL.identifier(query.table, "id")
        own = comodel._name == model._name or comodel._table == query.table
        if own or not scope.catalog.readable(comodel._name):
            return None
        if field.store and field.type == "many2many":
            found = self._linked(scope, model, field, comodel)
            here = SQL.identifier(field.relation, field.column1)
        elif self._is_by_column(comodel, field):
            found = self._behind(scope, model, field, comodel, Domain.TRUE)
            here = comodel._field_to_sql(found.table, field.inverse_name, found)
        else:
            return None
        if found.is_empty():
            return SQL("ARRAY[]::integer[]")
        found.add_where(SQL("%s = %s", here, outer))
        return SQL("ARRAY(%s)", found.select())

    def _add_many(self, scope, model, rows, fields):
        for field in fields:
            if field.type in TO_MANY:
                found = self._many_if_any(scope, model, field.name, rows)
                for row in rows:
                    row[field.name] = found.get(row["id"], [])

    def _many_if_any(self, scope, model, name, rows):
        """``_many``; nothing for a field that nobody named, if its comodel refuses."""
        try:
            return self._many(scope, model, name, [row["id"] for row in rows])
        except UserError:
            if name in scope.query.named:
                raise
            return {}

    def _many(self, scope, model, name, ids):
        """``{id: [ids behind a one2many or many2many]}``, of those within reach."""
        field = model._fields[name]
        comodel = model.env[field.comodel_name]
        if not scope.catalog.readable(comodel._name):
            return {}
        if field.store and field.type == "many2many":
            pairs = self._pairs_many2many(scope, model, field, comodel, ids)
        elif self._is_by_column(comodel, field):
            pairs = self._pairs_one2many(scope, model, field, comodel, ids)
        else:
            pairs = self._pairs_computed(scope, model, field, comodel, ids)
        found = {}
        for one, other in pairs:
            found.setdefault(one, []).append(other)
        return found

    def _is_by_column(self, comodel, field):
        """Whether a one2many is what a column of its comodel says; one that is computed
        may name an inverse, too."""
        if field.type != "one2many" or not field.store:
            return False
        inverse = comodel._fields.get(field.inverse_name or "")
        return bool(inverse and inverse.store and inverse.column_type)

    def _behind(self, scope, model, field, comodel, domain):
        """The query of what is behind a relation: active, unless it says otherwise."""
        domain &= field.get_comodel_domain(model) & scope.visible(comodel._name)
        active = field.context.get("active_test", True)
        query = self._ruled(scope, comodel, domain, active_test=active)
        query.order = self._default_order(scope, comodel, query)
        return query

    def _pairs_one2many(self, scope, model, field, comodel, ids):
        inverse = field.inverse_name
        domain = Domain(inverse, "in", ids)
        query = self._behind(scope, model, field, comodel, domain)
        terms = (
            comodel._field_to_sql(query.table, inverse, query),
            SQL.identifier(query.table, "id"),
        )
        return model.env.execute_query(query.select(*terms))

    def _pairs_many2many(self, scope, model, field, comodel, ids):
        query = self._linked(scope, model, field, comodel)
        here = SQL.identifier(field.relation, field.column1)
        query.add_where(SQL("%s = ANY(%s)", here, list(ids)))
        there = SQL.identifier(query.table, "id")
        return model.env.execute_query(query.select(here, there))

    def _linked(self, scope, model, field, comodel):
        """The query of a many2many, joined with the table of the relation."""
        query = self._behind(scope, model, field, comodel, Domain.TRUE)
        if not query.is_empty():
            there = SQL.identifier(field.relation, field.column2)
            link = SQL(
                "%s = %s", there, SQL.identifier(query.table, "id"), to_flush=field
            )
            query.add_join("JOIN", field.relation, None, link)
        return query

    def _pairs_computed(self, scope, model, field, comodel, ids):
        records = model.browse(ids)
        named = {r.id: r[field.name]._ids for r in records}
        wanted = {number for several in named.values() for number in several if number}
        domain = Domain("id", "in", list(wanted)) & scope.visible(comodel._name)
        seen = set(self._ruled(scope, comodel, domain)) if wanted else ()
        return [
            (one, n) for one, several in named.items() for n in several if n in seen
        ]
