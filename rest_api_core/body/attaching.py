"""Files to attach to a record: their names and types, and their form in JSON. No Odoo
here.

    {"name": "contract.pdf", "datas": "<base64>", "mimetype": "application/pdf"}
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..access.paths import unusable
from ..wire.problem import (
    BodyMalformed,
    BodyProblem,
    FieldError,
    ValueInvalid,
    ValueRequired,
)
from ..wire.uploads import Upload, Uploads
from . import inputs
from .values import Field

MEMBERS = ("name", "datas", "mimetype")
MAX_NAME = 255  # bytes in UTF-8: what file systems take
DEFAULT = "application/octet-stream"
# types that say no more than what a container or any text is
_VAGUE = frozenset(
    (DEFAULT, "text/plain", "application/zip", "application/x-ole-storage")
)
# a browser runs what is in these, whatever the page that links to it
_ACTIVE = re.compile(r"ht|svg|xml(?!formats)|(?:java|ecma|j|vb|live)script|flash")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_DATAS = Field("datas", "binary", required=True)
# what ends a line, changes the direction of text (and hides the real suffix), or has no
# encoding
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)

Guess = Callable[[bytes], str]


def files_of(uploads: Uploads, guess: Guess) -> list[Upload]:
    """The files to store, with clean names and types that browsers do not run.

    :param guess: the type that the bytes look like
    Raises BodyProblem with a pointer for each error.
    """
    if uploads.fields:
        raise BodyProblem.of(_refused(name) for name in uploads.fields)
    files = uploads.files
    if uploads.document is not None:
        files = (_from_json(uploads.document),)
    if not files:
        raise BodyMalformed("The body must have a file.")
    return [_checked(each, guess) for each in files]


def content_of(upload: Upload, name: str, guess: Guess) -> Upload:
    """The file that replaces the bytes of one with this name; see ``files_of``."""
    return _checked(replace(upload, name=name), guess)


def clean_name(name: str) -> str:
    """The last part of a path, without invisible characters, and shortened."""
    name = _HIDDEN.sub("", re.split(r"[/\\]", name)[-1]).strip()
    return _shortened(name) if name.strip(". ") else ""


def safe_type(said: str, guessed: str, name: str) -> str:
    """The type to store. What the bytes look like counts for more than what the client
    says and what the suffix says; nothing of it is a type that browsers run."""
    named = mimetypes.guess_type(name)[0] or ""
    known = [guessed] if guessed not in _VAGUE else [said, named, guessed]
    fitting = (each for each in known if _TYPE.fullmatch(each) and each != DEFAULT)
    found = next(fitting, DEFAULT)
    return "text/plain" if _ACTIVE.search(found) else found


def sent_type(stored: str) -> str:
    """The type of a response with a stored file."""
    stored = stored.lower()
    return stored if _TYPE.fullmatch(stored) else DEFAULT


def _checked(upload: Upload, guess: Guess) -> Upload:
    name = clean_name(upload.name)
    if not name:
        detail = "is required; for bytes, as ?name= or in Content-Disposition"
        raise ValueRequired.at_pointer("#/name", detail)
    if not upload.content:
        raise ValueInvalid.at_pointer("#/datas", "must not be empty")
    media_type = safe_type(upload.media_type, guess(upload.content), name)
    return Upload(upload.content, name, media_type)


def _shortened(name: str) -> str:
    """At most so many bytes, with the suffix."""
    if len(name.encode()) <= MAX_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix.encode()) > 20:
        stem, dot, suffix = name, "", ""
    most = MAX_NAME - len((dot + suffix).encode())
    return stem.encode()[:most].decode(errors="ignore") + dot + suffix


# --- JSON ----------------------------------------------------------------------------


def _from_json(document: Any) -> Upload:
    if not isinstance(document, dict):
        raise BodyMalformed("The body must be a JSON object.")
    errors = [_refused(name) for name in document if name not in MEMBERS]
    values = {name: _text(document, name, errors) for name in MEMBERS}
    content, found = _decoded(values["datas"], errors)
    if errors:
        raise BodyProblem.of(errors)
    return Upload(content, values["name"], (values["mimetype"] or found).lower())


def _text(document: dict[str, Any], name: str, errors: list[FieldError]) -> str:
    value = document.get(name)
    if value is None:
        if name != "mimetype":
            detail = "is required"
            errors.append(FieldError(ValueRequired.code, detail, pointer=f"#/{name}"))
        return ""
    if not isinstance(value, str):
        detail = "must be text"
        errors.append(FieldError(ValueInvalid.code, detail, pointer=f"#/{name}"))
        return ""
    return value


def _decoded(text: str, errors: list[FieldError]) -> tuple[bytes, str]:
    """The bytes, and the type in a data URL."""
    try:
        content = inputs.read(text, _DATAS)
    except ValueError as error:
        found = FieldError(ValueInvalid.code, str(error), pointer="#/datas")
        errors.append(found)
        return b"", ""
    return base64.b64decode(content.data), content.mimetype or ""


def _refused(name: str) -> FieldError:
    return unusable(name, "body").errors[0]
