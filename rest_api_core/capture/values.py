"""SQL of the values of fields as JSON, for rows that are named ``t``.

Values that are secret, large or files become digests: they can be compared, and no one
can read them from the memory or the outbox.
"""

from __future__ import annotations

from odoo.fields import Field
from odoo.models import BaseModel
from odoo.tools import SQL

from .merging import DIGEST, LARGEST, LINES, MARK

# psycopg2 gives these as JSON has them
_PLAIN = frozenset(("boolean", "integer", "many2one", "many2one_reference"))
_TEXTS = frozenset(("char", "text", "html", "selection", "reference"))
_TIMES = frozenset(("date", "datetime"))
_NUMBERS = frozenset(("float", "monetary"))
# columns of lines that say nothing about them
_NOISE = ["create_date", "create_uid", "write_date", "write_uid", "parent_path"]


def is_file(field: Field) -> bool:
    """Whether the values are attachments."""
    return field.type == "binary" and bool(field.store) and field.attachment


def is_relation(model: BaseModel, field: Field) -> bool:
    """Whether the values are rows of another table that the field names."""
    if not field.store or field.type not in ("many2many", "one2many"):
        return False
    if field.type == "many2many":
        return bool(field.relation)
    comodel = model.env.get(field.comodel_name)
    if comodel is None or comodel._abstract or not comodel._auto:
        return False
    # the other side can be computed, or a field of a parent
    inverse = comodel._fields.get(field.inverse_name)
    return bool(inverse is not None and inverse.store and inverse.column_type)


def column(model: BaseModel, field: Field) -> tuple[str, str]:
    """``(table, column)`` with the values of a field."""
    if field.type == "many2many":
        return field.relation, field.column1
    if field.type == "one2many":
        return model.env[field.comodel_name]._table, field.inverse_name
    return (
        ("ir_attachment", "res_field") if is_file(field) else (model._table, field.name)
    )


def expression(model: BaseModel, field: Field, hidden: bool) -> SQL:
    """The value of a field of the row ``t``."""
    if field.type == "many2many":
        return _pairs(field)
    if field.type == "one2many":
        return _lines(model, field)
    if is_file(field):
        return _file(model, field)
    place = SQL("t.%s", SQL.identifier(field.name))
    if hidden:
        return SQL("CASE WHEN %s IS NOT NULL THEN %s END", place, _digest(place))
    # translated and company-dependent fields are JSON, whatever their type
    if field.column_type[0] == "jsonb":
        return _json(place)
    return _OF_TYPE.get(field.type, _json)(place)


def _text(place: SQL) -> SQL:
    # a large one is known by its first character, which cannot be typed
    return SQL(
        "CASE WHEN octet_length(%(place)s) > %(largest)s THEN"
        " %(mark)s || encode(sha256(convert_to(%(place)s, 'UTF8')), 'hex')"
        " ELSE %(place)s END",
        place=place,
        largest=LARGEST,
        mark=MARK,
    )


def _json(place: SQL) -> SQL:
    return SQL(
        "CASE WHEN octet_length(%s::text) > %s THEN %s ELSE to_jsonb(%s) END",
        place,
        LARGEST,
        _digest(place),
        place,
    )


def _time(place: SQL) -> SQL:
    """The text of the JSON, which needs no parser."""
    return SQL("to_jsonb(%s) #>> '{}'", place)


def _number(place: SQL) -> SQL:
    """Not the number itself: JSON has no NaN, and to_jsonb makes a text of it."""
    return SQL("to_jsonb(%s)", place)


_OF_TYPE = {
    **dict.fromkeys(_PLAIN, lambda place: place),
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_TIMES, _time),
    **dict.fromkeys(_NUMBERS, _number),
}


def _digest(value: SQL) -> SQL:
    # not md5(): it is missing in the FIPS mode
    return SQL(
        "jsonb_build_object(%s, encode(sha256(convert_to(%s::text, 'UTF8')), 'hex'))",
        DIGEST,
        value,
    )


def _pairs(field: Field) -> SQL:
    return SQL(
        "COALESCE((SELECT jsonb_agg(r.%(theirs)s ORDER BY r.%(theirs)s)"
        " FROM %(table)s r WHERE r.%(own)s = t.id), '[]')",
        theirs=SQL.identifier(field.column2),
        table=SQL.identifier(field.relation),
        own=SQL.identifier(field.column1),
    )


def _lines(model: BaseModel, field: Field) -> SQL:
    """The lines with all that they contain: commands change them in place."""
    comodel = model.env[field.comodel_name]
    inverse = comodel._fields[field.inverse_name]
    condition = SQL("c.%s = t.id", SQL.identifier(inverse.name))
    if inverse.type == "many2one_reference":
        name = SQL.identifier(inverse.model_field)
        condition = SQL("%s AND c.%s = %s", condition, name, model._name)
    return SQL(
        "jsonb_build_object(%s, COALESCE((SELECT jsonb_object_agg(c.id, %s)"
        " FROM %s c WHERE %s), '{}'))",
        LINES,
        _digest(SQL("(to_jsonb(c) - %s::text[])", _NOISE)),
        SQL.identifier(comodel._table),
        condition,
    )


def _file(model: BaseModel, field: Field) -> SQL:
    return SQL(
        "(SELECT jsonb_build_object(%s, COALESCE(a.checksum, a.url, ''))"
        " FROM ir_attachment a WHERE a.res_model = %s AND a.res_field = %s"
        " AND a.res_id = t.id ORDER BY a.id LIMIT 1)",
        DIGEST,
        model._name,
        field.name,
    )
