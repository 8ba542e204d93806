"""Files in the body of a request: bytes, a form, or JSON with one. No Odoo here."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from . import json_text, negotiation
from .problem import BodyMalformed
from .received import Headers

FORM = "multipart/form-data"
MAX_PARTS = 10


@dataclass(frozen=True)
class Upload:
    """A file that a client sends.

    :param name: as the client says, empty where it says nothing
    :param media_type: as the client says, in lower case and without parameters
    """

    content: bytes = field(repr=False)
    name: str = ""
    media_type: str = ""

    def __str__(self) -> str:
        """As the log has it."""
        return f"[{len(self.content)} bytes]"


@dataclass(frozen=True)
class Uploads:
    """The files of one body.

    :param fields: the names of the other parts of a form
    :param document: parsed JSON, whose members are not checked yet; None for files that
        came as bytes
    :param size: of the body, in bytes
    """

    files: tuple[Upload, ...] = ()
    fields: tuple[str, ...] = ()
    document: Any = field(default=None, repr=False)
    size: int = 0

    def __str__(self) -> str:
        """As the log has it."""
        return f"[{self.size} bytes]"


def parse(content: bytes, content_type: str | None) -> Upload:
    """The file of a body of any type; of a form (RFC 7578), the one file in it. Raises
    BodyMalformed."""
    media_type, options = parse_options_header(content_type)
    if media_type != FORM:
        return Upload(content, media_type=media_type.lower())
    found = _files(_form(content, options)[1])
    if len(found) != 1:
        raise BodyMalformed("A form must have one file.")
    return found[0]


def parse_all(content: bytes, headers: Headers, name: str = "") -> Uploads:
    """All files of a form; the file of a body with a name, of any type; else JSON.

    :param name: of the file; the header Content-Disposition may have it, too (RFC 6266)
    Raises BodyMalformed.
    """
    content_type = headers.get("Content-Type")
    media_type, options = parse_options_header(content_type)
    if media_type == FORM:
        fields, files = _form(content, options)
        return Uploads(_files(files), tuple(fields), size=len(content))
    name = name or _filename(headers.get("Content-Disposition"))
    if name or not negotiation.is_json(content_type):
        file = Upload(content, name, media_type.lower())
        return Uploads((file,), size=len(content))
    try:
        return Uploads(document=json_text.loads(content), size=len(content))
    except ValueError as error:
        raise BodyMalformed(f"The body {error}.") from error


def _form(
    content: bytes, options: Mapping[str, str]
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """The text fields and the files of a form."""
    parser = FormDataParser(max_form_parts=MAX_PARTS, silent=False)
    try:
        _stream, fields, files = parser.parse(
            io.BytesIO(content), FORM, len(content), dict(options)
        )
    except (ValueError, HTTPException) as error:
        raise BodyMalformed("The form cannot be read.") from error
    return fields, files


def _files(files: MultiDict[str, FileStorage]) -> tuple[Upload, ...]:
    return tuple(
        Upload(each.read(), each.filename or "", each.mimetype.lower())
        for key in files
        for each in files.getlist(key)
    )


def _filename(header: str | None) -> str:
    """The name in Content-Disposition. Many clients send UTF-8, which arrives as
    Latin-1 (WSGI)."""
    name: str = parse_options_header(header)[1].get("filename", "")
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name
