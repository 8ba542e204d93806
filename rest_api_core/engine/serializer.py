"""Records as rows, rows as documents.

    query, level = _plan(context, model_name, query)    which fields of which relations
    rows, _extra = _rows(context, level, odoo_query)    one SELECT for all plain columns
    documents = _assembled(context, level, rows)        one round a level of relations

Plain columns are selected by the same query that applies the rules: they cost one
statement, and nothing is read into Odoo's cache. Fields that Odoo reads by a method
(computed fields, models that change how they are fetched) are read through the ORM.
"""

from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..query import projection
from ..query.projection import plan
from ..query.schema import apply
from ..query.volume import LONG
from ..wire import etag
from ..wire.problem import PageTooLarge
from .long_texts import weighed
from .names import NAME

STAMP = ""  # in a row, beside the names of fields: the text its version is made of
MAX_PLAN = 10_000  # characters of a filter and expansion whose plan is kept
CHARACTERS = 50  # of them, which weigh as much as a field
MAX_RELATED = 20_000  # records behind one relation of a response


class Statement(NamedTuple):
    """What to select for the rows of a level.

    :param keys: of the rows; those in ``named`` and ``many`` come last
    :param terms: SQL by position; after those of the keys, other expressions
    :param long: the positions of columns that may be long
    :param extra: those of the other expressions; that of a key for the same SQL
    """

    keys: tuple
    named: list
    many: list
    terms: tuple
    long: list
    extra: list


class RestSerializer(models.AbstractModel):
    _name = "rest.serializer"
    _description = "REST serializer"

    # --- plans ---------------------------------------------------------------

    def _plan(self, context, model_name, query, schema="read"):
        """``(Query with resolved paths, projection.Level)`` of a Query; kept for all
        callers with the same rights.

        :param schema: the stored response schema of a query that names no fields
        Raises QueryFieldRefused, FilterInvalid and ParameterInvalid.
        """

        def make():
            resolver = self.env["rest.resolver"]
            schemas = self._schemas(context, model_name)
            shaped = apply(query, schemas, schema, model_name, context.fields_of)
            resolved = resolver._resolved(context, model_name, shaped)
            fields_of, requested = context.fields_of, query.named
            return resolved, plan(model_name, resolved, fields_of, requested)

        context.begin_read()
        # the values of a filter by ``repr``: to Python 1 is True and 1.0, but a field
        # takes only one of them
        text = repr((query.filter, query.expand))
        if len(text) > MAX_PLAN:
            return make()
        key, size = ("plan", model_name, query, schema, text), len(text)

        def weigh(planned):
            return projection.count_fields(planned[1]) + size // CHARACTERS

        return context.catalog.of_query(key, make, weigh)

    def _schemas(self, context, model_name):
        resources = self.env["rest.configuration"]._resources(context.api.id)
        return resources[model_name].schemas if model_name in resources else {}

    # --- rows ----------------------------------------------------------------

    def _rows(self, context, level, query, extra=()):
        """A row (dict) of each record that Odoo's query matches, in its order.

        :param extra: SQL expressions to select as well
        :returns: ``(rows, [values of the expressions])``
        """
        model = context.reading[level.model]
        statement = self._statement(context, model, level, query, extra)
        values = self._values(context, query, statement)
        rows = self._rows_of(context, level, statement, values)
        places = statement.extra
        if not places:
            return rows, []
        return rows, [tuple([each[n] for n in places]) for each in values]

    def _rows_of(self, context, level, statement, values):
        """The rows whose values PostgreSQL has given for a statement."""
        keys, model = statement.keys, context.reading[level.model]
        rows = [dict(zip(keys, each, strict=False)) for each in values]
        _pair_names(rows, statement.named)
        context.volume.add(values=_count(rows, statement.many))
        self.env["rest.cells"]._complete(context, level, model, rows, set(keys))
        return rows

    def _statement(self, context, model, level, query, extra):
        joined_names, arrays = self.env["rest.names"], self.env["rest.x2many"]
        names, terms, long = self._columns(context, model, level, query)
        named, name_terms = joined_names._joined_names(
            context, model, level, query, names
        )
        more, more_terms = self.env["rest.json.columns"]._terms(
            context, model, level, query
        )
        long = [*long, *range(len(terms), len(terms) + len(more))]
        names, terms = [*names, *more], [*terms, *more_terms]
        many, many_terms = arrays._arrays(context, model, level, query)
        keys = ("id", STAMP, *names, *named, *many)
        terms = [*terms, *name_terms, *many_terms]
        places = [_place(terms, expression) for expression in extra]
        return Statement(keys, named, many, tuple(terms), long, places)

    def _values(self, context, query, statement):
        """The rows of PostgreSQL."""
        texts, arrays = self._weighed(statement)
        service = self.env["rest.long.texts"]
        return service._fetched(context, query, statement.terms, texts, arrays)

    def _weighed(self, statement):
        """The positions of the terms that may be long, and those of arrays. All that a
        caller may have made long is weighed: also names, and the keys of a cursor."""
        end = len(statement.keys)
        arrays = range(end - len(statement.many), end)
        names = range(arrays.start - len(statement.named), arrays.start)
        return (*statement.long, *names, *weighed(statement.terms, end)), arrays

    def _columns(self, context, model, level, query):
        """The names of the level that are columns; the SQL of ``id``, of the stamp and
        of these columns; and the positions of those terms that may be long. The same
        for all requests in a language."""

        def make():
            plain = context.catalog.plain(level.model)
            names = [name for name in level.names if name != "id" and name in plain]
            terms = [SQL.identifier(query.table, "id"), self._stamp(model, query)]
            terms += [self._column(model, name, query) for name in names]
            types = {field.name: field.type for field in level.fields}
            long = [n for n, name in enumerate(names, 2) if types[name] in LONG]
            return names, terms, long

        if model._inherits:
            return make()  # its terms add joins with the parents to this very query
        key = ("columns", level.model, level.names, context.env.lang)
        return context.catalog.of_query(key, make, lambda columns: len(columns[1]))

    def _column(self, model, name, query):
        if name == "display_name":
            name = model._rec_name
        return model._field_to_sql(query.table, name, query)

    def _stamp(self, model, query):
        """SQL of a text that changes with each change of a row: ``xmin``, the
        transaction that wrote it, with those of the parents (``_inherits``)."""
        if model._table_query or not model._auto:
            return SQL("''")  # views have no xmin
        stamps = [SQL("%s.xmin::text", SQL.identifier(query.table))]
        for link in model._inherits.values():
            if model._fields[link].store:
                # sudo: groups may hide the link, but the stamp tells nothing of it
                field, this = model._fields[link], model.sudo()
                _parent, alias = field.join(this, query.table, query)
                stamps.append(SQL("%s.xmin::text", SQL.identifier(alias)))
        return SQL(" || '.' || ").join(stamps) if len(stamps) > 1 else stamps[0]

    # --- documents -----------------------------------------------------------

    def _documents(self, context, level, ids, condition=Domain.TRUE):
        """``(documents, {id: version})`` of the records that the caller may see.

        :param ids: in the order of the documents; archived records count
        :param condition: a Domain that the records match, too
        """
        domain = Domain("id", "in", list(ids)) & context.domain(level.model)
        domain &= condition
        query = self.env["rest.search"]._query(
            context, level.model, domain, (), len(ids), archived=level.archived
        )
        rows, _extra = self._rows(context, level, query)
        rank = {record_id: index for index, record_id in enumerate(ids)}
        rows.sort(key=lambda row: rank[row["id"]])
        versions = {row["id"]: self._version(level.model, row) for row in rows}
        return self._assembled(context, level, rows), versions

    def _assembled(self, context, level, rows):
        """The documents of rows, with those of the relations below."""
        levels = {(): rows}
        for path, relation in projection.walk(level):
            above = levels[path[:-1]]
            below = self._related_rows(context, relation, above)
            ids = [row["id"] for row in below]
            levels[path[:-1]] = projection.arranged(relation, above, ids)
            levels[path] = below
        context.volume.check(level, levels)
        return projection.assemble(level, levels)

    def _related_rows(self, context, relation, above):
        """The rows of the records behind a relation, in its order: those that match its
        filter and that the caller may see."""
        ids = projection.related_ids(relation, above)
        if len(ids) > MAX_RELATED:
            detail = f"'{relation.name}' leads to more than {MAX_RELATED} records"
            raise PageTooLarge.at_parameter("expand", detail)
        if not ids:
            return []
        level = relation.level
        context.volume.allow(len(ids) * len(level.fields))
        domain = Domain("id", "in", ids) & context.domain(level.model)
        resolver, search = self.env["rest.resolver"], self.env["rest.search"]
        domain &= resolver._domain(context, level.model, relation.filter)
        sort = relation.sort or None
        query = search._query(
            context, level.model, domain, sort, archived=level.archived
        )
        return self._rows(context, level, query)[0]

    # --- versions ------------------------------------------------------------

    def _version(self, model_name, row):
        return etag.version(model_name, row["id"], row[STAMP])

    def _versions(self, context, model_name, ids, lock=False):
        """``{id: version}`` of the records that the caller may see, archived ones too.

        :param lock: lock their rows until the end of the transaction, in the order of
            ids; versions are those after any transaction that held a lock before
        """
        model = context.reading[model_name]
        domain = Domain("id", "in", list(ids)) & context.domain(model_name)
        query = self.env["rest.search"]._query(context, model_name, domain, ())
        if lock:
            self._lock(model, query)
        terms = (SQL.identifier(query.table, "id"), self._stamp(model, query))
        rows = model.env.execute_query(query.select(*terms))
        return {row[0]: etag.version(model_name, *row) for row in rows}

    def _lock(self, model, query):
        """Lock what the caller may see, and nothing else: waiting for a record would
        tell that it exists."""
        rows = SQL(
            "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR UPDATE",
            SQL.identifier(model._table),
            query.subselect(),
        )
        # under REPEATABLE READ the second of two writers fails here, which is no error
        # to log
        model.env.cr.execute(rows, log_exceptions=False)


def _place(terms, expression):
    """The position of an expression, which is added unless it is there: the key of a
    cursor mostly is a column that is shown."""
    if expression not in terms:
        terms.append(expression)
    return terms.index(expression)


def _count(rows, many):
    """How many ids the x2many fields have."""
    return sum([len(row[name]) for name in many for row in rows])


def _pair_names(rows, named):
    """Put ``(id, name)`` where a name was selected beside an id."""
    for key in named:
        field = key.removesuffix(NAME)
        for row in rows:
            name = row.pop(key)
            if name is not None:
                row[field] = (row[field], name)
