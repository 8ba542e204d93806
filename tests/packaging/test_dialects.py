"""A dialect is a parser and a formatter: its size, and what it does not do."""

import ast

import pytest
import repository

DIALECTS = "rest_api_core/dialects"
TOKEN = f"{DIALECTS}/token.py"
THIRD_PARTY = "tests/addons/rest_third_party/models/rest_dialect_jsonrpc.py"
LINES = {f"{DIALECTS}/v1.py": (100, 300), TOKEN: (100, 300), THIRD_PARTY: (0, 150)}
ORM = {
    "search",
    "search_count",
    "search_fetch",
    "search_read",
    "read",
    "write",
    "create",
    "unlink",
    "browse",
    "sudo",
    "with_user",
    "check_access",
    "has_access",
    "execute",
    "execute_query",
}
# what a dialect may ask: who calls, how the API is set up, what it can do
SERVICES = {
    "rest.authentication",
    "rest.configuration",
    "rest.operations",
    "rest.tokens",
}
ENGINE = ("engine", "log", "access.policy", "odoo.http", "odoo.fields", "odoo.tools")


@pytest.mark.parametrize("path", LINES)
def test_a_dialect_is_short(path):
    lines = len((repository.ROOT / path).read_text("utf-8").splitlines())
    least, most = LINES[path]
    assert least <= lines <= most


@pytest.mark.parametrize("path", LINES)
def test_a_dialect_neither_searches_nor_writes(path):
    called = [
        node.func
        for node in ast.walk(repository.tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    found = [ast.unparse(each) for each in called if each.attr in ORM]
    # the body of the request
    assert set(found) <= {"received.read"}


@pytest.mark.parametrize("path", LINES)
def test_a_dialect_asks_few_services(path):
    asked = {
        ast.unparse(node.slice)
        for node in ast.walk(repository.tree(path))
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("env")
    }
    assert asked <= {repr(name) for name in SERVICES}


@pytest.mark.parametrize("path", LINES)
def test_a_dialect_imports_neither_engine_nor_policy_nor_log(path):
    names = [name.lstrip(".") for name in repository.imports(path)]
    own = [name.removeprefix("odoo.addons.rest_api_core.") for name in names]
    assert [name for name in own if f"{name}.".startswith(with_dot(ENGINE))] == []


def with_dot(names):
    return tuple(f"{name}." for name in names)
