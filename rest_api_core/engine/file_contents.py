"""The operations on the bytes of binary fields: content and store."""

import base64
import mimetypes
from dataclasses import replace

from odoo import models
from odoo.tools.mimetypes import guess_mimetype

from ..query.field_types import FILES
from ..wire.preferences import Preferences
from ..wire.problem import NotFound
from ..wire.result import Content, Result
from .writing import HONOURED


class RestFileContents(models.AbstractModel):
    _name = "rest.file.contents"
    _description = "REST file contents"

    def _operation__content(self, context, call):
        """The bytes, under the rights with which the record is read. Raises NotFound
        also where the field is empty."""
        name = self._file_field(context, call, "fields")
        query = replace(call.query, fields=(name,), binary="base64")
        result = self.env["rest.reader"].read_record(
            context, call.model, call.ids[0], query
        )
        value = result.data[name]
        if not isinstance(value, str):
            raise _no_file(name)
        content = base64.b64decode(value)
        media_type = guess_mimetype(content, default="application/octet-stream")
        suffix = mimetypes.guess_extension(media_type) or ""
        filename = f"{call.model}-{call.ids[0]}-{name}{suffix}"
        return Result(
            content=Content(content, media_type, filename),
            version=result.version,
            seal=result.seal,
            ids=call.ids,
        )

    def _operation__store(self, context, call):
        """Store the bytes as an update with them as base64 would. The conditions may
        name the tag of the record or of the content: both begin with its version."""
        name = self._file_field(context, call, "body")
        text = base64.b64encode(call.body.content).decode() or None
        preferences = Preferences({**call.preferences.values, "return": "minimal"})
        update = replace(call, body={name: text}, preferences=preferences)
        result = self.env["rest.writing"]._operation__update(context, update)
        if call.preferences.minimal:
            return result
        return replace(result, honoured=HONOURED)

    def _file_field(self, context, call, position):
        name = call.target.name
        found = context.fields_of(call.model, position).get(name)
        if found is None or found.type not in FILES:
            raise _no_file(name)
        return name


def _no_file(name):
    return NotFound(f"File '{name}' was not found or is not accessible.")
