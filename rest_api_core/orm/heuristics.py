"""What Odoo's code was busy with when it failed: fields, told by the traceback.

    methods of Field that take its value     the field itself
    _compute_field_value                     the fields that it is computed from
    a method with @api.constrains            the fields that it checks

Code that fails for another reason than a value of these was busy with something else,
and is in none of these places.
"""

from traceback import walk_tb

from odoo.fields import Field
from odoo.models import BaseModel

_TAKING = frozenset(("create", "write", "__set__"))  # in relations: of other records


def suspects(error):
    """``[{(model, field name), …}]``: for each of these places, the innermost first."""
    found = [_at_work(frame) for frame, _line in walk_tb(error.__traceback__)]
    return [names for names in reversed(found) if names]


def _at_work(frame):
    subject, doing = frame.f_locals.get("self"), frame.f_code.co_name
    if isinstance(subject, Field):
        takes = _takes_value(subject, doing)
        return {(subject.model_name, subject.name)} if takes else set()
    if not isinstance(subject, BaseModel):
        return set()
    if doing == "_compute_field_value":
        return set(_sources(subject, frame.f_locals["field"]))
    checked = getattr(getattr(type(subject), doing, None), "_constrains", ())
    if not isinstance(checked, tuple):
        return set()
    return {(subject._name, name) for name in checked}


def _takes_value(field, doing):
    if doing in _TAKING:
        return not field.relational
    return doing.startswith("convert_to_") or doing == "determine_inverse"


def _sources(records, field):
    """What a field is computed from, with all relations on the way there."""
    for path in records.pool.field_depends[field]:
        model = records
        for name in path.split("."):
            yield model._name, name
            comodel = model._fields[name].comodel_name
            if not comodel:
                break
            model = records.env[comodel]


def model_at_work(error, models):
    """The innermost of these models that failed in a method of its own, or None."""
    for frame, _line in reversed(list(walk_tb(error.__traceback__))):
        subject = frame.f_locals.get("self")
        if isinstance(subject, BaseModel) and subject._name in models:
            return subject._name
    return None


def same_values(env, model_name, name):
    """The field, and those behind it if it is related: all of them have its value."""
    field = env[model_name]._fields.get(name)
    while field is not None:
        yield field.model_name, field.name
        field = field.related_field
