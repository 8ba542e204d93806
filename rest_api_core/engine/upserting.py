"""The operation upsert: records that a key finds are changed, others are created.

    _level                     what is shown                       400
    _items                     keys, and the records they find     400 409 413 422
    _check                     rights, conditions                  403 412 428
    _changes                   all of the data                     422
    _claim                     twins at the same time              run again
    rest.writer.upsert_records see there                           403 409 413 422

Under REPEATABLE READ two requests at once may both find no record, where no unique
index stops the second. Therefore a request that creates records writes a digest of each
key as well: the second one fails there with a serialization failure, Odoo runs it
again, and it finds the record of the first.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from odoo import models
from odoo.tools import SQL

from ..access import policy
from ..body import upserts
from ..body.changes import Changes
from ..body.reading import Reading
from ..body.relations import ByExternalId
from ..body.upserts import KeyReading, Upsert
from ..orm.context import Context
from ..wire.call import Call
from ..wire.collecting import Collected
from ..wire.problem import BodyProblem, Duplicate, FieldError, Forbidden, Problem
from ..wire.result import Result
from .relation import ACCESS
from .writing import reading_of

Ids = tuple[int, ...]
SEVERAL = "matches several records"


class RestUpserting(models.AbstractModel):
    _name = "rest.upserting"
    _description = "REST upserts"

    def _operation__upsert(self, context: Context, call: Call) -> Result:
        writing = self.env["rest.writing"]
        self._check_any_right(context, call.model)
        level = writing._level(context, call)
        reading = reading_of(context, call)
        context, call = writing._with_sent_context(context, call)
        items, keys = self._items(context, call, reading)
        new = [item for item in items if not item.ids]
        known = [item for item in items if item.ids]
        self._check(context, call, new, known)
        created, updated = self._changes(context, call, reading, new, known)
        self._claim(call.model, [keys[item.target] for item in new])
        most = call.preferences.max_affected
        with _pointing(new):
            ids = self.env["rest.writer"].upsert_records(
                context, created, updated, most, call.conditions
            )
        items = self._with_ids(items, ids)
        every = replace(created, items=(*created.items, *updated.items))
        outcome = "shown" if known else "created"
        every_id = tuple(item.ids[0] for item in items)
        result = writing._result(context, call, level, every_id, every, outcome)
        return self._told(result, ids, updated.ids)

    def _with_ids(self, items: Sequence[Upsert], ids: Ids) -> list[Upsert]:
        fresh = iter(ids)
        return [i if i.ids else replace(i, ids=(next(fresh),)) for i in items]

    def _told(self, result: Result, created: Ids, updated: Ids) -> Result:
        """A list says what became of its items, also where it shows nothing of them."""
        if not result.many:
            return result
        meta = {"created": list(created), "updated": list(updated)}
        return replace(result, meta={**(result.meta or {}), **meta})

    # --- items ---------------------------------------------------------------

    def _items(
        self, context: Context, call: Call, reading: Reading
    ) -> tuple[list[Upsert], dict]:
        """The items with the ids of what their keys find, and what their keys come to:
        ``{target: …}``. Raises all errors of keys, with those of the data."""
        fields = context.fields_of(call.model, "filter")
        keys = KeyReading(fields, reading.field_errors)
        items = keys.items(call.body, context.api.max_records)
        readable = [item for item in items if item.target is not None]
        targets = [item.target for item in readable]
        found, plain = self.env["rest.lookup"]._matching(context, call.model, targets)
        readable = [replace(i, ids=tuple(found[i.target])) for i in readable]
        module = self.env["rest.external.ids"]._own_module(context)
        come_to = {each: _come_to(each, plain, module) for each in targets}
        reading.field_errors += upserts.twins(readable, come_to)
        several = [_several(item) for item in readable if len(item.ids) > 1]
        if several and not reading.field_errors:
            raise Duplicate.of(several)
        reading.field_errors += several
        if reading.field_errors:
            for item in items:
                path = (*item.path, "data")
                reading.change(call.model, item.data, path)
            raise BodyProblem.of(reading.field_errors)
        return readable, come_to

    # --- rights and conditions -----------------------------------------------

    def _check_any_right(self, context: Context, model_name: str) -> None:
        """Who may neither create nor change records learns nothing of the fields."""
        rights = context.catalog.policy(model_name)
        if not rights.may("create"):
            policy.require(rights, "update", "#")
        access = [a for r, a in ACCESS.items() if r != "delete" and rights.may(r)]
        if not any(context.env[model_name].has_access(each) for each in access):
            raise Forbidden()

    def _check(
        self,
        context: Context,
        call: Call,
        new: Sequence[Upsert],
        known: Sequence[Upsert],
    ) -> None:
        rights, found = context.catalog.policy(call.model), Collected()
        for right, items in (("create", new), ("update", known)):
            for item in items:
                with found.one():
                    policy.require(rights, right, item.at)
            if items and not context.env[call.model].has_access(ACCESS[right]):
                found.check()
                raise Forbidden()
        found.check()
        preconditions = self.env["rest.preconditions"]
        if known:
            ids = tuple(item.ids[0] for item in known)
            preconditions._check(context, call.model, ids, call.conditions)
        if new:
            preconditions._decide(context, call.model, call.conditions, None)

    # --- values --------------------------------------------------------------

    def _changes(
        self,
        context: Context,
        call: Call,
        reading: Reading,
        new: Sequence[Upsert],
        known: Sequence[Upsert],
    ) -> tuple[Changes, Changes]:
        """``Changes`` of new and of known records; raises BodyProblem."""
        writing, many = self.env["rest.writing"], isinstance(call.body, list)
        defaults = writing._defaults_of_create(context, call.model) if new else {}
        created = [self._created(call.model, reading, i, defaults) for i in new]
        updated = [self._changed(call.model, reading, item) for item in known]
        both = [Changes(call.model, tuple(each), many) for each in (created, updated)]
        if reading.field_errors:
            lookup, errors = self.env["rest.lookup"], list(reading.field_errors)
            for changes in both:
                errors += lookup._errors(context, changes)
            raise BodyProblem.of(errors)
        return both[0], both[1]

    def _created(self, model_name, reading, item, defaults):
        key = reading.change(model_name, item.key, (*item.path, "key"))
        data = item.data
        if isinstance(data, dict):
            others = {n: v for n, v in defaults.items() if n not in item.key}
            data = {**others, **data}
        change = reading.change(model_name, data, (*item.path, "data"))
        reading.field_errors += upserts.contradictions(item, change)
        return upserts.merged(key, change)

    def _changed(self, model_name, reading, item):
        path = (*item.path, "data")
        change = reading.change(model_name, item.data, path, item.ids)
        reading.field_errors += upserts.contradictions(item, change)
        return change

    # --- twins ---------------------------------------------------------------

    def _claim(self, model_name: str, keys: Sequence[tuple]) -> None:
        """Meet requests that create a record for one of these keys at the same time."""
        digests = sorted(
            hashlib.sha256(repr((model_name, key)).encode()).hexdigest() for key in keys
        )
        if not digests:
            return
        now = SQL("NOW() AT TIME ZONE 'UTC'")
        rows = SQL(", ").join(SQL("(%s, %s)", digest, now) for digest in digests)
        statement = SQL(
            "INSERT INTO rest_upsert_key (digest, date) VALUES %s"
            " ON CONFLICT (digest) DO UPDATE SET date = EXCLUDED.date",
            rows,
        )
        # the second of two twins fails here and is run again: not an error to log
        self.env.cr.execute(statement, log_exceptions=False)


def _several(item: Upsert) -> FieldError:
    at = item.target.pointer
    names = sorted(item.key)
    at = f"{at}/{names[0]}" if len(names) == 1 and at.endswith("/key") else at
    return FieldError(Duplicate.code, SEVERAL, at)


def _come_to(target, plain, module):
    """What a key means, in whatever form it came."""
    if isinstance(target, ByExternalId):
        return module, target.external_id
    return tuple(sorted(plain.get(target, dict(target.values)).items()))


@contextmanager
def _pointing(items: Sequence[Upsert]) -> Iterator[None]:
    """Problems of values that came in a key point there."""
    try:
        yield
    except Problem as problem:
        raise upserts.to_keys(problem, items) from problem
