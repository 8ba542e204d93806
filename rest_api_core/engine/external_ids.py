"""External ids: what a client calls the records of Odoo.

They are rows of ``ir.model.data``. Each client has a namespace of its own there, the
module ``__rest__<namespace>``: "crm.p1" of a client does not belong to the module
``crm``.

    read, look up, filter     the namespace of the caller, then the modules of Odoo
    set, rename, remove       the namespace of the caller and no other

No client sees the namespace of another one. All is SQL: users may not read
``ir.model.data``. Which records they may see is checked with all others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..body.changes import Change
from ..orm.context import Context
from ..orm.id_array import id_array
from ..query.filters import Leaf
from ..wire.problem import Duplicate, FieldError

PREFIX = "__rest__"
# those of Odoo's modules, exports and imports, but not those of clients
_OF_MODULES = SQL("module NOT LIKE %s", PREFIX.replace("_", r"\_") + "%")
TAKEN = "is the external id of another record already"


class RestExternalIds(models.AbstractModel):
    _name = "rest.external.ids"
    _description = "REST external ids"

    def _own_module(self, context: Context) -> str:
        """The module of the caller's own external ids."""
        client_id = context.caller.client_id
        if client_id is None:
            return f"{PREFIX}user_{context.env.uid}"
        return PREFIX + self.env["rest.configuration"]._client(client_id).namespace

    # --- of records ----------------------------------------------------------

    def _of_records(
        self, context: Context, model_name: str, ids: Iterable[int]
    ) -> dict[int, str]:
        """``{id: external id}``, the caller's own before the oldest of a module."""
        own = self._own_module(context)
        statement = SQL(
            "SELECT DISTINCT ON (res_id) res_id, CASE WHEN module = %s THEN name ELSE"
            " module || '.' || name END FROM ir_model_data WHERE model = %s"
            " AND res_id = ANY(%s) AND (module = %s OR %s)"
            " ORDER BY res_id, module = %s DESC, id",
            own,
            model_name,
            id_array(ids),
            own,
            _OF_MODULES,
            own,
        )
        return dict(self._rows(statement))

    # --- by name -------------------------------------------------------------

    def _named(
        self, context: Context, names: Iterable[str]
    ) -> dict[tuple[str, str], int]:
        """``{(model, external id): id}``; a name may be one of records of several
        models, the caller's own and that of a module."""
        names = sorted(set(names))
        if not names:
            return {}
        own = self._own_module(context)
        modules = [tuple(name.split(".", 1)) for name in names if "." in name]
        statement = SQL(
            "SELECT model, CASE WHEN module = %s THEN name ELSE"
            " module || '.' || name END, res_id FROM ir_model_data"
            " WHERE (module = %s AND name = ANY(%s))"
            " OR ((module, name) IN %s AND %s) ORDER BY module = %s",
            own,
            own,
            names,
            tuple(modules) or (("", ""),),
            _OF_MODULES,
            own,
        )
        # the caller's own come last, and count
        return {(model, name): id_ for model, name, id_ in self._rows(statement)}

    def _domain(self, context: Context, model_name: str, leaf: Leaf) -> Domain:
        """The records with one of these external ids, or with none for null."""
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        known = self._named(context, [value for value in values if value is not None])
        ids = [known[key] for key in known if key[0] == model_name]
        matches = Domain("id", "in", ids)
        if None in values:
            matches |= self._unnamed(context, model_name)
        return ~matches if leaf.operator in ("!=", "not in") else matches

    def _unnamed(self, context, model_name):
        own = self._own_module(context)
        # what Odoo still keeps in its cache
        self.env["ir.model.data"].flush_model()

        def to_sql(_model, alias, _query):
            return SQL(
                "NOT EXISTS (SELECT 1 FROM ir_model_data WHERE model = %s"
                " AND res_id = %s AND (module = %s OR %s))",
                model_name,
                SQL.identifier(alias, "id"),
                own,
                _OF_MODULES,
            )

        return Domain.custom(to_sql=to_sql)

    # --- to set --------------------------------------------------------------

    def _name_records(
        self,
        context: Context,
        model_name: str,
        named: Iterable[tuple[int, Change]],
    ) -> None:
        """Give records the external ids that their changes say.

        Raises Duplicate for those that name another record, and Forbidden for records
        that the user may not write. Twins that give one id at the same time meet in
        PostgreSQL: the second is run again.
        """
        named = [(id_, change.naming) for id_, change in named if change.naming]
        if not named:
            return
        ids = [id_ for id_, _naming in named]
        context.env[model_name].browse(ids).check_access("write")
        known = self._all_named(context, [naming.name for _id, naming in named])
        self._free_deleted(context, model_name, ids, known)
        self._check_free(model_name, named, known)
        shown = self._of_records(context, model_name, ids)
        # what has the name already, its own or that of a module, keeps it
        new = {
            id_: n.name for id_, n in named if not n.name or shown.get(id_) != n.name
        }
        self._replace(context, model_name, new)

    def _all_named(self, context, names):
        """``{external id: {(model, id)}}``"""
        found = {}
        known = self._named(context, [name for name in names if name])
        for (model, name), id_ in known.items():
            found.setdefault(name, set()).add((model, id_))
        return found

    def _free_deleted(self, context, model_name, ids, known):
        """Forget records that PostgreSQL has deleted with others: Odoo keeps what it
        calls them.

        :param ids: of the records that get names
        :param known: ``{name: {(model, id)}}``
        """
        owners = set().union(*known.values()) - {(model_name, id_) for id_ in ids}
        by_model = defaultdict(list)
        for model, id_ in owners:
            if model in self.env:
                by_model[model].append(id_)
        for model, others in by_model.items():
            records = self.env[model].browse(others)
            gone = records - records.exists()
            if gone:
                self._replace(context, model, dict.fromkeys(gone._ids))
            for each in known.values():
                each.difference_update((model, id_) for id_ in gone._ids)

    def _check_free(self, model_name, named, known):
        errors = []
        for id_, naming in named:
            if naming.name is None:
                continue
            owners = known.setdefault(naming.name, set())
            if owners - {(model_name, id_)}:
                errors.append(FieldError(Duplicate.code, TAKEN, naming.pointer))
            owners.add((model_name, id_))
        if errors:
            raise Duplicate.of(errors)

    def _replace(
        self, context: Context, model_name: str, new: Mapping[int, str | None]
    ) -> None:
        own = self._own_module(context)
        self._execute(
            SQL(
                "DELETE FROM ir_model_data WHERE module = %s AND model = %s"
                " AND res_id = ANY(%s)",
                own,
                model_name,
                id_array(new),
            )
        )
        rows = [
            SQL("(%s, %s, %s, %s, TRUE, %s, NOW() AT TIME ZONE 'UTC')", *row)
            for id_, name in sorted(new.items(), key=lambda pair: pair[1] or "")
            if name
            for row in [(own, name, model_name, id_, context.env.uid)]
        ]
        if rows:
            self._execute(
                SQL(
                    "INSERT INTO ir_model_data (module, name, model, res_id, noupdate,"
                    " create_uid, create_date) VALUES %s ON CONFLICT DO NOTHING",
                    SQL(", ").join(rows),
                )
            )

    # --- statements ----------------------------------------------------------

    def _rows(self, statement):
        self.env["ir.model.data"].flush_model()
        return self.env.execute_query(statement)

    def _execute(self, statement):
        # the second of two twins fails here and is run again: not an error to log
        self.env.cr.execute(statement, log_exceptions=False)
