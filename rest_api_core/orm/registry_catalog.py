"""Odoo's registry as a ``catalog.Catalog``: what separates paths from Odoo's fields."""

import functools
from dataclasses import replace

from ..access.masking import NO_MASKS
from ..access.paths import is_usable
from ..access.policy import effective
from . import columns, external_ids, field_info, field_masks, orders
from .cache import Cache
from .searched_names import SearchedNames
from .sensitive import secret_names

MAX_CATALOGS = 200  # groups of callers with equal rights
MAX_QUERIES = 40_000  # fields of queries, of all callers; some 300 bytes each


class Kept:
    """What outlives the requests to all APIs, of a worker.

    :ivar catalogs: of callers with equal rights, a ``Cache`` of what they may use
    :ivar queries: what their queries mean. There is no end of queries that a caller can
        send: all callers share one limit
    """

    def __init__(self):
        self.catalogs, self.queries = Cache(MAX_CATALOGS), Cache(MAX_QUERIES)


class RegistryCatalog:
    """Models and fields for one caller of one API, in one request.

    :param kept: a ``Cache`` that outlives the request: frozen values, of a worker for
        all callers of one API, client, type of key and set of groups (``rest.context``)
    :param queries: the ``Cache`` of ``Kept``
    """

    def __init__(self, env, api_id, client_id, read_only, kept, queries):
        self.env = env
        self.settings = env["rest.configuration"]
        self.api_id = api_id
        self.client_id = client_id
        self.read_only = read_only
        self.kept = kept
        self.queries = queries
        self._names = SearchedNames(self)

    # --- what the resolver asks ----------------------------------------------

    def field(self, model, name):
        if model not in self.env:
            return None  # a name from outside is no key of the cache
        if name not in self.env[model]._fields:
            return external_ids.INFO if name == external_ids.INFO.name else None
        return self.kept.get(("field", model, name), lambda: self._field(model, name))

    def rules(self, model):
        policy = self.policy(model)
        # nobody reads a view or query without ids
        may_read = policy and policy.may("read") and "id" not in self.missing(model)
        return policy if may_read else None

    def write_rules(self, model):
        return self.policy(model)

    def parent_rules(self, model):
        policy = self.parent_policy(model)
        return policy if policy and policy.may("read") else None

    def exposed(self, model):
        return self.resource(model) is not None

    def readable(self, model):
        def make():
            return model in self.env and self.env[model].has_access("read")

        return self.kept.get(("readable", model), make)

    def writable(self, model):
        def make():
            return self._may_any(model, ("update", "write"), ("create", "create"))

        return self.kept.get(("writable", model), make)

    def changeable(self, model):
        """Whether the caller may create, update or delete records of a model."""

        def make():
            return self.writable(model) or self._may_any(model, ("delete", "unlink"))

        return self.kept.get(("changeable", model), make)

    def _may_any(self, model, *rights):
        policy = self.policy(model)
        return any(
            policy and policy.may(right) and self.env[model].has_access(access)
            for right, access in rights
        )

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

    def named_masks(self):
        """``{model: {name: mask}}`` of the fields that rules name."""
        return self.settings._field_masks(self.api_id, self.client_id)

    def policy(self, model):
        """``EffectivePolicy`` of the caller on any model; None without one."""
        if model not in self.env:
            return None
        rights = (self.api_id, self.client_id, model, self.read_only)
        return self.kept.get(("policy", model), lambda: self.settings._policy(*rights))

    def parent_policy(self, model):
        """The policy on a parent (``_inherits``): that of the caller, or that of the
        resource for a client without a scope for it; None without a resource."""

        def make():
            policy, resource = self.policy(model), self.resource(model)
            return policy or (resource and effective(resource.policy))

        return self.kept.get(("parent policy", model), make)

    def fields_of(self, model, position="fields"):
        """``{name: values.Field}`` of the fields that may be used in this position."""
        key = ("usable", position, model)
        return self.kept.get(key, lambda: self._usable(model, position))

    def mask(self, model):
        """``Mask``: the fields of which the model may show other values than stored."""
        make = functools.partial(self.env["rest.masks"]._mask, self.env[model])
        return self.kept.get(("mask", model), make)

    def field_masks(self, model):
        """``{name: mask}`` of the fields that rules mask, and of what Odoo computes
        from masked fields; see ``access/masking.py``."""
        return self.all_field_masks().get(model, NO_MASKS)

    def all_field_masks(self):
        """``field_masks`` by model; empty for callers without any."""
        return self.kept.get("field masks", lambda: field_masks.of_caller(self))

    def plain(self, model):
        """The names of fields that SQL can read from a column of the model."""

        def make():
            return field_info.plain_names(self.env[model]) - self._not_selected(model)

        return self.kept.get(("plain", model), make)

    def columns_of_json(self, model):
        """The names of fields whose JSON column is selected beside the plain ones."""

        def make():
            return columns.of_json(self.env[model]) - self._not_selected(model)

        return self.kept.get(("json columns", model), make)

    def _not_selected(self, model):
        """Fields whose columns do not exist, or have more than is shown."""
        masked = self.mask(model).names | self.field_masks(model).keys()
        return masked | self.missing(model)

    def text_size(self, model):
        """SQL of the bytes in all texts of a row of the model's table; None without."""
        make = functools.partial(field_info.text_size, self.env[model])
        return self.kept.get(("text size", model), make)

    def missing(self, model):
        """The names of stored fields that have no column."""

        def make():
            return columns.missing(self.env[model])

        return self.kept.get(("missing", model), make)

    def default_order(self, model):
        """``_order`` without the terms that would tell what the caller may not read,
        and the names of many2one fields in it."""
        make = functools.partial(orders.readable, self, model)
        return self.kept.get(("order", model), make)

    def of_query(self, key, make, weigh):
        """What a query means to callers with these rights: ``make()``, if it is not
        kept.

        :param key: with the model and a word for what is kept
        :param weigh: takes the value and gives the number of fields that it is about
        """
        return self.queries.get((self.kept.number, *key), make, weigh)

    def has_own_search(self, model):
        """Whether a model searches in its own way."""
        search = functools.partial(field_info.is_original, self.env[model], "_search")
        return not self.kept.get(("original search", model), search)

    def names_searched(self, model):
        """``Names``: what a filter on ``display_name`` looks at."""
        return self.kept.get(("names", model), lambda: self._names.of(model))

    def has_plain_name(self, model):
        """Whether the display name of a record is one of its columns."""
        return "display_name" in self.plain(model)

    def _usable(self, model, position):
        usable, in_body = {}, position == "body"
        for name, field in self.env[model]._fields.items():
            if is_usable(self, model, name, position):
                found = field_info.value_field(self.env, field, in_body)
                mask = self.field_masks(model).get(name)
                usable[name] = replace(found, mask=mask) if mask else found
        name = external_ids.INFO.name
        if name not in usable and is_usable(self, model, name, position):
            usable[name] = external_ids.value_field(in_body)
        return usable

    def usable_names(self, model, position):
        return self.fields_of(model, position).keys() if model in self.env else ()

    def _field(self, model, name):
        if name in self.missing(model):
            return None  # to PostgreSQL there is no such field
        recordset, resource = self.env[model], self.resource(model)
        unlocked = resource.unlocked if resource else ()
        field = recordset._fields[name]
        names = self.names_searched(model).paths if name == "display_name" else ()
        info = field_info.describe(recordset, field, unlocked, names)
        if info.relation in self.env and "id" in self.missing(info.relation):
            info = replace(info, searchable=False)
        if name in self._secrets(model):
            info = replace(info, groups_ok=False)
        mask = self.mask(model)
        if name in mask.names:
            info = info.masked(mask.shown is not None)
        shown = self.field_masks(model).get(name)
        return info.masked(mask=shown) if shown else info

    def _secrets(self, model):
        """The fields that the API hides from everybody: their values are rights."""

        def make():
            resource = self.resource(model)
            shown = resource.secrets if resource else frozenset()
            return secret_names(self.env[model]) - shown

        return self.kept.get(("secrets", model), make)

    def is_hidden(self, policy, model, name):
        if policy and not policy.may_read(name) or name in self.field_masks(model):
            return True
        recordset = self.env[model]
        return not recordset._has_field_access(recordset._fields[name], "read")
