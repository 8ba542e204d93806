"""Record rules that a worker may keep in their final form.

Odoo optimizes the domain of the rules for each search anew, and queries the database
for hierarchies on the way. Most results depend on the rules alone: ``rest.search``
keeps these in a cache that Odoo clears when rules, rights or users change.
"""

import datetime

from odoo.fields import Domain
from odoo.orm.domains import DomainCondition

_SCALARS = (str, int, float, bool, datetime.date, type(None))
_COLLECTIONS = (list, tuple, set, frozenset)
_OPERATORS = frozenset(
    ("=", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "ilike", "=like", "any")
)
_TIMES = frozenset(("date", "datetime"))


def kept(rules, model):
    """The domain in the form that ``_to_sql`` takes; None if it depends on more than
    the rules.

    :param rules: ``ir.rule._compute_domain(…)``
    :param model: an empty recordset of the superuser with archived records, as Odoo
        applies rules
    """
    if not _is_static(rules, model):
        return None
    optimized = rules.optimize_full(model)
    plain = all(map(_has_plain_value, optimized.iter_conditions()))
    return optimized if plain else None


def _is_static(domain, model):
    return all(_is_static_condition(c, model) for c in domain.iter_conditions())


def _is_static_condition(condition, model):
    if not isinstance(condition, DomainCondition):
        return False
    name, _dot, rest = condition.field_expr.partition(".")
    field = model._fields.get(name)
    if field is None or not field.store or rest:
        return False
    if condition.operator == "parent_of":
        # Odoo does not let the parent of a company change
        to_records = field.type in ("many2one", "many2many")
        return to_records and field.comodel_name == "res.company"
    if isinstance(condition.value, Domain):
        comodel = model.env.get(field.comodel_name)
        known = condition.operator == "any" and comodel is not None
        return known and _is_static(condition.value, comodel)
    return condition.operator in _OPERATORS and _is_constant(condition.value, field)


def _is_constant(value, field):
    """Whether a value is a constant; texts for a time, such as ``today``, are not."""
    if isinstance(value, _COLLECTIONS) or _is_ordered_set(value):
        return all(_is_constant(member, field) for member in value)
    return isinstance(value, _SCALARS) and not (
        field.type in _TIMES and isinstance(value, str)
    )


def _is_ordered_set(value):
    return type(value).__name__ == "OrderedSet"


def _has_plain_value(condition):
    """Whether the result has no query or record, which are bound to a cursor."""
    value = getattr(condition, "value", None)
    if isinstance(value, Domain):
        return all(map(_has_plain_value, value.iter_conditions()))
    if isinstance(value, _COLLECTIONS) or _is_ordered_set(value):
        return all(isinstance(member, _SCALARS) for member in value)
    return isinstance(value, _SCALARS)
