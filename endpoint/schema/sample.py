"""Sample texts and numbers for examples of bodies: by pattern, format and range."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable

from . import ecma

MAX_LENGTH = 1_000  # characters of a text
TEXT = "text"
FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "duration": "P1D",
    "email": "ada@example.com",
    "hostname": "example.com",
    "idn-email": "ada@example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "iri": "https://example.com/",
    "iri-reference": "/path",
    "json-pointer": "/path",
    "regex": "^a$",
    "relative-json-pointer": "0",
    "time": "12:00:00Z",
    "uri": "https://example.com/",
    "uri-reference": "/path",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_LIKELY = f"aA1 -_./:@+{string.printable}"
_TOKEN = re.compile(
    r"\(\?[:=!<]?|\[\^?\]?(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u[0-9a-fA-F]{4}"
    r"|\\x[0-9a-fA-F]{2}|\\.|\{\d+(?:,\d*)?\}|[*+?]\??|.",
    re.DOTALL,
)
_EMPTY = ("^", "$", "\\b", "\\B")
_ENDS = ("|", ")")


class Impossible(Exception):
    """No sample was found within the limits."""


def text(shortest: int, longest: float, start: str = TEXT) -> str:
    """Return a text of this many characters."""
    if shortest > MAX_LENGTH:
        raise Impossible
    return start.ljust(shortest, "x")[: int(min(longest, MAX_LENGTH))]


def matching(pattern: str) -> str:
    """Return a text for a regular expression; one without groups usually matches."""
    sampler = _Sampler(pattern)
    return sampler.sequence()


class _Sampler:
    """Reads a pattern from left to right and writes the shortest text."""

    def __init__(self, pattern: str) -> None:
        # reversed: pop() takes the next one
        self.tokens = _TOKEN.findall(pattern)[::-1]

    def sequence(self) -> str:
        """Return the text of the first alternative; the others are skipped."""
        sample = ""
        while self.tokens and self.tokens[-1] not in _ENDS:
            sample += self._atom() * self._count()
            if len(sample) > MAX_LENGTH:
                raise Impossible
        if self.tokens and self.tokens[-1] == "|":
            self.tokens.pop()
            self.sequence()
        return sample

    def _atom(self) -> str:
        token = self.tokens.pop()
        if token in ("(", "(?:"):
            sample = self.sequence()
            if not self.tokens:
                raise Impossible
            self.tokens.pop()
            return sample
        if token in _EMPTY:
            return ""
        if token.startswith("(?"):
            raise Impossible
        return token if token.isalnum() else _character(token)

    def _count(self) -> int:
        following = self.tokens[-1] if self.tokens else ""
        if following[:1] not in ("*", "+", "?", "{") or following == "{":
            return 1
        self.tokens.pop()
        if following[0] == "{":
            return min(int(re.findall(r"\d+", following)[0]), MAX_LENGTH)
        return 1 if following[0] == "+" else 0


def _character(atom: str) -> str:
    """Return the first character that a class or an escape matches."""
    try:
        pattern = ecma.compiled(f"^{atom}$")
    except ecma.PatternError as error:
        raise Impossible from error
    found: str | None = next(filter(pattern.search, _LIKELY), None)
    if found is None:
        raise Impossible
    return found


def number(lowest: float, highest: float, step: float, is_integer: bool) -> int | float:
    """Return a number from ``lowest`` to ``highest``, a multiple of ``step``.

    :param step: 0 for any number
    """
    for value in _likely_numbers(lowest, highest, step):
        if lowest <= value <= highest and not (is_integer and value != int(value)):
            return int(value) if value == int(value) else value
    raise Impossible


def _likely_numbers(lowest: float, highest: float, step: float) -> Iterable[float]:
    ends = [end for end in (lowest, highest) if math.isfinite(end)]
    if step:
        # the first multiple within the range, and the one nearest to 1
        multiples = [math.ceil(end / step) * step for end in (*ends[:1], 1)]
        return [*multiples, *(math.floor(end / step) * step for end in ends)]
    middle = sum(ends) / max(len(ends), 1)
    inside = [end + offset for end in ends for offset in (0, 1, -1)]
    return [1, 0, *map(math.ceil, ends), middle, *inside]
