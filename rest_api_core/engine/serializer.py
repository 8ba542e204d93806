"""Records as rows, rows as documents.

    level = projection.plan(…)                 which fields of which relations
    rows = _rows(scope, level, query)          one SELECT for all plain columns
    documents = _documents(scope, level, rows) one round for each level of relations

Plain columns are selected by the very query that applies the rules, so that reading
them costs one statement and no cache. Whatever has a method of its own in Odoo
(computed fields, models that change how they are fetched) is read through the ORM.
"""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..query import projection
from ..wire import etag
from ..wire.problem import PageTooLarge
from .names import NAME

STAMP = ""  # in a row, beside the names of fields: what its version is made of
MAX_PLAN = 10_000  # characters of filters that are kept: what is longer comes once
MAX_CELLS = 20_000  # records behind one relation of an answer


class RestSerializer(models.AbstractModel):
    _name = "rest.serializer"
    _inherit = "rest.cell"
    _description = "REST serializer"

    # --- rows ----------------------------------------------------------------

    def _rows(self, scope, level, query, extra=()):
        """A row (dict) of each record of the query, in its order.

        :param level: ``projection.Level``; :param query: Odoo's Query
        :param extra: SQL expressions to select as well
        :returns: ``(rows, [values of the expressions])``
        """
        model = scope.reading[level.model]
        names, terms = self._columns(scope, model, level, query)
        named, joined = self._joined_names(scope, model, level, query, names)
        listed, arrays = self._arrays(scope, model, level, query)
        keys = ("id", STAMP, *names, *named, *listed)
        terms = [*terms, *joined, *arrays, *extra]
        found = model.env.execute_query(query.select(*terms))
        rows = [dict(zip(keys, row, strict=False)) for row in found]
        _pair_names(rows, named)
        self._complete(scope, model, level, rows, {*names, *named, *listed})
        return rows, [row[len(keys) :] for row in found] if extra else []

    def _columns(self, scope, model, level, query):
        """The names of the level that are columns, and SQL for ``id``, the stamp and
        these; it is the same for all requests in a language."""

        def make():
            plain = scope.catalog.plain(level.model)
            names = [name for name in level.names if name != "id" and name in plain]
            terms = [SQL.identifier(query.table, "id"), self._stamp(model, query)]
            terms += [self._column(model, name, query) for name in names]
            return names, terms

        if model._inherits:
            return make()  # its stamp joins the parents
        room = scope.catalog.room("columns", level.model)
        return room.get((level.names, scope.env.lang), make)

    def _column(self, model, name, query):
        if name == "display_name":
            name = model._rec_name
        return model._field_to_sql(query.table, name, query)

    def _stamp(self, model, query):
        """SQL of a text that changes with each change of a row: the transaction that
        wrote it (``xmin``), with those of the parents that it inherits from."""
        if model._table_query or not model._auto:
            return SQL("''")
        stamps = [SQL("%s.xmin::text", SQL.identifier(query.table))]
        for link in model._inherits.values():
            if model._fields[link].store:
                _parent, alias = model._fields[link].join(model, query.table, query)
                stamps.append(SQL("%s.xmin::text", SQL.identifier(alias)))
        return SQL(" || '.' || ").join(stamps) if len(stamps) > 1 else stamps[0]

    # --- documents -----------------------------------------------------------

    def _assembled(self, scope, level, rows):
        """The documents of rows, with the levels below."""
        levels = {(): rows}
        for path, relation in projection.walk(level):
            above = levels[path[:-1]]
            found = self._related_rows(scope, relation, above)
            ids = [row["id"] for row in found]
            levels[path[:-1]] = projection.arranged(relation, above, ids)
            levels[path] = found
        return projection.assemble(level, levels)

    def _related_rows(self, scope, relation, above):
        """The rows behind a relation, in its order, under rights and filter."""
        ids = projection.wanted(relation, above)
        if len(ids) > MAX_CELLS:
            detail = f"'{relation.name}' leads to more than {MAX_CELLS} records"
            raise PageTooLarge.at_parameter("expand", detail)
        if not ids:
            return []
        name = relation.level.model
        domain = Domain("id", "in", ids) & scope.domain(name)
        domain &= self._domain(scope, name, relation.filter)
        query = self._found(scope, name, domain, relation.sort or None)
        return self._rows(scope, relation.level, query)[0]

    def _documents(self, scope, ids, level=None):
        """``(documents, versions)`` of records, as far as they are within reach.

        :param ids: in the order of the documents; archived ones count
        :param level: what to show, by default what the query of the scope asks for
        versions is ``{id: version}``
        """
        name = scope.call.model
        level = level or self._level(scope)
        domain = Domain("id", "in", list(ids)) & scope.domain(name)
        found = self._found(scope, name, domain, (), len(ids))
        rows, _cells = self._rows(scope, level, found)
        rank = {number: place for place, number in enumerate(ids)}
        rows.sort(key=lambda row: rank[row["id"]])
        versions = {row["id"]: self._version(name, row) for row in rows}
        return self._assembled(scope, level, rows), versions

    def _level(self, scope):
        """What the query of the scope asks for, checked and planned."""
        return self._planned(scope)[1]

    def _planned(self, scope):
        """``(Query with resolved paths, projection.Level)`` of the scope's query; kept
        for whoever asks the same with the same rights."""
        query = scope.query
        # to Python 1 is True and 1.0, to a field it is not
        key = (query, repr((query.filter, query.expand)))
        if len(key[1]) > MAX_PLAN:
            return self._plan(scope)
        room = scope.catalog.room("plans", scope.call.model)
        return room.get(key, lambda: self._plan(scope))

    def _plan(self, scope):
        name = scope.call.model
        wanted = self._checked(scope, name, scope.query)
        return wanted, projection.plan(name, wanted, scope.fields_of)

    # --- versions ------------------------------------------------------------

    def _version(self, model_name, row):
        return etag.version(model_name, row["id"], row[STAMP])

    def _versions(self, scope, model_name, ids, lock=False):
        """``{id: version}`` of the records within reach, archived ones too.

        :param lock: lock their rows until the end of the transaction, in the order of
            ids; versions are those after whoever held the lock before
        """
        model = scope.reading[model_name]
        domain = Domain("id", "in", list(ids)) & scope.domain(model_name)
        query = self._found(scope, model_name, domain, ())
        if lock:
            self._lock(model, query)
        terms = (SQL.identifier(query.table, "id"), self._stamp(model, query))
        found = model.env.execute_query(query.select(*terms))
        return {row[0]: etag.version(model_name, *row) for row in found}

    def _lock(self, model, query):
        """What is out of reach stays unlocked: who waits for it knows it exists."""
        rows = SQL(
            "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR UPDATE",
            SQL.identifier(model._table),
            query.subselect(),
        )
        # who comes second begins anew (``retrying``), which is nothing to report
        model.env.cr.execute(rows, log_exceptions=False)

    def _tag(self, scope, version, content):
        """The tag of an answer: ``content`` are its bytes. It differs by company and
        client, whatever the bytes."""
        whose = repr((scope.company_ids, scope.call.caller.client_id)).encode()
        return etag.strong(version, content + whose)


def _pair_names(rows, named):
    """``(id, name)`` where a name was selected beside an id."""
    for key in named:
        field = key.removesuffix(NAME)
        for row in rows:
            name = row.pop(key)
            if name is not None:
                row[field] = (row[field], name)
