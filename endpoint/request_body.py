"""Decompress, decode and parse request bodies. This module does not need Odoo.

raw bytes → ``decompress`` (Content-Encoding) → ``text`` (charset) → ``parse``
(media type)
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from email.message import Message
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from werkzeug.datastructures import MultiDict

from . import body_schema

FORM = "application/x-www-form-urlencoded"
ENCODINGS = "gzip, deflate"  # value of the header Accept-Encoding
MAX_MEMBERS = 100
# Python has more codecs. Some are not charsets, and some of those are slow
_CHARSETS = re.compile(
    r"utf-(8|16|32)(-sig|-[lb]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-[\w-]+"
    r"|gb\w+|hz|big5\w*|shift_jis\w*|euc_\w+|iso2022_\w+|johab|tis-620|kz1048|ptcp154"
)
_XML_ENCODING = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")


class BodyProblem(ValueError):
    """The body cannot be read.

    ``reason`` is ``invalid``, ``large``, ``encoding`` (the Content-Encoding) or
    ``charset``. ``error_type`` is that of the error in the response.
    """

    def __init__(self, reason: str, message: str, error_type: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.error_type = error_type


# --- Content-Encoding ----------------------------------------------------------------


def decompress(body: bytes, encodings: str, limit: int) -> bytes:
    """Undo the coding of a header Content-Encoding; raises BodyProblem.

    :param limit: size in bytes that neither the body nor the result can exceed
    """
    names = [name.strip().lower() for name in encodings.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names:
        return body
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        message = f"Unknown content encoding '{encodings}'. Allowed: {ENCODINGS}."
        raise BodyProblem("encoding", message)
    return _inflate(body, names[0], limit)


def _inflate(body: bytes, name: str, limit: int) -> bytes:
    window = zlib.MAX_WBITS if name == "deflate" else zlib.MAX_WBITS | 16
    result, members = b"", 0
    # each member copies the rest of the body: many tiny ones would take minutes
    while body and len(body) + len(result) <= limit and members < MAX_MEMBERS:
        part, body = _inflate_member(body, window, limit + 1 - len(result), name)
        result += part
        members += 1
    if body or len(result) > limit:
        message = f"The decompressed body is larger than {limit} bytes."
        raise BodyProblem("large", message)
    return result


def _inflate_member(
    body: bytes, window: int, limit: int, name: str
) -> tuple[bytes, bytes]:
    """Return a member (a gzip file can have several) and the bytes after it."""
    inflater = zlib.decompressobj(window)
    try:
        part = inflater.decompress(body, limit)
    except zlib.error as error:
        message = f"The body is not valid {name}: {error}."
        raise BodyProblem("invalid", message, "encoding_invalid") from error
    if not inflater.eof and len(part) < limit:
        message = f"The body is not valid {name}: it ends too early."
        raise BodyProblem("invalid", message, "encoding_invalid")
    return part, inflater.unused_data


# --- Content-Type --------------------------------------------------------------------


def media_type(content_type: str | None) -> str:
    """Return ``application/json`` for ``Application/JSON; charset=utf-8``."""
    return (content_type or "").partition(";")[0].strip().lower()


def is_json(content_type: str | None) -> bool:
    return _is(content_type, "json")


def is_xml(content_type: str | None) -> bool:
    return _is(content_type, "xml")


def _is(content_type: str | None, name: str) -> bool:
    media = media_type(content_type)
    return media.endswith(f"+{name}") or media in (
        f"application/{name}",
        f"text/{name}",
    )


def charset(content_type: str | None) -> str | None:
    """Return the name of the declared codec, None without a declaration.

    Raises BodyProblem for an unknown charset.
    """
    message = Message()
    message["Content-Type"] = content_type or ""
    declared = message.get_content_charset()
    if not declared:
        return None
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if not _CHARSETS.fullmatch(name):
        raise BodyProblem("charset", f"Unknown charset '{declared}'.")
    return name


# --- text ----------------------------------------------------------------------------


def text(body: bytes, content_type: str | None) -> str:
    """Decode a body as declared, by default as UTF-8; raises BodyProblem."""
    name = charset(content_type)
    if name is None and is_json(content_type):
        name = json.detect_encoding(body)
    if name in (None, "utf-8"):
        name = "utf-8-sig"
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        message = f"The body is not valid {name.removesuffix('-sig')}: {error.reason}."
        raise BodyProblem("invalid", message, "charset_invalid") from error


def as_utf8(body: bytes, content_type: str | None) -> bytes:
    """Return a JSON or XML body as UTF-8, for parsers that expect it."""
    declared = charset(content_type)
    if is_xml(content_type):
        return _xml_as_utf8(body, content_type) if declared else body
    if declared in (None, "utf-8") and json.detect_encoding(body) == "utf-8":
        return body
    return text(body, content_type).encode()


def _xml_as_utf8(body: bytes, content_type: str | None) -> bytes:
    """The charset of the header takes precedence over that in the XML (RFC 7303)."""
    return _XML_ENCODING.sub(r"\1", text(body, content_type), count=1).encode()


# --- values --------------------------------------------------------------------------


def parse(body: bytes, content_type: str | None) -> Any:
    """Return the value of a body; raises BodyProblem.

    JSON → its value, XML → an element, a form → a MultiDict, ``text/*`` → text, other
    types → the bytes. An empty body is None.
    """
    if not body:
        return None
    if is_json(content_type):
        return parse_json(body, content_type)
    if is_xml(content_type):
        return parse_xml(body, content_type)
    if media_type(content_type) == FORM:
        return parse_form(body, content_type)
    if media_type(content_type).startswith("text/"):
        return text(body, content_type)
    return body


def parse_json(body: bytes, content_type: str | None) -> Any:
    """Parse JSON (RFC 8259: without NaN); raises BodyProblem."""
    try:
        return json.loads(as_utf8(body, content_type), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        if isinstance(error, BodyProblem):
            raise
        reason = body_schema.parse_failure(error)
        raise BodyProblem("invalid", reason, "json_invalid") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not valid JSON")


def parse_xml(body: bytes, content_type: str | None) -> ElementTree.Element:
    """Parse XML without a document type declaration; raises BodyProblem.

    The element is not one of lxml: those can read and write files.
    """
    encoded = as_utf8(body, content_type)
    try:
        body_schema.parse_xml(encoded)
        return ElementTree.fromstring(encoded)
    except (ValueError, ElementTree.ParseError, LookupError) as error:
        raise BodyProblem("invalid", str(error), "xml_invalid") from error


def parse_form(body: bytes, content_type: str | None) -> MultiDict[str, str]:
    """Parse an URL-encoded form; raises BodyProblem.

    Without a declared charset, bytes that are not UTF-8 become U+FFFD, as in
    ``request.params``.
    """
    name = charset(content_type)
    try:
        return MultiDict(
            (_unquote(key, name), _unquote(value, name))
            for key, _equals, value in (f.partition(b"=") for f in body.split(b"&"))
            if key
        )
    except UnicodeDecodeError as error:
        message = f"The form is not valid {name}: {error.reason}."
        raise BodyProblem("invalid", message, "charset_invalid") from error


def _unquote(value: bytes, name: str | None) -> str:
    plain = unquote_to_bytes(value.replace(b"+", b" "))
    return plain.decode(name) if name else plain.decode("utf-8", "replace")
