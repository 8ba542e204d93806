"""Make an API key and collect the addons' requests; runs in ``odoo shell``.

ARGUMENTS is set before. Prints one line: the mark, and JSON with ``key`` and ``curl``
(a list of commands that work as they are).
"""

# ruff: noqa: F821
# pylint: disable=undefined-variable

import json
import shlex

import yaml

# in the examples of endpoints, what the reader has to fill in
KEY, BODY, SESSION = "YOUR_API_KEY", "BODY", "session_id=YOUR_SESSION_ID"


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


parameters = env["ir.config_parameter"].sudo()
parameters.set_param("web.base.url", ARGUMENTS["url"])
parameters.set_param("web.base.url.freeze", "True")
key = api_key(env)
lines = [curl_line(endpoint, key) for endpoint in demo_endpoints(env)]
lines = [line for line in lines if line] or [f"curl {ARGUMENTS['url']}/web/health"]
env.cr.commit()
print(ARGUMENTS["mark"] + json.dumps({"key": key, "curl": lines}))
