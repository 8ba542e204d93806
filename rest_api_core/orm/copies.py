"""Which lines Odoo copies with a record: a guess, by the code that copies it.

A one2many with ``copy=True`` is copied. Code of addons copies others: the tasks of a
project. A wrong guess only looks at lines that a copy has; of those that it misses,
Odoo's own rights hold.
"""

from types import CodeType, FunctionType
from typing import NamedTuple

from odoo.models import BaseModel

from .field_info import link_of

_COPYING = ("copy", "copy_data")
MAX_CALLS = 3  # functions that functions call


class Lines(NamedTuple):
    """A one2many: its name, its comodel and the many2one there."""

    name: str
    comodel: str
    link: str


def copied_lines(model):
    """The one2many fields of which a copy may get records of its own."""
    words = _words(model)
    return tuple(
        Lines(field.name, field.comodel_name, field.inverse_name)
        for field in model._fields.values()
        if field.type == "one2many" and field.store and _has_column(model.env, field)
        # such a record comes with each new one, copied or not
        if model._name not in model.env[field.comodel_name]._inherits
        if field.copy or {field.name, field.comodel_name} & words
    )


def _has_column(env, field):
    link = link_of(env, field)
    return link is not None and link.type == "many2one"


def _words(model):
    """The names and texts in the code of addons that copies records of the model."""
    words, seen = set(), set()
    for name in _COPYING:
        _read_methods(type(model), name, words, seen, 0)
    return words


def _read_methods(owner, name, words, seen, depth):
    """All methods of the name: ``super()`` may call any of them."""
    for cls in owner.__mro__:
        function = vars(cls).get(name) if cls not in BaseModel.__mro__ else None
        if isinstance(function, FunctionType) and function not in seen:
            seen.add(function)
            for called in _read_code(function.__code__, words):
                if depth < MAX_CALLS and not hasattr(BaseModel, called):
                    _read_methods(owner, called, words, seen, depth + 1)


def _read_code(code, words):
    """Add the words of code; the names of what it may call."""
    called = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            called |= _read_code(constant, words)
        elif isinstance(constant, str):
            words.add(constant)
    words |= called
    return called
