"""The order of a model, as far as it tells a caller nothing."""

from ..access.paths import is_usable
from . import field_info, heuristics


def readable(catalog, model):
    """``(terms, names of many2one fields in them)`` of the order of a model: of fields
    that the caller may read, and behind a many2one of those of its comodel.

    :param catalog: ``RegistryCatalog``
    """
    terms = (catalog.env[model]._order or "").split(",")
    kept = [term for term in terms if _may_order(catalog, model, term)]
    names = map(field_info.order_name, kept)
    fields = catalog.env[model]._fields
    links = [n for n in names if n in fields and fields[n].type == "many2one"]
    return ",".join(kept), tuple(links)


def _may_order(catalog, model, term, seen=()):
    """Whether the caller may read what a term of an order compares."""
    name = field_info.order_name(term)
    if name not in catalog.env[model]._fields or (model, name) in seen:
        return True  # an alias of a report, or nothing new
    info = catalog.field(model, name)
    if info is None or not _may_compare(catalog, model, info):
        return False
    behind = catalog.env.get(info.relation) if info.type == "many2one" else None
    terms = () if behind is None else (behind._order or "").split(",")
    deeper = (*seen, (model, name))
    return all(_may_order(catalog, behind._name, each, deeper) for each in terms)


def _may_compare(catalog, model, info):
    """Whether an order may follow a field. Of a model that is no resource, only the
    rules of resources behind the field hold: it may have the name of a parent."""
    if info.mask or info.name in catalog.mask(model).names:
        return False
    if catalog.exposed(model):
        return is_usable(catalog, model, info.name, "fields")
    owners = heuristics.same_values(catalog.env, model, info.name)
    return info.groups_ok and not any(
        catalog.is_hidden(catalog.parent_policy(owner), owner, name)
        for owner, name in owners
    )
