"""Odoo's registry as a ``catalog.Catalog``: what separates paths from Odoo's fields."""

import functools

from ..access.paths import resolve
from ..access.policy import FieldSet
from ..wire.problem import Problem
from . import field_info, heuristics
from .cache import Cache

_HIDDEN = "?"  # a path that no model has: the resolver refuses it
MAX_KEPT = 500  # queries of a model that a worker keeps for callers with equal rights


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
            return None  # a name from outside is no key of the cache
        return self.kept.get(("field", model, name), lambda: self._field(model, name))

    def rules(self, model):
        policy = self.policy(model)
        return policy if policy and policy.may("read") else None

    def write_rules(self, model):
        return self.policy(model)

    def exposed(self, model):
        return self.resource(model) is not None

    def readable(self, model):
        def make():
            return model in self.env and self.env[model].has_access("read")

        return self.kept.get(("readable", model), make)

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
        if model not in self.env:
            return None  # a name from outside is no key of the cache
        resources = self.settings._resources
        return self.kept.get(
            ("resource", model), lambda: resources(self.api_id).get(model)
        )

    def policy(self, model):
        """``EffectivePolicy`` of the caller on any model; None without one."""
        if model not in self.env:
            return None
        rights = (self.api_id, self.client_id, model, self.read_only)
        return self.kept.get(("policy", model), lambda: self.settings._policy(*rights))

    def fields_of(self, model, position="fields"):
        """``{name: values.Field}`` of the fields that may be used in this position."""
        key = ("usable", position, model)
        return self.kept.get(key, lambda: self._usable(model, position))

    def plain(self, model):
        """The names of fields that SQL can read from a column of the model."""
        make = functools.partial(field_info.plain_names, self.env[model])
        return self.kept.get(("plain", model), make)

    def cache(self, purpose, model):
        """A ``Cache`` for what queries on a model mean to callers with these rights."""
        key = ("cache", purpose, model)
        return self.kept.get(key, lambda: Cache(MAX_KEPT))

    def has_own_search(self, model):
        """Whether a model searches in its own way."""
        search = functools.partial(field_info.is_original, self.env[model], "_search")
        return not self.kept.get(("original search", model), search)

    def has_plain_name(self, model):
        """Whether the display name of a record is one of its columns."""
        return "display_name" in self.plain(model)

    def _usable(self, model, position):
        usable = {}
        for name, field in self.env[model]._fields.items():
            try:
                resolve(self, model, name, position)
            except Problem:
                continue
            usable[name] = field_info.value_field(self.env, field, position == "body")
        return usable

    def _field(self, model, name):
        recordset, resource = self.env[model], self.resource(model)
        unlocked = resource.unlocked if resource else ()
        searched = ()
        if name == "display_name":
            searched = self._hidden_in_search(recordset)
        field = recordset._fields[name]
        return field_info.describe(recordset, field, unlocked, searched)

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
