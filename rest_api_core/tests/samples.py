"""A request that succeeds for each route of the table of operations.

Other addons that add rows add samples: ``SAMPLES["GET <model>/neighbours"] = {}``.
"""

import base64
import json
from datetime import datetime, timedelta, timezone

USER = "rest_user"  # login and password of the user of a case
# internal users of Odoo need keys that end
SOON = f"{datetime.now(timezone.utc) + timedelta(hours=12):%Y-%m-%dT%H:%M:%SZ}"
P, REPORT, METHOD = "res.partner", "rest_test.report", "rest_probe"
MODEL_METHOD = "rest_probe_model"
OCTETS = {"Content-Type": "application/octet-stream"}
FILE = {"name": "a.txt", "datas": base64.b64encode(b"hello").decode()}
# a PNG of one pixel
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


def _params(**values):
    return {"params": values}


def _body(body):
    return {"json_body": body}


def _bytes(content, **headers):
    return {"data": content, "headers": {**OCTETS, **headers}}


# route → options of ``self.rest.ask``. "{id}" is that of the partner
SAMPLES = {
    "GET ": {},
    "GET health": {},
    "GET limits": {},
    "GET <model>/fields": _params(fields="name"),
    "GET <model>": _params(limit="1"),
    "QUERY <model>": _body({"limit": 1}),
    "POST <model>/search": _body({"limit": 1}),
    "GET <model>/count": {},
    "GET <model>/aggregate": _params(group_by="is_company"),
    "QUERY <model>/aggregate": _body({"group_by": ["is_company"]}),
    "POST <model>/aggregate": _body({"group_by": ["is_company"]}),
    "GET <model>/bulk": _params(ids="{id}"),
    "POST <model>/bulk": _body({"ids": ["{id}"]}),
    "GET <model>/<ids>": {},
    "GET <model>/export": _params(fields="name", limit="1"),
    "QUERY <model>/export": _body({"fields": ["name"], "limit": 1}),
    "POST <model>/export": _body({"fields": ["name"], "limit": 1}),
    "GET <model>/changes": _params(limit="1"),
    "GET changes": _params(models=P, limit="1"),
    "POST <model>": _body({"name": "New"}),
    "POST <model>/upsert": _body({"key": {"ref": "K"}, "data": {"name": "New"}}),
    "PATCH <model>": _body({"ids": ["{id}"], "data": {"city": "Gent"}}),
    "PATCH <model>/<ids>": _body({"city": "Gent"}),
    "PUT <model>/<ids>": _body({"name": "Other"}),
    "DELETE <model>/<ids>": _params(force="true"),
    "POST <model>/<ids>/archive": {},
    "POST <model>/<ids>/restore": {},
    "POST <model>/<ids>/copy": _body({"name": "Copy"}),
    "POST <model>/call/<name>": _body({"args": [1]}),
    "POST <model>/<ids>/call/<name>": _body({"args": [1]}),
    "POST batch": _body(
        {"operations": [{"op": "create", "model": P, "data": {"name": "New"}}]}
    ),
    "POST <model>/batch": _body({"operations": [{"op": "delete", "id": "{id}"}]}),
    "GET <model>/<id>/content/<name>": {},
    "PUT <model>/<id>/content/<name>": _bytes(PIXEL),
    "GET <model>/<id>/attachments": {},
    "POST <model>/<id>/attachments": _body(FILE),
    "GET attachments/<id>": {},
    "GET attachments/<id>/content": {},
    "PUT attachments/<id>/content": _bytes(b"other"),
    "DELETE attachments/<id>": {},
    "GET jobs": {},
    "GET jobs/<id>": {},
    "GET jobs/<id>/files/<file>": {},
    "DELETE jobs/<id>": {},
    "POST <model>/import": _bytes("name\nNew\n", **{"Content-Type": "text/csv"}),
    "PUT jobs/<id>/parts/<part>": _bytes("name\nOther\n"),
    "POST jobs/<id>/start": {},
    "POST auth/login": _body({"login": USER, "password": USER}),
    "POST auth/logout": {},
    "GET auth/check": {},
    "GET user/me": {},
    "PATCH user/me": _body({"name": "Other"}),
    "POST auth/password": _body({"old": USER, "new": "another password"}),
    "POST auth/password/reset": _body({"login": USER}),
    "GET auth/keys": {},
    "POST auth/keys": _body({"name": "Telephone", "expires_at": SOON}),
    "DELETE auth/keys/<id>": {},
    "GET sdk/<name>": {},
    "GET admin/clients": _params(limit="1"),
    "POST admin/clients": _body({"name": "New", "user_id": "{user}"}),
    "GET admin/clients/<id>": {},
    "PATCH admin/clients/<id>": _body({"note": "Other"}),
    "DELETE admin/clients/<id>": {},
    "GET admin/keys": _params(limit="1"),
    "POST admin/keys": _body({"client_id": "{client}"}),
    "GET admin/keys/<id>": {},
    "POST admin/keys/<id>/rotate": _body({"overlap_hours": 1}),
    "POST admin/keys/<id>/revoke": {},
    "DELETE admin/keys/<id>": {},
    "GET admin/tokens": _params(limit="1"),
    "GET admin/tokens/<id>": {},
    "POST admin/tokens/<id>/revoke": {},
    "DELETE admin/tokens/<id>": {},
    # the log grows with each request: no entry has this method
    "GET admin/logs": _params(limit="1", method="BREW"),
    "GET admin/logs/<id>": {},
    "DELETE admin/logs/<id>": {},
    "GET reports": {},
    "GET reports/<report>/<ids>": _params(format="html"),
    "POST reports/<report>/<ids>": _body({"format": "text"}),
}


def options(route, **ids):
    """The options of a sample, as a copy of its own.

    :param ids: of the records that samples name: ``id``, ``client``, ``user``
    """
    sample = {"params": {}, "headers": {}, **SAMPLES[route]}
    body = {name: sample.pop(name) for name in ("data",) if name in sample}
    text = json.dumps(sample)
    for name, number in ids.items():
        text = text.replace(f'"{{{name}}}"', str(number))
    return {**json.loads(text), **body}
