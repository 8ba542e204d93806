"""Redaction: removes secrets from what is logged. No Odoo here.

No function raises, for any input. Results are text on one line, of limited size, that
PostgreSQL can store. The values of secret names (``password``, ``token``, …) are
redacted, and our own keys anywhere in a text, also where they are percent-encoded.

Callers add names with ``blocked``: fields that rules block, ``old`` and ``new`` of a
change of password.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from . import decoding

REDACTED = "[redacted]"
MAX_TEXT = 2_000  # characters of one text
MAX_BODY = 16_000  # characters of a body, as JSON
MAX_PARSED = 256_000  # characters of a body that is parsed for redaction
MAX_DEPTH = 32  # nested objects and lists
MAX_ITEMS = 1_000  # values in one body; the others are left out
MAX_BLOB = 256  # characters of base64 that are shown
MIN_BLOB = 120  # characters of base64 that is wrapped into lines
MAX_NUMBER = 2**64
TOO_DEEP = "[too deep]"
LEFT_OUT = "[left out]"

Names = frozenset[str]
NONE: Names = frozenset()

_WORDS = (
    "passw|passphrase|pwd|token|secret|api[_-]?key|private[_-]?key|credential"
    "|authorization|cookie|signature"
)
_SECRET_NAME = re.compile(_WORDS, re.IGNORECASE)
_WORD = re.compile(r"\S+")
_PARAMETER = re.compile(r"([?&])([^?&=]*)=([^&]*)")
_NAME_PARTS = re.compile(r"[^\[\].]+")
# Line ends, C0, C1, characters that change the direction of text, lone surrogates
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
_OUR_KEY = re.compile(
    r"((?:rak|ros|rat|rrt)_[A-Za-z0-9]{8})_(?!\[redacted\])[A-Za-z0-9_-]*"
)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*")
_PEM = re.compile(r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*?(?:-----END|$)")
_SCHEME = re.compile(r"\b(bearer|basic)[\s+]+[A-Za-z0-9._~+/=-]{12,}", re.IGNORECASE)
_USERINFO = re.compile(r"(://[^/\s:@]{0,200}:)[^/\s@]+@")
_DATA_URL = re.compile(r"(data:[\w.+/-]{0,100};base64,)[A-Za-z0-9+/_=-]+")
# a text that is quick to look for, the pattern to redact if it occurs, the result
_SHAPES = (
    ("_", _OUR_KEY, rf"\1_{REDACTED}"),
    ("eyJ", _JWT, REDACTED),
    ("KEY-----", _PEM, rf"\1{REDACTED}"),
    ("", _SCHEME, rf"\1 {REDACTED}"),
    ("://", _USERINFO, rf"\1{REDACTED}@"),
    ("base64,", _DATA_URL, rf"\1{REDACTED}"),
)
_B64 = "[A-Za-z0-9+/_-]"
_WRAPPED = rf"{_B64}{{60,}}(?:(?: |\\n){_B64}{{60,}})+(?:(?: |\\n){_B64}+)?"
_BLOB = re.compile(rf"(?<!{_B64})(?:{_B64}{{{MAX_BLOB},}}|{_WRAPPED})={{0,2}}")
_VALUE = (
    r'\\"(?:[^"\\]|\\[^"])*(?:\\")?'  # JSON within JSON
    r'|"(?:[^"\\]|\\.)*"?'
    r"|'(?:[^'\\]|\\.)*'?"
    r"|\([^)]*\)?"
    r"|(?!\[redacted\])[\[{].*"  # its end is unknown
    r"|(?:(?:bearer|basic|digest)\s+)?[^\s,;&{}()\[\]]+"
)
# Of what was encoded: its end cannot be told from what it contains
_ENCODED_VALUE = r"(?!\s*\[redacted\])[^&]*"


def is_secret(name: str, blocked: Names = NONE) -> bool:
    """Whether the value of this name is redacted.

    One secret part of a path is enough: ``filter[user_id.password]``. So is one at any
    level of percent-encoding.
    """
    if "%" not in name:
        return _is_secret(name, blocked)
    found = any(_is_secret(plain, blocked) for plain in decoding.levels(name))
    return found or decoding.is_too_often(name)


def _is_secret(name: str, blocked: Names) -> bool:
    if _SECRET_NAME.search(name):
        return True
    return bool(blocked) and not blocked.isdisjoint(_NAME_PARTS.findall(name))


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """One line without control characters, cut to ``limit`` characters and a mark."""
    shown = text[:limit]
    if not shown.isprintable():
        shown = _CONTROL.sub(" ", shown)
    more = len(text) - limit
    return f"{shown}… [{more} more]" if more > 0 else shown


def redact_text(text: str, blocked: Names = NONE, limit: int = MAX_TEXT) -> str:
    """Redact the secrets of a text, such as an error, a path or a User-Agent.

    ``password=x``, ``"token": "x"``, ``(login)=(x)``, ``Bearer x``, ``://u:x@host``.
    """
    text = _redacted(clean(text, limit), _named(blocked))
    if "%" not in text:
        return text
    named = _named(blocked, _ENCODED_VALUE)
    hide = functools.partial(_hidden_if_secret, lambda plain: _redacted(plain, named))
    return decoding.hide_at_each_level(text, hide)


def _hidden_if_secret(hide: Callable[[str], str], plain: str) -> str:
    """A decoded text as it is, or on one line and without its secrets."""
    line = clean(plain, len(plain))
    shown = hide(line)
    return plain if shown == line else shown


def _redacted(text: str, named: re.Pattern[str]) -> str:
    if "=" in text or ":" in text or "," in text:
        text = named.sub(rf"\1{REDACTED}", text)
    for hint, shape, shown in _SHAPES:
        if hint in text:
            text = shape.sub(shown, text)
    return _BLOB.sub(_blob_mark, text) if len(text) >= MIN_BLOB else text


def hide_in_urls(text: str) -> str:
    """The text without the secret parts of our own keys, and without the values of URL
    parameters with secret names; otherwise unchanged."""
    return _WORD.sub(_hidden_word, text)


def _hidden_word(match: re.Match[str]) -> str:
    word = _hidden(match[0])
    if "%" not in word:
        return word
    hide = functools.partial(_hidden_if_secret, _hidden)
    # in the line, spaces separate
    return decoding.hide_at_each_level(word, hide).replace(" ", "%20")


def _hidden(text: str) -> str:
    if "=" in text:
        text = _PARAMETER.sub(_hidden_parameter, text)
    return _OUR_KEY.sub(rf"\1_{REDACTED}", text) if "_" in text else text


def _hidden_parameter(match: re.Match[str]) -> str:
    separator, name, value = match.groups()
    return f"{separator}{name}={REDACTED if is_secret(name) else value}"


@functools.lru_cache(maxsize=256)
def _named(blocked: Names, value: str = _VALUE) -> re.Pattern[str]:
    """A secret name and ``=`` or ``:``, or the start of a leaf; then its value."""
    names = _WORDS + "".join(rf"|\b{re.escape(name)}\b" for name in sorted(blocked))
    pair = rf"(?:{names})[\w-]{{0,40}}[\\\"')\]]{{0,3}}\s{{0,3}}[:=]\s{{0,3}}"
    leaf = rf"(?:{names})\w{{0,40}}[\"'],\s{{0,3}}[\"'][^\"']{{1,12}}[\"'],\s{{0,3}}"
    return re.compile(f"({pair}|{leaf})(?:{value})", re.IGNORECASE)


def _blob_mark(match: re.Match[str]) -> str:
    return f"[binary, {len(match[0])} characters]"


def redact_query(text: str, blocked: Names = NONE) -> str:
    """A query string with redacted values; those of ``filter`` can be JSON."""
    pairs = text[:MAX_BODY].split("&")
    return clean("&".join(_pair(pair, blocked) for pair in pairs), MAX_BODY)


def _pair(pair: str, blocked: Names) -> str:
    name, equals, value = pair.partition("=")
    name = unquote_plus(name)
    if not equals:
        return redact_text(name, blocked)
    secret = is_secret(name, blocked)
    shown = REDACTED if secret else _value(unquote_plus(value), blocked)
    return f"{redact_text(name)}={shown}"


def _value(text: str, blocked: Names) -> str:
    """The redacted value of a parameter: JSON or other text."""
    if text[:1] not in ("[", "{"):
        return redact_text(text, blocked)
    return redact_body(text.encode("utf-8", "replace"), blocked)


def redact_body(body: bytes, blocked: Names = NONE, limit: int = MAX_BODY) -> str:
    """A redacted body: JSON, other text, or the size of binary content.

    Use ``redact_query`` for forms, and ``dumps`` for a body that is already parsed.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return _bytes_mark(body)
    try:
        data = json.loads(text) if len(text) <= MAX_PARSED else text
    except (ValueError, RecursionError):
        data = text
    if data is text:
        return redact_text(text, blocked, limit)
    return dumps(data, blocked, limit)


def dumps(value: Any, blocked: Names = NONE, limit: int = MAX_BODY) -> str:
    """Any value as redacted JSON text, cut to ``limit`` characters."""
    return clean(json.dumps(redact(value, blocked), ensure_ascii=False), limit)


def redact(value: Any, blocked: Names = NONE) -> Any:
    """A redacted copy of nested data, as values of JSON.

    The values of secret names are redacted, also those in the leaves of a domain
    (``["password", "=", "x"]``). Values that JSON does not know become their type.
    """
    return _Redactor(blocked).value(value, 0)


class _Redactor:
    """Walks through one value and counts its items."""

    def __init__(self, blocked: Names) -> None:
        self._blocked = blocked
        self._left = MAX_ITEMS

    def value(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if isinstance(value, str):
            return redact_text(value, self._blocked)
        if not isinstance(value, Mapping | list | tuple):
            return _scalar(value)
        if depth == MAX_DEPTH:
            return TOO_DEEP
        if isinstance(value, Mapping):
            return self._mapping(value, depth + 1)
        return self._sequence(value, depth + 1)

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for key, item in value.items():
            if self._left <= 0:
                copy[LEFT_OUT] = len(value) - len(copy)
                break
            name = key if isinstance(key, str) else str(_scalar(key))
            secret = is_secret(name, self._blocked)
            copy[redact_text(name)] = REDACTED if secret else self.value(item, depth)
        return copy

    def _sequence(self, value: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        if self._is_secret_leaf(value):
            return [clean(value[0]), self.value(value[1], depth), REDACTED]
        copy: list[Any] = []
        for item in value:
            if self._left <= 0:
                return [*copy, f"{LEFT_OUT}: {len(value) - len(copy)}"]
            copy.append(self.value(item, depth))
        return copy

    def _is_secret_leaf(self, value: list[Any] | tuple[Any, ...]) -> bool:
        if len(value) != 3 or not isinstance(value[0], str):
            return False
        return is_secret(value[0], self._blocked)


def _scalar(value: Any) -> Any:
    """A number or null; the type of a huge number or of what JSON does not know."""
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes_mark(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < MAX_NUMBER:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return f"[{type(value).__name__}]"


def _bytes_mark(value: bytes | bytearray | memoryview) -> str:
    return f"[binary, {len(value)} bytes]"
