"""The clients that the API serves, each in its own runtime, against a real server.

All do the same (``tests/clients/sdk_*``), through a proxy that loses responses. Dart
has no runtime here: its client is parsed.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import debian
import kit
import pytest
from flaky_proxy import FlakyProxy
from rest_setup import ROOT, bearer, set_up
from server_log import complaints
from web_client import ask

CLIENTS = Path(__file__).resolve().parent / "clients"
USAGE = CLIENTS.parents[1] / "rest_api_core/readme/USAGE.md"
FILES = {
    "python": "odoo_rest.py",
    "javascript": "odoo-rest.mjs",
    "typescript": "odoo-rest.d.mts",
    "php": "OdooRest.php",
    "flutter": "odoo_rest.dart",
}
# labels that would end comments and strings
ODD = '*/ ?> <?php die(); </script> \' " \\ ${x} $x {$x} `\n\u202e """ @@TITLE@@'
SET_UP = f"""
odd = {ODD!r}
model = env["ir.model"]._get("res.country")
model.name = odd
env["ir.model.fields"].create({{
    "model_id": model.id, "name": "x_odd", "field_description": odd, "help": odd,
    "ttype": "selection",
    "selection_ids": [(0, 0, {{"value": odd, "name": odd}})],
}})
env["res.lang"]._activate_lang("fr_FR")
expose("res.partner.category")
partner = expose("res.partner")
env["rest.resource.method"].create(
    {{"resource_id": partner.id, "name": "address_get", "readonly": True}}
)
expose("res.country")
result = make_client(make_user("sdk"))
client = env["rest.client"].browse(result["client"])
result["oauth"] = [client.oauth_client_id, client._generate_key("oauth_secret")[1]]
"""
EXPECTED = {
    "login": "sdk",
    "wrong key": [401, "auth.invalid", []],
    "list": list("EDCBA"),
    "most": 3,
    "count": 5,
    "read many": ["B", "A"],
    "retry": [True, 1],
    "limit": 6,
    "quota": [429, "policy.quota", []],
    "moved": True,
    "timeout": ["connection"],
    "update": 3,
    "conflict": [412, "record.precondition", []],
    "replace": "A",
    "update many": [5, 5],
    "error": [422, "body.field", ["#/nme"]],
    "missing": [404, "record.not_found", []],
    "upsert": [True, False],
    "copy": True,
    "archived": 1,
    "call": True,
    "aggregate": [{"city": "Gent", "id:count": 1}],
    "dry run": [True, 0],
    "batch": [201, 201],
    "ref": True,
    "export": [*"ABCDE", "w"],
    "changes": ["update", True, 7],
    "import": ["created", "created"],
    "file": "Paid.",
    "other file": "Unpaid.",
    "files": 0,
    "content": "89504e47",
    "upsert many": 2,
    "partial": [201, 422],
    "feed": "res.partner.category",
    "export job": [8, 8],
    "parts": 300,
    "oauth": 8,
    "renewed": 8,
    "language": "fr-FR",
    "deleted": 404,
}
EXPECTED_ASYNC = {
    "login": "sdk",
    "list": list("EDCBA"),
    "retry": [True, 6],
    "conflict": [412, "record.precondition"],
    "export": [*"ABCDE", "w"],
    "changes": ["update", True],
    "batch": [201],
    "import": 1,
}


@pytest.fixture(scope="module")
def database():
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture(scope="module")
def key(known):
    return known["key"]


@pytest.fixture(scope="module")
def server(database, key):
    """Without workers, with the scheduled action that performs jobs."""
    with kit.Server(database) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(server):
    with FlakyProxy(server.url) as running:
        yield running


@pytest.fixture(scope="module")
def folder(proxy, key, tmp_path_factory):
    """With the files as the API serves them, and the programs that use them."""
    found = tmp_path_factory.mktemp("sdks")
    for language, name in FILES.items():
        response = ask(f"{proxy.url}{ROOT}/sdk/{language}", headers=bearer(key))
        assert response.status_code == 200, response.text
        assert f"UTF-8''{name}" in response.headers["Content-Disposition"]
        found.joinpath(name).write_bytes(response.content)
    for program in CLIENTS.glob("sdk*"):
        shutil.copy(program, found)
    return found


def without_memory_limit():
    """Odoo limits the address space of its process; Node.js reserves far more."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


@pytest.fixture
def run(folder, proxy, known):
    """``run(*command)``: what it prints, run where the files are."""
    environment = {
        **os.environ,
        "API": f"{proxy.url}{ROOT}",
        "REST_KEY": known["key"],
        **dict(zip(("OAUTH_ID", "OAUTH_SECRET"), known["oauth"], strict=True)),
        "NO_PROXY": "*",
        "no_proxy": "*",
    }

    def run(*command, **variables):
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
            preexec_fn=without_memory_limit,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
        return done.stdout

    return run


@pytest.fixture
def node():
    debian.ensure_installed({"node": "nodejs", "npm": "npm"})


@pytest.fixture
def php():
    """PHP with curl: the extension is no program, but comes with the package."""
    debian.ensure_installed({"php": "php-cli"})
    modules = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True)
    if "curl" not in modules.stdout.split():
        debian.install(["php-curl"])


def check_requests(proxy, known, prefix):
    """A write that got no response was sent again with its key, and credentials went
    where they belong."""
    tries = proxy.received(f"{prefix}retry")
    assert len(tries) == 4
    keys = {
        headers.get("Idempotency-Key", headers.get("idempotency-key"))
        for headers in tries
    }
    assert len(keys) == 1 and None not in keys
    assert proxy.elsewhere == []
    authorization, body = proxy.tokens[-1]
    pair = ":".join(known["oauth"]).encode()
    assert authorization == f"Basic {b64encode(pair).decode()}"
    assert body == "grant_type=client_credentials"


def test_python(run, proxy, known, key):
    assert json.loads(run(sys.executable, "sdk_sync.py", key, "py")) == EXPECTED
    check_requests(proxy, known, "py")


def test_python_with_asyncio(run, key):
    printed = run(sys.executable, "sdk_async.py", key, "aio")
    assert json.loads(printed) == EXPECTED_ASYNC


def test_types_of_python(run):
    files = ("odoo_rest.py", "sdk_sync.py", "sdk_async.py")
    libraries = str(kit.libraries("mypy==1.18.2"))
    options = ("--strict", "--python-version", "3.10", "--no-incremental")
    run(sys.executable, "-m", "mypy", *options, *files, PYTHONPATH=libraries)


def test_javascript(run, node, proxy, known, key):
    assert json.loads(run("node", "sdk_node.mjs", key, "js")) == EXPECTED
    check_requests(proxy, known, "js")


def test_types_of_javascript(run, node):
    compiler = kit.node_packages("typescript@5.9.3") / "typescript/bin/tsc"
    options = "--strict --noEmit --target es2022 --module nodenext --lib es2023,dom"
    run("node", str(compiler), *options.split(), "sdk_types.mts")


def test_php(run, php, proxy, known, key):
    run("php", "-l", "OdooRest.php")
    assert json.loads(run("php", "sdk.php", key, "php")) == EXPECTED
    check_requests(proxy, known, "php")


PARSE = """
import sys
import tree_sitter_dart_orchard as dart
from tree_sitter import Language, Parser

content = open(sys.argv[1], "rb").read()
nodes = [Parser(Language(dart.language())).parse(content).root_node]
classes = 0
while nodes:
    node = nodes.pop()
    classes += node.type == "class_definition"
    if node.is_error or node.is_missing:
        line = content.splitlines()[node.start_point[0]].decode()
        sys.exit(f"line {node.start_point[0] + 1}: {line}")
    nodes += node.children
print(classes)
"""


def test_dart_is_parsed(run, folder):
    (program,) = examples("dart")
    folder.joinpath("example.dart").write_text(program)
    libraries = kit.libraries("tree-sitter==0.25.2", "tree-sitter-dart-orchard==0.7.0")
    parse = (sys.executable, "-c", PARSE)
    printed = run(*parse, "odoo_rest.dart", PYTHONPATH=str(libraries))
    assert int(printed) >= 20
    run(*parse, "example.dart", PYTHONPATH=str(libraries))


# --- the readme -----------------------------------------------------------------------


def examples(language):
    """Those of the readme that use the client."""
    blocks = re.findall(
        rf"^``` {language}\n(.*?)^```", USAGE.read_text(), re.DOTALL | re.MULTILINE
    )
    return [text for text in blocks if re.search("odoo[-_]?rest", text, re.IGNORECASE)]


def check_example(printed, program):
    wanted = re.findall(r"(?:#|//) → (.*)$", program, re.MULTILINE)
    assert printed.splitlines() == wanted


def test_example_in_python(run):
    (program,) = examples("python")
    check_example(run(sys.executable, "-c", program), program)


def test_example_in_javascript(run, node, folder):
    (program,) = examples("javascript")
    folder.joinpath("example.mjs").write_text(program)
    check_example(run("node", "example.mjs"), program)


def test_example_in_php(run, php, folder):
    (program,) = examples("php")
    folder.joinpath("example.php").write_text(program)
    check_example(run("php", "example.php"), program)


def test_the_server_has_nothing_to_complain_about(server):
    assert complaints(server.log_text()) == []
