"""The examples of README.rst and of a readme of an addon, run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kit import Server, create_database, drop_database, shell

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.rst").read_text()
USAGE = (ROOT / "rest_api_core/readme/USAGE.md").read_text()
ADDRESS = "http://localhost:8069"
# differs each time: ids of new records, names of requests, signatures
CHANGING = re.compile(
    r'"id":\d+|"(?:created|updated)":\[[^]]*\]|"request_id":"[^"]+"'
    r'|"(?:next_cursor|next_since|cursor|date|access_token)":"[^"]+"'
)
MAKE_KEY = """
admin = env.ref("base.user_admin")
key = env["res.users.apikeys"].with_user(admin)._generate(None, "readme", None)
client = env.ref("rest_api_core.demo_client_all")
rest_key = client._generate_key()[1]
secret = client._generate_key("oauth_secret")[1]
env.cr.commit()
print(f"ODOO_KEY={key}\\nREST_KEY={rest_key}")
print(f"CLIENT_ID={client.oauth_client_id}\\nSECRET={secret}")
"""


def examples():
    """``[(command, output)]`` of the section "Examples"."""
    section = re.split(r"\n=+\n", README.partition("\nExamples\n===")[2])[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    return commands("\n".join(lines))


def commands(text):
    """``[(command, output)]`` of what begins with a dollar."""
    blocks = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [split(block) for block in blocks]


def blocks_of_usage(language):
    return re.findall(rf"^``` {language}\n(.*?)^```", USAGE, re.DOTALL | re.MULTILINE)


def split(block):
    """A command goes on after lines that end with a backslash."""
    lines = block.splitlines()
    end = next(n for n, line in enumerate(lines) if not line.endswith("\\"))
    return "\n".join(lines[: end + 1]), "\n".join(lines[end + 1 :]).strip()


@pytest.fixture(scope="module")
def server():
    database = create_database(modules=["rest_api_core"], demo=True)
    keys = dict(
        re.findall(r"^(\w+)=([\w-]+)$", shell(database, MAKE_KEY), re.MULTILINE)
    )
    with Server(database) as running:
        running.keys = keys
        yield running
    drop_database(database)


def test_there_are_examples():
    assert len(examples()) >= 10


@pytest.mark.parametrize(
    ("command", "output"), examples(), ids=lambda value: value.splitlines()[0][-40:]
)
def test_example(server, command, output):
    done = subprocess.run(
        ["bash", "-c", command.replace(ADDRESS, server.url)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **server.keys},
    )
    assert done.stdout.strip() == output


def test_a_row_of_log_stays_after_a_user_error(server):
    find = """
rows = env["ir.logging"].search([("path", "=", "endpoint")])
print("ROWS", rows.mapped("message"))
"""
    assert "A request was rejected" in shell(server.db, find)


# --- the readme of rest_api_core ------------------------------------------------------


def run(server, *command):
    known = {"API": f"{server.url}/api/v1", **server.keys}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **known, "no_proxy": "*"},
    )
    assert done.stderr == ""
    return done.stdout


def masked(text):
    return CHANGING.sub("…", text)


def test_examples_of_the_rest_api_in_their_order(server):
    """Commands of one block share their variables."""
    (alias,) = blocks_of_usage("bash")
    for block in blocks_of_usage("console"):
        pairs = commands(block)
        script = "".join(f"{command}\necho\n" for command, _output in pairs)
        shell_script = f"shopt -s expand_aliases\n{alias}\n{script}"
        found = run(server, "bash", "-c", shell_script).split()
        wanted = " ".join(output for _command, output in pairs).split()
        assert masked(" ".join(found)) == masked(" ".join(wanted)), script


def test_examples_of_the_rest_api_in_python(server):
    # the others need our client: see test_rest_sdks.py
    programs = [p for p in blocks_of_usage("python") if "odoo_rest" not in p]
    assert len(programs) == 2
    for program in programs:
        (wanted,) = re.findall(r"^# → (.*)$", program, re.MULTILINE)
        assert run(server, sys.executable, "-c", program).strip() == wanted
