"""Find mistakes in the compiled code of a snippet. This module does not need Odoo.

The code object is inspected, not the source: it shows exactly which names Python looks
up, in which scope and in which line.
"""

from __future__ import annotations

import difflib
import dis
from collections.abc import Collection, Iterator
from types import CodeType
from typing import NamedTuple

RESULT = "result"
_LOADS = ("LOAD_NAME", "LOAD_GLOBAL")
# Administrators know Python by its syntax, not by its opcodes
_SYNTAX = {
    "IMPORT": "'import' is not allowed. The page Code Help lists the available names.",
    "STORE_ATTR": "Attributes cannot be assigned. Use the method write() of records.",
    "DELETE_ATTR": "Attributes cannot be deleted.",
    "STORE_GLOBAL": "'global' is not allowed.",
    "DELETE_GLOBAL": "'global' is not allowed.",
    "LOAD_BUILD_CLASS": "'class' is not allowed.",
    "SETUP_WITH": "'with' is not allowed.",
    "BEFORE_WITH": "'with' is not allowed.",
    "WITH_EXCEPT_START": "'with' is not allowed.",
    "LOAD_SPECIAL": "'with' is not allowed.",
    "BEFORE_ASYNC_WITH": "'async' is not allowed.",
    "SETUP_ASYNC_WITH": "'async' is not allowed.",
    "END_ASYNC_FOR": "'async' is not allowed.",
    "GET_A": "'async' is not allowed.",
    "GET_YIELD_FROM_ITER": "'yield from' is not allowed.",
    "MATCH_": "'match' is not allowed with patterns of lists, dicts and classes.",
    "CHECK_EG_MATCH": "'except*' is not allowed.",
    "PREP_RERAISE_STAR": "'except*' is not allowed.",
    "SETUP_ANNOTATIONS": "Annotations of variables are not allowed.",
    "DELETE_SUBSCR": "'del' of items is not allowed. Use the method pop().",
    "LOAD_ASSERTION_ERROR": "'assert' is not allowed. Raise exceptions.UserError.",
    "UNPACK_EX": "Assignments with * are not allowed.",
}


class Problem(NamedTuple):
    """A mistake and the line of the snippet that contains it."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class Step(NamedTuple):
    """An instruction. ``depth`` is 0 in the module body; ``name`` can be None."""

    line: int
    depth: int
    opname: str
    name: str | None


def steps(code: CodeType, depth: int = 0) -> Iterator[Step]:
    """Yield the instructions of ``code`` and of the functions in it."""
    lines = {start: line for start, _end, line in code.co_lines()}
    line = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        line = lines.get(instruction.offset) or line
        value = instruction.argval
        name = value if instruction.opcode in dis.hasname else None
        yield Step(line, depth, instruction.opname, name)
        if isinstance(value, CodeType):
            yield from steps(value, depth + 1)


def forbidden(
    code: CodeType, allowed: Collection[str], unsafe_names: Collection[str]
) -> Iterator[Problem]:
    """Yield the syntax and the names that snippets cannot use."""
    for step in steps(code):
        if step.opname not in allowed:
            yield Problem(step.line, _syntax(step.opname))
        elif step.name and ("__" in step.name or step.name in unsafe_names):
            yield Problem(step.line, f"The name '{step.name}' is not allowed.")


def _syntax(opname: str) -> str:
    for prefix, message in _SYNTAX.items():
        if opname.startswith(prefix):
            return message
    return "This Python syntax is not allowed."


def undefined(code: CodeType, known: Collection[str]) -> Iterator[Problem]:
    """Yield names that are neither in ``known`` nor assigned in the snippet."""
    available = {*known, *_assigned(code)}
    reported: set[str] = set()
    for step in steps(code):
        name = step.name
        if step.opname in _LOADS and name and name not in available | reported:
            reported.add(name)
            yield Problem(step.line, _unknown(name, available))


def _unknown(name: str, available: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(available), n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"The name '{name}' is not defined.{hint}"


def _assigned(code: CodeType) -> set[str]:
    return {
        step.name
        for step in steps(code)
        if step.depth == 0 and step.opname == "STORE_NAME" and step.name
    }


def lacks_result(code: CodeType) -> bool:
    """Return whether the snippet can end and never assigns ``result``.

    A snippet that always raises an exception does not need a result.
    """
    body = (step for step in steps(code) if step.depth == 0)
    can_end = any(step.opname.startswith("RETURN") for step in body)
    return can_end and RESULT not in _assigned(code)


def misspelled_result(code: CodeType) -> Iterator[Problem]:
    """Yield a problem if the snippet assigns its result to a similar name.

    Other snippets without a result can be saved, as long as nobody calls them.
    """
    near = difflib.get_close_matches(RESULT, sorted(_assigned(code)), n=1)
    if near and lacks_result(code):
        line = next(s.line for s in steps(code) if s.name == near[0])
        message = f"Assign a dict to '{RESULT}', not to '{near[0]}'."
        yield Problem(line, message)
