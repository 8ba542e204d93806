"""The change feed: what has changed in one model, or in several.

    GET <model>/changes → _operation__changes → rows in their order (rest.change.rows)
    → what the caller is told of them (rest.change.reach) → documents, and next_since

The work of a request is bounded by the rows that it looks at, not by those that it
tells: a caller who may see few of them gets short pages, with ``has_more``, and a
cursor that moves on.

An export tells where the changes after it begin: ``_snapshot``.
"""

import functools
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import models

from ..capture.watching import watch
from ..query import keyset
from ..query.positions import SIZE, Position
from ..query.volume import weight_of
from ..wire.change_problems import ChangesExpired, ChangesUntracked
from ..wire.problem import CursorInvalid, NotFound
from ..wire.result import Result

SCANNED = 5000  # rows that a request looks at
BATCH = 1000
VALUES = 8  # of a change in a response
FOREIGN = (
    "is not a cursor of this feed: continue with the same key, models and companies, or"
    " load all records anew"
)


class Page(NamedTuple):
    """:param told: ``change_reach.Told`` with the ``Position`` after each"""

    told: list
    next: Position
    has_more: bool


class RestChanges(models.AbstractModel):
    _name = "rest.changes"
    _description = "REST changes"

    # --- operations ----------------------------------------------------------

    def _operation__changes(self, context, call):
        return self._respond(context, call)

    def _operation__all_changes(self, context, call):
        return self._respond(context, call)

    def _respond(self, context, call):
        """A page; an empty one may wait for changes, see ``rest.change.waiting``."""
        result = self._result(context, call)
        waiting = self.env["rest.change.waiting"]
        if result.data or result.meta["has_more"]:
            return waiting._unneeded(call, result)
        return waiting._held(call, result)

    def _result(self, context, call):
        """The ``Result`` of a page, as it is now."""
        context.begin_read()
        names = self._models(context, call)
        is_named = call.model or call.feed.models
        binding = self._binding(context, tuple(names) if is_named else None)
        self._check_shape(context, call)
        state = self.env["rest.change.rows"]._state()
        start = self._start(call.feed.since, binding, state)
        page = self._page(context, call, names, start, state)
        seal = functools.partial(keyset.seal, self._secret(), binding)
        return Result(
            data=self._documents(context, call, page, seal),
            many=True,
            meta={"next_since": seal(page.next.values()), "has_more": page.has_more},
        )

    # --- models --------------------------------------------------------------

    def _models(self, context, call):
        """The names of the models of a feed. Raises NotFound for those that the caller
        may not read, whether there are such models or not, and ChangesUntracked."""
        names = (call.model,) if call.model else call.feed.models
        if names is None:
            resources = self.env["rest.configuration"]._resources(context.api.id)
            readable = (name for name in resources if self._may_read(context, name))
            return sorted(filter(self._is_tracked, readable))
        for name in names:
            self._check_model(context, name, named=not call.model)
        return names

    def _check_model(self, context, name, named):
        """:param named: whether it comes from a parameter, and is not checked yet"""
        if named and not self._may_read(context, name):
            raise NotFound.at_parameter("models", f"'{name}': {NotFound.detail}")
        if not self._is_tracked(name):
            raise ChangesUntracked()

    def _is_tracked(self, model_name):
        watched = watch(self.env).models.get(model_name)
        return watched is not None and watched.mode != "parent"

    def _may_read(self, context, model_name):
        catalog = context.catalog
        return bool(catalog.rules(model_name)) and catalog.readable(model_name)

    def _check_shape(self, context, call):
        """Raise for fields that a record cannot show, even on an empty page."""
        if call.feed.record and call.model:
            self.env["rest.serializer"]._plan(context, call.model, call.query, "read")

    # --- cursors -------------------------------------------------------------

    def _snapshot(self, context, model_name):
        """What follows the records that this transaction, one snapshot, sees:
        ``{"next_since"}``, or {} for a model whose changes are not tracked."""
        if not self._is_tracked(model_name):
            return {}
        state = self.env["rest.change.rows"]._state()
        position = Position.of_snapshot(state.generation, state.snapshot)
        binding = self._binding(context, (model_name,))
        return {"next_since": keyset.seal(self._secret(), binding, position.values())}

    def _binding(self, context, names):
        """What a cursor is valid for, as a fingerprint.

        :param names: the models of the feed; None for all, though some come and go
        """
        caller = context.caller
        return keyset.fingerprint(
            "changes",
            context.api.id,
            caller.client_id,
            caller.user_id,
            names,
            tuple(context.company_ids),
        )

    def _unsealed(self, binding, cursor):
        try:
            values = keyset.unseal(self._secret(), binding, cursor, SIZE)
        except CursorInvalid:
            raise CursorInvalid.at_parameter("since", FOREIGN) from None
        return Position.of_values(values)

    def _secret(self):
        return self.env["rest.configuration"]._pepper() + b"rest changes"

    # --- where to begin ------------------------------------------------------

    def _start(self, since, binding, state):
        """The ``Position`` to go on after. Raises CursorInvalid and ChangesExpired."""
        if since is None:
            return Position(state.generation)
        if isinstance(since, datetime):
            return self._at_time(since, state)
        position = self._unsealed(binding, since)
        is_of_now = position.generation == state.generation
        if not is_of_now or position.is_behind(*state.deleted.position):
            raise ChangesExpired()
        return position

    def _at_time(self, moment, state):
        if state.retention and moment < state.now - timedelta(days=state.retention):
            raise ChangesExpired()
        # the retention was shorter once, or the database was restored
        if state.deleted.before and moment < state.deleted.before:
            raise ChangesExpired()
        return self.env["rest.change.rows"]._since(moment, state)

    # --- the page ------------------------------------------------------------

    def _page(self, context, call, names, start, state):
        """One change more than the limit tells whether others wait."""
        limit, found, scanned = call.query.limit, [], 0
        position, rows = start, self.env["rest.change.rows"]
        while scanned < SCANNED:
            context.deadline.check()
            size = BATCH if scanned else min(limit + 1, BATCH)
            changes = rows._after(names, position, state, size)
            for told, after in self._told(context, call, position, changes):
                found.append((told, after))
                if len(found) > limit:
                    return Page(found[:limit], found[limit - 1][1], True)
            if len(changes) < size:
                return Page(found, position.after(state.horizon, 0), False)
            scanned += len(changes)
            position = position.after(changes[-1].xid, changes[-1].id)
        return Page(found, position, True)

    def _told(self, context, call, position, changes):
        """``(Told, Position after it)`` of those that the caller is told."""
        origins, seen = self.env["rest.change.origins"], position.snapshot
        excluded = call.feed.excluded
        changes = [
            change
            for change in changes
            if not (seen and seen.contains(change.xid))
            if not origins._is_excluded(context, change, excluded)
        ]
        for told in self.env["rest.change.reach"]._told(context, changes):
            if told is not None:
                yield told, position.after(told.change.xid, told.change.id)

    # --- documents -----------------------------------------------------------

    def _documents(self, context, call, page, seal):
        """:param seal: makes a cursor of the values of a position"""
        records = self._records(context, call, page.told) if call.feed.record else None
        context.volume.add(values=VALUES * len(page.told))
        origins = self.env["rest.change.origins"]
        documents = []
        for told, position in page.told:
            change = told.change
            document = {
                "id": change.res_id,
                **({} if call.model else {"model": change.model}),
                "operation": told.operation,
                "date": f"{change.date:%Y-%m-%dT%H:%M:%SZ}",
                "fields": told.fields,
                "cursor": seal(position.values()),
                "origin": origins._document(context, change),
            }
            if records is not None:
                document["record"] = records.get((change.model, change.res_id))
            documents.append(document)
        return documents

    def _records(self, context, call, pairs):
        """``{(model, id): document}`` of the records that the changes are about."""
        serializer, ids, found = self.env["rest.serializer"], {}, {}
        for told, _position in pairs:
            if told.shown and told.operation != "delete":
                key = told.change.model, told.change.res_id
                ids.setdefault(key[0], {}).setdefault(key[1], 0)
                ids[key[0]][key[1]] += 1
        weights = []
        for model_name, counts in ids.items():
            _query, level = serializer._plan(context, model_name, call.query, "read")
            documents, _versions = serializer._documents(context, level, list(counts))
            for document in documents:
                found[model_name, document["id"]] = document
                weights.append((weight_of(document), counts[document["id"]]))
        context.begin_read()
        for weight, times in weights:  # a response shows it with each of its changes
            context.volume.add(weight.values * times, weight.size * times)
        return found
