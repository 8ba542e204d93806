"""Code snippets: compiled once per text and worker, run as ``safe_eval`` runs them.

``odoo.tools.safe_eval`` compiles and checks a text on each call and takes no code
object; its own parts are used here in the same order, the compilation remembered.
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

# What every snippet sees, besides what belongs to its request
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
    """A snippet failed by itself (not by an exception meant for the caller)."""


@functools.lru_cache(maxsize=4096)
def compile_snippet(source, filename):
    """Code object of a checked snippet.

    Raises SyntaxError, or ValueError and NameError for what safe_eval forbids.
    """
    code = evaluator.compile_codeobj(source, filename=filename, mode="exec")
    evaluator.assert_valid_codeobj(evaluator._SAFE_OPCODES, code, filename)
    return code


def problem(source):
    """``"line N: reason"`` for a snippet that cannot run, None for one that can."""
    try:
        compile_snippet(source, "snippet")
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, NameError) as error:
        return f"{_line_of(source)}{error}"
    return None


def _line_of(source):
    """``"line N: "``: the first statement that is refused when it stands alone."""
    for node in ast.parse(source).body:
        try:
            compile_snippet(ast.unparse(node), "statement")
        except (SyntaxError, ValueError, NameError):
            return f"line {node.lineno}: "
    return ""


def run(code, names):
    """Execute ``code``; returns all names it left.

    What is meant for the caller or for Odoo passes (UserError, HTTPException,
    OperationalError …), anything else becomes SnippetError with the snippet's line.
    """
    evaluator.check_values(names)
    scope = {**names, "__builtins__": dict(evaluator._BUILTINS)}
    try:
        evaluator.unsafe_eval(code, scope, None)
    except evaluator._BUBBLEUP_EXCEPTIONS:
        raise
    except Exception as error:
        raise SnippetError(f"{error!r} in {_place(error, code)}") from error
    return scope


def _place(error, code):
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == code.co_filename
    ]
    return f"{code.co_filename}, line {lines[-1]}" if lines else code.co_filename


DOCS = """\
Names that the snippet sees:

* env, user, endpoint: environment, user and this record, with the rights of 'Exec as
  user' or else of the caller
* request: the current request (request.params, request.httprequest)
* datetime, dateutil, time, json: the modules, as in server actions
* Response: odoo.http.Response
* werkzeug: exceptions.NotFound, exceptions.BadRequest, exceptions.Unauthorized
* exceptions: UserError, ValidationError; raised, they answer 400 with their text
* hashlib, hmac: parts of the standard library
* log(message, level="info"): writes to ir.logging, also when the request fails

It must assign a dict to `result`, with either

* response: a Response, or
* payload: anything that JSON knows, and optionally status_code (200), headers (a dict)
  and json_default (a function for what JSON does not know)

Examples:

    result = {"response": Response("Hello, World!")}

    result = {"payload": {"id": user.id}, "status_code": 201, "headers": {"X-A": "1"}}
"""
