"""What a body does to other records than its own: looked up, permitted, as commands.

Records in a body obey the resource and the client's scope of their own model. Records
of models that the caller has no policy for can be named and nothing else.
"""

from collections import defaultdict
from functools import partial
from typing import NamedTuple

from odoo import models

from ..access import paths, policy
from ..access.policy import Right
from ..body.changes import AFFECTING, Changes, Commands, Mention
from ..body.counting import check_count
from ..body.places import unknown_record
from ..orm.context import Context
from ..orm.field_info import link_of
from ..wire.collecting import Collected
from ..wire.problem import BodyProblem, Forbidden
from .lookup import Targets
from .mentions import named_in

COMPANIES = ("company_id", "company_ids")
# what Odoo asks for, so that a right is worth something
ACCESS = {"create": "create", "update": "write", "delete": "unlink"}
# a record that is to join a one2many may be there already
CERTAIN = AFFECTING - {"attach"}


class Consequences(NamedTuple):
    """What a body comes to.

    :param commands: ``changes.Commands``
    :param affected: how many other records are created, changed or deleted
    :param written: ``{model: {id: names}}`` of other records that get values
    :param updates: ``[(model, id, values, pointer)]`` of those that are changed
    :param created: ``{model: names}`` of new records in relations
    :param lines: ``[(model, names, pointer)]`` of these, each alone
    :param touched: ``{model: ids}`` of known records that change or are deleted
    """

    commands: Commands
    affected: int
    written: dict
    updates: list
    created: dict
    lines: list
    touched: dict


class RestRelation(models.AbstractModel):
    """Tell what values do to records behind relations, before anything is written."""

    _name = "rest.relation"
    _description = "REST relations"

    def _consequences(
        self, context: Context, changes: Changes, count: int
    ) -> Consequences:
        """``Consequences`` of ``changes.Changes``.

        :param count: how many records get the values. Each of them names the whole of
            a list, so that a short body can mean more than fits into memory: nothing is
            looked at beyond the limits
        Raises BodyTooLarge, Forbidden, ScopeInsufficient, BodyFieldRefused and
        LookupFailed.
        """
        named = named_in(context, changes)
        certain = sum(mention.act in CERTAIN for mention in named)
        check_count(count + certain, context.api.max_records)
        targets = self._targets(context, named)
        removed = self._removed(context, named, targets)
        stored = partial(self.env["rest.json.ids"]._stored, context)
        fields_of = partial(context.fields_of, position="body")
        commands = Commands(fields_of, targets.ids, removed, stored)
        return self._summary(named, targets, removed, commands)

    def _targets(self, context: Context, named: list[Mention]) -> Targets:
        """The ``Targets``, which the caller may use in this way; raises all problems
        of rights, or all of records."""
        found = Collected()
        for mention in named:
            context.deadline.check()
            if mention.act != "link":
                with found.one():
                    self._check_right(context, mention)
        found.check()
        targets = self.env["rest.lookup"]._look_up(context, named, self._links(named))
        _check(found, targets.errors)
        for mention in named:
            known = (mention.model, mention.target) in targets.ids
            if known and _is_owned(self.env, mention):
                with found.one():
                    self._check_member(context, mention, targets)
        _check(found, self._foreign_companies(context, named, targets))
        found.check()
        return targets

    # --- rights --------------------------------------------------------------

    def _check_right(self, context: Context, mention: Mention) -> None:
        """Whether the relation can be used in this way, and the record as well."""
        field = _field(self.env, mention)
        if field.type == "one2many" and not _inverse(self.env, mention):
            raise _refusal(mention)
        if mention.act in ("create", "update", "delete"):
            self._require(context, mention, mention.act)
        if mention.act == "create":
            names, guard = mention.values.keys(), self.env["rest.write.guard"]
            guard._check_before_create(context, mention.model, names, mention.pointer)

    def _require(self, context: Context, mention: Mention, right: Right) -> None:
        rights = context.catalog.policy(mention.model)
        if rights is None:
            raise _refusal(mention)
        policy.require(rights, right, mention.pointer)
        if not context.env[mention.model].has_access(ACCESS[right]):
            raise Forbidden()

    def _require_inverse(self, context, mention):
        """A record that joins or leaves a one2many gets another value of its own."""
        self._require(context, mention, "update")
        inverse = _inverse(self.env, mention)
        writable = inverse.name in context.fields_of(mention.model, "body")
        if not writable or inverse.type != "many2one":
            raise _refusal(mention)

    def _require_removal(self, context, mention):
        """Odoo deletes a record that leaves a one2many if the link to its owner is
        ``ondelete="cascade"``, and only empties the link otherwise."""
        if getattr(_inverse(self.env, mention), "ondelete", None) == "cascade":
            self._require(context, mention, "delete")
        else:
            self._require_inverse(context, mention)

    # --- members of a one2many -----------------------------------------------

    def _links(self, named: list[Mention]) -> dict[str, set[str]]:
        """``{model: links}`` that tell to whom the named records belong."""
        links = defaultdict(set)
        for mention in named:
            if mention.target is not None and _is_owned(self.env, mention):
                links[mention.model].add(_inverse(self.env, mention).name)
        return links

    def _check_member(
        self, context: Context, mention: Mention, targets: Targets
    ) -> None:
        """Only what belongs to the record can be changed in passing. A record that
        joins or leaves it is changed by that."""
        member = self._is_member(mention, targets)
        if mention.act == "attach":
            member or self._require_inverse(context, mention)
        elif not member:
            raise BodyProblem.of([unknown_record(mention.pointer)])
        elif mention.act == "detach":
            self._require_removal(context, mention)

    def _is_member(self, mention: Mention, targets: Targets) -> bool:
        record_id = targets.ids[mention.model, mention.target]
        key = (mention.model, _inverse(self.env, mention).name, record_id)
        owner = (_owner_model(self.env, mention), mention.parent)
        return bool(mention.parent) and targets.owners[key] == owner

    # --- companies -----------------------------------------------------------

    def _foreign_companies(self, context, named, targets):
        """``FieldError`` of companies that the caller does not act for, as
        ``X-Company-Id`` says: no record may be given to them."""
        ids = targets.ids
        return [
            unknown_record(mention.pointer)
            for mention in named
            if mention.model == "res.company" and mention.relation[1] in COMPANIES
            if (mention.model, mention.target) in ids
            if ids[mention.model, mention.target] not in context.company_ids
        ]

    # --- what a list leaves out ----------------------------------------------

    def _removed(
        self, context: Context, named: list[Mention], targets: Targets
    ) -> dict[tuple[str, str, int], list[int]]:
        """``changes.Removed``: the rest of what the caller sees of a relation."""
        removed, kept = {}, _kept(named, targets)
        for mention in named:
            context.deadline.check()
            if mention.act != "replace" or not mention.parent:
                continue
            owned = _field(self.env, mention).type == "one2many"
            if owned or not context.visible(mention.model).is_true():
                rest = self._rest(context, mention, kept)
                if rest and owned:
                    self._require_removal(context, mention)
                removed[(*mention.relation, mention.parent)] = rest
        return removed

    def _rest(self, context, mention, kept):
        model, name = mention.relation
        x2many = self.env["rest.x2many"]
        shown = x2many._many(context, context.env[model], name, [mention.parent])
        named = kept[mention.relation, mention.parent]
        return [each for each in shown.get(mention.parent, ()) if each not in named]

    # --- in sum --------------------------------------------------------------

    def _summary(self, named, targets, removed, commands):
        written, created = defaultdict(dict), defaultdict(set)
        updates, lines = [], []
        affected = sum(self._counts(mention, targets) for mention in named)
        for (model, name, _parent), ids in removed.items():
            owned = self.env[model]._fields[name].type == "one2many"
            affected += len(ids) if owned else 0
        for mention in named:
            if mention.act == "create":
                names = mention.values.keys() | _names_by_odoo(self.env, mention)
                created[mention.model] |= names
                lines.append((mention.model, names, mention.pointer))
            elif mention.act in ("update", "attach") and self._counts(mention, targets):
                record_id = targets.ids[mention.model, mention.target]
                names = written[mention.model].setdefault(record_id, set())
                names |= mention.values.keys()
                updates.append(
                    (mention.model, record_id, mention.values, mention.pointer)
                )
        touched = self._touched(named, targets, removed)
        return Consequences(
            commands, affected, written, updates, created, lines, touched
        )

    def _touched(self, named, targets, removed):
        touched = defaultdict(dict)
        for mention in named:
            if mention.target is not None and self._counts(mention, targets):
                record_id = targets.ids[mention.model, mention.target]
                touched[mention.model][record_id] = True
        for (model, name, _parent), ids in removed.items():
            field = self.env[model]._fields[name]
            if field.type == "one2many":
                touched[field.comodel_name].update(dict.fromkeys(ids, True))
        return {model: tuple(ids) for model, ids in touched.items()}

    def _counts(self, mention, targets):
        if mention.act == "attach":
            return not self._is_member(mention, targets)
        return mention.act in AFFECTING


def _check(found, field_errors):
    """Keep the errors, each once: a value may be for several records."""
    if field_errors:
        with found.one():
            raise BodyProblem.of(dict.fromkeys(field_errors))


def _refusal(mention):
    return paths.unusable(mention.relation[1], "body", mention.pointer)


def _kept(named, targets):
    """``{(relation, parent): ids}`` of the records that a body names there."""
    kept = defaultdict(set)
    for mention in named:
        if mention.target is not None:
            record_id = targets.ids[mention.model, mention.target]
            kept[mention.relation, mention.parent].add(record_id)
    return kept


# --- the relation that a mention is in ---------------------------------------


def _field(env, mention):
    model, name = mention.relation
    return env[model]._fields[name]


def _is_owned(env, mention):
    """Whether the record belongs to the one that the relation is of."""
    owned = _field(env, mention).type == "one2many"
    return owned and mention.act in ("attach", "detach", "update", "delete")


def _inverse(env, mention):
    """The link behind a one2many; None if there is none that is stored."""
    return link_of(env, _field(env, mention))


def _owner_model(env, mention):
    """The model that the link is to; where it is inherited, that of the parent."""
    return _inverse(env, mention).comodel_name or mention.relation[0]


def _names_by_odoo(env, mention):
    """What Odoo writes in a new record of a one2many by itself."""
    owned = _field(env, mention).type == "one2many"
    return {_inverse(env, mention).name} if owned else set()
