"""What a body does to other records than its own: found, permitted, and as commands.

Records in a body obey the resource and the scope of their own model. Of models that
the caller has no policy for, records can be named and nothing else.
"""

from collections import defaultdict
from itertools import islice
from typing import NamedTuple

from odoo import models

from ..access import policy
from ..body.changes import AFFECTING, Commands, mentions
from ..body.items import check_number
from ..wire.problem import BodyFieldRefused, FieldError, LookupFailed
from .lookup import _field_error

COMPANIES = ("company_id", "company_ids")


class Consequences(NamedTuple):
    """What a body comes to.

    :param commands: ``changes.Commands``; :param affected: how many other records are
        made, changed or deleted
    :param written: ``{model: {id: names}}`` of other records that get values
    :param updates: ``[(model, id, values, place)]`` of those that are changed
    :param created: ``{model: names}`` of new records in relations
    """

    commands: Commands
    affected: int
    written: dict
    updates: list
    created: dict


class RestRelation(models.AbstractModel):
    _name = "rest.relation"
    _inherit = "rest.lookup"
    _description = "REST relations"

    def _consequences(self, scope, model_name, changes, number):
        """``Consequences`` of ``changes.Change`` to records of a model.

        :param number: of these records. Each of them names the whole of a list, so
            that a short body can mean more than fits into memory: it is not looked at
            beyond the limit
        Raises BodyTooLarge, Forbidden, ScopeInsufficient, BodyFieldRefused and
        LookupFailed.
        """
        every = (
            mention
            for change in changes
            for parent in change.parents
            for mention in mentions(
                model_name, change.values, self._body_of(scope), change.place, parent
            )
        )
        most = scope.api.max_records
        named = list(islice(every, most))
        check_number(number + len(named), most)
        for mention in named:
            self._check_right(scope, mention)
        targets = self._look_up(scope, named, self._links(named))
        self._check_members(scope, named, targets)
        self._check_companies(scope, named, targets)
        removed = self._removed(scope, named, targets)
        stored = self.env["rest.properties"]._stored
        commands = Commands(self._body_of(scope), targets.found, removed, stored)
        return self._summary(named, targets, removed, commands)

    def _body_of(self, scope):
        return lambda model: scope.fields_of(model, "body")

    def _field(self, mention):
        model, name = mention.relation
        return self.env[model]._fields[name]

    # --- rights --------------------------------------------------------------

    def _check_right(self, scope, mention):
        """Whether the relation can be used in this way, and the record as well."""
        if mention.act == "link":
            return
        field = self._field(mention)
        if field.type == "one2many" and not self._inverse(mention):
            self._refuse_field(mention)
        if mention.act in ("create", "update", "delete"):
            self._require(scope, mention, mention.act)
        if mention.act == "create":
            names, guard = mention.values.keys(), self.env["rest.write.guard"]
            guard._check_before_create(scope, mention.model, names, mention.place)

    def _require(self, scope, mention, right):
        rights = scope.catalog.policy(mention.model)
        if rights is None:
            self._refuse_field(mention)
        policy.require(rights, right, mention.place)

    def _refuse_field(self, mention):
        detail = "is not a field that can be written"
        raise BodyFieldRefused.at_pointer(mention.place, detail)

    def _require_inverse(self, scope, mention):
        """A record that joins or leaves a one2many gets another value of its own."""
        self._require(scope, mention, "update")
        inverse = self._inverse(mention)
        writable = inverse.name in scope.fields_of(mention.model, "body")
        if not writable or inverse.type != "many2one":
            self._refuse_field(mention)

    def _require_removal(self, scope, mention):
        """Odoo deletes what leaves a one2many if it would go with the record."""
        if getattr(self._inverse(mention), "ondelete", None) == "cascade":
            self._require(scope, mention, "delete")
        else:
            self._require_inverse(scope, mention)

    def _inverse(self, mention):
        """The link behind a one2many; None if there is none that is stored."""
        name = self._field(mention).inverse_name
        field = self.env[mention.model]._fields.get(name) if name else None
        return field if field is not None and field.store and _is_link(field) else None

    # --- members of a one2many -----------------------------------------------

    def _links(self, named):
        """``{model: links}`` that tell to whom the named records belong."""
        links = defaultdict(set)
        for mention in named:
            if mention.target is not None and self._is_owned(mention):
                links[mention.model].add(self._inverse(mention).name)
        return links

    def _is_owned(self, mention):
        owned = self._field(mention).type == "one2many"
        return owned and mention.act in ("attach", "detach", "update", "delete")

    def _check_members(self, scope, named, targets):
        """Only what belongs to the record can be changed in passing. What comes to
        belong to it, or leaves it, is changed by that."""
        field_errors = []
        for mention in named:
            if mention.target is None or not self._is_owned(mention):
                continue
            member = self._is_member(mention, targets)
            if mention.act == "attach":
                member or self._require_inverse(scope, mention)
            elif not member:
                field_errors.append(_field_error(mention))
            elif mention.act == "detach":
                self._require_removal(scope, mention)
        self._refuse(field_errors)

    def _is_member(self, mention, targets):
        number = targets.found[mention.model, mention.target]
        key = (mention.model, self._inverse(mention).name, number)
        owner = (self._model_of(mention), mention.parent)
        return bool(mention.parent) and targets.owners[key] == owner

    def _model_of(self, mention):
        """The model that the link is to; where it is inherited, that of the parent."""
        return self._inverse(mention).comodel_name or mention.relation[0]

    # --- companies -----------------------------------------------------------

    def _check_companies(self, scope, named, targets):
        """A company that the caller does not act for is none (X-Company-Id)."""
        field_errors = []
        for mention in named:
            if mention.model != "res.company" or mention.target is None:
                continue
            number = targets.found[mention.model, mention.target]
            if mention.relation[1] in COMPANIES and number not in scope.company_ids:
                field_errors.append(
                    FieldError(LookupFailed.code, "is no record", mention.place)
                )
        self._refuse(field_errors)

    # --- what a list leaves out ----------------------------------------------

    def _removed(self, scope, named, targets):
        """``changes.Removed``: of what the caller sees of a relation, the rest."""
        removed = {}
        for mention in named:
            if mention.act != "replace" or not mention.parent:
                continue
            owned = self._field(mention).type == "one2many"
            if owned or not scope.visible(mention.model).is_true():
                rest = self._rest(scope, mention, named, targets)
                if rest and owned:
                    self._require_removal(scope, mention)
                removed[(*mention.relation, mention.parent)] = rest
        return removed

    def _rest(self, scope, mention, named, targets):
        whole = (mention.relation, mention.parent)
        kept = {
            targets.found[other.model, other.target]
            for other in named
            if other.target is not None and (other.relation, other.parent) == whole
        }
        model, name = mention.relation
        serializer = self.env["rest.serializer"]
        shown = serializer._many(scope, scope.env[model], name, [mention.parent])
        return [n for n in shown.get(mention.parent, ()) if n not in kept]

    # --- in sum --------------------------------------------------------------

    def _summary(self, named, targets, removed, commands):
        written, created, updates = defaultdict(dict), defaultdict(set), []
        affected = sum(self._counts(mention, targets) for mention in named)
        for (model, name, _parent), ids in removed.items():
            affected += (
                len(ids) if self.env[model]._fields[name].type == "one2many" else 0
            )
        for mention in named:
            if mention.act == "create":
                created[mention.model] |= mention.values.keys() | self._linking(mention)
            elif mention.act in ("update", "attach") and self._counts(mention, targets):
                number = targets.found[mention.model, mention.target]
                names = written[mention.model].setdefault(number, set())
                names |= mention.values.keys()
                updates.append((mention.model, number, mention.values, mention.place))
        return Consequences(commands, affected, written, updates, created)

    def _linking(self, mention):
        """What Odoo writes in a new record of a one2many by itself."""
        owned = self._field(mention).type == "one2many"
        return {self._inverse(mention).name} if owned else set()

    def _counts(self, mention, targets):
        if mention.act == "attach":
            return not self._is_member(mention, targets)
        return mention.act in AFFECTING


def _is_link(field):
    return field.type in ("many2one", "many2one_reference")
