"""The records that a body names, found in one query a model.

They must be within reach: of the user's rights and rules, and of the domains of the
resource and the scope where the API has the model. What is out of reach is not there.
"""

from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access import paths
from ..body.inputs import INTEGERS
from ..body.relations import ByExternalId, ByField, ById
from ..wire.problem import FieldError, LookupFailed, Problem

_KEY_TYPES = {
    "char": str,
    "text": str,
    "selection": str,
    "integer": int,
    "many2one": int,
}
MAX_SIMILAR = 1000  # more records than values, before they are just too many


class Targets(NamedTuple):
    """What was found, and to whom it belongs by the links that were asked for: by
    many2one and many2one_reference fields.

    ``{(model, target): id}`` and ``{(model, link, id): (model, id) of the owner}``
    """

    found: dict
    owners: dict


class RestLookup(models.AbstractModel):
    _name = "rest.lookup"
    _description = "REST lookups"

    def _look_up(self, scope, named, links):
        """The ``Targets`` of ``changes.Mention``; raises LookupFailed for all that
        are not found, or not alone.

        :param links: ``{model: names of links to owners}`` to read of what is found
        """
        named = [mention for mention in named if mention.target is not None]
        external = self._external_ids(named)
        targets, field_errors = Targets({}, {}), []
        for model in dict.fromkeys(mention.model for mention in named):
            several = [mention for mention in named if mention.model == model]
            wanted = list(dict.fromkeys(mention.target for mention in several))
            names = links.get(model, ())
            ids = self._ids_in(scope, model, wanted, external, names, targets.owners)
            for mention in several:
                self._take(mention, ids[mention.target], targets.found, field_errors)
        self._refuse(field_errors)
        return targets

    def _take(self, mention, ids, found, field_errors):
        if len(ids) == 1:
            found[mention.model, mention.target] = ids[0]
            return
        field_errors.append(
            _field_error(mention, "means several records" if ids else None)
        )

    def _refuse(self, field_errors):
        if field_errors:
            detail = f"{field_errors[0].pointer}: {field_errors[0].detail}"
            raise LookupFailed(detail, errors=field_errors)

    # --- one model -----------------------------------------------------------

    def _ids_in(self, scope, model_name, targets, external, links, owners):
        """``{target: [ids]}``, and fill ``owners``."""
        if not scope.catalog.readable(model_name):
            return dict.fromkeys(targets, ())
        model = scope.reading[model_name].with_context(active_test=False)
        by_field = [
            target
            for target in targets
            if isinstance(target, ByField) and self._is_key(scope, model_name, target)
        ]
        records = self._records(scope, model, targets, external, by_field, links)
        for link in links:
            for record in records:
                owners[model_name, link, record.id] = _owner(record, link)
        return self._matches(model, records, targets, external, by_field)

    def _records(self, scope, model, targets, external, by_field, links):
        ids = [self._id(model._name, target, external) for target in targets]
        ids = [number for number in ids if number]
        domain = Domain("id", "in", ids) if ids else Domain.FALSE
        for target in by_field:
            domain |= Domain(target.field, "=", target.value)
        domain &= scope.visible(model._name)
        names = {*_columns(model, links), *(target.field for target in by_field)}
        if not names:
            return model.browse(model._search(domain, active_test=False))
        if by_field and model._active_name:
            names.add(model._active_name)
        most = len(targets) + MAX_SIMILAR
        return model.search_fetch(domain, sorted(names), order="id", limit=most)

    def _id(self, model_name, target, external):
        if isinstance(target, ById):
            return target.id
        if isinstance(target, ByExternalId):
            return external.get((model_name, target.external_id))
        return None

    def _matches(self, model, records, targets, external, by_field):
        present = set(records._ids)
        crowded = len(records) >= len(targets) + MAX_SIMILAR
        active = model._active_name
        known = records.filtered(active) if by_field and active else records
        matches = {}
        for target in targets:
            number = self._id(model._name, target, external)
            matches[target] = [number] if number in present else []
            if target in by_field:
                matches[target] = [r.id for r in known if _has(r, target)]
                matches[target] += matches[target] if crowded else []
        return matches

    def _is_key(self, scope, model_name, target):
        """Whether records may be looked up by this field and a value of this type:
        it must be stored, of use in a filter, and of a model that may be read."""
        try:
            field = paths.resolve(
                scope.catalog, model_name, target.field, "filter"
            ).field
        except Problem:
            return False
        if type(target.value) is int and target.value not in INTEGERS:
            return False
        kind = _KEY_TYPES.get(field.type, ())
        return (field.stored or field.inherited) and isinstance(target.value, kind)

    # --- external ids --------------------------------------------------------

    def _external_ids(self, named):
        """``{(model, external id): id}`` of all that are named."""
        targets = (mention.target for mention in named)
        names = {t.external_id for t in targets if isinstance(t, ByExternalId)}
        if not names:
            return {}
        pairs = tuple(tuple(name.split(".", 1)) for name in sorted(names))
        rows = self.env.execute_query(
            SQL(
                "SELECT model, module || '.' || name, res_id FROM ir_model_data"
                " WHERE (module, name) IN %s",
                pairs,
            )
        )
        return {(model, name): number for model, name, number in rows}


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


def _has(record, target):
    value = record[target.field]
    return (value.id if isinstance(value, models.BaseModel) else value) == target.value


def _field_error(mention, detail=None):
    return FieldError(LookupFailed.code, detail or "is no record", mention.place)
