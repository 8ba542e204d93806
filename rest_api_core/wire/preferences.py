"""The ``Prefer`` header (RFC 7240). No Odoo here.

Unknown preferences and values are ignored, unless the request says
``handling=strict``. The values of ``tx`` and ``max-affected`` are always checked: a
request with the typo ``tx=rolback`` must not write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .problem import HeaderInvalid

MAX_LENGTH = 2000  # characters; the time to find unclosed quotes is quadratic
MAX_AFFECTED = 2**31 - 1
CHOICES = {
    "return": ("minimal", "representation"),
    "tx": ("rollback", "commit"),
    "handling": ("strict", "lenient"),
    "count": ("none", "exact", "estimated"),
    "respond-async": ("",),  # RFC 7240 §4.1: it has no value
}
NUMBERS = ("max-affected", "wait")
ALWAYS_CHECKED = ("tx", "max-affected")
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PREFERENCE = re.compile(
    rf"[ \t]*({_TOKEN})[ \t]*(?:=[ \t]*(?:({_TOKEN})|\"((?:[^\"\\]|\\.)*)\"))?[ \t]*"
)
_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"|")+')


@dataclass(frozen=True)
class Preferences:
    """The preferences of a request; ``values`` are the valid ones by name."""

    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def minimal(self) -> bool | None:
        """True for a response without body, False with; None without a preference."""
        requested = self.values.get("return")
        return None if requested is None else requested == "minimal"

    @property
    def rollback(self) -> bool:
        """Whether the request is a dry run."""
        return self.values.get("tx") == "rollback"

    @property
    def max_affected(self) -> int | None:
        """The maximum number of records to write; None for no maximum."""
        number = self.values.get("max-affected")
        return None if number is None else int(number)

    @property
    def strict(self) -> bool:
        return self.values.get("handling") == "strict"

    @property
    def count(self) -> str | None:
        return self.values.get("count")

    @property
    def wait(self) -> int:
        """Seconds that the response may take to have something to tell."""
        return int(self.values.get("wait", 0))

    def applied(
        self, honoured: Iterable[str], always: Iterable[str] = ()
    ) -> str | None:
        """``Preference-Applied`` with the ``honoured`` names that were requested; one
        may be ``name=value`` where another value was granted.

        :param always: names that are applied without a request for them
        """
        words = (word.partition("=") for word in honoured)
        requested = {
            name: granted or self.values[name]
            for name, _equals, granted in words
            if name in self.values
        }
        requested = dict.fromkeys(always, "") | requested
        pairs = (
            f"{name}={value}" if value else name for name, value in requested.items()
        )
        return ", ".join(pairs) or None


def parse(header: str | None) -> Preferences:
    """``return=minimal, tx=rollback`` as Preferences; raises HeaderInvalid.

    Of equal names, the first is used (RFC 7240 §2).
    """
    if header and len(header) > MAX_LENGTH:
        raise HeaderInvalid.at_header(
            "Prefer", f"is longer than {MAX_LENGTH} characters"
        )
    read: dict[str, str] = {}
    for member in _MEMBER.findall(header or ""):
        name, value = _pair(member)
        read.setdefault(name, value)
    valid = {name: value for name, value in read.items() if _valid(name, value)}
    strict = valid.get("handling") == "strict"
    for name in read.keys() - valid.keys():
        if strict or name in ALWAYS_CHECKED:
            detail = f"preference '{name}' is unknown or its value is not valid"
            raise HeaderInvalid.at_header("Prefer", detail)
    return Preferences(valid)


def asks_for_job(header: str | None) -> bool:
    """Whether ``respond-async`` is in the header, whatever else is wrong with it."""
    if not header or "respond-async" not in header.lower() or len(header) > MAX_LENGTH:
        return False
    return ("respond-async", "") in map(_pair, _MEMBER.findall(header))


def _pair(member: str) -> tuple[str, str]:
    """Name and value of ``name=value; parameters``; an empty value if malformed."""
    match = _PREFERENCE.match(member)
    if not match or member[match.end() :][:1] not in ("", ";"):
        return re.split("[=;]", member, maxsplit=1)[0].strip().lower(), ""
    quoted = re.sub(r"\\(.)", r"\1", match[3] or "")
    return match[1].lower(), match[2] or quoted


def _valid(name: str, value: str) -> bool:
    if name in NUMBERS:
        digits = re.fullmatch(r"[0-9]{1,10}", value)
        return bool(digits) and int(value) <= MAX_AFFECTED
    return value in CHOICES.get(name, ())
