"""Who else answers what a record wants to answer: one path, one method, one record."""

from odoo.fields import Domain
from odoo.tools import SQL

from . import paths, schema


def with_controllers(record):
    """``[(path, "module.Class.method")]`` of Odoo's own controllers."""
    static = record.env["ir.http"]._endpoint_static_routes()
    methods = record._get_request_methods()
    return [
        (shape, controller)
        for shape in shapes_of(record)
        for their_methods, controller in static.get(shape, ())
        if paths.overlap(their_methods, methods)
    ]


def with_others(record):
    """``[(path, model name or key)]`` of other records (archived too) and rules."""
    shapes = shapes_of(record)
    methods = record._get_request_methods()
    found = [
        (shape, other._name)
        for other in _candidates(record, shapes)
        if paths.overlap(methods, other._get_request_methods())
        for shape in shapes & shapes_of(other)
    ]
    return found or _with_rules(record, shapes, methods)


def shapes_of(record):
    return {paths.shape(route) for route in record._get_routes()}


def _candidates(record, shapes):
    """Yield stored records of all models that may answer one of ``shapes``."""
    domain = Domain.OR(_may_answer(shape) for shape in shapes)
    for name in record._get_endpoint_route_consumer_models():
        model = record.env[name].sudo().with_context(active_test=False)
        others = model.search(domain)
        if name == record._name:
            others = others.filtered(lambda other: other.id not in record._origin.ids)
        yield from others


def _may_answer(shape):
    """Same literal start, up to the first variable."""
    start = shape.split("<", 1)[0].rstrip("/") or "/"
    return Domain("route", "=like", f"{_literal(start)}%") | Domain(
        "additional_routes", "like", start
    )


def _literal(text):
    """``text`` to be found as it is by LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _with_rules(record, shapes, methods):
    """Stored rules of which no record tells: of tools, and of models of their own."""
    if not schema.exists(record.env.cr):
        return []
    told = list(record._get_endpoint_route_consumer_models())
    own_keys = record._registered_endpoint_rule_keys()
    where = SQL("split_part(key, ':', 1) <> ALL(%s)", told)
    return [
        (shape, rule.key)
        for rule in record._endpoint_registry.get_rules(where=where)
        if rule.key not in own_keys
        and paths.overlap(rule.routing.get("methods"), methods)
        for shape in shapes & _shapes_of_rule(rule)
    ]


def _shapes_of_rule(rule):
    return {paths.shape(route) for route in rule.routing.get("routes") or [rule.route]}
