"""What the inverse of a computed field writes, as far as its source tells.

    written(env["product.template"], "barcode")  →  {"product.product": {"barcode"}}

For administrators who list such a field as extra writable. It is a guess: code that
builds names of parts, or calls what is not in its model, writes more than it tells.
"""

import ast
import inspect
import textwrap
from collections import defaultdict

from odoo.models import BaseModel

MAX_CALLS = 4  # methods that call methods
_WRITING = frozenset(("write", "update", "_write", "create", "copy", "unlink"))


def written(model, name):
    """``{model name: field names}`` that the inverse of the field writes; no names for
    records that are created or deleted as a whole. Empty where nothing can be told."""
    found = defaultdict(set)
    inverse = model._fields[name].inverse
    for function in _functions(model, inverse):
        _Reader(model, found).follow(function, {})
    return dict(found)


def _functions(model, method):
    """All methods of the name: ``super()`` may call any of them."""
    if callable(method):
        return [method]
    owners = [c for c in type(model).__mro__ if c not in BaseModel.__mro__]
    return [vars(owner)[method] for owner in owners if method in vars(owner)]


class _Reader(ast.NodeVisitor):
    """Follows one method through its source.

    :param found: what ``written`` gives, to be filled
    """

    def __init__(self, model, found, depth=0):
        self.model = model
        self.found = found
        self.depth = depth
        self.records = {"self": model}  # variables of the method
        self.texts = {}  # parameters whose value is known

    def follow(self, function, texts):
        """:param texts: ``{parameter: text}`` that the method is called with"""
        self.texts = texts
        try:
            source = textwrap.dedent(inspect.getsource(function))
            self.visit(ast.parse(source))
        except (OSError, TypeError, SyntaxError):
            return  # no source: nothing can be told

    # --- what is written -----------------------------------------------------

    def visit_Assign(self, node):
        self.generic_visit(node)
        for target in node.targets:
            self._assign(target, node.value)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        self._assign(node.target, node.value)

    def visit_For(self, node):
        self._assign(node.target, node.iter)
        self.generic_visit(node)

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            self._call(node.func.attr, self._infer(node.func.value), node.args)

    def _assign(self, target, value):
        if isinstance(target, ast.Name):
            self.records[target.id] = self._infer(value)
        elif isinstance(target, ast.Attribute):
            self._write(self._infer(target.value), target.attr)
        elif isinstance(target, ast.Subscript):
            self._write(self._infer(target.value), self._text(target.slice))

    def _write(self, records, name):
        if records is not None and name in records._fields:
            for owner, field in _origins(records, name):
                self.found[owner].add(field)

    def _call(self, name, records, arguments):
        if records is None:
            return
        if name in _WRITING:
            self.found.setdefault(records._name, set())  # told without names, too
            for names in map(_keys, arguments[:1]):
                for each in names:
                    self._write(records, each)
        elif self.depth < MAX_CALLS and not hasattr(BaseModel, name):
            self._follow(name, records, arguments)

    def _follow(self, name, records, arguments):
        texts = [self._text(argument) for argument in arguments]
        for function in _functions(records, name):
            if not inspect.isfunction(function):
                continue
            parameters = list(inspect.signature(function).parameters)[1:]
            reader = _Reader(records, self.found, self.depth + 1)
            reader.follow(function, dict(zip(parameters, texts, strict=False)))

    # --- of which model ------------------------------------------------------

    def _infer(self, node):
        """The model that an expression is records of; None where it is not known."""
        if isinstance(node, ast.Name):
            return self.records.get(node.id)
        if isinstance(node, ast.Attribute):
            return _comodel(self._infer(node.value), node.attr)
        if isinstance(node, ast.Subscript):
            return self._infer_item(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # filtered, sudo, with_context … give records of the same model
            same = hasattr(BaseModel, node.func.attr)
            return self._infer(node.func.value) if same else None
        return None

    def _infer_item(self, node):
        text = self._text(node.slice)
        if text in self.model.env and ast.unparse(node.value).endswith("env"):
            return self.model.env[text]
        records = self._infer(node.value)
        return _comodel(records, text) if text else records

    def _text(self, node):
        if isinstance(node, ast.Name):
            return self.texts.get(node.id)
        value = node.value if isinstance(node, ast.Constant) else None
        return value if isinstance(value, str) else None


def _comodel(records, name):
    field = None if records is None else records._fields.get(name)
    return records.env.get(field.comodel_name) if field and field.relational else None


def _keys(node):
    """The texts that are keys of the dictionaries in an expression."""
    for each in ast.walk(node):
        if isinstance(each, ast.Dict):
            for key in each.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value


def _origins(records, name):
    """The field, and where its value is if it is related."""
    field = records._fields[name]
    while field.related_field is not None:
        field = field.related_field
    return [(field.model_name, field.name)]
