"""Texts of Odoo in source code: names and labels that people choose. No Odoo here.

Whatever a text contains, it stays inside its literal or comment, and shows as what it
is: quotes, line breaks, the ends of comments, marks that turn the direction of writing.
"""

from __future__ import annotations

import json
import re
import unicodedata

LONGEST = 200  # characters of a text in a comment
# the ends of comments, of PHP and of a script in a page
_ENDS = re.compile(r"(\*(?=/)|\?(?=>)|<(?=[/!?])|/(?=\*)|@(?=\w))")
_PLAIN = re.compile(r"[^ -~]|[\\\"'$]")


def comment(text: str) -> str:
    """One line that ends no comment, shortened."""
    shown = "".join(
        " " if unicodedata.category(each)[0] in "CZ" else each for each in text
    )
    shown = " ".join(shown.split())
    if len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}…"
    return _ENDS.sub(r"\1 ", shown)


def python(text: str) -> str:
    return ascii(text)


def javascript(text: str) -> str:
    return json.dumps(text).replace("</", "<\\/")


def php(text: str) -> str:
    """In double quotes, which know escapes."""
    return f'"{_escaped(text)}"' if _PLAIN.search(text) else f"'{text}'"


def dart(text: str) -> str:
    return f"'{_escaped(text)}'"


def _escaped(text: str) -> str:
    """PHP and Dart share these escapes."""
    return _PLAIN.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"
