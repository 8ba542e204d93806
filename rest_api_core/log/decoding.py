"""Percent-encoding, several times over: secrets are looked for at each level. No Odoo.

A request for ``pass%2577ord=x`` names no password for whoever decodes it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import unquote

LEVELS = 5  # more than any proxy or library adds
TOO_OFTEN = "[encoded too often]"


def levels(text: str) -> Iterator[str]:
    """The text, and what it is when it is decoded once, twice, …"""
    yield text
    for _ in range(LEVELS):
        plain = unquote(text)
        if plain == text:
            return
        yield (text := plain)


def is_too_often(text: str) -> bool:
    """Whether a text is still encoded after ``LEVELS`` decodings."""
    *_others, last = levels(text)
    return unquote(last) != last


def hide_at_each_level(text: str, hide: Callable[[str], str]) -> str:
    """The text as it is, or decoded where ``hide`` finds something at deeper levels.

    :param hide: given a decoded text, returns it without secrets
    """
    shown = level = text
    for _ in range(LEVELS):
        plain = unquote(level)
        if plain == level:
            return shown
        level = hide(plain)
        if level != plain:
            shown = level
    return shown if unquote(level) == level else TOO_OFTEN
