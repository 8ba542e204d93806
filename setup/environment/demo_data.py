"""Make keys and collect the addons' requests; runs in ``odoo shell``.

ARGUMENTS is set before. Prints one line: the mark, and JSON with ``key`` (of a user),
``curl`` (a list of commands that work as they are, of endpoints), ``rest_key`` (of a
client of the REST API) and ``rest`` (more such commands).
"""

# ruff: noqa: F821
# pylint: disable=undefined-variable

import json
import shlex

import yaml

# in the examples of endpoints, what the reader has to fill in
KEY, BODY, SESSION = "YOUR_API_KEY", "BODY", "session_id=YOUR_SESSION_ID"
# takes the tag out of the headers of an answer
ETAG = r"sed -n 's/\r$//; s/^ETag: //p'"


def api_key(env):
    """Return the last start's key, or a new one of the administrator."""
    admin = env.ref("base.user_admin")
    keys = env["res.users.apikeys"].with_user(admin).sudo()
    return ARGUMENTS["key"] or keys._generate(None, "setup/demo", None)


def demo_endpoints(env):
    """Return the endpoints that came with the addons."""
    model = env.get("endpoint.endpoint")
    if model is None or "curl_example" not in model._fields:
        return []
    data = env["ir.model.data"].search([("model", "=", model._name)], order="id")
    return model.browse(data.mapped("res_id")).exists().filtered("curl_example")


def sample_body(endpoint):
    """Return the first of the examples in an endpoint's JSON schema, or None."""
    if endpoint.request_content_type != "application/json":
        return None
    schema = yaml.safe_load(endpoint.request_content_schema or "") or {}
    return json.dumps(schema["examples"][0]) if schema.get("examples") else None


def curl_line(endpoint, key):
    """Return an endpoint's request with all filled in, or None if that cannot be."""
    words = shlex.split(endpoint.curl_example)
    if BODY in words:
        words[words.index(BODY)] = sample_body(endpoint)
    if None in words or SESSION in words:
        return None
    return shlex.join(word.replace(KEY, key) for word in words)


def rest_key(env):
    """Return the last start's key if it is good still, or a new one."""
    known = ARGUMENTS["rest_key"]
    prefix = known and known.split("_")[1]
    found = env["rest.credential"].search([("prefix", "=", prefix)])
    if found.state == "valid":
        return known
    client = env.ref("rest_api_core.demo_client_all")
    return client._generate_key(name="setup/demo")[1]


def rest_lines(env, key):
    """Return requests to API v1: list with filter, expand, create, patch, an error."""
    company = env.ref("base.res_partner_2")
    contacts = f"{ARGUMENTS['url']}/api/v1/res.partner"
    caller = ["-H", f"Authorization: Bearer {key}"]
    ask, read = ["curl", *caller], ["curl", "-G", *caller]
    send = [*ask, "-H", "Content-Type: application/json"]
    change = [*send, "-X", "PATCH"]
    filters = ["-d", "filter[is_company]=true", "-d", "filter[name][ilike]=a"]
    shape = ["-d", "fields=name,email", "-d", "sort=name", "-d", "limit=3"]
    country = '"country_id":{"fields":["name","code"]}'
    people = '"child_ids":{"fields":["name","function"],"limit":2}'
    tree = ["-d", "fields=name", "-d", f"expand={{{country},{people}}}"]
    body = json.dumps({"name": "Ada Lovelace", "parent_id": company.id})
    address = f"{contacts}/{company.id}"
    version = f"{shlex.join(['curl', '-sI', *caller, address])} | {ETAG}"
    return [
        shlex.join([*read, contacts, *filters, *shape]),
        shlex.join([*read, address, *tree]),
        shlex.join([*send, "-d", body, f"{contacts}?fields=name,parent_id"]),
        shlex.join([*change, "-d", '{"city": "London"}', f"{address}?fields=city"])
        + f' -H "If-Match: $({version})"',
        shlex.join([*read, contacts, "-d", "filter[color_of_hair]=red"]),
    ]


parameters = env["ir.config_parameter"].sudo()
parameters.set_param("web.base.url", ARGUMENTS["url"])
parameters.set_param("web.base.url.freeze", "True")
key = api_key(env)
lines = [curl_line(endpoint, key) for endpoint in demo_endpoints(env)]
lines = [line for line in lines if line] or [f"curl {ARGUMENTS['url']}/web/health"]
found = {"key": key, "curl": lines}
found["rest_key"] = rest_key(env)
found["rest"] = rest_lines(env, found["rest_key"])
env.cr.commit()
print(ARGUMENTS["mark"] + json.dumps(found))
