"""Display names, of records that the caller may see."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..wire.problem import Forbidden

NAME = " name"  # ends the key of a name beside the id of a many2one, in a row


class RestNames(models.AbstractModel):
    _name = "rest.names"
    _inherit = "rest.query"
    _description = "REST display names"

    def _joined_names(self, scope, model, level, query, columns):
        """Keys and SQL for the display names that one statement can bring with
        the ids: where they are a column, and the rules of the comodel are kept."""
        keys, terms = [], []
        for name in level.named:
            field = model._fields[name]
            comodel = model.env[field.comodel_name]
            if name in columns and self._names_can_be_joined(scope, comodel):
                keys.append(name + NAME)
                terms.append(self._beside(scope, model, field, query, self._name_sql))
        return keys, terms

    def _beside(self, scope, model, field, query, make):
        """A scalar subquery on the record behind a many2one, NULL where there is none
        within reach. ``make(comodel, subquery)`` is what it selects."""
        comodel = model.env[field.comodel_name]
        alias = query.make_alias(query.table, field.name)
        found = Query(model.env, alias, SQL.identifier(comodel._table))
        here = model._field_to_sql(query.table, field.name, query)
        found.add_where(SQL("%s = %s", SQL.identifier(alias, "id"), here))
        rules = self._rules(scope, comodel)
        if not rules.is_true():
            ruled = comodel.sudo().with_context(active_test=False)
            found.add_where(rules._to_sql(ruled, alias, found))
        return SQL("(%s)", found.select(make(comodel, found)))

    def _name_sql(self, comodel, query):
        name = comodel._field_to_sql(query.table, comodel._rec_name, query)
        return SQL("COALESCE(%s, '')", name)

    def _joins_all_names(self, scope, model, level):
        """Whether no name of the level needs a statement of its own."""
        fields = [model._fields[name] for name in level.named]
        return all(
            self._names_can_be_joined(scope, model.env[field.comodel_name])
            for field in fields
        )

    def _names_can_be_joined(self, scope, comodel):
        name, catalog = comodel._name, scope.catalog
        return (
            catalog.has_plain_name(name)
            and self._shows_names(scope, name)
            and scope.visible(name).is_true()
            and self._rules(scope, comodel) is not None
        )

    def _add_names(self, scope, model, fields, rows):
        """``(id, name)`` for the ids of many2one fields, where it may be known."""
        by_comodel = {}
        for name in fields:
            comodel = model._fields[name].comodel_name
            by_comodel.setdefault(comodel, []).append(name)
        for comodel, names in by_comodel.items():
            ids = {row[name] for row in rows for name in names if row[name]}
            known = self._names(scope, comodel, ids)
            for row in rows:
                for name in names:
                    if number := row[name]:
                        row[name] = (number, known.get(number))

    def _names(self, scope, model_name, ids):
        """``{id: display name}`` of the records that the caller may see."""
        if not (ids and self._shows_names(scope, model_name)):
            return {}
        comodel = scope.reading[model_name]
        domain = Domain("id", "in", list(ids)) & scope.visible(model_name)
        try:
            query = self._ruled(scope, comodel, domain)
        except (AccessError, Forbidden):
            return {}
        if scope.catalog.has_plain_name(model_name):
            column = comodel._field_to_sql(query.table, comodel._rec_name, query)
            terms = (SQL.identifier(query.table, "id"), column)
            found = comodel.env.execute_query(query.select(*terms))
            return {number: name or "" for number, name in found}
        records = scope.env[model_name].browse(query)
        return {record.id: record.display_name or "" for record in records}

    def _shows_names(self, scope, model_name):
        catalog = scope.catalog
        if not catalog.readable(model_name):
            return False
        if not catalog.exposed(model_name):
            return True
        rules = catalog.rules(model_name)
        return rules is not None and rules.may_read("display_name")
