"""Run code snippets like ``safe_eval``, but compile each text only once per worker.

``odoo.tools.safe_eval`` compiles and checks its text on each call and does not accept a
code object. This module calls its functions in the same order and caches the compiled
code.
"""

import ast
import functools
import hashlib
import hmac
import traceback

import werkzeug.exceptions

import odoo.exceptions
from odoo.http import Response
from odoo.tools import safe_eval as evaluator

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
}


class SnippetError(ValueError):
    """A snippet raised an exception that is not meant for the caller."""


@functools.lru_cache(maxsize=4096)
def compile_snippet(source, filename):
    """Return the checked code object of a snippet.

    Raises SyntaxError, and ValueError or NameError for code that safe_eval forbids.
    """
    code = evaluator.compile_codeobj(source, filename=filename, mode="exec")
    evaluator.assert_valid_codeobj(evaluator._SAFE_OPCODES, code, filename)
    return code


def problem(source):
    """Return ``"line N: reason"`` if a snippet cannot run, or None if it can."""
    try:
        compile_snippet(source, "snippet")
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, NameError) as error:
        return f"{_line_of(source)}{error}"
    return None


def _line_of(source):
    """Return ``"line N: "`` of the first statement that is forbidden by itself."""
    for node in ast.parse(source).body:
        try:
            compile_snippet(ast.unparse(node), "statement")
        except (SyntaxError, ValueError, NameError):
            return f"line {node.lineno}: "
    return ""


def run(code, names):
    """Execute ``code`` and return its namespace.

    Exceptions for the caller or for Odoo pass (UserError, HTTPException,
    OperationalError …). Others become SnippetError with the line of the snippet.
    """
    evaluator.check_values(names)
    namespace = {**names, "__builtins__": dict(evaluator._BUILTINS)}
    try:
        evaluator.unsafe_eval(code, namespace, None)
    except evaluator._BUBBLEUP_EXCEPTIONS:
        # Odoo repeats a transaction that raised OperationalError (serialization)
        raise
    except Exception as error:
        raise SnippetError(f"{error!r} in {_location(error, code)}") from error
    return namespace


def _location(error, code):
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == code.co_filename
    ]
    return f"{code.co_filename}, line {lines[-1]}" if lines else code.co_filename


DOCS = """\
Available names:

* env, user, endpoint: environment, user and this record, with the rights of 'Exec as
  User', or of the caller if that field is empty
* request: the current request (request.params, request.httprequest)
* datetime, dateutil, time, json: the modules, as in server actions
* Response: odoo.http.Response
* werkzeug: exceptions.NotFound, exceptions.BadRequest, exceptions.Unauthorized
* exceptions: UserError, ValidationError; they become a response with status 400 and
  their message
* hashlib, hmac: functions of the standard library
* log(message, level="info"): writes to ir.logging, even if the request fails

The snippet must assign a dict to `result`. The dict contains either

* response: a Response, or
* payload: a value to encode as JSON, and optionally status_code (default 200), headers
  (a dict) and json_default (a function that encodes other values)

Examples:

    result = {"response": Response("Hello, World!")}

    result = {"payload": {"id": user.id}, "status_code": 201, "headers": {"X-A": "1"}}
"""
