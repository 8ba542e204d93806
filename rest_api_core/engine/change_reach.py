"""What a caller is told of changes: rights at the time of reading, on records that may
be gone, or out of reach.

Of a record in reach, the changes of readable fields are told, and whatever may have
brought it into reach. Of another, only what the caller could have seen at the time, as
far as old values tell (``access/past_rows.py``), and that it has left.
"""

from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access.past_rows import (
    ANYTHING,
    Past,
    at,
    history,
    may_have_entered,
    subjects,
    told,
    touches,
)
from ..orm import past_domains
from ..query.filters import ALL
from .change_rows import Change, as_step


class Told(NamedTuple):
    """A change as it is told.

    :param fields: names that the caller may read
    :param shown: whether the record is in reach now
    """

    change: Change
    operation: str
    fields: list
    shown: bool


class RestChangeReach(models.AbstractModel):
    _name = "rest.change.reach"
    _description = "REST reach of changes"

    def _told(self, context, changes):
        """``Told`` for each of the changes, which are in their order; None for those
        that are not told."""
        by_model, found = {}, {}
        for change in changes:
            by_model.setdefault(change.model, []).append(change)
        for model_name, own in by_model.items():
            context.deadline.check()
            for told_change in self._told_of_model(context, model_name, own):
                found[told_change.change.id] = told_change
        return [found.get(change.id) for change in changes]

    def _told_of_model(self, context, model_name, changes):
        reached = self._reached(context, model_name, changes)
        readable = context.fields_of(model_name)
        active = context.env[model_name]._active_name
        if active in readable and readable[active].mask:
            active = ""  # the operation would tell what the mask hides
        drafts = [
            _draft(change, change.res_id in reached, readable, active)
            for change in changes
        ]
        unclear = [draft for draft in drafts if not _is_clear(draft)]
        pasts = self._pasts(context, model_name, unclear)
        for draft in drafts:
            if _is_clear(draft):
                yield draft
                continue
            past = pasts[draft.change.id]
            operation = _operation(draft, past)
            if operation:
                names = [] if operation == "delete" else draft.fields
                yield draft._replace(operation=operation, fields=names)

    def _reached(self, context, model_name, changes):
        """The ids of records that the caller may see now, archived ones too."""
        ids = list({change.res_id for change in changes})
        domain = context.domain(model_name) & Domain("id", "in", ids)
        search = self.env["rest.search"]
        return set(search._query(context, model_name, domain, (), archived=True))

    # --- the past ------------------------------------------------------------

    def _pasts(self, context, model_name, drafts):
        """``{id of a row: Past}``."""
        if not drafts:
            return {}
        condition = self._condition(context, model_name)
        if condition == ALL:
            return {draft.change.id: _without_condition(draft) for draft in drafts}
        about = subjects(condition)
        names = None if ANYTHING in about else about
        changes = [draft.change for draft in drafts]
        steps = self.env["rest.change.rows"]._steps(changes, names)
        if steps is None:
            return {draft.change.id: _unknown(draft, about) for draft in drafts}
        now = self._now(context, model_name, condition, steps)
        shown = {draft.change.res_id for draft in drafts if draft.shown}
        known = {
            res_id: _history(condition, res_id, own, now, res_id in shown)
            for res_id, own in steps.items()
        }
        return {draft.change.id: _past(draft, known) for draft in drafts}

    def _condition(self, context, model_name):
        """What makes a record visible to the caller, as a tree that rows of the past
        can be compared with."""
        model = context.reading[model_name]
        rules = model.env["ir.rule"]._compute_domain(model_name, "read")
        domain = context.domain(model_name) & rules
        return past_domains.condition(domain, model.sudo())

    def _now(self, context, model_name, condition, ids):
        """``{id: {name: value}}`` of the columns that the condition is about."""
        model = context.env[model_name]
        names = sorted(subjects(condition) & past_domains.columns(model))
        if not names or not ids:
            return {res_id: {"id": res_id} for res_id in ids}
        model.flush_model(names)
        statement = SQL(
            "SELECT id, %s FROM %s WHERE id IN %s",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL.identifier(model._table),
            tuple(ids),
        )
        keys = ("id", *names)
        rows = self.env.execute_query(statement)
        return {row[0]: dict(zip(keys, row, strict=True)) for row in rows}


def _draft(change, shown, readable, active):
    """The change of a record in reach. Who may not see the field ``active`` is not told
    that it has changed."""
    names = [name for name in change.fields or () if name in readable]
    operation = change.operation
    if operation in ("archive", "restore") and active not in readable:
        operation = "update"
    return Told(change, operation, names, shown)


def _is_clear(draft):
    """Whether it is told as it is, whatever the past."""
    if not draft.shown or draft.change.operation == "delete":
        return False
    return draft.operation != "update" or bool(draft.fields)


def _operation(draft, past):
    """The operation as which an unclear change is told; None if it is not."""
    if draft.shown and draft.change.operation != "delete":
        return draft.operation if may_have_entered(past) else None
    operation = told(draft.operation, past)
    # nothing of an update but fields that the caller may not read
    return None if operation == "update" and not draft.fields else operation


def _without_condition(draft):
    """Of a model whose records are all visible: before and after, while they exist."""
    operation = draft.change.operation
    return Past(operation != "create", operation != "delete")


def _unknown(draft, about):
    change = draft.change
    step = as_step(change.operation, change.fields)
    return Past(None, None, touches(step, about))


def _history(condition, res_id, own, now, shown):
    """``(places, pasts)`` of the changes of a record that may be about a condition."""
    places = [place for place, _step in own]
    steps = [_with_id(step, res_id) for _place, step in own]
    return places, history(condition, steps, now.get(res_id, {}), shown)


def _past(draft, known):
    change = draft.change
    places, pasts = known.get(change.res_id, ((), ()))
    return at((change.xid, change.id), places, pasts, draft.shown)


def _with_id(step, res_id):
    if step.operation != "delete":
        return step
    return step._replace(old={**(step.old or {}), "id": res_id})
