"""Names of a query, each through the path resolver, and its filter as Odoo's domain."""

from dataclasses import replace

from odoo import models
from odoo.fields import Domain

from ..access import filter_paths, paths
from ..orm.external_ids import is_virtual
from ..orm.heuristics import may_blame_values
from ..query import filters
from ..query.expansion import Branch
from ..query.filters import And, Behind, Leaf, Not, Or
from ..query.operators import HIERARCHY
from ..query.query import Query
from ..query.reach import under_rules
from ..wire.problem import FilterInvalid, ParameterConflict

FILTER = "filter"  # the parameter, where a leaf does not know its own


class RestResolver(models.AbstractModel):
    _name = "rest.resolver"
    _description = "REST resolver of paths"

    # --- names ---------------------------------------------------------------

    def _resolved(self, context, model_name, query: Query | Branch, prefix=""):
        """The query with its paths resolved and the values of its filter typed.

        :param prefix: begins the parameters that errors name: ``expand.child_ids.``
        Raises QueryFieldRefused and FilterInvalid.
        """
        catalog = context.catalog
        for parameter in ("fields", "exclude_fields"):
            for name in getattr(query, parameter) or ():
                if name != "*":
                    at = f"{prefix}{parameter}"
                    paths.resolve(catalog, model_name, name, "fields", at)
        for key in query.sort:
            paths.resolve(catalog, model_name, key.path, "sort", f"{prefix}sort")
        tree = query.filter
        if tree != filters.ALL:
            tree = filter_paths.resolve_filter(
                catalog, model_name, tree, f"{prefix}filter"
            )
        branches = (self._branch(context, model_name, each) for each in query.expand)
        return replace(query, filter=tree, expand=tuple(branches))

    def _branch(self, context, model_name, branch: Branch):
        at = branch.at or "expand"
        path = paths.resolve(context.catalog, model_name, branch.field, "expand", at)
        prefix = at.removesuffix("fields") if branch.at else f"expand.{branch.field}."
        return self._resolved(context, path.field.relation, branch, prefix)

    # --- domains -------------------------------------------------------------

    def _domain(self, context, model_name, tree):
        """The Domain of a resolved filter.

        Its conditions on records of other models match only records that the caller
        may see there.
        """
        if isinstance(tree, And):
            return Domain.AND(self._domain(context, model_name, t) for t in tree.of)
        if isinstance(tree, Or):
            return Domain.OR(self._domain(context, model_name, t) for t in tree.of)
        if isinstance(tree, Not):
            return ~self._domain(context, model_name, tree.of)
        return self._condition(context, model_name, tree)

    def _condition(self, context, model_name, condition: Leaf | Behind):
        head, dot, rest = condition.path.partition(".")
        if is_virtual(self.env[model_name], head):
            external = self.env["rest.external.ids"]
            return external._domain(context, model_name, condition)
        field = self.env[model_name]._fields[head]
        if dot:
            rest = replace(condition, path=rest)
            inner = self._condition(context, field.comodel_name, rest)
        elif isinstance(condition, Behind):
            inner = self._domain(context, field.comodel_name, condition.of)
        else:
            return self._own_leaf(context, model_name, condition, field.type)
        return self._any(context, model_name, head, inner)

    def _any(self, context, model_name, head, inner):
        """That a record behind a relation matches a domain, and the caller sees it."""
        field = self.env[model_name]._fields[head]
        comodel = field.comodel_name
        inner &= context.visible(comodel)
        if field.bypass_search_access:
            # Odoo would search behind such a field without the rules of the comodel
            search = self.env["rest.search"]
            inner = search._ruled(context, context.reading[comodel], inner)
        return self._shown(context, model_name, head, Domain(head, "any", inner))

    def _own_leaf(self, context, model_name, leaf: Leaf, field_type):
        """A condition on a field of the model itself."""
        leaf = self._by_readable_name(context, model_name, leaf)
        ruled = under_rules(leaf, field_type)
        if ruled is not leaf:
            return self._domain(context, model_name, ruled)
        if leaf.operator in HIERARCHY:
            ids = self._visible_ids(context, model_name, leaf)
            leaf = replace(leaf, value=ids)
        condition = Domain(filters.to_domain(leaf))
        field = self.env[model_name]._fields[leaf.path]
        if field.search and not field.store:
            context.searched.append((model_name, leaf, condition))
        return self._shown(context, model_name, leaf.path, condition)

    def _check_searches(self, context, error):
        """Raise FilterInvalid where an error comes from the search method of a field
        in a filter: some know only what Odoo's own screens send."""
        if not may_blame_values(error):
            return
        for model_name, leaf, condition in context.searched:
            try:
                condition.optimize_full(context.reading[model_name])
            except Exception as own:
                if not may_blame_values(own):
                    continue
                detail = f"'{leaf.path}' cannot be filtered by '{leaf.operator}' and"
                detail = f"{detail} this value"
                raise FilterInvalid.at_parameter(leaf.at or FILTER, detail) from error

    def _by_readable_name(self, context, model_name, leaf: Leaf):
        """A condition on ``display_name`` as one on the field that holds the name,
        where Odoo would look at others that the caller may not read."""
        if leaf.path != "display_name":
            return leaf
        names = context.catalog.names_searched(model_name)
        return replace(leaf, path=names.paths[0]) if names.narrow else leaf

    def _shown(self, context, model_name, name, condition):
        """A condition, which matches no record whose value is masked."""
        masks = self.env["rest.masks"]
        return masks._where_shown(context, model_name, name, condition)

    def _visible_ids(self, context, model_name, leaf: Leaf):
        """The ids of a hierarchy condition that the caller may see: Odoo follows
        ``child_of`` from any record, without asking for rights on it."""
        comodel = self.env[model_name]._fields[leaf.path].comodel_name or model_name
        ids = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        domain = Domain("id", "in", ids) & context.visible(comodel)
        search = self.env["rest.search"]
        return tuple(search._ruled(context, context.reading[comodel], domain))

    def _archived(self, model, tree, archived):
        """The condition on ``active`` for ``exclude``, ``include`` or ``only``; for
        None it is ``exclude``, unless the filter names the field itself. Raises
        ParameterConflict for both."""
        name = model._active_name
        named = any(leaf.path == name for leaf in filters.leaves(tree))
        if name and named and archived is not None:
            detail = f"cannot be used together with a filter on '{name}'"
            raise ParameterConflict.at_parameter("archived", detail)
        if not name or named or archived == "include":
            return Domain.TRUE
        return Domain(name, "=", archived != "only")
