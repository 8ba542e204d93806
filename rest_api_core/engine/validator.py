"""Entity tags of lists that are known before the list is made.

Most answers follow from the rows that they show: the versions of these, and of those
whose names stand beside a many2one. Then the tag is made of versions, and a client that
has the list already gets its 304 for the price of looking at them.
"""

from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..wire import etag
from ..wire.result import encode
from .serializer import STAMP

SHOWN = " shown"  # in a row, the stamps of the rows that are named in it


class Mark(NamedTuple):
    """A row of a list by its versions: its ``own``, and of what else it shows."""

    own: str
    shown: str


class RestValidator(models.AbstractModel):
    _name = "rest.validator"
    _inherit = "rest.serializer"
    _description = "REST validators"

    def _is_contained(self, scope, level):
        """Whether nothing is shown but columns of the rows, and names that come with
        them."""
        plain = scope.catalog.plain(level.model)
        plain_fields = all(
            field.name == "id" or (field.name in plain and field.type != "reference")
            for field in level.fields
        )
        model = scope.reading[level.model]
        return (
            plain_fields
            and not level.relations
            and bool(model._auto and not model._table_query)
            and self._joins_all_names(scope, model, level)
        )

    def _stamped_rows(self, scope, level, query, extra=()):
        """``_rows`` with what else the tag is made of; as it has, with ``extra``."""
        stamps = self._named_stamps(scope, level, query)
        rows, cells = self._rows(scope, level, query, [stamps, *extra])
        return self._with_shown(rows, cells)

    def _marks(self, scope, level, query, extra=()):
        """The same rows, but of each only its ``Mark``."""
        model = scope.reading[level.model]
        terms = (
            self._mark_sql(model, query),
            self._named_stamps(scope, level, query),
        )
        found = model.env.execute_query(query.select(*terms, *extra))
        marks = [Mark(*row[:2]) for row in found]
        return marks, [row[2:] for row in found] if extra else []

    def _mark_sql(self, model, query):
        number = SQL.identifier(query.table, "id")
        return SQL("%s::text || '.' || %s", number, self._stamp(model, query))

    def _with_shown(self, rows, cells):
        for row, cell in zip(rows, cells, strict=True):
            row[SHOWN] = cell[0]
        return rows, [cell[1:] for cell in cells]

    def _named_stamps(self, scope, level, query):
        """SQL of the stamps of all records whose names are shown."""
        model = scope.reading[level.model]
        stamps = [
            self._beside(scope, model, model._fields[name], query, self._stamp)
            for name in level.named
        ]
        if not stamps:
            return SQL("''")
        return SQL("concat_ws('.', %s)", SQL(", ").join(stamps))

    def _list_tag(self, scope, level, marks, meta):
        """The tag of a list that ``_is_contained``."""
        made_of = (
            " ".join(mark.own for mark in marks),
            " ".join(mark.shown for mark in marks),
            level.model,
            level.names,
            scope.env.lang,
        )
        content = repr(made_of).encode() + encode(meta)
        version = etag.list_version(mark.own for mark in marks)
        return self._tag(scope, version, content)

    def _marks_of(self, rows):
        """The marks of rows with all that they show."""
        return [Mark(f"{row['id']}.{row[STAMP]}", row.get(SHOWN, "")) for row in rows]
