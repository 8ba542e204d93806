"""Entity tags of lists that are known before the list is made.

The content of most lists follows from rows: those that are listed, and those whose
names stand beside a many2one. Then the tag is made of the versions of these rows, and
a client that has the list already gets its 304 for the price of reading versions.
"""

from odoo import models
from odoo.tools import SQL

from ..wire import etag
from ..wire.json_bytes import encode
from .long_texts import Short, weighed
from .serializer import STAMP

SHOWN = " shown"  # in a row, the stamps of the records that are named in it


# A mark: what a row of a list depends on. It is a plain tuple, because a list may have
# a thousand of them: the id, the row's own version, and the stamps of the records that
# are named in it
OWN, NAMED = 1, 2


class RestListTags(models.AbstractModel):
    _name = "rest.list.tags"
    _description = "REST tags of lists"

    def _is_contained(self, context, level):
        """Whether the documents of a level follow from its rows, and from the names
        that their statement selects."""
        plain = context.catalog.plain(level.model)
        plain_fields = all(
            field.name == "id" or (field.name in plain and field.type != "reference")
            for field in level.fields
        )
        model = context.reading[level.model]
        return (
            plain_fields
            and not level.relations
            and bool(model._auto and not model._table_query)
            and self.env["rest.names"]._joins_all_names(context, model, level)
        )

    # --- rows and marks ------------------------------------------------------

    def _stamped_rows(self, context, level, query, extra=()):
        """As ``rest.serializer._rows``; the rows also have what ``_marks_of`` needs."""
        stamps = self._named_stamps(context, level, query)
        serializer = self.env["rest.serializer"]
        rows, values = serializer._rows(context, level, query, [stamps, *extra])
        for row, each in zip(rows, values, strict=True):
            row[SHOWN] = each[0]
        return rows, [each[1:] for each in values]

    def _marks(self, context, level, query, extra=()):
        """As ``_stamped_rows``, but of each row only its mark."""
        model = context.reading[level.model]
        terms = (
            SQL.identifier(query.table, "id"),
            self._own_mark(model, query),
            self._named_stamps(context, level, query),
            *extra,
        )
        keys = weighed(terms, 3)  # of a cursor
        texts = self.env["rest.long.texts"]
        marks = texts._fetched(context, query, terms, keys, ())
        return marks, [each[3 : len(terms)] for each in marks] if extra else []

    def _marks_of(self, rows):
        return [
            (row["id"], f"{row['id']}.{row[STAMP]}", row.get(SHOWN, "")) for row in rows
        ]

    def _own_mark(self, model, query):
        """SQL of what ``_marks_of`` makes of a row."""
        row_id = SQL.identifier(query.table, "id")
        stamp = self.env["rest.serializer"]._stamp(model, query)
        return SQL("%s::text || '.' || %s", row_id, stamp)

    def _named_stamps(self, context, level, query):
        """SQL of the stamps of all records whose names are shown."""
        model = context.reading[level.model]
        names, stamp = self.env["rest.names"], self.env["rest.serializer"]._stamp
        stamps = [
            names._beside(context, model, model._fields[name], query, stamp)
            for name in level.named
        ]
        if not stamps:
            return Short("''")
        # ``||`` would be NULL with any empty many2one
        return Short("concat_ws('.', %s)", SQL(", ").join(stamps))

    # --- tags ----------------------------------------------------------------

    def _version(self, marks):
        return etag.list_version([mark[OWN] for mark in marks])

    def _tag(self, context, level, marks, meta):
        """The ``Tag`` of a list that ``_is_contained``."""
        made_of = (
            " ".join([mark[OWN] for mark in marks]),
            " ".join([mark[NAMED] for mark in marks]) if level.named else "",
            level.model,
            level.names,
            context.env.lang,
        )
        content = repr(made_of).encode() + encode(meta)
        return etag.strong(self._version(marks), content + context.seal)
