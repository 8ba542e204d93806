"""Filters and orders as Odoo's domains and SQL."""

import re
from dataclasses import replace

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access import paths
from ..orm import record_rules
from ..orm.bounded_cache import BoundedCache
from ..query import filters
from ..query.expansion import Branch
from ..query.filters import And, Leaf, Not, Or
from ..query.reach import under_rules
from ..query.sorting import SortKey
from ..wire.problem import Forbidden

BY_ID = (SortKey("id"),)
MAX_RULES = 10_000  # domains that a worker keeps, of users, companies and models


class RestQuery(models.AbstractModel):
    _name = "rest.query"
    _description = "REST query"

    # --- names, all of them through the resolver -----------------------------

    def _checked(self, scope, model, wanted, place=""):
        """``wanted`` (Query or Branch) with its paths resolved and its values typed.

        :param place: what the parameters of a branch are named after: ``expand.x.``
        Raises QueryFieldRefused and FilterInvalid.
        """
        catalog = scope.catalog
        for parameter in ("fields", "exclude_fields"):
            for name in getattr(wanted, parameter) or ():
                if name != "*":
                    at = f"{place}{parameter}"
                    paths.resolve(catalog, model, name, "fields", at)
        for key in wanted.sort:
            paths.resolve(catalog, model, key.path, "sort", f"{place}sort")
        tree = wanted.filter
        if tree.of if isinstance(tree, And) else True:
            tree = paths.resolve_filter(catalog, model, tree, f"{place}filter")
        expand = tuple(self._checked_branch(scope, model, b) for b in wanted.expand)
        return replace(wanted, filter=tree, expand=expand)

    def _checked_branch(self, scope, model, branch: Branch):
        found = paths.resolve(scope.catalog, model, branch.field, "expand")
        place = f"expand.{branch.field}."
        return self._checked(scope, found.field.relation, branch, place)

    # --- domains -------------------------------------------------------------

    def _domain(self, scope, model, tree):
        """A resolved filter as a Domain. What it looks at in other models are records
        of the caller's: under its policy there, too."""
        if isinstance(tree, And):
            return Domain.AND(self._domain(scope, model, each) for each in tree.of)
        if isinstance(tree, Or):
            return Domain.OR(self._domain(scope, model, each) for each in tree.of)
        if isinstance(tree, Not):
            return ~self._domain(scope, model, tree.of)
        return self._leaf(scope, model, tree)

    def _leaf(self, scope, model, leaf: Leaf):
        head, dot, rest = leaf.path.partition(".")
        field = self.env[model]._fields[head]
        if not dot:
            return self._own_leaf(scope, model, leaf, field.type)
        comodel = field.comodel_name
        inner = self._leaf(scope, comodel, replace(leaf, path=rest))
        inner &= scope.visible(comodel)
        if field.bypass_search_access:
            # Odoo would search without the rules of the comodel
            inner = self._ruled(scope, scope.reading[comodel], inner)
        return Domain(head, "any", inner)

    def _own_leaf(self, scope, model, leaf: Leaf, kind):
        """A condition on a field of the model itself, or where a path ends."""
        ruled = under_rules(leaf, kind)
        if ruled is not leaf:
            return self._domain(scope, model, ruled)
        if leaf.operator in filters.HIERARCHY:
            leaf = replace(leaf, value=self._within_reach(scope, model, leaf))
        return Domain(filters.to_domain(leaf))

    def _within_reach(self, scope, model, leaf: Leaf):
        """The ids that a hierarchy is followed from: Odoo asks for no rights there."""
        comodel = self.env[model]._fields[leaf.path].comodel_name or model
        ids = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        domain = Domain("id", "in", ids) & scope.visible(comodel)
        return tuple(self._ruled(scope, scope.reading[comodel], domain))

    def _archived(self, model, tree, archived):
        """The condition on ``active``; a filter on it speaks for itself."""
        name = model._active_name
        named = any(leaf.path == name for leaf in filters.leaves(tree))
        if not name or archived == "include" or (named and archived == "exclude"):
            return Domain.TRUE
        return Domain(name, "=", archived == "exclude")

    def _may_estimate(self, scope, tree):
        """Not where records are out of reach: PostgreSQL expects what it knows of all
        rows, and answers would tell of theirs."""
        within = not any("." in leaf.path for leaf in filters.leaves(tree))
        return within and self._shows_all(scope, scope.call.model)

    # --- queries -------------------------------------------------------------

    def _found(self, scope, model_name, domain, sort=None, limit=None, offset=0):
        """Odoo's Query of the records under rules; archived ones are the domain's
        affair. ``sort`` None is the order of the model, () none at all."""
        model = scope.reading[model_name]
        if scope.query.archived != "exclude":
            # for what a search of a field's own looks at on its way
            model = model.with_context(active_test=False)
        query = self._ruled(scope, model, domain)
        # not earlier: a search of a model's own may drop rows, or look at them in
        # another order
        query.limit, query.offset = limit, offset
        if sort is None:
            query.order = self._default_order(scope, model, query)
        elif sort:
            query.order = SQL(", ").join(self._terms(scope, model, sort, query))
        return query

    def _ruled(self, scope, model, domain, active_test=False):
        """``model._search`` under the rules of the user, as far as they are kept."""
        rules = self._rules(scope, model)
        if rules is None:
            return model._search(domain, active_test=active_test)
        if not scope.catalog.readable(model._name):
            raise Forbidden()
        query = model._search(domain, active_test=active_test, bypass_access=True)
        if rules.is_false():
            return model.browse()._as_query()
        if not rules.is_true() and not query.is_empty():
            ruled = model.sudo().with_context(active_test=False)
            query.add_where(rules._to_sql(ruled, query.table, query))
        return query

    def _rules(self, scope, model):
        """The rules of a model in their final form; None where Odoo has to apply them,
        or where the model searches in its own way."""
        if scope.catalog.has_own_search(model._name):
            return None

        def make():
            rules = model.env["ir.rule"]._compute_domain(model._name, "read")
            ruled = model.sudo().with_context(active_test=False)
            return record_rules.kept(rules, ruled)

        room = self.env["rest.configuration"]._kept(
            "rules", lambda _env: BoundedCache(MAX_RULES)
        )
        return room.get((scope.env.uid, scope.company_ids, model._name), make)

    def _default_order(self, scope, model, query):
        names = (name.strip('"') for name in re.findall(r'[\w"]+', model._order or ""))
        fields = [model._fields[name] for name in names if name in model._fields]
        hidden = frozenset(
            field
            for field in fields
            if field.type == "many2one"
            and not self._shows_all(scope, field.comodel_name)
        )
        # such a relation would sort by what is out of reach: it does not count
        model = model.with_context(__m2o_order_seen=hidden) if hidden else model
        order = model._order_to_sql(model._order, query)
        by_id = SQL.identifier(query.table, "id")
        return SQL("%s, %s", order, by_id) if order.code else by_id

    # --- orders --------------------------------------------------------------

    def _terms(self, scope, model, sort, query):
        for key in sort:
            owner, alias, name = self._walk(scope, model, key.path, query)
            direction = SQL("DESC") if key.descending else SQL("ASC")
            term = self._order_term(scope, owner, alias, name, direction, query)
            if term.code:
                yield term

    def _order_term(self, scope, model, alias, name, direction, query):
        field = model._fields[name]
        if field.type != "many2one" or self._shows_all(scope, field.comodel_name):
            return model._order_field_to_sql(alias, name, direction, SQL(), query)
        comodel, alias = self._joined(scope, model, alias, name, query)
        # of what lies behind the comodel nothing counts: it may be out of reach, too
        context = {"__m2o_order_seen": frozenset(comodel._fields.values())}
        reverse = direction.code == "DESC"
        bare = comodel.with_context(**context)
        return bare._order_to_sql(comodel._order, query, alias=alias, reverse=reverse)

    def _walk(self, scope, model, path, query):
        """The model, alias and field that a path of many2one fields leads to."""
        *heads, name = path.split(".")
        alias = query.table
        for head in heads:
            model, alias = self._joined(scope, model, alias, head, query)
        return model, alias, name

    def _joined(self, scope, model, alias, name, query):
        """The model and alias behind a many2one: NULL where that is out of reach, or
        the order of records, and cursors, would tell its values."""
        field = model._fields[name]
        if self._shows_all(scope, field.comodel_name):
            return field.join(model, alias, query)
        comodel = scope.reading[field.comodel_name]
        joined = query.make_alias(alias, f"{name}__seen")
        if joined not in query._joins:
            here = model._field_to_sql(alias, name, query)
            there = SQL.identifier(joined, "id")
            seen = self._ruled(scope, comodel, scope.visible(comodel._name))
            condition = SQL(
                "%s = %s AND %s IN %s", here, there, there, seen.subselect()
            )
            query.add_join("LEFT JOIN", joined, comodel._table, condition)
        return comodel, joined

    def _shows_all(self, scope, model_name):
        """Whether no record of a model is out of reach."""
        rules = self._rules(scope, scope.reading[model_name])
        visible = scope.visible(model_name)
        return visible.is_true() and rules is not None and rules.is_true()
