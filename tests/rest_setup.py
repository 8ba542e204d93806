"""What tests of the whole REST API set up: an API, resources, clients with keys."""

import json

import kit

ROOT = "/api/v1"
SOURCE = """
import json
from odoo import Command

ROOT = {root!r}
api = env["rest.api"].search([("root_path", "=", ROOT)])
# tests send as many wrong keys as they like
api.anonymous_rate_limit = 0
everything = dict.fromkeys(
    ["can_" + right for right in "read create update delete archive restore".split()],
    True,
)

def expose(model, api=api, **values):
    known = api.resource_ids.filtered(lambda resource: resource.model == model)
    values = {{**everything, **values}}
    if known:
        known.write(values)
        return known
    model_id = env["ir.model"]._get_id(model)
    return env["rest.resource"].create(
        {{"api_id": api.id, "model_id": model_id, **values}}
    )

def make_user(login, *groups, **values):
    groups = groups or ("base.group_user", "base.group_partner_manager")
    ids = [env.ref(group).id for group in groups]
    return env["res.users"].create({{
        "name": login, "login": login, "group_ids": [Command.set(ids)], **values,
    }})

def make_client(user, **values):
    values = {{"all_resources": True, **values}}
    client = env["rest.client"].create(
        {{"name": user.login, "user_id": user.id, **values}}
    )
    credential, key = client._generate_key()
    return {{
        "client": client.id, "user": user.id, "credential": credential.id, "key": key,
    }}

result = {{}}
{source}
env.cr.commit()
print("RESULT " + json.dumps(result))
"""


def set_up(database, source, *options):
    """Run ``source`` in a shell with the functions above; returns its ``result``."""
    printed = kit.shell(database, SOURCE.format(root=ROOT, source=source), *options)
    return json.loads(printed.partition("RESULT ")[2])


def bearer(key):
    """The header that shows a key."""
    return {"Authorization": f"Bearer {key}"}
