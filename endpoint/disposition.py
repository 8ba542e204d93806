"""File names in the header Content-Disposition. This module does not need Odoo."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_NAME = re.compile(r"""(?i);\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))""")
_EXTENDED = re.compile(r"(?i);\s*filename\*\s*=")
# RFC 8187 §3.2.1: attr-char
_ATTR = "!#$&+-.^_`|~"


def encoded(value: str) -> str:
    """Return a Content-Disposition with a file name that every client can read.

    A name beyond ASCII is sent twice (RFC 6266 §5): as ``filename`` in ASCII and as
    ``filename*`` in UTF-8. Other values are returned unchanged.
    """
    if value.isascii():
        return value
    found = _NAME.search(value)
    if not found:
        return value
    quoted, token = found.groups()
    name = token.strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    plain = f'; filename="{_ascii(name)}"'
    extended = "" if _EXTENDED.search(value) else f"; filename*=UTF-8''{_quote(name)}"
    return value[: found.start()] + plain + extended + value[found.end() :]


def _quote(name: str) -> str:
    return quote(name, safe=_ATTR, errors="replace")


def _ascii(name: str) -> str:
    """Return ``name`` in ASCII: without accents, other characters as ``_``."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r'[^\x20-\x7e]|["\\]', "_", plain)
