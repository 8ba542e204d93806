"""The ids behind x2many fields, of the records that the caller may see."""

import contextlib
import functools

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..orm.id_array import id_array
from ..query.field_types import TO_MANY
from ..wire.problem import RecordInvalid
from .computed import value_of

MAX_ARRAYS = 200  # rows for which their statement also selects x2many fields


class RestX2many(models.AbstractModel):
    _name = "rest.x2many"
    _description = "REST x2many fields"

    # --- in the statement that reads the rows --------------------------------

    def _arrays(self, context, model, level, query):
        """Names and SQL of x2many fields as arrays of ids; for few rows, because
        PostgreSQL runs a subquery for each."""
        names, terms = [], []
        if query.limit is None or query.limit > MAX_ARRAYS:
            return names, terms
        for field in level.fields:
            if field.type not in TO_MANY or field.mask:
                continue
            # what cannot be an array is read, and reported, by ``_add_many``
            with contextlib.suppress(UserError):
                term = self._array(context, model, model._fields[field.name], query)
                if term is not None:
                    names.append(field.name)
                    terms.append(term)
        return names, terms

    def _array(self, context, model, field, query):
        """A subquery, or None where the field is not stored as a link."""
        comodel = model.env[field.comodel_name]
        # Odoo names the table of a query after the model: in a subquery on the same
        # table, the outer name would mean the inner rows
        own = comodel._name == model._name or comodel._table == query.table
        masked = field.name in context.catalog.mask(model._name).names
        if own or masked or not context.catalog.readable(comodel._name):
            return None
        make = functools.partial(
            self._subquery, context, model, field, comodel, query.table
        )
        if not self._is_lasting(context, field):
            return make()
        # an order may be that of translated values, or of those of a company
        depends = (context.env.lang, context.company_ids[:1])
        key = ("array", model._name, field.name, query.table, depends)
        return context.catalog.of_query(key, make, lambda _term: 1)

    def _is_lasting(self, context, field):
        """Whether the condition on what is behind a field is the same for all callers
        with these rights, at any time: domains may name users and dates."""
        # Odoo ignores a text, which is for its web client
        is_plain = isinstance(field.domain, str) or not field.domain
        search = self.env["rest.search"]
        return is_plain and search._shows_all(context, field.comodel_name)

    def _subquery(self, context, model, field, comodel, table):
        if field.store and field.type == "many2many":
            behind = self._linked(context, model, field, comodel)
            here = SQL.identifier(field.relation, field.column1)
        elif self._has_column(comodel, field):
            behind = self._behind(context, model, field, comodel, Domain.TRUE)
            here = comodel._field_to_sql(behind.table, field.inverse_name, behind)
        else:
            return None
        if behind.is_empty():
            return SQL("ARRAY[]::integer[]")
        behind.add_where(SQL("%s = %s", here, SQL.identifier(table, "id")))
        return SQL("ARRAY(%s)", behind.select())

    # --- in statements of their own ------------------------------------------

    def _add_many(self, context, level, model, rows, fields):
        for field in fields:
            if field.type in TO_MANY:
                ids = self._many_or_none(context, level, model, field.name, rows)
                context.volume.add(values=sum(map(len, ids.values())))
                for row in rows:
                    row[field.name] = ids.get(row["id"], [])

    def _many_or_none(self, context, level, model, name, rows):
        """``_many``; nothing for a field that was not requested by name, if Odoo
        refuses to search its comodel."""
        try:
            return self._many(context, model, name, [row["id"] for row in rows])
        except (UserError, RecordInvalid):
            if name in level.requested:
                raise
            return {}

    def _many(self, context, model, name, ids):
        """``{id: [ids behind a one2many or many2many]}`` of what the caller may see.

        :param model: a recordset, whose environment is used
        """
        field = model._fields[name]
        comodel = model.env[field.comodel_name]
        if not context.catalog.readable(comodel._name):
            return {}
        if name in context.catalog.mask(model._name).names:
            pairs = self._computed_pairs(context, model, field, comodel, ids)
        elif field.store and field.type == "many2many":
            pairs = self._many2many_pairs(context, model, field, comodel, ids)
        elif self._has_column(comodel, field):
            pairs = self._one2many_pairs(context, model, field, comodel, ids)
        else:
            pairs = self._computed_pairs(context, model, field, comodel, ids)
        behind = {}
        for record_id, other_id in pairs:
            behind.setdefault(record_id, []).append(other_id)
        return behind

    def _has_column(self, comodel, field):
        """Whether a column of the comodel holds the one2many. A computed one may have
        an inverse, too, and other records than it links."""
        if field.type != "one2many" or not field.store:
            return False
        inverse = comodel._fields.get(field.inverse_name or "")
        return bool(inverse and inverse.store and inverse.column_type)

    def _behind(self, context, model, field, comodel, domain):
        """Odoo's query of the records behind a relation: without archived ones, unless
        the field says otherwise."""
        domain &= field.get_comodel_domain(model) & context.visible(comodel._name)
        active = field.context.get("active_test", True)
        search = self.env["rest.search"]
        query = search._ruled(context, comodel, domain, active_test=active)
        query.order = search._default_order(context, comodel, query)
        return query

    def _one2many_pairs(self, context, model, field, comodel, ids):
        inverse = field.inverse_name
        domain = Domain(inverse, "in", ids)
        query = self._behind(context, model, field, comodel, domain)
        if query.is_empty():
            return []
        terms = (
            comodel._field_to_sql(query.table, inverse, query),
            SQL.identifier(query.table, "id"),
        )
        return self._pairs(context, query, *terms)

    def _many2many_pairs(self, context, model, field, comodel, ids):
        query = self._linked(context, model, field, comodel)
        if query.is_empty():
            return []
        here = SQL.identifier(field.relation, field.column1)
        query.add_where(SQL("%s = ANY(%s)", here, id_array(ids)))
        there = SQL.identifier(query.table, "id")
        return self._pairs(context, query, here, there)

    def _pairs(self, context, query, here, there):
        """No more of them than a response may have; raises PageTooLarge."""
        query.limit = context.volume.values_left + 1
        pairs = context.env.execute_query(query.select(here, there))
        context.volume.allow(len(pairs))
        return pairs

    def _linked(self, context, model, field, comodel):
        """Odoo's query of a many2many, joined with the table of the relation."""
        query = self._behind(context, model, field, comodel, Domain.TRUE)
        there = SQL.identifier(field.relation, field.column2)
        # ``to_flush``: Odoo keeps new links in its cache until somebody reads them
        link = SQL("%s = %s", there, SQL.identifier(query.table, "id"), to_flush=field)
        query.add_join("JOIN", field.relation, None, link)
        return query

    def _computed_pairs(self, context, model, field, comodel, ids):
        computed = {}
        for part in self.env["rest.long.texts"]._parts(context, model, ids):
            for record in part:
                context.deadline.check()
                computed[record.id] = value_of(context, record, field.name)._ids
        # a computed field may hold new records, which have no id
        others = {other for ids in computed.values() for other in ids if other}
        domain = Domain("id", "in", list(others)) & context.visible(comodel._name)
        search = self.env["rest.search"]
        visible = set(search._ruled(context, comodel, domain)) if others else ()
        return [
            (record_id, other)
            for record_id, ids in computed.items()
            for other in ids
            if other in visible
        ]
