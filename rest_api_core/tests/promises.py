"""Asks for what ``/fields`` promises, and for what it does not.

    Promises    all fields × filterable, sortable, groupable, expandable, writable
    Survey      each model × list, count, read: no 500

Everything goes through the pipeline of a request; what a body would do is asked of the
writer's own plan, so that no record is made.
"""

import json
from functools import cached_property, partial

from ..body.changes import Changes
from ..body.reading import Reading
from ..query.aggregate import FUNCTIONS
from ..wire.problem import BodyFieldRefused, Forbidden, PolicyProblem, Problem
from .enumeration import NUMBER, Enumeration, _url

# what each type can be compared with
_OPERANDS = {
    "boolean": True,
    "date": "2026-01-31",
    "datetime": "2026-01-31",
    **dict.fromkeys(("integer", "float", "monetary", "many2one_reference"), 1),
    **dict.fromkeys(("many2one", "one2many", "many2many"), 1),
    **dict.fromkeys(("char", "text", "html", "selection", "reference"), "a"),
}
# what a body may have of each; others take null
_VALUES = {
    "boolean": True,
    "integer": 1,
    "float": 1,
    "monetary": 1,
    "one2many": [{}],
    "many2many": [],
    "properties": {},
}
USES = ("filterable", "sortable", "groupable", "expandable", "writable")

# Searches of Odoo that fail on ``=``, which only its own clients do not send: a 400
_FAILING = frozenset((("account.group", "display_name"),))


class Promises(Enumeration):
    """``broken`` are ``(model, field, use, promised, what came)``."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.broken = []

    def _run_model(self, model, _link):
        described = self.answer(_url(f"{model}/fields"))
        if isinstance(described, Problem):
            return
        for name, told in described.data.items():
            self.counts["fields"] += 1
            for use in USES:
                came = getattr(self, f"_try_{use}")(model, name, told)
                if (came is None) is not told[use]:
                    self.broken.append((model, name, use, told[use], came))
            for function in sorted(FUNCTIONS):
                promised = function in told["aggregates"]
                came = self._try_function(model, name, function)
                if (came is None) is not promised:
                    self.broken.append((model, name, function, promised, came))

    def _try_filterable(self, model, name, told):
        leaf = [name, "=", _OPERANDS.get(told["type"])]
        refused = self._refused(_url(f"{model}/count", filter=json.dumps([leaf])))
        if (model, name) in _FAILING and "query.filter" in (refused or ""):
            return None
        return refused

    def _try_sortable(self, model, name, _told):
        return self._refused(_url(model, sort=name, fields="id", limit="1"))

    def _try_groupable(self, model, name, _told):
        return self._refused(_url(f"{model}/aggregate", group_by=name, limit="1"))

    def _try_function(self, model, name, function):
        key = f"{name}:{function}"
        return self._refused(_url(f"{model}/aggregate", aggregate=key))

    def _try_expandable(self, model, name, _told):
        tree = json.dumps({name: {"fields": ["id"], "limit": 1}})
        request = _url(model, fields="id", expand=tree, limit="1")
        # that a record is computed from others, which the user may not read, is no
        # property of the field
        field = self.env[model]._fields.get(name)  # none for external ids
        is_computed = field is not None and not field.store
        forbidden = is_computed and isinstance(self.answer(request), Forbidden)
        return None if forbidden else self._refused(request)

    def _refused(self, request):
        given = self.answer(request)
        return repr(given) if isinstance(given, Problem) else None

    # --- bodies ----------------------------------------------------------------------

    def _try_writable(self, model, name, told):
        """The problem that says that there can be no value."""
        values = [_VALUES.get(told["type"])]
        if told["type"] == "one2many":
            values = self._lines(told["relation"])
        refused = [self._write_refused(model, name, value) for value in values]
        return None if None in refused else refused[0]

    def _lines(self, comodel):
        """A new line, one that changes and one that goes."""
        fields = self._context.fields_of(comodel, "body").items()
        plain = [f for _name, f in fields if not (f.required or f.virtual)]
        changed = [
            [{"id": NUMBER, field.name: _VALUES.get(field.type)}]
            for field in sorted(plain, key=lambda field: field.name)
            if field.type != "one2many"
        ][:1]
        return [[{}], *changed, [{"id": NUMBER, "_delete": True}]]

    def _write_refused(self, model, name, value):
        try:
            self._plan(model, {name: value})
            if name == self.env[model]._active_name:
                self._archive(model, name)
        except (BodyFieldRefused, PolicyProblem) as problem:
            return repr(problem)
        except Problem:
            return None  # of the value, not of the field
        return None

    def _archive(self, model, name):
        """Set the field of a record to what it is not; a new one may have any value."""
        if self._context.catalog.policy(model).may("create"):
            return
        record = self.env[model].sudo().search([], limit=1)
        values = [(model, record.id, {name: not record[name]}, "#")]
        self.env["rest.write.guard"]._check_archiving(self._context, values)

    def _plan(self, model, values):
        context = self._context
        context.catalog.writable(model) or self._refuse_body(model)
        reading = Reading(partial(context.fields_of, position="body"))
        changes = reading.changes(model, reading.new(values, 1))
        self.env["rest.relation"]._consequences(
            context, Changes(model, changes.items), 1
        )

    def _refuse_body(self, model):
        raise PolicyProblem(f"nothing of {model} is written")

    @cached_property
    def _context(self):
        api = self.env["rest.configuration"]._api(self.api_id)
        return self.env["rest.context"]._make(api, self.caller)


class Survey(Enumeration):
    """``failures`` are ``(model, request, what came)`` with status 500."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.failures = []

    def _run_model(self, model, _link):
        every = dict.fromkeys(self._shown(model))
        requests = [
            _url(model, limit="2"),
            _url(model, limit="2", archived="include", fields=",".join(every) or "id"),
            _url(model, limit="1", cursor=""),
            _url(f"{model}/count"),
            _url(f"{model}/bulk", ids="1,2"),
            _url(f"{model}/1"),
        ]
        for request in requests:
            self.counts["asked"] += 1
            given = self.answer(request)
            if isinstance(given, Problem) and given.status == 500:
                self.failures.append((model, request, repr(given)))

    def _shown(self, model):
        described = self.answer(_url(f"{model}/fields"))
        return () if isinstance(described, Problem) else described.data
