"""Verbs that write: create, update, replace, delete, archive, restore and copy.

    _begin(call, rights)               query and Prefer           400
    _expect(task, ids)                 reach, If-Match            404 412 428
    _changes(task, items)              all of the body            422
    _foresee(task, changes, number)       targets, rights, limits    400 403 413 422
    with _guarded(task, plan)           domains, before and after  403
    _finish(task, ids)                 the answer, or a dry run

Whatever refuses raises, and the dispatcher rolls back.
"""

from odoo import models

from ..body import items
from ..body.values import Properties
from ..query import projection, query
from ..wire.problem import RecordInvalid
from .guard import Written

# What PUT leaves alone, whatever its default
KEPT = frozenset(("active", "company_id"))
_NEVER_RESET = projection.TO_MANY | projection.FILES | {"json", "properties"}


class RestWriting(models.AbstractModel):
    _name = "rest.writing"
    _inherit = "rest.procedure"
    _description = "REST writing"

    # --- new records ---------------------------------------------------------

    def _answer__create(self, call, rights):
        task = self._begin(call, rights)
        self._decide(task, None)
        wanted = items.of_new(call.body, task.scope.api.max_records)
        changes = self._changes(task, wanted.items)
        plan = self._foresee(task, changes, len(changes))
        self._check_parents(task, changes)
        values = [plan.commands.values(call.model, c.values) for c in changes]
        with self._guarded(task, plan, changes) as written:
            records = task.scope.model.create(values)
            written.append(Written(call.model, records._ids, _names(changes)))
        ids, many = records._ids, wanted.many
        return self._finish(task, ids, many, status=201, changes=changes)

    def _answer__copy(self, call, rights):
        """Copies, with other values where the body has some."""
        task = self._begin(call, rights)
        self._expect(task, call.ids, required=False)
        body = {} if call.body is None else call.body
        changes = self._changes(task, [items.Item(body)])
        number = len(call.ids)
        plan = self._foresee(task, changes, number, times=number)
        self._check_parents(task, changes)
        # properties are set when the copy has those of its original
        given = changes[0].values.items()
        copied = {n: v for n, v in given if not isinstance(v, Properties)}
        values = plan.commands.values(call.model, copied)
        with self._guarded(task, plan, changes) as written:
            records = task.scope.model.browse(call.ids)
            copies = tuple(record.copy(dict(values)).id for record in records)
            written.append(Written(call.model, copies, _names(changes)))
        many = len(copies) > 1
        return self._finish(task, copies, many, status=201, changes=changes)

    def _check_parents(self, task, changes):
        guard = self.env["rest.write.guard"]
        for change in changes:
            model, names = task.scope.call.model, change.values.keys()
            guard._check_before_create(task.scope, model, names, change.place)

    # --- known records -------------------------------------------------------

    def _answer__update(self, call, rights):
        task = self._begin(call, rights)
        wanted = items.of_known(call.body, call.ids, task.scope.api.max_records)
        self._expect(task, wanted.ids)
        changes = self._changes(task, wanted.items)
        return self._apply(task, wanted, changes)

    def _answer__replace(self, call, rights):
        """What a plain read shows comes with the body, or goes back to its default."""
        task = self._begin(call, rights)
        wanted = items.of_known(call.body, call.ids, task.scope.api.max_records)
        self._expect(task, wanted.ids)
        defaults = self._defaults(task.scope)
        changes = self._changes(task, wanted.items, self._required(task.scope))
        return self._apply(task, wanted, changes, defaults)

    def _apply(self, task, wanted, changes, defaults=None):
        model, defaults = task.scope.model, defaults or {}
        plan = self._foresee(task, changes, len(wanted.ids))
        names = _names(changes) | defaults.keys()
        known = [Written(model._name, wanted.ids, names)]
        with self._guarded(task, plan, changes, known):
            for ids, values in self._writes(model._name, plan, changes, defaults):
                if values:
                    model.browse(ids).write(values)
        return self._finish(task, wanted.ids, wanted.many, changes=changes)

    def _writes(self, model_name, plan, changes, defaults):
        """``(ids, values)``: one write for records that get equal values, unless these
        say something about other records too."""
        merged = {}
        for change in changes:
            rest = {n: v for n, v in defaults.items() if n not in change.values}
            own = change.separate
            for parent in change.ids if own else change.ids[:1]:
                values = plan.commands.values(model_name, change.values, parent)
                values.update(rest)
                if own:
                    yield (parent,), values
                else:
                    key = repr(values) if len(changes) > 1 else ""
                    merged.setdefault(key, (values, []))[1].extend(change.ids)
        for values, ids in merged.values():
            yield ids, values

    def _defaults(self, scope):
        """``{name: default}`` of the plain stored fields that a plain read shows and
        the caller may write; but of those that are computed too."""
        model = scope.model
        shown = projection.default_names(scope.fields_of(model._name).values())
        names = [
            name
            for name, field in scope.fields_of(model._name, "body").items()
            if name in shown and name not in KEPT and field.type not in _NEVER_RESET
            if _is_plain(model._fields[name])
        ]
        return {**dict.fromkeys(names, False), **model.default_get(names)}

    def _required(self, scope):
        """The fields that have to come with PUT: those without a default."""
        model = scope.model
        needed = [
            name
            for name, field in scope.fields_of(model._name, "body").items()
            if field.required and name not in KEPT and field.type not in _NEVER_RESET
            if not _fills_itself(model, name)
        ]
        defaults = model.default_get(needed)
        return [name for name in needed if name not in defaults]

    # --- away and back -------------------------------------------------------

    def _answer__delete(self, call, rights):
        """Archive what can be archived, unless the resource or ``force`` want else."""
        task = self._begin(call, rights, query.DELETE | query.SHAPE)
        self._expect(task, call.ids)
        items.check_empty(call.body)
        self._catch(task, len(call.ids))
        records = task.scope.model.browse(call.ids)
        archives = records._active_name and rights.resource.delete_mode == "archive"
        if archives and not task.scope.query.force:
            records.action_archive()
            return self._finish(task, call.ids, len(call.ids) > 1)
        records.unlink()
        return self._finish(task, ())

    def _answer__archive(self, call, rights):
        return self._set_active(call, rights, "action_archive")

    def _answer__restore(self, call, rights):
        return self._set_active(call, rights, "action_unarchive")

    def _set_active(self, call, rights, method):
        task = self._begin(call, rights)
        records = task.scope.model.browse(call.ids)
        if not records._active_name:
            raise RecordInvalid(self.env._("These records cannot be archived."))
        self._expect(task, call.ids)
        items.check_empty(call.body)
        self._catch(task, len(call.ids))
        getattr(records, method)()
        return self._finish(task, call.ids, len(call.ids) > 1)


def _names(changes):
    return frozenset().union(*(change.values for change in changes))


def _is_plain(field):
    return field.store and not field.compute and not field.related


def _fills_itself(model, name):
    """Whether Odoo has a value for a required field that nobody has given one: it is
    computed, or the link to a parent (``_inherits``) that each record has."""
    computed = bool(model._fields[name].base_field.compute)
    return computed or name in model._inherits.values()
