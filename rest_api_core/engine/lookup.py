"""The records that a body names, looked up with one query for each model.

They must be within reach: of the user's rights and rules, and of the domains of
resource and client where the API exposes the model. Records out of reach are reported
in the same words as records that do not exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain

from ..access import paths
from ..body.changes import TARGETS, Changes, Mention
from ..body.places import unknown_record
from ..body.reading import MAX_HINTS
from ..body.relations import ByExternalId, ByField, ByFields, ById
from ..orm.context import Context
from ..query.field_types import INTEGERS
from ..wire.problem import FieldError, LookupFailed, Problem
from .mentions import named_in

# the fields that records may be looked up by, with the type of the value in JSON
_KEY_TYPES = {
    "char": str,
    "text": str,
    "selection": str,
    "integer": int,
    "many2one": int,
}
MAX_SIMILAR = 1000  # matches beyond one for each target, before the search gives up


class Targets(NamedTuple):
    """The records that were named.

    :param ids: ``{(model, target): id}``
    :param owners: ``{(model, link, id): (model, id) of the owner}``, by the many2one
        and many2one_reference fields that were asked for
    :param errors: ``FieldError`` of all targets without a match or with several
    """

    ids: dict
    owners: dict
    errors: list


class RestLookup(models.AbstractModel):
    """Find the records that a body names by id, external id or the value of a field."""

    _name = "rest.lookup"
    _description = "REST lookups"

    def _errors(self, context: Context, changes: Changes) -> list[FieldError]:
        """What is wrong with the records that are named in a body with other errors."""
        return self._look_up(context, named_in(context, changes), {}).errors

    def _look_up(
        self,
        context: Context,
        mentions: Iterable[Mention],
        links: Mapping[str, Iterable[str]],
    ) -> Targets:
        """The ``Targets`` of ``changes.Mention``; mentions without target are skipped.

        :param links: ``{model: names of links to owners}`` to read of the matches
        """
        mentions = [mention for mention in mentions if mention.target is not None]
        targets = chain.from_iterable(_all(mention.target) for mention in mentions)
        external = self._external_ids(context, targets)
        targets = Targets({}, {}, [])
        for model in dict.fromkeys(mention.model for mention in mentions):
            own = [mention for mention in mentions if mention.model == model]
            requested = list(dict.fromkeys(mention.target for mention in own))
            names = links.get(model, ())
            ids = self._ids_in(
                context, model, requested, external, names, targets.owners
            )
            for mention in own:
                self._take(context, mention, ids[mention.target], targets)
        return targets

    def _take(self, context, mention, matches, targets):
        if len(matches) == 1:
            targets.ids[mention.model, mention.target] = matches[0]
        elif matches:
            detail = "matches several records"
            targets.errors.append(
                FieldError(LookupFailed.code, detail, mention.pointer)
            )
        else:
            # to compare names takes time, and a body may name many records
            hinted = len(targets.errors) < MAX_HINTS
            key_error = self._key_error(context, mention) if hinted else None
            targets.errors.append(key_error or unknown_record(mention.pointer))

    def _key_error(self, context, mention):
        """What is wrong with the fields that a record is looked up by; None if nothing
        is. Fields out of reach are as unknown as others."""
        if not isinstance(mention.target, (ByField, ByFields)):
            return None
        for name in _values(mention.target):
            try:
                paths.resolve(context.catalog, mention.model, name, "filter")
            except Problem as problem:
                detail = problem.errors[0].detail
                return FieldError(LookupFailed.code, detail, mention.pointer)
        return None

    # --- one model -----------------------------------------------------------

    def _ids_in(self, context, model_name, targets, external, links, owners):
        """``{target: [ids]}``, and fill ``owners``."""
        if not context.catalog.readable(model_name):
            return dict.fromkeys(targets, ())
        model = context.reading[model_name].with_context(active_test=False)
        by_field = [
            target for target in targets if isinstance(target, (ByField, ByFields))
        ]
        keys = self._keys(context, model_name, by_field, external)
        records = self._records(context, model, targets, external, keys, links)
        for link in links:
            for record in records:
                owners[model_name, link, record.id] = _owner(record, link)
        known = _active(records) if keys else records
        return self._matches(model, records, known, targets, external, keys)

    def _matching(self, context, model_name, targets):
        """``({target: ids}, {target: {field: value}})``, for upserts: archived records
        match where no other does."""
        targets = list(dict.fromkeys(targets))
        if not context.catalog.readable(model_name):
            return dict.fromkeys(targets, ()), {}
        every = chain.from_iterable(map(_all, targets))
        external = self._external_ids(context, every)
        model = context.reading[model_name].with_context(active_test=False)
        by_field = [t for t in targets if isinstance(t, ByFields)]
        keys = self._keys(context, model_name, by_field, external)
        records = self._records(context, model, targets, external, keys, ())
        every = self._matches(model, records, records, targets, external, keys)
        active = _active(records) if keys else records
        shown = self._matches(model, records, active, targets, external, keys)
        return {t: shown[t] or every[t] for t in targets}, keys

    def _keys(self, context, model_name, by_field, external):
        """``{target: {field: value}}`` of what can be looked up by fields; lookups in
        lookups are ids in there."""
        inner = self._inner(context, model_name, by_field, external)
        keys = {}
        for target in by_field:
            plain = {n: inner.get((n, v), v) for n, v in _values(target).items()}
            if all(self._is_key(context, model_name, n, v) for n, v in plain.items()):
                keys[target] = plain
        return keys

    def _inner(self, context, model_name, by_field, external):
        """``{(field, target): id}`` of lookups in lookups, with one query for each
        model; None for those without exactly one match."""
        by_model = defaultdict(set)
        for name, value in {p for t in by_field for p in _values(t).items()}:
            if isinstance(value, TARGETS):
                by_model[self._comodel(context, model_name, name)].add((name, value))
        inner = {}
        for comodel, pairs in by_model.items():
            ids, targets = {}, list({value for _name, value in pairs})
            if comodel:
                ids = self._ids_in(context, comodel, targets, external, (), {})
            for name, value in pairs:
                matches = ids.get(value, ())
                inner[name, value] = matches[0] if len(matches) == 1 else None
        return inner

    def _comodel(self, context, model_name, name):
        try:
            path = paths.resolve(context.catalog, model_name, name, "filter")
        except Problem:
            return None
        return path.field.relation

    def _records(self, context, model, targets, external, by_field, links):
        ids = [self._id(model._name, target, external) for target in targets]
        ids = [record_id for record_id in ids if record_id]
        domains = [Domain("id", "in", ids)] if ids else []
        domains += self._conditions(context, model._name, by_field)
        domain = Domain.OR(domains) & context.visible(model._name)
        names = {*_columns(model, links), *chain.from_iterable(by_field.values())}
        if not names:
            return model.browse(model._search(domain, active_test=False))
        if by_field and model._active_name:
            names.add(model._active_name)
        most = len(targets) + MAX_SIMILAR
        return model.search_fetch(domain, sorted(names), order="id", limit=most)

    def _conditions(self, context, model_name, by_field):
        shown = self.env["rest.masks"]._where_shown
        for values in by_field.values():
            context.deadline.check()
            yield Domain.AND(
                shown(context, model_name, name, Domain(name, "=", value))
                for name, value in values.items()
            )

    def _id(self, model_name, target, external):
        if isinstance(target, ById):
            return target.id
        if isinstance(target, ByExternalId):
            return external.get((model_name, target.external_id))
        return None

    def _matches(self, model, records, known, targets, external, by_field):
        """``{target: [ids]}`` of records by id, and of the ``known`` ones by field."""
        present = set(records._ids)
        is_cut_off = len(records) >= len(targets) + MAX_SIMILAR
        having = _by_values(known, by_field.values())
        matches = {}
        for target in targets:
            record_id = self._id(model._name, target, external)
            matches[target] = [record_id] if record_id in present else []
            if target in by_field:
                found = having[tuple(by_field[target].items())]
                # there may be more of them behind the limit: one is not alone then
                matches[target] = found * 2 if is_cut_off else found
        return matches

    def _is_key(self, context, model_name, name, value):
        """Whether records may be looked up by this field and a value of this type:
        it must be stored, usable in a filter, and of a readable model."""
        try:
            field = paths.resolve(context.catalog, model_name, name, "filter").field
        except Problem:
            return False
        if type(value) is int and value not in INTEGERS:
            return False  # PostgreSQL would raise "integer out of range"
        key_type = _KEY_TYPES.get(field.type, ())
        return (field.stored or field.inherited) and isinstance(value, key_type)

    # --- external ids --------------------------------------------------------

    def _external_ids(self, context, targets):
        """``{(model, external id): id}`` of all that are named."""
        names = {t.external_id for t in targets if isinstance(t, ByExternalId)}
        return self.env["rest.external.ids"]._named(context, names)


def _active(records):
    """Without archived records: fields do not find them."""
    name = records._active_name
    return records.filtered(name) if name else records


def _columns(model, links):
    """The fields that tell the owners."""
    for link in links:
        field = model._fields[link]
        yield link
        if field.type == "many2one_reference":
            yield field.model_field


def _owner(record, link):
    field = record._fields[link]
    if field.type == "many2one_reference":
        return record[field.model_field], record[link]
    return field.comodel_name, record[link].id


def _all(target):
    """The target, and those in it."""
    yield target
    if isinstance(target, ByFields):
        for _name, value in target.values:
            if isinstance(value, TARGETS):
                yield from _all(value)


def _values(target):
    """``{field: value}`` that a record is looked up by."""
    if isinstance(target, ByField):
        return {target.field: target.value}
    return dict(target.values)


def _by_values(records, requested):
    """``{((field, value), …): ids}`` for the fields of ``{field: value}``.

    Not one search for each of these: a body names many thousand records.
    """
    having = defaultdict(list)
    for names in dict.fromkeys(tuple(values) for values in requested):
        for record in records:
            values = tuple((name, _plain(record[name])) for name in names)
            having[values].append(record.id)
    return having


def _plain(value):
    return value.id if isinstance(value, models.BaseModel) else value
