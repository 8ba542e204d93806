"""A file in the body of a request: its bytes, or a form with one file. No Odoo here."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from .problem import BodyMalformed

FORM = "multipart/form-data"
MAX_PARTS = 10


@dataclass(frozen=True)
class Upload:
    """A file that a client sends."""

    content: bytes = field(repr=False)

    def __str__(self) -> str:
        """As the log has it."""
        return f"[{len(self.content)} bytes]"


def parse(content: bytes, content_type: str | None) -> Upload:
    """The file of a body of any type; of a form (RFC 7578), the one file in it. Raises
    BodyMalformed."""
    media_type, options = parse_options_header(content_type)
    if media_type != FORM:
        return Upload(content)
    parser = FormDataParser(max_form_parts=MAX_PARTS, silent=False)
    try:
        _stream, _form, files = parser.parse(
            io.BytesIO(content), media_type, len(content), options
        )
    except (ValueError, HTTPException) as error:
        raise BodyMalformed("The form cannot be read.") from error
    found = [each for key in files for each in files.getlist(key)]
    if len(found) != 1:
        raise BodyMalformed("A form must have one file.")
    return Upload(found[0].read())
