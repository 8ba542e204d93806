"""Make an API key and collect the addons' requests; runs in ``odoo shell``.

ARGUMENTS is set before. Prints one line: the mark, and JSON with ``key`` and ``curl``
(a list of commands to paste).
"""

# ruff: noqa: F821
# pylint: disable=undefined-variable

import json

PLACEHOLDERS = ("$API_KEY", "<api-key>")


def api_key(env):
    """Return the last start's key, or a new one of the administrator."""
    admin = env.ref("base.user_admin")
    keys = env["res.users.apikeys"].with_user(admin).sudo()
    return ARGUMENTS["key"] or keys._generate(None, "setup/demo", None)


def curl_lines(env, key):
    """Return the example requests of the demo endpoints, if the addons have such."""
    lines = [f"curl {ARGUMENTS['url']}/web/health"]
    model = env.get("endpoint.endpoint")
    if model is not None and "curl_example" in model._fields:
        records = env["ir.model.data"].search([("model", "=", model._name)], order="id")
        examples = (
            model.browse(records.mapped("res_id")).exists().mapped("curl_example")
        )
        lines = [line for line in examples if line and "\n" not in line] or lines
    for placeholder in PLACEHOLDERS:
        lines = [line.replace(placeholder, key) for line in lines]
    return lines


parameters = env["ir.config_parameter"].sudo()
parameters.set_param("web.base.url", ARGUMENTS["url"])
parameters.set_param("web.base.url.freeze", "True")
key = api_key(env)
lines = curl_lines(env, key)
env.cr.commit()
print(ARGUMENTS["mark"] + json.dumps({"key": key, "curl": lines}))
