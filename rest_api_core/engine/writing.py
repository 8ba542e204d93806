"""Operations that write: create, update, replace, delete, archive, restore and copy.

    _level(context, call)                  what is shown         400
    rest.preconditions._check(…)           reach, If-Match       404 412 428
    _changes(context, call, reading, …)    all of the body       400 413 422
    rest.writer.…_records(…)               see there             400 403 409 413 422
    _result(context, call, …)              the records as a read shows them

That is the order in which errors are reported, too.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from odoo import models

from ..body import items
from ..body.changes import Changes
from ..body.items import Items
from ..body.reading import Reading
from ..orm import field_info
from ..orm.context import Context
from ..query import projection
from ..wire.call import Call
from ..wire.problem import BodyProblem
from ..wire.result import Outcome, Result

Ids = tuple[int, ...]

HONOURED = ("tx", "max-affected")
# What PUT leaves alone, whatever its default
KEPT = frozenset(("active", "company_id"))
_NEVER_RESET = projection.TO_MANY | projection.FILES | {"json", "properties"}


class RestWriting(models.AbstractModel):
    """Each ``_operation__<name>(context, call)`` gives a ``Result``."""

    _name = "rest.writing"
    _description = "REST operations that write"

    # --- new records ---------------------------------------------------------

    def _operation__create(self, context: Context, call: Call) -> Result:
        level = self._level(context, call)
        preconditions = self.env["rest.preconditions"]
        preconditions._decide(context, call.model, call.conditions, None)
        reading = reading_of(context, call)
        context, call = self._with_sent_context(context, call)
        body = self._body_of_create(context, call)
        requested = reading.new(body, context.api.max_records)
        changes = self._changes(context, call, reading, requested)
        most = call.preferences.max_affected
        ids = self.env["rest.writer"].create_records(context, changes, most)
        return self._result(context, call, level, ids, changes, "created")

    def _operation__copy(self, context: Context, call: Call) -> Result:
        """Copies, with other values where the body has some."""
        level = self._level(context, call)
        self._check(context, call, call.ids, required=False)
        reading = reading_of(context, call)
        requested = reading.copied(call.body, call.ids)
        changes = self._changes(context, call, reading, requested)
        most = call.preferences.max_affected
        ids = self.env["rest.writer"].copy_records(
            context, call.model, call.ids, changes, most
        )
        return self._result(context, call, level, ids, changes, "created")

    # --- known records -------------------------------------------------------

    def _operation__update(self, context: Context, call: Call) -> Result:
        return self._change(context, call)

    def _operation__replace(self, context: Context, call: Call) -> Result:
        """What a plain read shows comes with the body, or goes back to its default."""
        return self._change(context, call, whole=True)

    def _change(self, context: Context, call: Call, whole: bool = False) -> Result:
        level = self._level(context, call)
        reading = reading_of(context, call)
        body = self.env["rest.round.trips"]._changed(context, call)
        requested = self._known(context, call, reading, body)
        self._check(context, call, requested.ids)
        defaults = _defaults(context, call.model) if whole else {}
        required = _required(context, call.model) if whole else ()
        changes = self._changes(context, call, reading, requested, required)
        most = call.preferences.max_affected
        ids = self.env["rest.writer"].update_records(
            context, changes, defaults, most, call.conditions
        )
        return self._result(context, call, level, ids, changes)

    # --- away and back -------------------------------------------------------

    def _operation__delete(self, context: Context, call: Call) -> Result:
        """Archive what can be archived, unless the resource or ``force`` say else."""
        level = self._level(context, call)
        self._check(context, call, call.ids)
        items.check_empty(call.body)
        force, most = call.query.force, call.preferences.max_affected
        archived = self.env["rest.writer"].delete_records(
            context, call.model, call.ids, force, most
        )
        if not archived:
            return Result(outcome="empty", ids=call.ids, honoured=HONOURED)
        changes = Changes(call.model, many=len(archived) > 1)
        return self._result(context, call, level, archived, changes)

    def _operation__archive(self, context: Context, call: Call) -> Result:
        return self._set_active(context, call, self.env["rest.writer"].archive_records)

    def _operation__restore(self, context: Context, call: Call) -> Result:
        return self._set_active(context, call, self.env["rest.writer"].restore_records)

    def _set_active(self, context: Context, call: Call, write: Callable) -> Result:
        level = self._level(context, call)
        self.env["rest.writer"]._check_archivable(context, call.model)
        self._check(context, call, call.ids)
        items.check_empty(call.body)
        write(context, call.model, call.ids, call.preferences.max_affected)
        changes = Changes(call.model, many=len(call.ids) > 1)
        return self._result(context, call, level, call.ids, changes)

    # --- the steps -----------------------------------------------------------

    def _with_sent_context(self, context: Context, call: Call) -> tuple[Context, Call]:
        """Both, after the member of the body for Odoo's context was taken out. It is a
        field of models that have one of that name."""
        body, member = call.body, call.reading.CONTEXT
        if not isinstance(body, dict) or member not in body:
            return context, call
        if member in context.env[call.model]._fields:
            return context, call
        keys = context.catalog.policy(call.model).resource.context_keys
        values = self.env["rest.context.keys"]._checked(
            context, body[member], keys, member
        )
        rest = {name: value for name, value in body.items() if name != member}
        return context.with_values(values), replace(call, body=rest)

    def _body_of_create(self, context: Context, call: Call) -> Any:
        """The body with the default values of the resource, as far as the caller may
        write them, for fields that it does not name."""
        defaults = self._defaults_of_create(context, call.model)
        if not defaults:
            return call.body
        if isinstance(call.body, list):
            return [_filled(each, defaults) for each in call.body]
        return _filled(call.body, defaults)

    def _defaults_of_create(self, context: Context, model_name: str) -> dict[str, Any]:
        resources = self.env["rest.configuration"]._resources(context.api.id)
        writable = context.fields_of(model_name, "body")
        return {
            name: value
            for name, value in resources[model_name].create_defaults.items()
            if name in writable
        }

    def _known(
        self, context: Context, call: Call, reading: Reading, body: Any
    ) -> Items:
        """The records to change. Where some are not named as they should be, the errors
        of values are raised as well."""
        try:
            return reading.known(body, call.ids, context.api.max_records)
        except BodyProblem as problem:
            if problem.errors:
                reading.field_errors += problem.errors
                self._changes(context, call, reading, items.of_values(body))
            raise

    def _changes(
        self,
        context: Context,
        call: Call,
        reading: Reading,
        requested: Items,
        required: Sequence[str] = (),
    ) -> Changes:
        """All values of the body. Where some are wrong, the records that others name
        are looked up before all errors are raised at once."""
        changes = reading.readable(call.model, requested, required)
        if reading.field_errors:
            more = self.env["rest.lookup"]._errors(context, changes)
            raise BodyProblem.of([*reading.field_errors, *more])
        return changes

    def _level(self, context: Context, call: Call) -> projection.Level | None:
        """What the result shows, None for callers who may not read it; raises
        QueryProblem, before anything is written."""
        if not context.catalog.policy(call.model).may("read"):
            return None
        schema = "create" if call.operation.name == "create" else "read"
        serializer = self.env["rest.serializer"]
        return serializer._plan(context, call.model, call.query, schema)[1]

    def _check(
        self, context: Context, call: Call, ids: Ids, required: bool = True
    ) -> None:
        self.env["rest.preconditions"]._check(
            context, call.model, ids, call.conditions, required=required
        )

    # --- what is shown -------------------------------------------------------

    def _result(
        self,
        context: Context,
        call: Call,
        level: projection.Level | None,
        ids: Ids,
        changes: Changes,
        outcome: Outcome = "shown",
    ) -> Result:
        """The ``Result`` about these records.

        :param changes: what has been written; it may be what cannot be shown
        """
        known = {"ids": ids, "level": level, "honoured": ("return", *HONOURED)}
        if call.preferences.minimal:
            outcome = "created" if outcome == "created" else "empty"
            return Result(outcome=outcome, many=changes.many, **known)
        with self.env["rest.diagnosis"]._blaming(context, changes):
            documents, versions = self._documents(context, level, ids)
        if changes.many:
            meta = {"count": len(documents)}
            return Result(documents, many=True, meta=meta, outcome=outcome, **known)
        version = versions.get(ids[0], "")
        seal = context.seal
        return Result(
            documents[0], outcome=outcome, version=version, seal=seal, **known
        )

    def _documents(self, context, level, ids):
        """Records as a read shows them, and their versions; the id alone of those that
        are out of reach by now."""
        documents, versions = [], {}
        if level is not None:
            serializer = self.env["rest.serializer"]
            documents, versions = serializer._documents(context, level, ids)
        known = {document["id"]: document for document in documents}
        return [known.get(each, {"id": each}) for each in ids], versions


def reading_of(context: Context, call: Call) -> Reading:
    """Reads the body of a call, in its grammar."""
    fields_of = partial(context.fields_of, position="body")
    return call.reading(fields_of, context.api.max_records, context.deadline.check)


def _filled(body, defaults):
    return {**defaults, **body} if isinstance(body, dict) else body


def _defaults(context: Context, model_name: str) -> dict[str, Any]:
    """What PUT resets: ``{name: default}`` of the plain stored fields that a plain read
    shows and the caller may write; but of those that are computed too."""
    model = context.env[model_name]
    shown = projection.default_names(context.fields_of(model_name).values())
    names = [
        name
        for name, field in context.fields_of(model_name, "body").items()
        if name in shown and name not in KEPT and field.type not in _NEVER_RESET
        if not field.mask
        if _is_plain(model._fields[name])
    ]
    return {**dict.fromkeys(names, False), **model.default_get(names)}


def _required(context: Context, model_name: str) -> list[str]:
    """The fields that have to come with PUT: those without a default."""
    fields = {
        name: field
        for name, field in context.fields_of(model_name, "body").items()
        if name not in KEPT and field.type not in _NEVER_RESET and not field.mask
    }
    return field_info.lacking(context.env[model_name], fields)


def _is_plain(field):
    return field.store and not field.compute and not field.related
