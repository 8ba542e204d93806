"""Texts that stand in the code of a failure: a guess, by bytecode.

These are what the functions in the frames of an exception, and those that they call by
name, consist of, in English and in the language of a user. A text that is not found is
one that callers are not shown.
"""

from traceback import walk_tb
from types import CodeType, FunctionType

from odoo.models import BaseModel
from odoo.tools.translate import LazyGettext, code_translations

MAX_CALLS = 2  # functions that functions call


def phrases(error, lang):
    """All texts of the code behind an exception."""
    reader = _Reader(lang)
    for frame in _frames(error):
        reader.read_frame(frame)
    return reader.texts


def _frames(error):
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield from (frame for frame, _line in walk_tb(error.__traceback__))
        error = error.__cause__ or error.__context__


def models_at_work(error):
    """The models whose methods are in the frames of an exception."""
    found = (frame.f_locals.get("self") for frame in _frames(error))
    return {each._name: each for each in found if isinstance(each, BaseModel)}


class _Reader:
    """:ivar texts: what was found"""

    def __init__(self, lang):
        self.lang = lang
        self.texts = set()
        self._seen = set()
        self._local = set()

    def read_frame(self, frame):
        # a variable of a function that is running may hold a value of a record
        self._local.update(frame.f_code.co_cellvars)
        for name in frame.f_code.co_freevars:
            if name not in self._local:
                self._read_constant(frame.f_locals.get(name), frame.f_globals)
        owner = type(frame.f_locals.get("self"))
        self._read_code(frame.f_code, frame.f_globals, owner, 0)

    def _read_code(self, code, names, owner, depth):
        """:param names: the globals of the code; :param owner: the class of ``self``"""
        if code in self._seen:
            return
        self._seen.add(code)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._read_code(constant, names, owner, depth)
            else:
                self._read_constant(constant, names)
        for name in code.co_names:
            self._read_constant(names.get(name), names)
            if depth < MAX_CALLS:
                self._read_called(name, names, owner, depth + 1)

    def _read_called(self, name, names, owner, depth):
        is_own = issubclass(owner, BaseModel) and not hasattr(BaseModel, name)
        classes = owner.__mro__ if is_own else ()
        for function in (names.get(name), *(vars(c).get(name) for c in classes)):
            if isinstance(function, FunctionType) and _is_addons(function):
                self._read_code(function.__code__, function.__globals__, owner, depth)

    def _read_constant(self, value, names):
        if isinstance(value, LazyGettext):
            value = value._source
        if isinstance(value, str):
            self._add(value, names)
        elif isinstance(value, (tuple, list, set, frozenset)):
            for each in value:
                self._read_constant(each, names)

    def _add(self, text, names):
        self.texts.add(text)
        module = str(names.get("__name__")).removeprefix("odoo.addons.").split(".")[0]
        known = code_translations.get_python_translations(
            "base" if module == "odoo" else module, self.lang
        )
        if text in known:
            self.texts.add(known[text])


def _is_addons(function):
    return function.__module__.startswith("odoo.addons.")
