"""Conflicts between the routes of a record and those of other records or controllers.

Two routes conflict when they have the same path shape and share a method.
"""

import json
import re

from odoo.fields import Domain
from odoo.tools import SQL

from . import paths, schema

MAX_PATTERNS = 20
# of PostgreSQL, in any language: Key (route, request_method)=(/my/path, GET) …
_DUPLICATE = re.compile(r"\((route(?:, request_method)?)\)=\((.*?)(?:, ([A-Z]+))?\)")


def with_controllers(record):
    """Return ``[(path shape, "module.Class.method")]`` of conflicting controllers."""
    static = record.env["ir.http"]._endpoint_static_routes()
    methods = record._get_request_methods()
    return [
        (shape, controller)
        for shape in shapes_of(record)
        for other_methods, controller in static.get(shape, ())
        if paths.overlap(other_methods, methods)
    ]


def with_others(record):
    """Return ``[(path shape, key)]`` of conflicting records and rules.

    Archived records count: they keep their routes.
    """
    shapes = shapes_of(record)
    methods = record._get_request_methods()
    matches = [
        (shape, other._endpoint_registry_unique_key())
        for other in _candidates(record, shapes)
        if paths.overlap(methods, other._get_request_methods())
        for shape in shapes & shapes_of(other)
    ]
    return matches or _with_rules(record, shapes, methods)


def shapes_of(record):
    """Return the set of path shapes of a record."""
    return {paths.shape(route) for route in record._get_routes()}


def _candidates(record, shapes):
    """Yield the stored records of all models that may serve one of ``shapes``."""
    domain = Domain.OR(_may_serve(shape) for shape in shapes)
    for name in record._get_endpoint_route_consumer_models():
        # sudo: record rules hide the records of other companies, their routes conflict
        model = record.env[name].sudo().with_context(active_test=False)
        others = model.search(domain)
        if name == record._name:
            # _origin: in an onchange the record itself has a NewId
            others = others.filtered(lambda other: other.id not in record._origin.ids)
        yield from others


def _may_serve(shape):
    """Return a domain for records with the same text before the first variable."""
    start = shape.split("<", 1)[0].rstrip("/") or "/"
    return Domain("route", "=like", f"{_literal(start)}%") | Domain(
        "additional_routes", "like", start
    )


def _literal(text):
    """Return ``text`` with the wildcards of LIKE escaped."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _with_rules(record, shapes, methods):
    """Return conflicting rules without a record: from the tool or from other mixins."""
    if not schema.exists(record.env.cr):
        return []
    consumers = list(record._get_endpoint_route_consumer_models())
    own_keys = record._registered_endpoint_rule_keys()
    where = SQL("split_part(key, ':', 1) <> ALL(%s)", consumers)
    return [
        (shape, rule.key)
        for rule in record._endpoint_registry.get_readable_rules(where=where)
        if rule.key not in own_keys
        and paths.overlap(rule.routing.get("methods"), methods)
        for shape in shapes & _shapes_of_rule(rule)
    ]


def with_stored(records):
    """Return ``[(path shape, key)]`` of rules that still serve a path of ``records``.

    Their records were changed and not synchronized yet.
    """
    shapes = {record: shapes_of(record) for record in records}
    stored = _stored_by_shape(records, set().union(*shapes.values()))
    return [
        (shape, rule.key)
        for record in records
        for shape in shapes[record]
        for rule in stored.get(shape, ())
        if paths.overlap(rule.routing.get("methods"), record._get_request_methods())
    ]


def _stored_by_shape(records, shapes):
    """Return ``{path shape: rules}`` of the rules of other records."""
    keys = list(records._registered_endpoint_rule_keys())
    where = SQL("NOT (key = ANY(%s))", keys)
    # PostgreSQL tries each pattern on each row: many of them take longer than all rows
    if len(shapes) <= MAX_PATTERNS:
        where = SQL("%s AND routing LIKE ANY(%s)", where, _patterns(shapes))
    stored = {}
    for rule in records._endpoint_registry.get_readable_rules(where=where):
        for shape in _shapes_of_rule(rule):
            stored.setdefault(shape, []).append(rule)
    return stored


def _patterns(shapes):
    """Return LIKE patterns for the text before the first variable, as in JSON."""
    starts = [json.dumps(shape.split("<", 1)[0].rstrip("/"))[:-1] for shape in shapes]
    return [f"%{_literal(start)}%" for start in starts]


def _shapes_of_rule(rule):
    return {paths.shape(route) for route in rule.routing.get("routes") or [rule.route]}


def duplicate(detail):
    """Return ``{field: value}`` that a unique constraint names, or an empty dict."""
    match = _DUPLICATE.search(detail)
    if not match:
        return {}
    values = {"route": match[2], "request_method": match[3]}
    return {name: value for name, value in values.items() if value}
