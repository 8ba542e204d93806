"""Field masks: what stands in place of a value that a caller may not see. No Odoo here.

A field rule with mode ``mask`` says which fields, and as what:

    null      null
    hash      "masked-" and 32 hexadecimal digits: the same for the same value of a
              field, to one client; different for each client
    partial   "J***e", of an email "j***e@example.com"; "***" of less than 4 characters

Types that have no hash, or no characters to show, are null: see ``effective``. A field
that Odoo computes from a masked one is null, see ``spread``.

These are rules of the administrator. ``orm/masks.py`` and ``engine/masks.py`` are about
models of Odoo whose own code shows other values than are stored.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from ..body.values import write

MaskAs = Literal["null", "hash", "partial"]
Masks = Mapping[str, MaskAs]  # by the name of the field
Key = tuple[str, str]  # model and field

# the strictest first: where several rules mask a field, the first of these holds
STRICT: tuple[MaskAs, ...] = ("null", "hash", "partial")
NO_MASKS: Masks = {}
_PARTIAL = frozenset(("char", "text"))
_HASHED = _PARTIAL | frozenset(
    "html selection integer float monetary date datetime many2one"
    " many2one_reference".split()
)
_STARS = "***"
_SHORTEST = 4  # characters of a text whose first and last one are shown
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_HASH = re.compile(r"masked-[0-9a-f]{32}")
_PART = re.compile(r"([^@]\*{3}[^@]|\*{3})(@[^@\s]+)?", re.DOTALL)


def strictest(*masks: MaskAs) -> MaskAs:
    return min(masks, key=STRICT.index)


def joined(several: Iterable[Masks]) -> Masks:
    """The masks of several rules, scopes and resources: of each field the strictest."""
    found: dict[str, MaskAs] = {}
    for masks in several:
        for name, mask in masks.items():
            found[name] = strictest(mask, found.get(name, mask))
    return found


def effective(mask: MaskAs, field_type: str) -> MaskAs:
    """What the mask comes to for a type: null where it cannot be a hash or a part."""
    shown = {"hash": _HASHED, "partial": _PARTIAL}.get(mask, frozenset())
    return mask if field_type in shown else "null"


def spread(
    masks: Mapping[Key, MaskAs],
    dependents: Callable[[Key], Iterable[tuple[Key, bool]]],
) -> dict[Key, MaskAs]:
    """The masks with those of all fields that depend on them, however far away.

    :param dependents: the fields that depend on one, and whether it is the same value:
        that of a parent (``_inherits``) has the same mask, any other is null
    """
    found = dict(masks)
    queue = list(masks)
    for key in queue:
        for other, is_same in dependents(key):
            mask = found[key] if is_same else "null"
            mask = strictest(mask, found.get(other, mask))
            if found.get(other) != mask:
                found[other] = mask
                queue.append(other)
    return found


def masked(
    mask: MaskAs, value: Any, field_type: str, secret: bytes, field: str
) -> str | None:
    """The mask of a Python value (``values.py``); null for a value that is not set.

    :param mask: ``effective`` for the type; :param secret: of the caller
    :param field: the same value in two fields has two hashes
    """
    shown = None if mask == "null" else write(value, field_type)
    if shown is None or shown == "":
        return None
    if mask == "hash":
        return _hash(_plain(shown), secret, field)
    return partial(str(shown))


def is_masked(mask: MaskAs, value: Any) -> bool:
    """Whether a value of a body looks like what the mask shows: it was sent back."""
    if mask == "null":
        return value is None or value == ""
    pattern = _HASH if mask == "hash" else _PART
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def secret(pepper: bytes, client_id: int | None, user_id: int | None) -> bytes:
    """The key of a caller's hashes: that of its client, else of its user."""
    owner = f"client:{client_id}" if client_id else f"user:{user_id}"
    return hmac.digest(pepper, f"field mask of {owner}".encode(), hashlib.sha256)


def partial(text: str) -> str:
    """The first and last character of a text; of an email the domain as well."""
    if _EMAIL.fullmatch(text):
        local, _at, domain = text.rpartition("@")
        return f"{_ends(local)}@{domain}"
    return _ends(text)


def _ends(text: str) -> str:
    if len(text) < _SHORTEST or "@" in (text[0], text[-1]):
        return _STARS
    return f"{text[0]}{_STARS}{text[-1]}"


def _plain(shown: Any) -> str:
    """A many2one by its id, whatever it is called."""
    return str(shown["id"] if isinstance(shown, dict) else shown)


def _hash(text: str, key: bytes, field: str) -> str:
    digest = hmac.new(key, f"{field}\0{text}".encode(), hashlib.sha256)
    return f"masked-{digest.hexdigest()[:32]}"
