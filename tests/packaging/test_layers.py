"""Who may know whom (architecture: pure modules, models, dispatchers), and sizes."""

import ast

import pytest
import repository

LINES_OF_FUNCTION = 40
LINES_OF_FILE = 300
LINES_OF_TEST_FILE = 600
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def allowed_lines(path):
    return LINES_OF_TEST_FILE if "tests" in path.parts else LINES_OF_FILE


def lines_of(node):
    return node.end_lineno - node.lineno + 1


def known_addons(addon):
    """Return the addons of ours that an addon may import, itself included."""
    depends = set(repository.manifest(addon)["depends"]) & set(repository.addons())
    return {addon}.union(*map(known_addons, depends))


def test_no_file_is_too_long():
    sizes = {
        path: len((repository.ROOT / path).read_text("utf-8").splitlines())
        for path in repository.python_files()
    }
    assert {p: size for p, size in sizes.items() if size > allowed_lines(p)} == {}


def test_no_function_is_too_long():
    found = [
        f"{path}:{node.lineno} {node.name}: {lines_of(node)} lines"
        for path in repository.python_files()
        for node in ast.walk(repository.tree(path))
        if isinstance(node, FUNCTIONS) and lines_of(node) > LINES_OF_FUNCTION
    ]
    assert found == []


def test_pure_modules_know_no_odoo():
    found = [
        (str(path), name)
        for path in repository.pure_modules()
        for name in repository.imports(path)
        if name.partition(".")[0] == "odoo"
    ]
    assert found == []


def test_pure_modules_know_only_pure_modules():
    pure = repository.pure_modules()
    neighbours = [
        (path, name.lstrip(".").partition(".")[0])
        for path in pure
        for name in repository.imports(path)
        if name.startswith(".")
    ]
    found = [
        f"{path} imports .{name}"
        for path, name in neighbours
        if path.with_name(f"{name}.py") not in pure
    ]
    assert found == []


@pytest.mark.parametrize("addon", repository.addons())
def test_addon_imports_only_addons_it_depends_on(addon):
    ours = [f"odoo.addons.{name}." for name in repository.addons()]
    known = tuple(f"odoo.addons.{name}." for name in known_addons(addon))
    found = [
        f"{path} imports {name}"
        for path in repository.files(addon)
        if repository.is_python(path)
        for name in repository.imports(path)
        if f"{name}.".startswith(tuple(ours)) and not f"{name}.".startswith(known)
    ]
    assert found == []
