"""Make keys and collect the addons' requests; runs in ``odoo shell``.

ARGUMENTS is set before. Prints one line: the mark, and JSON with ``key`` (of a user),
``rest_key`` (of a client of the REST API), and lists of ``[caption, command]``:
``endpoint_requests`` and ``rest_requests``. Commands take what is the same in all of
them from the variables ODOO_URL, ODOO_KEY, REST_URL and REST_KEY.
"""

# ruff: noqa: F821
# pylint: disable=undefined-variable

import json
import shlex
import shutil

# in the examples of endpoints, what the reader has to fill in
KEY, BODY, SESSION = "YOUR_API_KEY", "BODY", "session_id=YOUR_SESSION_ID"
# takes the tag out of the headers of a response
ETAG = r"sed -n 's/\r$//; s/^ETag: //p'"
PRETTY = ["| python3 -m json.tool"] if shutil.which("python3") else []
CALLER = '-H "Authorization: Bearer $REST_KEY"'
JSON = "-H 'Content-Type: application/json'"
BREAK = " \\\n  "  # of a line that goes on
WIDTH = 88


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


def compact(word):
    """Return JSON of objects without its spaces: it cannot be broken into lines."""
    if not word.startswith("{"):
        return word
    return json.dumps(json.loads(word), separators=(",", ":"))


def curl_line(endpoint):
    """Return an endpoint's request with all filled in, or None if that cannot be."""
    words = shlex.split(endpoint.curl_example)
    if BODY in words or SESSION in words:
        return None
    names = {KEY: "$ODOO_KEY", ARGUMENTS["url"]: "$ODOO_URL"}
    return wrapped([with_variables(compact(word), names) for word in words])


def wrapped(words):
    """Return a command on as many lines as it takes, options beside their values."""
    groups = []
    for before, word in zip(["", *words], words, strict=False):
        if before.startswith("-") and not word.startswith("-"):
            groups[-1] += f" {word}"
        else:
            groups.append(word)
    lines = groups[:1]
    for group in groups[1:]:
        # what a break takes is two more
        if len(lines[-1]) + len(group) + 5 > WIDTH:
            lines.append(group)
        else:
            lines[-1] += f" {group}"
    return BREAK.join(lines)


def with_variables(word, names):
    """Return a word of a command, with the shell's variables in place of values."""
    changed = word
    for value, variable in names.items():
        changed = changed.replace(value, variable)
    return shlex.quote(word) if changed == word else f'"{changed}"'


def captioned(endpoint):
    """Return ``[caption, command]`` of an endpoint, or None."""
    line = curl_line(endpoint)
    return line and [endpoint.name.removeprefix("Demo: "), line]


def rest_key(env):
    """Return the last start's key if it is good still, or a new one."""
    known = ARGUMENTS["rest_key"]
    prefix = known and known.split("_")[1]
    found = env["rest.credential"].search([("prefix", "=", prefix)])
    if found.state == "valid":
        return known
    client = env.ref("rest_api_core.demo_client_all")
    return client._generate_key(name="setup/demo")[1]


def rest_lines(env):
    """Return ``[caption, command]``: reads, writes, and an error."""
    company = env.ref("base.res_partner_2").id
    return [*reads(company), *writes(company), *whole_lists()]


def reads(company):
    """Return requests that read a page of companies, and one with its relations."""
    contacts, one = '"$REST_URL/res.partner"', f'"$REST_URL/res.partner/{company}"'
    tree = "-d fields=name,country_id.name,child_ids.name,child_ids.function"
    return [
        [
            "Companies with an a in their name",
            rest_line(
                f"curl -sG {contacts}",
                "-d 'filter[is_company]=true' -d 'filter[name][ilike]=a'",
                "-d fields=name,email -d sort=name -d limit=3",
            ),
        ],
        [
            "A company with its country and its people",
            rest_line(f"curl -sG {one}", tree),
        ],
    ]


def writes(company):
    """Return requests that create and change contacts."""
    contacts, one = '"$REST_URL/res.partner"', f'"$REST_URL/res.partner/{company}"'
    new = shlex.quote(json.dumps({"name": "Ada Lovelace", "parent_id": company}))
    known = {"key": {"external_id": "shop.17"}, "data": {"name": "Grace Hopper"}}
    known = shlex.quote(json.dumps(known))
    return [
        ["Create a contact", rest_line(f"curl -s {contacts} {JSON}", f"-d {new}")],
        [
            "Change a city, unless the record was changed meanwhile",
            f"TAG=$(curl -sI {one} {CALLER}{BREAK}| {ETAG})\n"
            + rest_line(
                f"curl -s -X PATCH {one} {JSON}",
                """-H "If-Match: $TAG" -d '{"city": "London"}'""",
            ),
        ],
        [
            "Create or change the contact of a shop, however often this is sent",
            rest_line(f'curl -s "$REST_URL/res.partner/upsert" {JSON}', f"-d {known}"),
        ],
    ]


def whole_lists():
    """Return requests about all contacts, and one with an error."""
    contacts = '"$REST_URL/res.partner"'
    return [
        [
            "How many contacts there are in each country",
            rest_line(
                'curl -sG "$REST_URL/res.partner/aggregate"',
                "-d group_by=country_id -d sort=-id:count -d limit=3",
            ),
        ],
        [
            "All contacts as CSV",
            BREAK.join(
                [
                    f'curl -sG "$REST_URL/res.partner/export" {CALLER}',
                    "-d format=csv -d fields=name,email,city -d sort=name",
                ]
            ),
        ],
        [
            "An error says what is wrong",
            rest_line(f"curl -sG {contacts}", "-d 'filter[color_of_hair]=red'"),
        ],
    ]


def rest_line(start, *more):
    """Return a request with the key, a line for each part."""
    return BREAK.join([start, CALLER, *more, *PRETTY])


parameters = env["ir.config_parameter"].sudo()
parameters.set_param("web.base.url", ARGUMENTS["url"])
parameters.set_param("web.base.url.freeze", "True")
key = api_key(env)
lines = [line for line in map(captioned, demo_endpoints(env)) if line]
found = {"key": key, "endpoint_requests": lines}
found["rest_key"] = rest_key(env)
found["rest_requests"] = rest_lines(env)
env.cr.commit()
print(ARGUMENTS["mark"] + json.dumps(found))
