"""Translate patterns of ECMA 262 (with flag ``u``) into those of the library regex.

JSON Schema gives patterns the meaning of ECMA 262: ``$`` is the end of the text,
``\\d`` is an ASCII digit. Python differs in both. Only regex can stop a match that
takes too long.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Iterator
from typing import Any

import regex

from . import run

_logger = logging.getLogger(__name__)

MAX_LENGTH = 20_000  # characters of a pattern
MAX_SECONDS = 0.5  # for one pattern and one value

WORD = "A-Za-z0-9_"
SPACE = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
# a negated set has no equivalent inside of another set
SETS = {
    "d": "0-9",
    "D": r"\x00-/:-\U0010ffff",
    "w": WORD,
    "W": r"\x00-/:-@\[-\^`\{-\U0010ffff",
    "s": SPACE,
    "S": r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027"
    r"\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff",
}
BOUNDARIES = {
    "b": f"(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))",
    "B": f"(?:(?<=[{WORD}])(?=[{WORD}])|(?<![{WORD}])(?![{WORD}]))",
}
ANCHORS = {"^": r"\A", "$": r"\Z", **{f"\\{k}": v for k, v in BOUNDARIES.items()}}
CONTROLS = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
LOOKBEHINDS = ("(?<=", "(?<!")
GROUPS = (*LOOKBEHINDS, "(?=", "(?!", "(?:", "(?i:", "(")
HINTS = {"A": "; write '^'", "Z": "; write '$'", "z": "; write '$'"}

_ESCAPES = (
    r"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u\{(?P<braced>[0-9a-fA-F]{1,6})\}|\\u(?P<four>[0-9a-fA-F]{4})"
    r"|\\x(?P<two>[0-9a-fA-F]{2})|\\c(?P<control>[A-Za-z])"
    r"|(?P<property>\\[pP]\{[\w=]+\})|\\(?P<escaped>[^1-9k]|k(?!<))"
)
_IN_CLASS = re.compile(rf"{_ESCAPES}|(?P<other>[^\\])", re.DOTALL)
_OUTSIDE = re.compile(
    rf"{_ESCAPES}|\\k<(?P<named>[^>]*)>|\\(?P<number>[1-9][0-9]*)"
    r"|\(\?<(?P<name>[^\W\d][\w$]*)>|(?P<group>\((?:\?(?:<?[=!]|i?:|.))?)"
    r"|(?P<class>\[\^?)|(?P<repeat>[*+?]|\{[0-9]+(?:,[0-9]*)?\})"
    r"|(?P<halfopen>\{,[0-9]+\})|(?P<other>[^\\])",
    re.DOTALL,
)


class PatternError(ValueError):
    """The pattern does not follow ECMA 262."""


def translated(pattern: str) -> str:
    """Return the pattern in the syntax of regex; raises PatternError."""
    if len(pattern) > MAX_LENGTH:
        raise PatternError(f"the pattern is longer than {MAX_LENGTH} characters")
    return _Translator(pattern).translate()


@functools.lru_cache(maxsize=4096)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Return the pattern, ready to search with; raises PatternError."""
    try:
        return regex.compile(translated(pattern), regex.VERSION0)
    except (regex.error, OverflowError, RecursionError) as error:
        raise PatternError(str(error)) from error


def found(pattern: str, text: str) -> bool:
    """Return whether a pattern matches some part of a text.

    Raises TooSlow, and logs the pattern, when that takes too long.
    """
    run.current().check()
    try:
        return bool(compiled(pattern).search(text, timeout=MAX_SECONDS))
    except TimeoutError:
        _logger.warning(
            "A schema's pattern took longer than %s s on %s characters: %s",
            MAX_SECONDS,
            len(text),
            pattern,
        )
        raise run.TooSlow from None


class _Translator:
    """Reads a pattern token by token.

    ``repeatable`` and ``lazy`` say whether a quantifier, or the ``?`` that makes one
    lazy, can follow.
    """

    def __init__(self, pattern: str) -> None:
        self.tokens = list(_tokens(pattern))
        self.position = 0
        self.open: list[bool] = []
        self.repeatable = self.lazy = False
        # the name of each capturing group, None for those without one
        self.names = [
            token["name"]
            for token in self.tokens
            if token.re is _OUTSIDE and (token["name"] or token["group"] == "(")
        ]

    def translate(self) -> str:
        parts = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            parts.append(self._part(token))
        if self.open:
            raise PatternError("a group is not closed")
        return "".join(parts)

    def _part(self, token: re.Match[str]) -> str:
        text = token[0]
        if token["repeat"]:
            return self._repeat(text)
        self.lazy = False
        if text in ANCHORS or text == "|":
            self.repeatable = False
            return ANCHORS.get(text, text)
        if token["group"] or token["name"]:
            return self._open_group(token["group"] or "(")
        self.repeatable = True
        return self._close_group() if text == ")" else self._atom(token)

    def _repeat(self, text: str) -> str:
        if self.lazy and text == "?":
            self.lazy = False
            return text
        if not self.repeatable:
            raise PatternError(f"there is nothing to repeat before '{text}'")
        self.repeatable, self.lazy = False, True
        return text

    def _open_group(self, text: str) -> str:
        if text not in GROUPS:
            hint = "; write '(?i:…)'" if text == "(?i" else ""
            raise PatternError(f"'{text}' does not start a group of ECMA 262{hint}")
        # without flag u, ECMA 262 allows to repeat what looks ahead
        self.open.append(text not in LOOKBEHINDS)
        self.repeatable = False
        return text

    def _close_group(self) -> str:
        if not self.open:
            raise PatternError("')' closes no group")
        self.repeatable = self.open.pop()
        return ")"

    def _atom(self, token: re.Match[str]) -> str:
        if token["halfopen"]:
            hint = token[0].replace("{", "{0")
            raise PatternError(f"'{token[0]}' is not a quantifier; write '{hint}'")
        if token["class"]:
            return self._class(token[0] == "[^")
        if token["named"] is not None or token["number"]:
            return self._backreference(token)
        if token[0] == ".":
            return r"[^\n\r\u2028\u2029]"
        if token["escaped"] in SETS:
            return f"[{SETS[token['escaped']]}]"
        return token["property"] or _literal(_character(token))

    def _backreference(self, token: re.Match[str]) -> str:
        number = int(token["number"] or 0)
        if token["named"] is not None and token["named"] in self.names:
            number = self.names.index(token["named"]) + 1
        if not 0 < number <= len(self.names):
            raise PatternError(f"'{token[0]}' refers to no group")
        # a group that has not matched is the empty text in ECMA 262
        return f"(?({number})\\{number}|)"

    def _class(self, negated: bool) -> str:
        items: list[re.Match[str]] = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            if token["other"] == "]":
                return _set("".join(_class_parts(items)), negated)
            items.append(token)
        raise PatternError("a '[' is not closed")


def _tokens(pattern: str) -> Iterator[re.Match[str]]:
    """Yield the tokens; in a class, most of them are single characters."""
    position, inside = 0, False
    while position < len(pattern):
        token = (_IN_CLASS if inside else _OUTSIDE).match(pattern, position)
        if token is None:
            raise PatternError(f"'{pattern[position : position + 2]}' is not an escape")
        yield token
        position = token.end()
        inside = token["other"] != "]" if inside else bool(token["class"])


def _class_parts(items: list[re.Match[str]]) -> list[str]:
    parts, position = [], 0
    while position < len(items):
        end = items[position + 2 : position + 3]
        is_range = [item[0] for item in items[position + 1 : position + 2]] == ["-"]
        if is_range and end and not (_is_set(items[position]) or _is_set(end[0])):
            parts.append(_range(items[position], end[0]))
            position += 3
        else:
            parts.append(_member(items[position]))
            position += 1
    return parts


def _set(members: str, negated: bool) -> str:
    if not members:
        return "(?s:.)" if negated else "(?!)"
    return f"[^{members}]" if negated else f"[{members}]"


def _is_set(token: re.Match[str]) -> bool:
    return bool(token["property"]) or token["escaped"] in SETS


def _member(token: re.Match[str]) -> str:
    if token["escaped"] in SETS:
        return SETS[token["escaped"]]
    return token["property"] or _literal(_class_character(token))


def _range(start: re.Match[str], end: re.Match[str]) -> str:
    first, last = _class_character(start), _class_character(end)
    if first > last:
        raise PatternError(f"the range '{start[0]}-{end[0]}' is out of order")
    return f"{_literal(first)}-{_literal(last)}"


def _class_character(token: re.Match[str]) -> str:
    return "\b" if token["escaped"] == "b" else _character(token)


def _character(token: re.Match[str]) -> str:
    """Return the one character that a token stands for."""
    if token["pair"]:
        pair = int(token[0][2:6], 16), int(token[0][8:], 16)
        return chr(0x10000 + ((pair[0] & 0x3FF) << 10) + (pair[1] & 0x3FF))
    digits = token["braced"] or token["four"] or token["two"]
    if digits:
        return _code_point(digits)
    if token["control"]:
        return chr(ord(token["control"]) % 32)
    escaped: Any = token["escaped"]
    if escaped is None:
        return token[0]
    if escaped not in CONTROLS and escaped.isalnum():
        hint = HINTS.get(str(escaped), "")
        raise PatternError(f"'{token[0]}' is not an escape of ECMA 262{hint}")
    return CONTROLS.get(str(escaped), str(escaped))


def _code_point(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except ValueError as error:
        raise PatternError(f"'{digits}' is not a character") from error


def _literal(character: str) -> str:
    if character.isalnum() or ord(character) > 127:
        return character
    return f"\\x{ord(character):02x}"
