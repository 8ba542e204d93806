"""Display names of the records that the caller may see."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..wire.problem import Forbidden
from .computed import value_of
from .long_texts import FEW

NAME = " name"  # in a row, ends the key of the name beside the id of a many2one


class RestNames(models.AbstractModel):
    _name = "rest.names"
    _description = "REST display names"

    # --- in the statement that reads the rows --------------------------------

    def _joined_names(self, context, model, level, query, columns):
        """Keys and SQL of the display names that the statement of the rows can select:
        those that are a column of a comodel whose rules the cache keeps. The same for
        all requests of a user with these companies."""

        def make():
            fields = [model._fields[name] for name in level.named if name in columns]
            joined = [
                field
                for field in fields
                if self._can_be_joined(context, model.env[field.comodel_name])
            ]
            keys = [field.name + NAME for field in joined]
            return keys, [self._beside_name(context, model, f, query) for f in joined]

        if model._inherits:
            return make()  # its terms add joins with the parents to this very query
        user = (context.env.uid, context.company_ids, context.env.lang)
        key = ("names", level.model, level.names, level.named, query.table, user)
        return context.catalog.of_query(key, make, lambda names: 1 + len(names[0]))

    def _beside_name(self, context, model, field, query):
        return self._beside(context, model, field, query, self._name_sql)

    def _beside(self, context, model, field, query, make):
        """A scalar subquery on the record behind a many2one; NULL if there is none or
        the caller may not see it. ``make(comodel, subquery)`` is what it selects."""
        comodel = model.env[field.comodel_name]
        alias = query.make_alias(query.table, field.name)
        subquery = Query(model.env, alias, SQL.identifier(comodel._table))
        here = model._field_to_sql(query.table, field.name, query)
        subquery.add_where(SQL("%s = %s", SQL.identifier(alias, "id"), here))
        rules = self.env["rest.search"]._rules(context, comodel)
        if not rules.is_true():
            ruled = comodel.sudo().with_context(active_test=False)
            subquery.add_where(rules._to_sql(ruled, alias, subquery))
        return SQL("(%s)", subquery.select(make(comodel, subquery)))

    def _name_sql(self, comodel, query):
        # NULL shall mean that there is no record to name
        name = comodel._field_to_sql(query.table, comodel._rec_name, query)
        return SQL("COALESCE(%s, '')", name)

    def _joins_all_names(self, context, model, level):
        """Whether no name of the level needs a statement of its own."""
        fields = [model._fields[name] for name in level.named]
        return all(
            self._can_be_joined(context, model.env[field.comodel_name])
            for field in fields
        )

    def _can_be_joined(self, context, comodel):
        name = comodel._name
        return (
            context.catalog.has_plain_name(name)
            and self._shows_names(context, name)
            and context.visible(name).is_true()
            and self.env["rest.search"]._rules(context, comodel) is not None
        )

    # --- in statements of their own ------------------------------------------

    def _add_names(self, context, model, fields, rows):
        """Put ``(id, name or None)`` in place of the ids of many2one fields.

        :param fields: their names
        """
        by_comodel = {}
        for name in fields:
            comodel = model._fields[name].comodel_name
            by_comodel.setdefault(comodel, []).append(name)
        for comodel, names in by_comodel.items():
            ids = {row[name] for row in rows for name in names if row[name]}
            # rows that are shown are seen: a company is often its own parent
            seen = {row["id"] for row in rows} if comodel == model._name else ()
            known = self._names(context, comodel, ids, seen)
            for row in rows:
                for name in names:
                    if record_id := row[name]:
                        row[name] = (record_id, known.get(record_id))

    def _names(self, context, model_name, ids, seen=()):
        """``{id: display name}`` of the records that the caller may see.

        :param seen: the ids of records that the caller sees
        """
        if not (ids and self._shows_names(context, model_name)):
            return {}
        if mask := context.catalog.field_masks(model_name).get("display_name"):
            masks = self.env["rest.field.masks"]
            return masks._names(context, model_name, ids, mask)
        is_plain = context.catalog.has_plain_name(model_name)
        if ids.issubset(seen) and not is_plain:
            return dict(self._computed_names(context, context.env[model_name], ids))
        domain = Domain("id", "in", list(ids)) & context.visible(model_name)
        try:
            if not is_plain and len(ids) <= FEW:
                seen = self._with_names(context, model_name, domain)
                return dict(self._computed_names(context, seen, seen.ids))
            comodel = context.reading[model_name]
            query = self.env["rest.search"]._ruled(context, comodel, domain)
        except (AccessError, Forbidden):
            return {}
        if is_plain:
            column = comodel._field_to_sql(query.table, comodel._rec_name, query)
            terms = (SQL.identifier(query.table, "id"), column)
            rows = comodel.env.execute_query(query.select(*terms))
            return {record_id: name or "" for record_id, name in rows}
        return dict(self._computed_names(context, context.env[model_name], query))

    def _with_names(self, context, model_name, domain):
        """The records that the caller may see, with what their names are made of: one
        statement, where Odoo would check its rules once more for each."""
        model = context.naming[model_name]
        query = self.env["rest.search"]._ruled(context, model, domain)
        if query.is_empty():
            return model
        fields = model._determine_fields_to_fetch(["display_name"])
        kept = self._named_by_company(context, model)
        return model._fetch_query(query, [*fields, *map(model._fields.get, kept)])

    def _named_by_company(self, context, model):
        """Columns that computed names are made of and Odoo would fetch later: their
        values depend on the company."""
        name = model._name

        def make():
            masked = context.catalog.mask(name).names
            fields = _of_companies(model)
            return [f.name for f in fields if f.name not in masked]

        return context.catalog.of_query(("by company", name), make, lambda _names: 1)

    def _computed_names(self, context, model, ids):
        for part in self.env["rest.long.texts"]._parts(context, model, list(ids)):
            for record in part:
                context.deadline.check()
                yield record.id, value_of(context, record, "display_name") or ""

    def _shows_names(self, context, model_name):
        catalog = context.catalog
        if not catalog.readable(model_name):
            return False
        if not catalog.exposed(model_name):
            return True
        rules = catalog.rules(model_name)
        return rules is not None and rules.may_read("display_name")


def _of_companies(model):
    """The fields with a value for each company that the display name depends on, as far
    as the user may read them and no other model has them."""
    found, done, todo = [], set(), ["display_name"]
    while todo:
        field = model._fields[todo.pop()]
        if field in done:
            continue
        done.add(field)
        if field.company_dependent and model._has_field_access(field, "read"):
            found.append(field)
        elif not field.store:
            depends = model.pool.field_depends[field]
            todo += [path.partition(".")[0] for path in depends]
    return found
