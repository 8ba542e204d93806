"""Asks for every field that Odoo hides, in every place where a field can be named.

    Oracle        what Odoo itself lets the user see, and what is behind it
    POSITIONS     name → the request that names a field there
    Enumeration   all fields × all positions, through the pipeline of a request

Nothing of the suite's own resolver is used to say what is forbidden.
"""

import json
import os
import re
from collections import Counter

import psycopg2

from odoo import api
from odoo.exceptions import AccessError

from ..access.policy import RIGHTS
from ..orm.failures import problem_of
from ..wire.call import Caller
from ..wire.problem import Problem
from .in_process import perform, received

IS_FULL = bool(os.environ.get("TEST_FULL"))  # setup/test --full
UNKNOWN = "zz_unknown"
# no secret of exposed models, and not shown of others (``test_model_names``)
MODEL_NAME = ("ir.model", "model")
NAME_FILTERS = ("filter ilike", "filters ilike")
HINT = re.compile(r" Did you mean [^?]*\?")
MASKED = re.compile(r"masked-[0-9a-f]{32}|.?\*{3}.?(@\S+)?", re.DOTALL)
NUMBER = 1  # an id; whether there is such a record does not matter to a refusal


class Oracle:
    """The rights of the user of ``env`` in Odoo, without looking at any value."""

    def __init__(self, env):
        self.env = env
        self._known = {}

    def forbids(self, model, name, searched=False, seen=()):
        """Whether a read of the field would be refused, or of what it is made of.

        :param searched: the position filters or sorts: what a computed field searches
            is not known, so it is forbidden
        """
        key = (model, name, searched)
        if key in seen:
            return False
        if key not in self._known:
            self._known[key] = self._forbids(model, name, searched, (*seen, key))
        return self._known[key]

    def _forbids(self, model, name, searched, seen):
        records = self.env.get(model)
        if records is None or not records.has_access("read"):
            return True
        field = records._fields.get(name)
        if field is None or not records._has_field_access(field, "read"):
            return True
        if self._chain_forbidden(model, field, searched, seen):
            return True
        if not searched or field.store or field.inherited:
            return False
        return name != "display_name" or self._names_forbidden(records, seen)

    def _chain_forbidden(self, model, field, searched, seen):
        """Whether a field of the chain behind a related one is forbidden."""
        chain = field.related.split(".") if field.related else ()
        for name in chain:
            if (model, name) == MODEL_NAME:
                continue
            last = field.inherited and name == chain[-1]
            if self.forbids(model, name, searched and last, seen):
                return True
            model = self.env[model]._fields[name].comodel_name
        return False

    def _names_forbidden(self, records, seen):
        """Where Odoo's search of names would look at a forbidden field, ours looks at
        the field that holds the name alone."""
        if not self._wide_names_forbidden(records, seen):
            return False
        name = records._rec_name
        is_text = name and records._fields[name].type in ("char", "text")
        return not is_text or self._path_forbidden(records._name, name, seen)

    def _wide_names_forbidden(self, records, seen=()):
        names = records._rec_names_search or [records._rec_name]
        return any(self._path_forbidden(records._name, n, seen) for n in names if n)

    def narrows_names(self, model):
        """Whether a filter on display names must not look at all that Odoo looks at."""
        if self.forbids(model, "display_name", searched=True):
            return False
        return self._wide_names_forbidden(self.env[model])

    def _path_forbidden(self, model, path, seen):
        for name in path.split("."):
            field = self.env[model]._fields[name]
            if self.forbids(model, name, bool(field.column_type), seen):
                return True
            model = field.comodel_name
        return False


def _url(path, **parameters):
    return "GET", path, list(parameters.items()), None


def _brackets(model, path, operator, value, link=""):
    name = f"filter[{link}{path}][{operator}]"
    return "GET", model, [(name, value)], None


def _domain(path, operator, value):
    return json.dumps([[path, operator, value]])


def _body(path, **members):
    return "POST", path, [], members


def _groups(model, **parameters):
    return _url(f"{model}/aggregate", **parameters)


def _export(model, **parameters):
    return _url(f"{model}/export", format="csv", **parameters)


def _feed(model, **parameters):
    return _url(f"{model}/changes", include="record", **parameters)


def _tree(link, **options):
    return json.dumps({link: options})


# in the model of the field itself
DIRECT = {
    "fields of a list": lambda m, n: _url(m, fields=n),
    "fields of a record": lambda m, n: _url(f"{m}/{NUMBER}", fields=n),
    "fields of several": lambda m, n: _url(f"{m}/bulk", ids="1,2", fields=n),
    "fields in a body": lambda m, n: _body(f"{m}/search", fields=[n]),
    "exclude_fields": lambda m, n: _url(m, exclude_fields=n),
    "metadata": lambda m, n: _url(f"{m}/fields", fields=n),
    "expand": lambda m, n: _url(m, expand=n),
    "expand in JSON": lambda m, n: _url(m, expand=_tree(n, limit=1)),
    "columns of an export": lambda m, n: _export(m, fields=n),
    "fields of a feed": lambda m, n: _feed(m, fields=n),
    "expand of a feed": lambda m, n: _feed(m, expand=n),
}
SEARCHED = {
    "filter =": lambda m, n: _url(m, filter=_domain(n, "=", "a")),
    "filter ilike": lambda m, n: _url(m, filter=_domain(n, "ilike", "a")),
    "filter in": lambda m, n: _url(m, filter=_domain(n, "in", ["a"])),
    "filter child_of": lambda m, n: _url(m, filter=_domain(n, "child_of", 1)),
    "filter in a body": lambda m, n: _body(f"{m}/search", filter=[[n, ">", 1]]),
    "bracket =": lambda m, n: _brackets(m, n, "=", "a"),
    "bracket ilike": lambda m, n: _brackets(m, n, "ilike", "a"),
    "bracket in": lambda m, n: _brackets(m, n, "in", "1,2"),
    "bracket child_of": lambda m, n: _brackets(m, n, "child_of", "1"),
    "filter of a count": lambda m, n: _url(f"{m}/count", filter=_domain(n, "!=", None)),
    "sort": lambda m, n: _url(m, sort=n),
    "sort in a body": lambda m, n: _body(f"{m}/search", sort=f"{n} desc"),
    "sort by cursor": lambda m, n: _url(m, sort=f"-{n}", cursor=""),
    "filter of an export": lambda m, n: _export(m, filter=_domain(n, "=", "a")),
    "sort of an export": lambda m, n: _export(m, sort=n),
    "group_by": lambda m, n: _groups(m, group_by=n),
    "group_by a period": lambda m, n: _groups(m, group_by=f"{n}:year"),
    "group_by in a body": lambda m, n: _body(f"{m}/aggregate", group_by=["id", n]),
    "aggregate": lambda m, n: _groups(m, aggregate=f"{n}:count"),
    "aggregate max": lambda m, n: _groups(m, aggregate=f"id:count,{n}:max"),
    "having": lambda m, n: _groups(m, having=_domain(f"{n}:max", ">", 1)),
    "having in a bracket": lambda m, n: _groups(m, **{f"having[{n}:count][gt]": 1}),
    "sort of groups": lambda m, n: _groups(m, group_by=n, sort=n),
    "sort of aggregates": lambda m, n: _groups(m, sort=f"-{n}:sum"),
    "filter of groups": lambda m, n: _groups(m, filter=_domain(n, "=", "a")),
}
# from another model, through a relation that leads there
DISTANT = {
    "dotted fields": lambda m, k, n: _url(m, fields=f"{k}.{n}"),
    "fields of expand": lambda m, k, n: _url(m, expand=_tree(k, fields=[n])),
    "expand of expand": lambda m, k, n: _url(m, expand=_tree(k, expand={n: {}})),
    "dotted columns of an export": lambda m, k, n: _export(m, fields=f"{k}.{n}"),
    "dotted fields of a feed": lambda m, k, n: _feed(m, fields=f"{k}.{n}"),
}
DISTANT_SEARCHED = {
    "dotted filter": lambda m, k, n: _url(m, filter=_domain(f"{k}.{n}", "=", "a")),
    "dotted bracket": lambda m, k, n: _brackets(m, n, "ilike", "a", f"{k}."),
    "dotted sort": lambda m, k, n: _url(m, sort=f"{k}.{n}"),
    "dotted group_by": lambda m, k, n: _groups(m, group_by=f"{k}.{n}"),
    "dotted aggregate": lambda m, k, n: _groups(m, aggregate=f"{k}.{n}:max"),
    "dotted having": lambda m, k, n: _groups(
        m, having=_domain(f"{k}.{n}:count", "=", 1)
    ),
    "dotted sort of aggregates": lambda m, k, n: _groups(m, sort=f"{k}.{n}:min"),
    "filter of expand": lambda m, k, n: _url(
        m, expand=_tree(k, filter=[[n, "ilike", "a"]])
    ),
    "sort of expand": lambda m, k, n: _url(m, expand=_tree(k, sort=n)),
}
WRITTEN = {
    "body of a new record": lambda m, n: ("POST", m, [], {n: None}),
    "body of a change": lambda m, n: ("PATCH", f"{m}/{NUMBER}", [], {n: None}),
    "whole body": lambda m, n: ("PUT", f"{m}/{NUMBER}", [], {n: None}),
}


def is_hidden(field):
    """Whether there is more to a field than its own column."""
    return bool(field.groups or field.related or field.search)


class Enumeration:
    """All positions of all hidden fields, as one user with a key for everything.

    :param env: of that user; :param api_id: of an API that exposes all models;
    :param client_id: of a client with all resources
    ``leaks`` are ``(model, field, position, what came)``, ``withheld`` what Odoo would
    have shown: ``(model, field, code)``; ``counts`` are the numbers.
    """

    base = "/rest/all"
    turns = 3  # in which a field of large apps has all positions
    direct, searched = DIRECT, SEARCHED
    distant, distant_searched = DISTANT, DISTANT_SEARCHED
    written = WRITTEN

    def __init__(self, env, api_id, client_id):
        self.env = env
        self.oracle = Oracle(env)
        self.api_id = api_id
        self.caller = Caller("key", env.uid, client_id)
        self.leaks = []
        self.withheld = []
        self.counts = Counter()
        self._unknown = {}
        self._savepoint = None

    def run(self, models):
        links = self._links(models)
        for model in models:
            with self.env.cr.savepoint(flush=False) as self._savepoint:
                self._run_model(model, links.get(model))
        self.counts["positions"] = len(self.positions(("res.partner", "parent_id")))

    def _run_model(self, model, link):
        for field in filter(is_hidden, self.env[model]._fields.values()):
            self.counts["fields"] += 1
            self._try(model, field.name, link)

    def positions(self, link):
        """``{name: (request of a field, searched)}``; ``link`` leads to its model."""
        found = {name: (make, False) for name, make in self.direct.items()}
        found.update({name: (make, True) for name, make in self.searched.items()})
        found.update({name: (make, False) for name, make in self.written.items()})
        if link:
            tables = ((self.distant, False), (self.distant_searched, True))
            for table, searched in tables:
                for name, make in table.items():
                    found[name] = (_through(make, *link), searched)
        return found

    def _links(self, models):
        """``{comodel: (model, many2one)}``, from models that the user may read."""
        found = {}
        for model in models:
            for name, field in self.env[model]._fields.items():
                if field.type == "many2one" and field.store:
                    if not self.oracle.forbids(model, name):
                        found.setdefault(field.comodel_name, (model, name))
        return found

    # --- one field -------------------------------------------------------------------

    def _try(self, model, name, link):
        positions = self.positions(link).items()
        for position, (make, searched) in self._turn_of(positions):
            if self.oracle.forbids(model, name, searched):
                self._expect_refusal(model, name, position, make)
        if not self.oracle.forbids(model, name):
            self._expect_what_odoo_reads(model, name)
        if name == "display_name" and self.oracle.narrows_names(model):
            self._expect_only_the_name(model)

    def _turn_of(self, positions):
        """All positions; of large apps, unless in full, some of them: others for the
        next field, so that each field and each position has its turn."""
        turns = 1 if IS_FULL or "hr.employee" not in self.env else self.turns
        return list(positions)[self.counts["fields"] % turns :: turns]

    def _expect_only_the_name(self, model):
        """A filter on display names finds what one on the field of the name does. The
        second is asked for names with an "a"."""
        self.counts["narrow names"] += 1
        (make,) = (m for p, m in self.searched.items() if p in NAME_FILTERS)
        answers = [
            self.answer(make(model, name))
            for name in ("display_name", self.env[model]._rec_name)
        ]
        ids = [
            given if isinstance(given, Problem) else [row["id"] for row in given.data]
            for given in answers
        ]
        if ids[0] != ids[1]:
            self.leaks.append((model, "display_name", "narrow", ids))

    def _expect_refusal(self, model, name, position, make):
        self.counts["asked"] += 1
        given = self.answer(make(model, name))
        self.counts["refused"] += isinstance(given, Problem)
        if not isinstance(given, Problem) or given.status >= 500:
            self.leaks.append((model, name, position, given))
            return
        told = _told(given)
        wanted = self._told_of_unknown(model, position, make).replace(UNKNOWN, name)
        if told != wanted:
            self.leaks.append((model, name, position, f"{told} is not {wanted}"))

    def _told_of_unknown(self, model, position, make):
        key = (model, position)
        if key not in self._unknown:
            self._unknown[key] = _told(self.answer(make(model, UNKNOWN)))
        return self._unknown[key]

    def _expect_what_odoo_reads(self, model, name):
        """What is answered, Odoo must be willing to read as well; x2many are empty
        where the user may not read what is behind them."""
        given = self.answer(self._reading(model, name))
        self.counts["permitted"] += 1
        if isinstance(given, Problem):
            self.counts["permitted, refused"] += 1
            self.withheld.append((model, name, given.code))
            if given.status >= 500:
                self.leaks.append((model, name, "fields", "status 500"))
            return
        data = given.data
        self.counts["permitted, with a record"] += bool(data)
        records = self.env[model].browse(row["id"] for row in data if row[name])
        try:
            records.read([name])
        except AccessError as error:
            self.leaks.append((model, name, "fields", f"Odoo: {error}"))

    # --- requests --------------------------------------------------------------------

    def _reading(self, model, name):
        return _url(model, fields=name, limit="1", archived="include")

    def answer(self, request):
        """The Result of the pipeline, or the Problem that a client would get."""
        method, path, query, body = request
        sent = received(self.base, method, path, params=query, body=body)
        try:
            return perform(self.env, sent, self.api_id, self.caller)
        except psycopg2.Error as error:
            self._savepoint.rollback()
            return problem_of(error)
        except Exception as error:
            # as the dispatcher does
            return problem_of(error)


class MaskEnumeration(Enumeration):
    """All positions of all masked fields: of those that rules mask, and of those that
    depend on them, as Odoo itself has it for its recomputations.

    :param masked: ``{model: names}`` of the rules
    """

    def __init__(self, env, api_id, client_id, masked):
        super().__init__(env, api_id, client_id)
        self.masked = masked
        self.derived = self._dependents()

    def _dependents(self):
        """``{(model, name)}``, without those that have the value of a parent."""
        registry = self.env.registry
        queue = [
            self.env[model]._fields[name]
            for model, names in self.masked.items()
            for name in names
        ]
        named, seen = set(queue), set(queue)
        for field in queue:
            found = [each for each in registry.get_dependent_fields(field)]
            queue += [each for each in dict.fromkeys(found) if each not in seen]
            seen.update(found)
        return {(f.model_name, f.name) for f in seen - named if not f.inherited}

    def _links(self, models):
        """Those that are not masked themselves."""
        links = super()._links(models).items()
        return {
            comodel: (model, name)
            for comodel, (model, name) in links
            if name not in self.masked.get(model, ())
            and (model, name) not in self.derived
        }

    def _run_model(self, model, link):
        derived = {name for owner, name in self.derived if owner == model}
        for name in sorted(derived.union(self.masked.get(model, ()))):
            if not self.oracle.forbids(model, name):
                self.counts["fields"] += 1
                self._try(model, name, link)

    def _try(self, model, name, link):
        for position, (make, searched) in self.positions(link).items():
            if searched:
                self._expect_refusal(model, name, position, make)
        for make in (self.direct["expand"], self.direct["expand in JSON"]):
            given = self.answer(make(model, name))
            if not isinstance(given, Problem):
                self.leaks.append((model, name, "expand", given))
        self._expect_masks(model, name)

    def _expect_masks(self, model, name):
        given = self.answer(self._reading(model, name))
        if isinstance(given, Problem):
            self.withheld.append((model, name, given.code))
            return
        self.counts["shown"] += len(given.data)
        for row in given.data:
            value, derived = row[name], (model, name) in self.derived
            if value is not None and (derived or not MASKED.fullmatch(str(value))):
                self.leaks.append((model, name, "shown", value))

    def _reading(self, model, name):
        return _url(model, fields=name, limit="5", archived="include")


def _get(path, **members):
    return "GET", path, [], members


class TokenEnumeration(Enumeration):
    """The same in the words of the token dialect."""

    base = "/rest/all-tokens"
    turns = 1  # of some models, see ``some``
    direct = {
        "include_fields of a list": lambda m, n: _get(m, include_fields=[n]),
        "include_fields of a record": lambda m, n: _get(
            f"{m}/{NUMBER}", include_fields=[n]
        ),
        "include_fields of several": lambda m, n: _get(f"{m}/1,2", include_fields=[n]),
        "include_fields in the URL": lambda m, n: _url(m, include_fields=n),
        "exclude_fields": lambda m, n: _get(m, exclude_fields=[n]),
    }
    searched = {
        "filters =": lambda m, n: _get(m, filters=[[n, "=", "a"]]),
        "filters ilike": lambda m, n: _get(m, filters=[[n, "ilike", "a"]]),
        "filters child_of": lambda m, n: _get(m, filters=[[n, "child_of", 1]]),
        "filters in the URL": lambda m, n: _url(m, filters=_domain(n, "=", "a")),
        "order": lambda m, n: _get(m, order=f"{n} desc"),
        "order in the URL": lambda m, n: _url(m, order=n),
    }
    distant = {"dotted": lambda m, k, n: _get(m, include_fields=[f"{k}.{n}"])}
    distant_searched = {
        "dotted filters": lambda m, k, n: _get(m, filters=[[f"{k}.{n}", "=", "a"]]),
        "dotted order": lambda m, k, n: _get(m, order=f"{k}.{n}"),
    }
    written = {
        "body of a new record": lambda m, n: ("POST", m, [], {n: False}),
        "body of a change": lambda m, n: ("PUT", f"{m}/{NUMBER}", [], {n: False}),
        "values in the URL": lambda m, n: ("PUT", f"{m}/{NUMBER}", [(n, "1")], None),
    }

    def _reading(self, model, name):
        return _get(model, include_fields=[name], limit=1)


def _through(make, model, link):
    return lambda _comodel, name: make(model, link, name)


def _told(problem):
    """All that a client is told of a problem, but for the request's own words, and for
    the names of fields with a like spelling."""
    if not isinstance(problem, Problem):
        return "an answer"
    field_errors = map(repr, problem.errors)
    told = json.dumps([problem.status, problem.code, problem.detail, *field_errors])
    return HINT.sub("", told)


def some(env, models, step):
    """Each so-many-th of the models of large apps; all in full, and of few apps."""
    return models if IS_FULL or "hr.employee" not in env else models[::step]


def expose_everything(env):
    """An API with all models as resources, and a client with a plain user's rights:
    ``(api, client, models)``."""
    found = env["ir.model"].search([("transient", "=", False)], order="model")
    found = found.filtered(lambda m: m.model in env and not env[m.model]._abstract)
    everything = env["rest.api"].create(
        {
            "name": "All",
            "root_path": Enumeration.base,
            "token_dialect": True,
            "token_root_path": TokenEnumeration.base,
        }
    )
    env["rest.resource"].create(
        [
            {
                **dict.fromkeys([f"can_{right}" for right in RIGHTS], True),
                "api_id": everything.id,
                "model_id": model.id,
                "sensitive": True,
            }
            for model in found
        ]
    )
    return everything, found.mapped("model")


def as_user(env, user):
    return api.Environment(env.cr, user.id, {})
