"""Values of binary and image fields: descriptors, data URLs or base64."""

from odoo import models
from odoo.tools.mimetypes import guess_mimetype

from ..body import values
from ..query.field_types import FILES
from ..query.volume import size_of
from ..wire.method_results import Results, TooMuch
from ..wire.problem import PageTooLarge

FILES_AT_ONCE = 10  # records whose files are in memory, besides those of the response


class RestFiles(models.AbstractModel):
    _name = "rest.files"
    _description = "REST files"

    def _add_files(self, context, level, model, rows, fields):
        for field in fields:
            if field.type in FILES:
                column = model._fields[field.name]
                if level.binary == "url" and column.store and column.attachment:
                    self._describe_attachments(context, model, rows, field.name)
                else:
                    self._add_contents(context, level, model, rows, field.name)

    def _describe_attachments(self, context, model, rows, name):
        """URL, size and type, without reading any content."""
        # sudo: the user may read the record; Odoo lets only its own code search the
        # attachments of fields
        attachments = self.env["ir.attachment"].sudo()
        domain = [
            ("res_model", "=", model._name),
            ("res_field", "=", name),
            ("res_id", "in", [row["id"] for row in rows]),
        ]
        by_record = {a.res_id: a for a in attachments.search(domain)}
        for row in rows:
            file = by_record.get(row["id"])
            row[name] = file and values.descriptor(
                self._url(context, model, row["id"], name),
                file.file_size,
                file.mimetype or "application/octet-stream",
            )

    def _add_contents(self, context, level, model, rows, name):
        """The content of files, of a few records at a time: Odoo reads that of all
        records that it is going to need."""
        ids = [row["id"] for row in rows]
        hidden = self.env["rest.search"]._hidden(context, model.browse(ids), name)
        for start in range(0, len(rows), FILES_AT_ONCE):
            part = slice(start, start + FILES_AT_ONCE)
            records = model.browse(ids[part])
            for row, record in zip(rows[part], records, strict=True):
                context.deadline.check()
                content = None
                if record.id not in hidden and record[name]:
                    content = self._content(context, level, record, name)
                row[name] = content
                context.volume.add(size=size_of(content))
            records.invalidate_recordset([name])

    def _content(self, context, level, record, name):
        raw = record[name]
        if not isinstance(raw, (bytes, str)):
            # some binary fields hold data for a widget, such as the totals of taxes
            return plain_json(raw)
        data = raw.decode("ascii") if isinstance(raw, bytes) else raw
        if level.binary == "base64":
            return data
        content = values.decoded(data)
        mimetype = guess_mimetype(content)
        if level.binary == "dataurl":
            return values.data_url(data, mimetype)
        url = self._url(context, record, record.id, name)
        return values.descriptor(url, len(content), mimetype)

    def _url(self, context, model, record_id, name):
        return f"{context.url}/{model._name}/{record_id}/content/{name}"


def plain_json(value):
    """JSON of a value whose form only the code that made it knows. Raises
    PageTooLarge."""
    try:
        return Results(lambda _other: None).plain(value)
    except TooMuch as error:
        raise PageTooLarge("A value is too large.") from error
