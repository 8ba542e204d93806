"""Values that are more than a column: files, computed fields, references."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.mimetypes import guess_mimetype

from ..body import values
from ..body.values import Reference
from ..query.projection import FILES, TO_MANY
from ..wire.method_results import Results, TooMuch
from ..wire.problem import Forbidden, PageTooLarge
from .names import NAME


class RestCell(models.AbstractModel):
    _name = "rest.cell"
    _inherit = ["rest.to.many", "rest.names"]
    _description = "REST values"

    def _complete(self, scope, model, level, rows, have):
        """Give the rows all values of the level that they have not yet."""
        if not rows:
            return
        missing = [f for f in level.fields if f.name != "id" and f.name not in have]
        self._add_many(scope, model, rows, missing)
        self._add_files(scope, model, rows, missing)
        rest = [f for f in missing if f.type not in TO_MANY | FILES]
        self._add_through_orm(scope, model, rows, rest)
        unnamed = [name for name in level.named if name + NAME not in have]
        self._add_names(scope, model, unnamed, rows)
        self._add_references(scope, level, rows)

    # --- files ---------------------------------------------------------------

    def _add_files(self, scope, model, rows, fields):
        for field in fields:
            if field.type in FILES:
                kept = model._fields[field.name]
                if scope.query.binary == "url" and kept.store and kept.attachment:
                    self._describe_attachments(scope, model, rows, field.name)
                else:
                    self._add_contents(scope, model, rows, field.name)

    def _url(self, scope, model, number, name):
        root = scope.call.url.partition(scope.call.root)[0] + scope.call.root
        return f"{root}/{model._name}/{number}?fields={name}&binary=base64"

    def _describe_attachments(self, scope, model, rows, name):
        """Address, size and type, without reading any content."""
        attachments = self.env["ir.attachment"].sudo()
        domain = [
            ("res_model", "=", model._name),
            ("res_field", "=", name),
            ("res_id", "in", [row["id"] for row in rows]),
        ]
        found = {a.res_id: a for a in attachments.search(domain)}
        for row in rows:
            file = found.get(row["id"])
            row[name] = file and values.descriptor(
                self._url(scope, model, row["id"], name),
                file.file_size,
                file.mimetype or "application/octet-stream",
            )

    def _add_contents(self, scope, model, rows, name):
        records = self._records(model, rows)
        hidden = self._beyond_reach(scope, records, name)
        for row, record in zip(rows, records, strict=True):
            shown = record.id not in hidden and record[name]
            row[name] = self._content(scope, record, name) if shown else None

    def _content(self, scope, record, name):
        raw = record[name]
        if not isinstance(raw, (bytes, str)):
            return self._structure(raw)  # what Odoo keeps for a widget, such as taxes
        data = raw.decode("ascii") if isinstance(raw, bytes) else raw
        if scope.query.binary == "base64":
            return data
        content = values.decoded(data)
        mimetype = guess_mimetype(content)
        if scope.query.binary == "dataurl":
            return values.data_url(data, mimetype)
        url = self._url(scope, record, record.id, name)
        return values.descriptor(url, len(content), mimetype)

    def _structure(self, value):
        """JSON of a value whose form only the code that made it knows."""
        try:
            return Results(lambda _other: None).plain(value)
        except TooMuch as error:
            raise PageTooLarge("A value is too large.") from error

    # --- computed ------------------------------------------------------------

    def _records(self, model, rows):
        return model.browse([row["id"] for row in rows])

    def _add_through_orm(self, scope, model, rows, fields):
        """Odoo computes; what it needs for that comes with one statement, whatever it
        is, which is why ``scope.reading`` is no help here."""
        if not fields:
            return
        records = self._records(scope.env[model._name], rows)
        self._fetch_stored(records, [field.name for field in fields])
        for field in fields:
            if field.type == "properties":
                self._add_properties(records, rows, field.name)
                continue
            hidden = self._beyond_reach(scope, records, field.name)
            for row, record in zip(rows, records, strict=True):
                value = None
                if record.id not in hidden:
                    value = self._computed(scope, record, field.name)
                if field.type == "json" or field.type not in values.WRITERS:
                    value = self._structure(value)
                row[field.name] = (
                    value.id if field.type == "many2one" and value else value
                )

    def _computed(self, scope, record, name):
        """What Odoo computes; null for a field that nobody named, if what is behind it
        is more than the user may read."""
        try:
            return record[name]
        except AccessError:
            if name not in scope.query.named:
                return None
            detail = f"'{name}' is computed from more than your user may read"
            raise Forbidden.at_parameter("fields", detail) from None

    def _beyond_reach(self, scope, records, name):
        """The ids of records whose related value is that of a record out of reach:
        Odoo reads it as superuser."""
        field = records._fields[name]
        if not field.related or field.inherited or field.store:
            return ()
        hidden, ends = set(), {record.id: record.sudo() for record in records}
        for head in field.related.split(".")[:-1]:
            ends = {number: end[head] for number, end in ends.items()}
            wanted = {other for end in ends.values() for other in end._ids}
            comodel = next(iter(ends.values()))._name
            seen = self._reached(scope, comodel, wanted)
            hidden.update(n for n, end in ends.items() if not seen.issuperset(end._ids))
        return hidden

    def _reached(self, scope, model_name, ids):
        """Of these ids those that the caller may see."""
        model, domain = scope.reading[model_name], scope.visible(model_name)
        rules = self._rules(scope, model)
        if not ids or (domain.is_true() and rules is not None and rules.is_true()):
            return set(ids)
        return set(self._ruled(scope, model, domain & Domain("id", "in", list(ids))))

    def _fetch_stored(self, records, names):
        stored = [name for name in names if records._fields[name].store]
        if stored:
            records.fetch(stored)

    def _add_properties(self, records, rows, name):
        """As definitions with values; of other records the ids only."""
        found = {vals["id"]: vals[name] for vals in records.read([name])}
        for row in rows:
            row[name] = [_without_names(item) for item in found[row["id"]] or ()]

    # --- references ---

    def _add_references(self, scope, level, rows):
        """``Reference`` in place of ``"res.partner,3"``."""
        for field in level.fields:
            if field.type != "reference":
                continue
            for row in rows:
                if row[field.name]:
                    row[field.name] = self._reference(scope, str(row[field.name]))

    def _reference(self, scope, text):
        model, _comma, number = text.rpartition(",")
        if model not in self.env or not number.isdecimal():
            return None
        names = self._names(scope, model, {int(number)})
        return Reference(model, int(number), names.get(int(number)))


def _without_names(item):
    """A property, with ids for the records that it names."""
    value = item.get("value")
    if item.get("type") == "many2one" and value:
        return {**item, "value": value[0]}
    if item.get("type") == "many2many" and value:
        return {**item, "value": [one[0] for one in value]}
    return item
