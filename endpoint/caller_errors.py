"""Recognize exceptions whose cause is the data of the caller.

Such a request is answered with status 400. Repeating it would fail again.
"""

import json

import psycopg2
from psycopg2 import errorcodes

from . import body_schema
from .sandbox import SnippetError

_STORAGE = "The request contains a character that cannot be stored: NUL or a surrogate."
_DATABASE = {
    errorcodes.UNTRANSLATABLE_CHARACTER: _STORAGE,
    errorcodes.CHARACTER_NOT_IN_REPERTOIRE: _STORAGE,
    errorcodes.INVALID_TEXT_REPRESENTATION: "The request contains an invalid value.",
    errorcodes.NUMERIC_VALUE_OUT_OF_RANGE: "The request contains a too large number.",
    errorcodes.STRING_DATA_RIGHT_TRUNCATION: "The request contains a too long text.",
}


def message(error, body):
    """Return the message for the caller, or None if the endpoint itself failed.

    :param body: ``received.Body`` of the request
    """
    if isinstance(error, SnippetError):
        error = error.__cause__
    if isinstance(error, psycopg2.DataError):
        return _DATABASE.get(error.pgcode)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return _parsing(error, body)
    # psycopg2 reports both before it sends the statement
    is_nul = isinstance(error, ValueError) and "NUL (0x00)" in str(error)
    return _STORAGE if is_nul or isinstance(error, UnicodeEncodeError) else None


def _parsing(error, body):
    """Return a message if it was the body that a snippet could not parse."""
    parsed = error.doc if isinstance(error, json.JSONDecodeError) else error.object
    if isinstance(parsed, str):
        parsed = parsed.encode("utf-8", "surrogatepass")
    reason = body_schema.parse_failure(error)
    return f"The body is invalid: {reason}" if parsed == body.raw else None
