"""Odoo's registry as ``catalog.Catalog``: the seam between paths and fields."""

from odoo.models import BaseModel

from ..access.catalog import FieldInfo
from ..access.paths import resolve
from ..access.policy import FieldSet
from ..body import inputs, values
from ..wire.problem import Problem
from . import heuristics
from .cache import Cache

# What the comodel's display name or order may be made of, by the words of Odoo
_NOT_SEARCHED = frozenset(("binary", "image", "properties", "properties_definition"))
_HIDDEN = "?"  # a path that no model has: the resolver refuses it
MAX_KEPT = 500  # queries of one model that a worker keeps, for each kind of caller
# A model that changes one of these fetches in its own way
_FETCHING = ("fetch", "_fetch_query", "read", "_read_format", "search_fetch")
_PLAIN_TYPES = frozenset(
    "char text html selection integer float monetary boolean date datetime"
    " many2one many2one_reference reference json".split()
)


class RegistryCatalog:
    """Models and fields for one caller of one API, in one request.

    :param kept: a ``Cache`` that outlives the request: frozen values, of a worker for
        all callers of one API, client, type of key and set of groups (``rest.context``)
    """

    def __init__(self, env, api_id, client_id, read_only, kept):
        self.env = env
        self.settings = env["rest.configuration"]
        self.api_id = api_id
        self.client_id = client_id
        self.read_only = read_only
        self.kept = kept

    # --- what the resolver asks ----------------------------------------------

    def field(self, model, name):
        if model not in self.env or name not in self.env[model]._fields:
            return None  # nothing is kept of names from outside
        return self.kept.get(("field", model, name), lambda: self._field(model, name))

    def rules(self, model):
        policy = self.policy(model)
        return policy if policy and policy.may("read") else None

    def write_rules(self, model):
        return self.policy(model)

    def exposed(self, model):
        return self.resource(model) is not None

    def readable(self, model):
        key = ("readable", model)
        return self.kept.get(key, lambda: self._has_access(model, "read"))

    def writable(self, model):
        policy = self.policy(model)
        return bool(policy and (policy.may("update") or policy.may("create")))

    def parent_field(self, model):
        recordset = self.env.get(model)
        if recordset is None or recordset._parent_name not in recordset._fields:
            return None
        return recordset._parent_name

    # --- what operations ask -------------------------------------------------

    def resource(self, model):
        """``configuration.Resource`` of a model, None for one that is not exposed."""
        return self.settings._resources(self.api_id).get(model)

    def policy(self, model):
        """``EffectivePolicy`` of the caller on any model, None where it has none."""
        return self.settings._policy(self.api_id, self.client_id, model, self.read_only)

    def fields_of(self, model, position="fields"):
        """``{name: values.Field}`` of all that may be named in this position."""
        key = ("usable", position, model)
        return self.kept.get(key, lambda: self._usable(model, position))

    def plain(self, model):
        """The names of columns whose values need no method of Odoo's to be read."""
        return self.kept.get(("plain", model), lambda: _plain(self.env[model]))

    def cache(self, purpose, model):
        """A ``Cache`` for what queries on a model mean to callers with these rights."""
        key = ("cache", purpose, model)
        return self.kept.get(key, lambda: Cache(MAX_KEPT))

    def has_own_search(self, model):
        """Whether a model changes what a search finds."""
        recordset = self.env[model]
        key = ("own search", model)
        return self.kept.get(key, lambda: not _is_original(recordset, "_search"))

    def has_plain_name(self, model):
        """Whether the display name of a record is but one of its columns."""
        return "display_name" in self.plain(model)

    def _usable(self, model, position):
        found = {}
        for name in self.env[model]._fields:
            try:
                resolve(self, model, name, position)
            except Problem:
                continue
            found[name] = self._value_field(model, name, position == "body")
        return found

    def _value_field(self, model, name, writable):
        field = self.env[model]._fields[name]
        return values.Field(
            name=name,
            type=field.type,
            comodel=field.comodel_name,
            writable=writable,
            stored=bool(field.store or field.inherited),
            choices=self._choices(field),
            size=getattr(field, "size", None) or None,
            required=bool(field.required),
        )

    def _choices(self, field):
        if field.type not in ("selection", "reference"):
            return None
        keys = field.get_values(self.env)
        return frozenset(key for key in keys if isinstance(key, str))

    # --- fields of Odoo as values --------------------------------------------

    def _has_access(self, model, operation):
        return model in self.env and self.env[model].has_access(operation)

    def _field(self, model, name):
        recordset = self.env[model]
        field = recordset._fields[name]
        return FieldInfo(
            name=name,
            type=field.type,
            relation=field.comodel_name if field.relational else None,
            related=field.related or None,
            inherited=bool(field.inherited),
            groups_ok=recordset._has_field_access(field, "read"),
            stored=bool(field.store),
            searchable=_is_searchable(field),
            sortable=_is_sortable(field, self.env),
            groupable=bool(field._description_groupable(self.env)),
            aggregatable=bool(field._description_aggregator(self.env)),
            readonly=self._is_readonly(model, field),
            safe=_safe(recordset, field),
            behind=self._behind(recordset, field),
        )

    def _is_readonly(self, model, field):
        """As Odoo says, unless the resource unlocks it and it is a plain column. What
        an x2many without a stored link behind it holds cannot be changed either, nor
        what has a type that we cannot read."""
        if not field.relational and field.type not in inputs.READERS:
            return True
        if not field.readonly:
            linked = field.type != "one2many" or self._has_stored_inverse(field)
            return not linked or _takes_bytes(field)
        resource = self.resource(model)
        unlocked = resource is not None and field.name in resource.unlocked
        return not (unlocked and field.store and not (field.compute or field.related))

    def _has_stored_inverse(self, field):
        comodel = self.env.get(field.comodel_name)
        inverse = None if comodel is None else comodel._fields.get(field.inverse_name)
        return bool(inverse and inverse.store)

    def _behind(self, recordset, field):
        if field.name == "display_name":
            hidden = self._hidden_in_search(recordset)
            return {"filter": (*_names_searched(recordset), *hidden)}
        if field.type == "many2one" and field.comodel_name in self.env:
            return {"sort": tuple(_order_fields(self.env[field.comodel_name]))}
        return {}

    def _hidden_in_search(self, recordset):
        """``_HIDDEN`` if the search of display names may look at fields that rules hide
        from the caller, of this or another model; else nothing."""
        policies = map(self.policy, self.settings._resources(self.api_id))
        by_model = {policy.resource.model: policy for policy in policies if policy}
        searched = heuristics.fields_searched(recordset)
        if searched is None:
            every = FieldSet()
            hides = any(p.grant.readable != every for p in by_model.values())
        else:
            hides = any(
                not by_model[owner].may_read(field)
                for model, names in searched.items()
                for name in names
                for owner, field in heuristics.same_values(self.env, model, name)
                if owner in by_model
            )
        return (_HIDDEN,) if hides else ()


def _takes_bytes(field):
    """JSON has none; ``datas`` is the same in base64."""
    origin = field.base_field
    return (origin.model_name, origin.name) == ("ir.attachment", "raw")


def _is_searchable(field):
    return field._description_searchable and field.type not in _NOT_SEARCHED


def _is_sortable(field, env):
    plain = field.column_type and field.type not in ("json", *_NOT_SEARCHED)
    return bool(plain and field._description_sortable(env))


def _safe(recordset, field):
    """The search of a display name looks at the fields that are ``behind`` it. What is
    stored of the record behind a many2one and can be changed, as the name of an
    employee, is written there."""
    if field.name == "display_name":
        return frozenset(("filter",))
    link, _dot, name = (field.related or "").partition(".")
    leads = "." not in name and recordset._fields.get(link)
    if field.store and not field.readonly and leads and leads.type == "many2one":
        return frozenset(("body",))
    return frozenset()


def _names_searched(recordset):
    names = recordset._rec_names_search or [recordset._rec_name]
    return [name for name in names if name]


def _order_fields(recordset):
    """``"sequence, name desc, id"`` → ``["sequence", "name"]``."""
    if not recordset._order:
        return []
    words = (part.split()[0] for part in recordset._order.split(",") if part.strip())
    names = (word.partition(":")[0].partition(".")[0].strip('"') for word in words)
    return [name for name in dict.fromkeys(names) if name != "id"]


def _plain(model):
    names = frozenset(("display_name",) if _has_plain_name(model) else ())
    if model._name == "res.users":
        # it fetches in its own way to hide passwords, and nothing else
        return names
    if not all(_is_original(model, method) for method in _FETCHING):
        return frozenset()
    columns = (name for name, field in model._fields.items() if _is_plain(field))
    return names.union(columns)


def _is_original(model, method):
    return getattr(type(model), method) is getattr(BaseModel, method)


def _is_plain(field):
    stored = field.store and field.column_type and not field.company_dependent
    return bool(stored and field.type in _PLAIN_TYPES)


def _has_plain_name(model):
    """Whether the display name of a record is one of its texts, or of its parent's,
    as the name of a user is that of a contact."""
    if not _is_original(model, "_compute_display_name") or not model._rec_name:
        return False
    field = model._fields[model._rec_name]
    return field.type == "char" and _is_plain(field.inherited_field or field)
