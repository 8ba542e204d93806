"""The examples of README.rst, run as they stand there."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from kit import Server, create_database, drop_database, shell

README = (Path(__file__).resolve().parents[1] / "README.rst").read_text()
ADDRESS = "http://localhost:8069"
MAKE_KEY = """
admin = env.ref("base.user_admin")
key = env["res.users.apikeys"].with_user(admin)._generate(None, "readme", None)
rest_key = env.ref("rest_api_core.demo_client_all")._generate_key()[1]
env.cr.commit()
print(f"KEY={key}\\nREST_KEY={rest_key}")
"""


def examples():
    """``[(command, output)]`` of the section "Examples"."""
    section = re.split(r"\n=+\n", README.partition("\nExamples\n===")[2])[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    blocks = re.split(r"^\$ ", "\n".join(lines), flags=re.MULTILINE)[1:]
    return [split(block) for block in blocks]


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


def test_a_refusal_is_logged_although_it_is_taken_back(server):
    find = """
rows = env["ir.logging"].search([("path", "=", "endpoint")])
print("ROWS", rows.mapped("message"))
"""
    assert "somebody asked for a refusal" in shell(server.db, find)
