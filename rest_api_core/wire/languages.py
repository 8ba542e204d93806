"""The language of a response, by ``Accept-Language``. No Odoo here.

It is the lookup of RFC 4647 §3.4 with one addition: the codes of Odoo contain a
country, but preferred languages often contain none or another one. If no code matches
exactly, a code of the same language is used.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from .negotiation import MAX_HEADER, quality_values

# RFC 4647 §2.1, with the underscores and modifiers of Odoo's own codes
_RANGE = re.compile(r"([A-Za-z]{1,8}(?:[-_@][A-Za-z0-9]{1,8})*)[ \t]*(?:;(.*))?")
_SCRIPTS = {"latin": "latn"}  # sr@latin is older than the names of ISO 15924


def best_language(header: str | None, installed: Sequence[str]) -> str | None:
    """The best of the ``installed`` codes; None if none of them matches.

    ``("fr, en;q=0.5", ("en_US", "fr_BE"))`` → ``"fr_BE"``. None means the language of
    the user, also for the header ``*``.
    """
    return _best(header[:MAX_HEADER], tuple(installed)) if header else None


@functools.lru_cache(maxsize=512)
def _best(header: str, installed: tuple[str, ...]) -> str | None:
    weighed = quality_values(header, _RANGE)
    excluded = {_tag(name) for name, quality in weighed if not quality}
    tags = {_tag(code): code for code in installed if _tag(code) not in excluded}
    preferred = sorted((w for w in weighed if w[1]), key=lambda pair: -pair[1])
    names = [_tag(name) for name, _quality in preferred]
    for name in names:
        tag = _exact(name, tags) or _relative(name, tags, names)
        if tag:
            return tags[tag]
    return None


def tag(code: str) -> str:
    """A code of Odoo for ``Content-Language``: ``sr_RS@latin`` → ``sr-Latn-RS``.

    The order of subtags is that of RFC 5646 §2.1: scripts (four letters) come before
    the country, variants (``ca_ES@valencia``) behind it.
    """
    name, _at, modifier = code.replace("_", "-").partition("@")
    language, dash, country = name.partition("-")
    script = _SCRIPTS.get(modifier.lower(), modifier)
    middle = f"-{script.title()}" if len(script) == 4 else ""
    variant = f"-{script.lower()}" if script and not middle else ""
    return f"{language.lower()}{middle}{dash}{country.upper()}{variant}"


def _tag(code: str) -> str:
    """``sr_RS@latin`` → ``sr-latn-rs``, a language tag to compare."""
    name, _at, modifier = code.lower().replace("_", "-").partition("@")
    language, dash, rest = name.partition("-")
    script = _SCRIPTS.get(modifier, modifier)
    return f"{language}{'-' if script else ''}{script}{dash}{rest}"


def _exact(name: str, tags: Iterable[str]) -> str | None:
    """The lookup of RFC 4647: ``zh-hant-tw``, then ``zh-hant``, then ``zh``."""
    return next((shorter for shorter in _truncated(name) if shorter in tags), None)


def _truncated(name: str) -> Iterator[str]:
    subtags = name.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()


def _relative(name: str, tags: Iterable[str], names: Sequence[str]) -> str | None:
    """The closest tag of the same language: that of the same country, else another
    preferred one, else that of the country with the code of the language, else the one
    that is installed first."""
    language, country = name.split("-")[0], name.split("-")[-1]

    def distance(tag: str) -> tuple[bool, int, bool]:
        rank = names.index(tag) if tag in names else len(names)
        own = tag == f"{language}-{language}"
        return not tag.endswith(f"-{country}"), rank, not own

    family = [tag for tag in tags if tag.split("-")[0] == language]
    return min(family, key=distance, default=None)
