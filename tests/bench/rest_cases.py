"""The requests of the suite ``rest``: each case, its variants, and what is wanted.

``rest`` has everything on: key, scope, field rules, limit in the database, log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xmlrpc.client import dumps

from .addon_file import ADDONS, load
from .case import Case, Request

setting = load("bench_rest_constants", ADDONS / "bench_rest" / "constants.py")

READ, LIST, RELATED = "read one", "list of 80", "list of 80, two relations expanded"
AGGREGATE, FEW = "aggregate by country", "aggregate of 1,000 partners"
JSON = ("Content-Type", "application/json")
NAMES = ",".join(setting.FIELDS)
PLAIN = "name,email,phone,city"
WIDE = f"{PLAIN},street,street2,zip,website,ref,lang,tz,function,type,active,color"
EXPANDED = "name,email,country_id.name,country_id.code,category_id.name"
EXPANDED += ",category_id.color"
NEW = {"name": "Zoe", "email": "new@example.com", "phone": "+32 2", "city": "Ghent"}
CHANGE = {"phone": "+32 __NUMBER__", "city": "City __NUMBER__"}
UNKNOWN = "no/such/path"


@dataclass(frozen=True)
class Goal:
    """``rest`` shall be ``least`` times faster than a variant (``aim``: wished for).

    With ``most`` it shall take at most that many times as long.
    """

    against: str
    least: float = 0.0
    aim: float = 0.0
    most: float = 0.0
    variant: str = "rest"


GOALS = {
    READ: [
        Goal("json2", 1.8, 2.5),
        Goal("xmlrpc", 1.15),
        Goal("bare", 0.95, 1.3),
        Goal("lean", aim=0.8),
    ],
    LIST: [Goal("json2", 1.7, 2.5), Goal("bare", 1.05, 1.5), Goal("lean", aim=0.8)],
    # PostgreSQL counts 100,000 rows on all sides, which takes most of the time
    "list of 80, counted": [Goal("json2", 1.0, 1.7), Goal("bare", 1.0, 1.05)],
    RELATED: [Goal("json2", 1.3), Goal("bare", 1.0)],
    AGGREGATE: [Goal("bare", most=1.2)],
    FEW: [Goal("bare", most=1.2)],
    "create": [
        Goal("json2", 1.05, variant="minimal"),
        Goal("json2", 1.05),
        Goal("bare", aim=0.95, variant="minimal"),
    ],
    "patch": [
        Goal("json2", 1.1, variant="minimal"),
        Goal("json2", 1.1),
        Goal("bare", aim=0.95, variant="minimal"),
    ],
    "create, whole record": [Goal("minimal", most=1.25)],
    "patch, whole record": [Goal("minimal", most=1.25)],
    # a hundred requests of one take ten times as long: each of them a tenth of a batch
    "batch of 100 creates": [Goal("list", most=1.1), Goal("single", least=0.1)],
    "304 of a read": [Goal("whole", 3.0)],
    "304 of a read of plain columns": [Goal("whole", 3.0)],
    "304 of a list": [Goal("whole", 1.0, 3.0)],
    "304 of 1,000 plain rows": [Goal("whole", 3.0)],
    "page behind row 90,000": [Goal("first", most=1.15), Goal("offset", 1.0)],
    "the same, by name": [Goal("first", most=1.15), Goal("offset", 1.0)],
    "read, log and limit": [Goal("off", most=1.3)],
    "patch, log and limit": [Goal("off", most=1.15)],
    "404": [Goal("odoo", most=0.4)],
}


@dataclass(frozen=True)
class Facts:
    """What is known of the database, and of the answers of a running server.

    ``tags``: path → entity tag; ``cursors``: sort → cursor of the page wanted.
    """

    database: str
    user: int
    key: str
    json2_key: str
    first: int
    partners: int
    tags: Mapping[str, str]
    cursors: Mapping[str, str]

    @property
    def one(self) -> int:
        return self.first + self.partners // 4

    @property
    def ids(self) -> tuple[int, int]:
        """Those that are changed: none whose tag is wanted."""
        half = self.partners // 2
        return self.first + half, half

    def get(self, tag: str = "") -> Request:
        """Return a GET with our key; with a tag it expects 304."""
        headers = [("Authorization", f"Bearer {self.key}")]
        if tag:
            headers.append(("If-None-Match", tag))
        return Request(headers=tuple(headers), status=304 if tag else 200)

    def send(self, method: str, values: Mapping, status: int, *more: tuple) -> Request:
        """Return a request with our key and a body; ``more``: headers."""
        headers = (JSON, *self.get().headers, *more)
        return Request(method, json.dumps(values), headers, status, self.ids)

    def json2(self, **values: object) -> Request:
        """Return a call of JSON-2."""
        headers = (JSON, ("Authorization", f"Bearer {self.json2_key}"))
        return Request("POST", json.dumps(values), headers, ids=self.ids)

    def xmlrpc(self, method: str, *args: object, **kwargs: object) -> Request:
        """Return a call of XML-RPC."""
        who = (self.database, self.user, self.json2_key)
        body = dumps((*who, "res.partner", method, args, kwargs), "execute_kw")
        return Request("POST", body, (("Content-Type", "text/xml"),))


def path_of(api: str, record: object = "", **query: object) -> str:
    """Return the path of partners, or of one."""
    end = f"/{record}" if record else ""
    parameters = f"?{urlencode(query, safe=',:[]')}" if query else ""
    return f"{api}/res.partner{end}{parameters}"


def groups_path(**query: object) -> str:
    """Return the path of the groups that the other side has."""
    wanted = {"group_by": "country_id", "aggregate": "id:count,color:sum", **query}
    return path_of(setting.ON, "aggregate", **wanted)


def list_path(**query: object) -> str:
    """Return the path of a list as the other sides have it."""
    wanted = {"fields": NAMES, "limit": 80, "sort": "id", "count": "none", **query}
    return path_of(setting.ON, **wanted)


def tagged_paths(facts: Facts) -> dict[str, str]:
    """Case → the path whose tag is wanted."""
    return {
        "304 of a read": path_of(setting.ON, facts.one, fields=NAMES),
        "304 of a read of plain columns": path_of(setting.ON, facts.one, fields=PLAIN),
        "304 of a list": list_path(),
        "304 of 1,000 plain rows": list_path(fields=WIDE, limit=1000),
    }


def cases(facts: Facts) -> list[Case]:
    """Return all cases."""
    return [
        *_reads(facts),
        *_lists(facts),
        *_aggregates(facts),
        *_writes(facts),
        *_not_modified(facts),
        *(_deep(facts, name, sort) for name, sort in SORTS.items()),
        *_on_and_off(facts),
        _unknown(facts),
    ]


def _case(
    name: str, unlike: tuple[str, ...] = (), **variants: tuple[str, Request]
) -> Case:
    paths = {variant: path for variant, (path, _request) in variants.items()}
    requests = {variant: request for variant, (_path, request) in variants.items()}
    return Case(name, requests["rest"], paths, requests=requests, unlike=unlike)


def _reads(facts: Facts) -> list[Case]:
    one, fields = facts.one, setting.FIELDS
    case = _case(
        READ,
        rest=(path_of(setting.ON, one, fields=NAMES), facts.get()),
        json2=("/json/2/res.partner/read", facts.json2(ids=[one], fields=fields)),
        xmlrpc=("/xmlrpc/2/object", facts.xmlrpc("read", [one], fields)),
        bare=(f"/bench/bare/one/{one}", Request()),
        lean=(f"/bench/lean/one/{one}", facts.get()),
    )
    return [case]


def _lists(facts: Facts) -> list[Case]:
    search = {"domain": [], "limit": 80, "order": "id"}
    plain = facts.json2(**search, fields=setting.FIELDS)
    counted = facts.json2(**search, specification=dict.fromkeys(setting.FIELDS, {}))
    related = {"specification": setting.RELATED, "count_limit": setting.ENOUGH}
    web_search_read = "/json/2/res.partner/web_search_read"
    return [
        _case(
            LIST,
            rest=(list_path(), facts.get()),
            json2=("/json/2/res.partner/search_read", plain),
            bare=("/bench/bare/list", Request()),
            lean=("/bench/lean/list", facts.get()),
        ),
        _case(
            "list of 80, counted",
            rest=(list_path(count="exact"), facts.get()),
            json2=(web_search_read, counted),
            bare=("/bench/bare/counted", Request()),
        ),
        _case(
            RELATED,
            rest=(list_path(fields=EXPANDED), facts.get()),
            json2=(web_search_read, facts.json2(**search, **related)),
            bare=("/bench/bare/related", Request()),
        ),
    ]


def _aggregates(facts: Facts) -> list[Case]:
    below = facts.first + 1000
    return [
        _case(
            AGGREGATE,
            rest=(groups_path(), facts.get()),
            bare=("/bench/bare/aggregate", Request()),
        ),
        _case(
            FEW,
            rest=(groups_path(**{"filter[id][lt]": below}), facts.get()),
            bare=(f"/bench/bare/aggregate?below={below}", Request()),
        ),
    ]


MINIMAL = ("Prefer", "return=minimal")


def _writes(facts: Facts) -> list[Case]:
    changed = facts.json2(ids=["__ID__"], vals=CHANGE)
    body = changed.body.replace('"__ID__"', "__ID__")
    changed = Request("POST", body, changed.headers, ids=facts.ids)
    bare = Request("POST", json.dumps(NEW), (JSON,))
    bare_change = Request("PATCH", json.dumps(CHANGE), (JSON,), ids=facts.ids)
    one, every = path_of(setting.ON, fields=NAMES), path_of(setting.ON, "__ID__")
    return [
        _case(
            "create",
            rest=(one, facts.send("POST", NEW, 201)),
            minimal=(path_of(setting.ON), facts.send("POST", NEW, 201, MINIMAL)),
            json2=("/json/2/res.partner/create", facts.json2(vals_list=[NEW])),
            bare=("/bench/bare/create", bare),
        ),
        _case(
            "patch",
            rest=(f"{every}?fields={NAMES}", facts.send("PATCH", CHANGE, 200)),
            minimal=(every, facts.send("PATCH", CHANGE, 204, MINIMAL)),
            json2=("/json/2/res.partner/write", changed),
            bare=("/bench/bare/write/__ID__", bare_change),
        ),
        *_whole(facts, every),
        _batch(facts),
    ]


def _whole(facts: Facts, every: str) -> list[Case]:
    """Return writes whose response has all fields of a plain read."""
    every_one, new = path_of(setting.ON), facts.send("POST", NEW, 201)
    new_minimal = facts.send("POST", NEW, 201, MINIMAL)
    minimal = facts.send("PATCH", CHANGE, 204, MINIMAL)
    return [
        _case(
            "create, whole record",
            rest=(every_one, new),
            minimal=(every_one, new_minimal),
        ),
        _case(
            "patch, whole record",
            rest=(every, facts.send("PATCH", CHANGE, 200)),
            minimal=(every, minimal),
        ),
    ]


def _batch(facts: Facts) -> Case:
    step = {"op": "create", "model": "res.partner", "data": NEW}
    batch = facts.send("POST", {"operations": [step] * 100}, 200, MINIMAL)
    path = path_of(setting.ON)
    return _case(
        "batch of 100 creates",
        unlike=("single",),
        rest=(f"{setting.ON}/batch", batch),
        list=(path, facts.send("POST", [NEW] * 100, 201, MINIMAL)),
        single=(path, facts.send("POST", NEW, 201, MINIMAL)),
    )


def _not_modified(facts: Facts) -> list[Case]:
    paths = tagged_paths(facts)
    return [
        _case(
            name,
            rest=(path, facts.get(facts.tags[name])),
            whole=(path, facts.get()),
        )
        for name, path in paths.items()
    ]


SORTS = {"page behind row 90,000": "id", "the same, by name": "name"}


def _deep(facts: Facts, name: str, sort: str) -> Case:
    page = {"fields": NAMES, "limit": 80, "sort": sort}
    offset = facts.partners * 9 // 10
    deep = {"cursor": facts.cursors[sort]}
    far = {"offset": offset, "count": "none"}
    return _case(
        name,
        unlike=("first",),
        rest=(path_of(setting.ON, **page, **deep), facts.get()),
        first=(path_of(setting.ON, **page, cursor=""), facts.get()),
        offset=(path_of(setting.ON, **page, **far), facts.get()),
    )


def _on_and_off(facts: Facts) -> list[Case]:
    change = facts.send("PATCH", CHANGE, 204, MINIMAL)
    apis = {"rest": setting.ON, "off": setting.OFF}
    reads = {v: path_of(api, facts.one, fields=NAMES) for v, api in apis.items()}
    writes = {v: path_of(api, "__ID__") for v, api in apis.items()}
    return [
        _case("read, log and limit", **{v: (p, facts.get()) for v, p in reads.items()}),
        _case("patch, log and limit", **{v: (p, change) for v, p in writes.items()}),
    ]


def _unknown(facts: Facts) -> Case:
    ours = Request(headers=facts.get().headers, status=404)
    return _case(
        "404",
        rest=(f"{setting.ON}/{UNKNOWN}", ours),
        odoo=(f"/{UNKNOWN}", Request(status=404)),
    )
