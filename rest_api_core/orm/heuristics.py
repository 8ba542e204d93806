"""Guesses: what can be told of Odoo's code only by its frames, messages and bytecode.

Nothing else in this addon guesses, besides ``phrases``, ``copies``, ``pointers`` and
``inverses``. A wrong guess must do no harm: it never shows or writes more than the
caller may, and a bug of ours never becomes an error of the client.

    suspects            frames: the fields that code was busy with when it failed
    model_at_work       frames: the model whose method failed
    may_blame_values    frames, type: whether values can be behind a failure at all
    misses_value        message: whether a record or value was missing
    missing_key         type: the key that a dictionary did not have
    inserted            frames: the columns of a row that was to be inserted
    fields_searched     bytecode: the fields that a search of names looks at
"""

import re
from collections import defaultdict
from traceback import walk_tb
from types import CodeType, FunctionType

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
    """Whether the innermost frame of Odoo or an addon, all below are libraries, is one
    of this addon."""
    frames = (frame for frame, _line in walk_tb(error.__traceback__))
    modules = [str(frame.f_globals.get("__name__")) for frame in frames]
    innermost = [name for name in modules if name.startswith("odoo.")][-1:]
    addon = __package__.rpartition(".")[0]
    # its tests stand for the code of other addons
    own = (f"{addon}.", f"{addon}.tests.")
    return any(n.startswith(own[0]) and not n.startswith(own[1]) for n in innermost)


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


def inserted(error):
    """``{model: names}``: the columns that had values in the row that failed. Without
    a guess, nobody says that one is missing."""
    for frame, _line in walk_tb(error.__traceback__):
        subject, names = frame.f_locals.get("self"), frame.f_locals.get("fnames")
        # addons may override the method: the names are in that of Odoo
        is_create = frame.f_code.co_name == "_create" and names is not None
        if is_create and isinstance(subject, BaseModel):
            return {subject._name: set(names)}
    return {}


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

_PATH = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)*")
# With these, code can use names that it does not contain
_DYNAMIC = frozenset(
    "_fields attrgetter eval exec fields_get format format_map getattr literal_eval"
    " safe_eval".split()
)


def fields_searched(model):
    """``{model: names}`` of the fields that a search of display names may look at; None
    for code that cannot be read.

    These are ``_rec_names_search``, what the code of a search of the model's own names,
    as that of products names barcodes, and the same of the models that it compares.

    A wrong guess names too much: a harmless filter is refused where a rule hides what
    was named. Names that code puts together of parts cannot be guessed.
    """
    searched, queue = defaultdict(set), [model]
    for current in queue:
        reader = _SearchReader(current)
        if reader.is_dynamic:
            return None
        for reached in reader.reached():
            searched[reached._name] |= reader.words() & reached._fields.keys()
        queue += dict.fromkeys(m for m in reader.compared() if m not in queue)
    return searched


class _SearchReader:
    """The texts in a model's own search of display names, and in what that calls.

    Odoo's own code is left out: it uses the names that it is given.

    :ivar texts: constants and names of attributes
    :ivar is_dynamic: whether the code can use names that are not among these
    """

    def __init__(self, model):
        self.model = model
        names = model._rec_names_search or [model._rec_name]
        self.texts = {name for name in names if name}
        self.is_dynamic = False
        self._seen, self._called = set(), set()
        self._read_methods(type(model), "_search_display_name")
        known = None
        while known != (len(self._seen), len(self.texts)):
            known = (len(self._seen), len(self.texts))
            for each in self.reached():
                for name in sorted(self._called):
                    self._read_methods(type(each), name)

    # --- what the texts mean -------------------------------------------------

    def paths(self):
        return {path for text in self.texts for path in _PATH.findall(text)}

    def words(self):
        """The paths, and the names that they consist of."""
        paths = self.paths()
        return paths.union(*(path.split(".") for path in paths))

    def reached(self):
        """The models whose fields the words may be."""
        words, env = self.words(), self.model.env
        models = [self.model, *(env[word] for word in words if word in env)]
        for model in models:
            comodels = (_comodel(model, name) for name in words)
            more = (each for each in comodels if each is not None)
            models += dict.fromkeys(each for each in more if each not in models)
        return models

    def compared(self):
        """The models whose display names may be searched: where paths end."""
        paths = self.paths()
        ends = (_end(model, path) for model in self.reached() for path in paths)
        return [model for model in ends if model is not None]

    # --- what code consists of -----------------------------------------------

    def _read_methods(self, model_class, name):
        """All methods of this name: ``super()`` may call any of them."""
        for owner in model_class.__mro__:
            if owner not in BaseModel.__mro__ and name in vars(owner):
                self._read_value(vars(owner)[name])

    def _read_value(self, value):
        value = getattr(value, "__func__", value)  # of a class or static method
        if isinstance(value, FunctionType):
            self._read_function(value)
        elif isinstance(value, type):
            return  # of ``super()``
        elif callable(value) or isinstance(value, property):
            self.is_dynamic = True
        else:
            self._read_constant(value)

    def _read_function(self, function):
        if function not in self._seen:
            self._seen.add(function)
            self._read_code(function.__code__, function)
            for cell in function.__closure__ or ():
                self._read_value(cell.cell_contents)

    def _read_code(self, code, function):
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._read_code(constant, function)
            elif constant is not function.__doc__:
                self._read_constant(constant)
        for name in code.co_names:
            self._read_name(name, function.__globals__)

    def _read_name(self, name, names):
        """:param names: the globals of the code"""
        self.is_dynamic = self.is_dynamic or name in _DYNAMIC
        self.texts.add(name)
        value = names.get(name)
        if isinstance(value, FunctionType) and _is_addons(value):
            self._read_function(value)
        elif not callable(value):
            self._read_constant(value)
        if not hasattr(BaseModel, name):
            self._called.add(name)

    def _read_constant(self, value):
        if isinstance(value, str):
            self.texts.add(value)
        elif isinstance(value, (tuple, list, set, frozenset, dict)):
            for each in value:
                self._read_constant(each)


def _is_addons(function):
    return function.__module__.startswith("odoo.addons.")


def _comodel(model, name):
    """The model behind a relation, None for other fields and names."""
    field = model._fields.get(name)
    return model.env.get(field.comodel_name) if field and field.relational else None


def _end(model, path):
    """The model behind the last field of a path; None if that is not a relation."""
    for name in path.split("."):
        model = None if model is None else _comodel(model, name)
    return model
