"""Odoo queries under the rules of the caller, and their orders."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..orm import record_rules
from ..orm.cache import Cache
from ..query.sorting import SortKey
from ..wire.problem import Forbidden

BY_ID = (SortKey("id"),)
MAX_RULES = 10_000  # domains that a worker keeps, of users, companies and models


class RestSearch(models.AbstractModel):
    _name = "rest.search"
    _description = "REST search"

    # --- queries -------------------------------------------------------------

    def _query(
        self,
        context,
        model_name,
        domain,
        sort=None,
        limit=None,
        offset=0,
        archived=False,
    ):
        """Odoo's ``Query`` of the records that match under the rules of the caller.

        :param domain: has the condition on ``active``, if there is to be one
        :param sort: tuple of ``SortKey``; None for the order of the model, () for none
        :param archived: whether the search methods of fields see archived records
        """
        model = context.reading[model_name]
        if archived:
            model = model.with_context(active_test=False)
        try:
            query = self._ruled(context, model, domain)
        except Exception as error:
            self.env["rest.resolver"]._check_searches(context, error)
            raise
        # After ``_search``: a model's own search may filter the rows in Python, or
        # read them in another order, and would cut the page first.
        query.limit, query.offset = limit, offset
        if sort is None:
            query.order = self._default_order(context, model, query)
        elif sort:
            query.order = SQL(", ").join(self._terms(context, model, sort, query))
        return query

    def _ruled(self, context, model, domain, active_test=False):
        """``model._search`` under the record rules of the user. Raises Forbidden."""
        rules = self._rules(context, model)
        if rules is None:
            return model._search(domain, active_test=active_test)
        if not context.catalog.readable(model._name):
            raise Forbidden()
        # Odoo would optimize the rules anew for each search: here they are added in
        # the form that the cache keeps
        query = model._search(domain, active_test=active_test, bypass_access=True)
        if rules.is_false():
            return model.browse()._as_query()
        if not rules.is_true() and not query.is_empty():
            ruled = model.sudo().with_context(active_test=False)
            query.add_where(rules._to_sql(ruled, query.table, query))
        return query

    def _rules(self, context, model):
        """The optimized record rules of a model; None where Odoo has to apply them:
        they depend on more than user and companies, or the model has its own search."""
        name = model._name
        if name not in context.record_rules:
            own = context.catalog.has_own_search(name)
            context.record_rules[name] = None if own else self._kept(context, model)
        return context.record_rules[name]

    def _kept(self, context, model):
        """The rules for all contexts of the same user and companies."""

        def make():
            rules = model.env["ir.rule"]._compute_domain(model._name, "read")
            ruled = model.sudo().with_context(active_test=False)
            return record_rules.kept(rules, ruled)

        cache = self.env["rest.configuration"]._kept(
            "rules", lambda _env: Cache(MAX_RULES)
        )
        return cache.get((context.env.uid, context.company_ids, model._name), make)

    def _shows_all(self, context, model_name):
        """Whether the caller may see every record of a model."""
        rules = self._rules(context, context.reading[model_name])
        visible = context.visible(model_name)
        return visible.is_true() and rules is not None and rules.is_true()

    # --- what related fields show --------------------------------------------

    def _visible(self, context, model_name, ids):
        """The set of those ids whose records the caller may see."""
        if not ids or self._shows_all(context, model_name):
            return set(ids)
        domain = context.visible(model_name) & Domain("id", "in", list(ids))
        return set(self._ruled(context, context.reading[model_name], domain))

    def _hidden(self, context, records, name):
        """The ids of records whose field shows a value of a record that the caller may
        not see: Odoo computes related fields as superuser."""
        field = records._fields[name]
        if not field.related or field.inherited or field.store:
            return ()
        hidden, targets = set(), {record.id: record.sudo() for record in records}
        chain = context.catalog.field(records._name, name).related
        for link in chain.split(".")[:-1]:
            targets = self._followed(context, targets, link)
            ids = {
                target_id for target in targets.values() for target_id in target._ids
            }
            comodel = next(iter(targets.values()))._name
            visible = self._visible(context, comodel, ids)
            hidden.update(
                id_
                for id_, target in targets.items()
                if not visible.issuperset(target._ids)
            )
        return hidden

    def _followed(self, context, targets, link):
        followed = {}
        for id_, target in targets.items():
            context.deadline.check()
            followed[id_] = target[link]
        return followed

    # --- orders --------------------------------------------------------------

    def _default_order(self, context, model, query):
        """The order of the model, without what it would tell the caller: values that
        may not be read, and those of records that may not be seen."""
        terms, links = context.catalog.default_order(model._name)
        fields = [model._fields[name] for name in links]
        hidden = frozenset(
            field
            for field in fields
            if not self._shows_all(context, field.comodel_name)
        )
        # Odoo skips the many2one fields in this key
        model = model.with_context(__m2o_order_seen=hidden) if hidden else model
        order = model._order_to_sql(terms, query) if terms else SQL()
        by_id = SQL.identifier(query.table, "id")
        return SQL("%s, %s", order, by_id) if order.code else by_id

    def _terms(self, context, model, sort, query):
        for key in sort:
            owner, alias, name = self._walk(context, model, key.path, query)
            direction = SQL("DESC") if key.descending else SQL("ASC")
            term = self._order_term(context, owner, alias, name, direction, query)
            if term.code:
                yield term

    def _order_term(self, context, model, alias, name, direction, query):
        field = model._fields[name]
        if field.type != "many2one" or self._shows_all(context, field.comodel_name):
            return model._order_field_to_sql(alias, name, direction, SQL(), query)
        comodel, alias = self._joined(context, model, alias, name, query)
        # the many2one fields of the comodel do not count: the caller may not see all
        # of their records either
        seen = frozenset(comodel._fields.values())
        reverse = direction.code == "DESC"
        bare = comodel.with_context(__m2o_order_seen=seen)
        return bare._order_to_sql(comodel._order, query, alias=alias, reverse=reverse)

    def _walk(self, context, model, path, query):
        """``(model, alias, field name)`` at the end of a path of many2one fields."""
        *heads, name = path.split(".")
        alias = query.table
        for head in heads:
            model, alias = self._joined(context, model, alias, head, query)
        return model, alias, name

    def _joined(self, context, model, alias, name, query):
        """``(comodel, alias)`` behind a many2one. Its columns are NULL for records that
        the caller may not see: orders and cursors would tell their values."""
        field = model._fields[name]
        if self._shows_all(context, field.comodel_name):
            return field.join(model, alias, query)
        comodel = context.reading[field.comodel_name]
        joined = query.make_alias(alias, f"{name}__seen")
        # several sort keys may share one join
        if joined not in query._joins:
            here = model._field_to_sql(alias, name, query)
            there = SQL.identifier(joined, "id")
            visible = self._ruled(context, comodel, context.visible(comodel._name))
            condition = SQL(
                "%s = %s AND %s IN %s", here, there, there, visible.subselect()
            )
            query.add_join("LEFT JOIN", joined, comodel._table, condition)
        return comodel, joined
