"""Guesses: what can be told of Odoo's code only by its frames, messages and bytecode.

Nothing else in this addon guesses. A wrong guess must do no harm: it never shows or
writes more than the caller may, and a bug of ours never becomes an error of the client.

    suspects            frames: the fields that code was busy with when it failed
    model_at_work       frames: the model whose method failed
    may_blame_values    frames, type: whether values can be behind a failure at all
    misses_value        message: whether a record or value was missing
    missing_key         type: the key that a dictionary did not have
    fields_searched     bytecode: the fields that a search of names looks at
"""

from traceback import walk_tb

from odoo.fields import Field
from odoo.models import BaseModel

_TAKING = frozenset(("create", "write", "__set__"))  # in relations: of other records
# What Python raises where a value is not as code expects it
_CONFUSED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
# Where code expects a value, or one record, there is none, or are several: what
# ``ensure_one`` and an attribute of ``False`` raise
_NO_VALUE = ("Expected singleton", "'bool' object has no attribute")

# --- failures ----------------------------------------------------------------


def may_blame_values(error):
    """Whether the exception is of a type that unexpected values cause.

    A wrong guess leaves a 500, or blames a body for a bug of another addon; a bug of
    this one is raised by a frame of ours, and never blamed on a body.
    """
    return isinstance(error, _CONFUSED) and not _is_ours(error)


def _is_ours(error):
    """Whether the innermost frame of an addon, below which are only libraries, is one
    of this addon."""
    names = [
        frame.f_globals.get("__name__", "")
        for frame, _line in walk_tb(error.__traceback__)
    ]
    addons = [name for name in names if name.startswith("odoo.")]
    own, tests = (
        __package__.rpartition(".")[0],
        f"{__package__.rpartition('.')[0]}.tests",
    )
    return bool(addons) and addons[-1].startswith(f"{own}.") and tests not in addons[-1]


def misses_value(error):
    """Whether code had no value, or no record, or several, where it needs one."""
    return str(error).startswith(_NO_VALUE)


def missing_key(error):
    """The text that was no key of a dictionary; None for other failures."""
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    return key if isinstance(key, str) else None


def suspects(error):
    """``[{(model, field name), …}]``: what each frame was busy with, innermost first.

    methods of Field that take its value     the field itself
    _compute_field_value                     the fields that it is computed from
    a method with @api.constrains            the fields that it checks

    Code that fails for another reason than a value of these was busy with something
    else, and is in none of these frames.
    """
    busy = [_at_work(frame) for frame, _line in walk_tb(error.__traceback__)]
    return [names for names in reversed(busy) if names]


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
        return set()  # a function that gives them
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


# --- searches of names -------------------------------------------------------


def fields_searched(recordset):
    """Fields that a model's own search of names looks at, as that of products at
    barcodes: those that its code names."""
    for owner in type(recordset).__mro__:
        method = vars(owner).get("_search_display_name")
        if owner is not BaseModel and hasattr(method, "__code__"):
            for name in method.__code__.co_consts:
                if name in recordset._fields:
                    yield name
