"""A file of the result of a job; its bytes are attachments of a few MiB each."""

import functools
import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.sql_db import Cursor

from ..wire import etag
from ..wire.result import Sliced


class RestJobFile(models.Model):
    _name = "rest.job.file"
    _description = "File of a REST job"
    _order = "id"

    job_id = fields.Many2one(
        "rest.job", required=True, index=True, ondelete="cascade", readonly=True
    )
    name = fields.Char(
        required=True, readonly=True, help="Name of the file in its URL."
    )
    type = fields.Char(
        required=True,
        readonly=True,
        help="Content of the file: a model, or the result of an operation.",
    )
    media_type = fields.Char(required=True, readonly=True, help="Format of the file.")
    # ``[[id of the attachment, size, checksum]]`` in their order
    parts = fields.Json(readonly=True)
    count = fields.Integer(
        string="Rows", readonly=True, help="Number of records in the file."
    )
    # more than an integer of PostgreSQL can have
    size = fields.Float(digits=(20, 0), readonly=True, help="Size in bytes.")

    def unlink(self):
        """The attachments go with their file."""
        ids = [part[0] for file in self for part in file.parts or ()]
        self.env["ir.attachment"].sudo().browse(ids).exists().unlink()
        return super().unlink()

    def _append(self, content, count):
        """Add a part of the file, with the number of records in it."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.name,
                "raw": content,
                "mimetype": "application/octet-stream",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        part = [attachment.id, len(content), attachment.checksum]
        self.write(
            {
                "parts": [*(self.parts or ()), part],
                "size": self.size + len(content),
                "count": self.count + count,
            }
        )

    def _tag(self, seal):
        """The entity tag of the whole; ``seal`` as ``Result`` has it."""
        known = json.dumps(self.parts or ()).encode()
        return etag.strong(etag.version(self._name, self.id), known + seal)

    def _content(self):
        """``Sliced`` bytes, which are read when the request's cursor is closed."""
        parts, registry = self.parts or [], self.env.registry
        self._check_filestore()
        size = sum(part[1] for part in parts)
        if isinstance(self.env.cr, Cursor):
            return Sliced(size, functools.partial(_read, registry, parts))
        # a cursor of a test shares its transaction, and must end first
        whole = b"".join(_read(registry, parts, 0, size))
        return Sliced(size, lambda start, stop: iter((whole[start:stop],)))

    def _check_filestore(self):
        """Raise OSError where this server does not have the bytes, before it promises
        them: each node may have a filestore of its own."""
        for attachment_id, _size, _checksum in (self.parts or ())[:1]:
            attachment = self.env["ir.attachment"].browse(attachment_id)
            name = attachment.store_fname
            if name and not attachment._file_read(name, 1):
                raise _missing(attachment_id)


def _read(registry, parts, start, stop):
    """Yield the bytes of attachments, one after the other. A slow client holds no
    transaction: each attachment is read in one of its own."""
    begin = 0
    for attachment_id, size, _checksum in parts:
        first, last = max(start - begin, 0), min(stop - begin, size)
        if first < last:
            yield _bytes(registry, attachment_id, size)[first:last]
        begin += size


def _bytes(registry, attachment_id, size):
    """Those of an attachment; raises OSError. A replica may not have it yet."""
    for readonly in (True, False):
        with registry.cursor(readonly=readonly) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            content = env["ir.attachment"].browse(attachment_id).raw or b""
        if len(content) == size:
            return content
    raise _missing(attachment_id)


def _missing(attachment_id):
    return OSError(f"The filestore does not have the attachment {attachment_id}")
