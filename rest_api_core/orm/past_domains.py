"""Odoo's domains as conditions on rows of the past (``access/past_rows.py``)."""

from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainNot, DomainOr

from ..access.past_rows import UNKNOWN
from ..query.filters import ALL, And, Leaf, Not, Or
from ..query.operators import HIERARCHY

# their columns hold what domains compare, in the same form in JSON
TYPES = frozenset("boolean char integer many2one many2one_reference selection".split())
_COMPARED = frozenset(("<", "<=", ">", ">="))
_SCALARS = (str, int, bool, type(None))


def condition(domain, model):
    """The tree of a domain; what only the database could tell is unknown in it."""

    def resolved(leaf):
        is_deep = isinstance(leaf, DomainCondition) and leaf.operator in HIERARCHY
        return leaf.optimize_full(model) if is_deep else leaf

    return _tree(domain.optimize(model).map_conditions(resolved), model)


def _tree(domain, model):
    if domain.is_true():
        return ALL
    if domain.is_false():
        return Or()
    if isinstance(domain, (DomainAnd, DomainOr)):
        join = And if isinstance(domain, DomainAnd) else Or
        return join(tuple(_tree(child, model) for child in domain.children))
    if isinstance(domain, DomainNot):
        return Not(_tree(domain.child, model))
    return _leaf(domain, model) if isinstance(domain, DomainCondition) else UNKNOWN


def _leaf(domain, model):
    name, _dot, rest = domain.field_expr.partition(".")
    field = model._fields.get(name)
    if field is None or not field.store or name == "id":
        return _of_id(domain) if name == "id" and not rest else UNKNOWN
    value = _value(domain)
    if rest or value is UNKNOWN or name not in columns(model):
        return Leaf(name, UNKNOWN.operator, None)
    return Leaf(name, domain.operator, value)


def _of_id(domain):
    value = _value(domain)
    return UNKNOWN if value is UNKNOWN else Leaf("id", domain.operator, value)


def _value(domain):
    """A value that rows can be compared with, else UNKNOWN."""
    if domain.operator in ("in", "not in"):
        members = domain.value
        if isinstance(members, Domain) or not hasattr(members, "__iter__"):
            return UNKNOWN
        members = tuple(members)
        return members if all(isinstance(m, _SCALARS) for m in members) else UNKNOWN
    is_number = type(domain.value) in (int, float)
    return domain.value if domain.operator in _COMPARED and is_number else UNKNOWN


def columns(model):
    """The names of fields whose old values can be compared."""
    return {
        name
        for name, field in model._fields.items()
        if field.type in TYPES and _is_plain_column(field)
    }


def _is_plain_column(field):
    translated = getattr(field, "translate", False)
    return bool(
        field.store
        and field.column_type
        and not field.inherited
        and not field.company_dependent
        and not translated
    )
