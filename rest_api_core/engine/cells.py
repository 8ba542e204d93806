"""The values of rows that no column holds: relations, computed fields, references."""

from odoo import models
from odoo.exceptions import AccessError

from ..body import values
from ..body.values import Reference
from ..query.field_types import FILES, TO_MANY
from ..query.volume import size_of
from ..wire.problem import Forbidden
from .computed import value_of
from .files import plain_json
from .json_columns import RAW
from .names import NAME


class RestCells(models.AbstractModel):
    _name = "rest.cells"
    _description = "REST values"

    def _complete(self, context, level, model, rows, known):
        """Add all values of the level to the rows that they do not have yet.

        :param known: the keys that all rows have, whose values were weighed
        """
        if not rows:
            return
        missing = [f for f in level.fields if f.name != "id" and f.name not in known]
        weighed = set(known)
        if missing:
            weighed |= self._add_missing(context, level, model, rows, missing)
        unnamed = [name for name in level.named if name + NAME not in known]
        if unnamed:
            self.env["rest.names"]._add_names(context, model, unnamed, rows)
        self._add_references(context, level, rows)
        weighed -= {*unnamed, *self._references(level)}
        context.volume.add_rows(level, rows, weighed)
        self.env["rest.json.ids"]._hide(context, level, rows)
        self.env["rest.model.names"]._hide(context, level, rows)

    def _add_missing(self, context, level, model, rows, fields):
        """:returns: the names of those whose values were weighed, too"""
        masked = [field for field in fields if field.mask]
        if masked:
            fields = [field for field in fields if not field.mask]
            masks = self.env["rest.field.masks"]
            masks._add(context, level, model, rows, masked)
        self.env["rest.x2many"]._add_many(context, level, model, rows, fields)
        self.env["rest.files"]._add_files(context, level, model, rows, fields)
        self._add_external_ids(context, model, rows, fields)
        others = [f for f in fields if f.type not in TO_MANY | FILES and not f.virtual]
        self._add_through_orm(context, level, model, rows, others)
        return {field.name for field in others}

    def _add_external_ids(self, context, model, rows, fields):
        for field in fields:
            if field.virtual:
                external = self.env["rest.external.ids"]
                ids = [row["id"] for row in rows]
                names = external._of_records(context, model._name, ids)
                for row in rows:
                    row[field.name] = names.get(row["id"])

    # --- computed fields -----------------------------------------------------

    def _add_through_orm(self, context, level, model, rows, fields):
        """Let Odoo compute the fields.

        In the environment of the caller and not in ``context.reading``: there, Odoo
        would read each field that a computation needs with a statement of its own.
        """
        if not fields:
            return
        by_id = {row["id"]: row for row in rows}
        model = context.env[model._name]
        if context.catalog.missing(model._name):
            # Odoo would read all columns, those that do not exist, too
            model = model.with_context(prefetch_fields=False)
        for records in self.env["rest.long.texts"]._parts(context, model, list(by_id)):
            part = [by_id[record_id] for record_id in records._ids]
            self._add_part(context, level, records, part, fields)
            values = (row[field.name] for row in part for field in fields)
            context.volume.add(size=sum(map(size_of, values)))

    def _add_part(self, context, level, records, rows, fields):
        given = [f.name for f in fields if f.name + RAW in rows[0]]
        for name in given:
            values = [row.pop(name + RAW) for row in rows]
            records._fields[name]._insert_cache(records, values)
        self._fetch_stored(records, [f.name for f in fields if f.name not in given])
        for field in fields:
            if field.type == "properties":
                self._add_properties(records, rows, field.name)
            else:
                self._add_computed(context, level, records, rows, field)

    def _fetch_stored(self, records, names):
        stored = [name for name in names if records._fields[name].store]
        if stored:
            records.fetch(stored)

    def _add_computed(self, context, level, records, rows, field):
        hidden = self.env["rest.search"]._hidden(context, records, field.name)
        for row, record in zip(rows, records, strict=True):
            context.deadline.check()
            value = None
            if record.id not in hidden:
                value = self._computed(context, level, record, field.name)
            if field.type == "json" or field.type not in values.WRITERS:
                value = plain_json(value)
            elif field.type == "many2one" and value:
                value = value.id
            row[field.name] = value

    def _computed(self, context, level, record, name):
        """The value; where it depends on records that the user may not read, None
        unless the field was requested by name. Raises Forbidden, and RecordInvalid
        where the code of the model refuses."""
        try:
            return value_of(context, record, name)
        except AccessError:
            if name not in level.requested:
                return None
            detail = f"'{name}' is computed from records that your user may not read"
            raise Forbidden.at_parameter("fields", detail) from None

    def _add_properties(self, records, rows, name):
        """Definitions with values; of records in them, the ids only."""
        field = records._fields[name]
        self.env["rest.properties"]._know_definition(records, field)
        values = [record[name] for record in records]
        listed = field.convert_to_read_multi(values, records, use_display_name=False)
        for row, value in zip(rows, listed, strict=True):
            row[name] = value

    def _references(self, level):
        return {field.name for field in level.fields if field.type == "reference"}

    # --- references ----------------------------------------------------------

    def _add_references(self, context, level, rows):
        """Put a ``Reference`` in place of ``"res.partner,3"``."""
        for field in level.fields:
            if field.type != "reference":
                continue
            for row in rows:
                if row[field.name]:
                    row[field.name] = self._reference(context, str(row[field.name]))

    def _reference(self, context, text):
        model, _comma, record_id = text.rpartition(",")
        # the addon of the model may have been uninstalled
        if model not in self.env or not record_id.isdecimal():
            return None
        record_id = int(record_id)
        names = self.env["rest.names"]._names(context, model, {record_id})
        return Reference(model, record_id, names.get(record_id))
