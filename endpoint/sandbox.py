"""Run code snippets like ``safe_eval``, but compile each text only once per worker.

``odoo.tools.safe_eval`` compiles and checks its text on each call and does not accept a
code object. This module calls its functions in the same order and caches the compiled
code.
"""

import base64
import contextlib
import functools
import hashlib
import hmac
import traceback
from opcode import opmap, opname

import werkzeug.exceptions

import odoo.exceptions
from odoo.http import Response
from odoo.tools import safe_eval as evaluator

from . import snippet_check

_wrap = evaluator.wrap_module

# Names in every snippet; ``_get_code_snippet_eval_context`` adds those of the request
NAMES = {
    "datetime": evaluator.datetime,
    "dateutil": evaluator.dateutil,
    "time": evaluator.time,
    "json": evaluator.json,
    "Response": Response,
    "werkzeug": _wrap(
        werkzeug, {"exceptions": ["NotFound", "BadRequest", "Unauthorized"]}
    ),
    "exceptions": _wrap(odoo.exceptions, ["UserError", "ValidationError"]),
    "hashlib": _wrap(
        hashlib,
        [
            "sha1",
            "sha224",
            "sha256",
            "sha384",
            "sha512",
            "sha3_224",
            "sha3_256",
            "sha3_384",
            "sha3_512",
            "shake_128",
            "shake_256",
            "blake2b",
            "blake2s",
            "md5",
            "new",
        ],
    ),
    "hmac": _wrap(hmac, ["new", "compare_digest"]),
    "base64": _wrap(
        base64,
        ["b64encode", "b64decode", "urlsafe_b64encode", "urlsafe_b64decode"],
    ),
    "b64encode": base64.b64encode,
    "b64decode": base64.b64decode,
}

# safe_eval forbids them for no reason of safety: they only read and write the variables
# of an enclosing function. Classes would need others to do that
_CLOSURES = ("MAKE_CELL", "COPY_FREE_VARS", "LOAD_CLOSURE", "LOAD_DEREF", "STORE_DEREF")
_OPCODES = evaluator._SAFE_OPCODES | {
    opmap[name] for name in (*_CLOSURES, "DELETE_DEREF") if name in opmap
}


class SnippetError(ValueError):
    """A snippet raised an exception that is not meant for the caller."""


@functools.lru_cache(maxsize=4096)
def compile_snippet(source, filename):
    """Return the checked code object of a snippet.

    Raises SyntaxError, and ValueError or NameError for code that safe_eval forbids.
    """
    code = evaluator.compile_codeobj(source, filename=filename, mode="exec")
    evaluator.assert_valid_codeobj(_OPCODES, code, filename)
    return code


def problems(source, names):
    """Return a list of ``"line N: reason"``, empty if the snippet can run.

    :param names: names that the snippet can use, or None if they are not known
    """
    try:
        code = evaluator.compile_codeobj(source, filename="snippet", mode="exec")
    except SyntaxError as error:
        return [f"line {error.lineno}: {error.msg}."]
    except ValueError as error:
        return [f"{error}."]
    allowed = [opname[opcode] for opcode in _OPCODES]
    unsafe = evaluator._UNSAFE_ATTRIBUTES
    found = list(snippet_check.forbidden(code, allowed, unsafe))
    if names is not None:
        found += snippet_check.undefined(code, {*names, *evaluator._BUILTINS})
    found += snippet_check.misspelled_result(code)
    return [str(problem) for problem in dict.fromkeys(found)]


def lacks_result(source):
    """Return whether a snippet can end without a result; False for invalid code."""
    try:
        code = evaluator.compile_codeobj(source, filename="snippet", mode="exec")
    except (SyntaxError, ValueError):
        return False
    return snippet_check.lacks_result(code)


def run(code, names):
    """Execute ``code`` and return its namespace; see ``errors_of``."""
    evaluator.check_values(names)
    namespace = {**names, "__builtins__": dict(evaluator._BUILTINS)}
    with errors_of(code):
        evaluator.unsafe_eval(code, namespace, None)
    return namespace


@contextlib.contextmanager
def errors_of(code):
    """Turn exceptions of the snippet into SnippetError with its line.

    Exceptions for the caller or for Odoo pass (UserError, HTTPException,
    OperationalError …).
    """
    try:
        yield
    except evaluator._BUBBLEUP_EXCEPTIONS:
        # Odoo repeats a transaction that raised OperationalError (serialization)
        raise
    except Exception as error:
        raise SnippetError(f"{error!r} in {_location(error, code)}") from error


def _location(error, code):
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == code.co_filename
    ]
    return f"{code.co_filename}, line {lines[-1]}" if lines else code.co_filename
