"""Documents as bytes of JSON (RFC 8259). No Odoo here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

# documents have no circles: not to look for them saves a sixth of the time
_encoder = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False
)


def encode(document: Any) -> bytes:
    """JSON in UTF-8, without spaces."""
    return _encoder.encode(document).encode("utf-8", "replace")


def encode_lines(documents: Iterable[Any]) -> bytes:
    """A line of JSON for each document (NDJSON)."""
    lines = [f"{text}\n" for text in map(_text, documents)]
    return "".join(lines).encode("utf-8", "replace")


def text_function(make: Callable[..., Any] | None) -> Callable[[Any], str]:
    """``_encoder.encode`` for many small documents: the encoder makes a C function for
    each of them, which takes a third of the time. This one makes it once.

    :param make: ``json.encoder.c_make_encoder``, None where Python has no such function
    """
    if make is None:
        return _encoder.encode
    parts = make(
        None,  # no look for circles
        _encoder.default,
        json.encoder.encode_basestring,
        _encoder.indent,
        _encoder.key_separator,
        _encoder.item_separator,
        _encoder.sort_keys,
        _encoder.skipkeys,
        _encoder.allow_nan,
    )
    return lambda document: "".join(parts(document, 0))


_text = text_function(getattr(json.encoder, "c_make_encoder", None))
