"""Who may know whom (architecture: pure modules, models, dispatchers), and sizes."""

import ast

import pytest
import repository
from environment import imports, purity

LINES_OF_FUNCTION = 40
LINES_OF_FILE = 300
LINES_OF_TEST_FILE = 600
FILES_OF_ROOT = 8
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


def test_there_are_pure_modules_in_each_addon_with_code():
    addons = {path.parts[0] for path in purity.pure_modules()}
    assert addons == set(repository.addons())


def test_rooms_of_pure_code_hold_pure_modules_only():
    assert purity.impure_in_rooms() == []


@pytest.mark.parametrize("addon", repository.addons())
def test_imports_form_no_circle(addon):
    files = imports.python_files(repository.ROOT / addon)
    graph = {path: set(imports.files(path, while_loading=True)) for path in files}
    while leaves := {path for path in graph if not graph[path] & graph.keys()}:
        graph = {path: graph[path] for path in graph.keys() - leaves}
    # what is left is in a circle, or imports one
    assert sorted(path.relative_to(repository.ROOT) for path in graph) == []


def test_rooms_leave_few_files_in_the_root_of_the_addon():
    files = list((repository.ROOT / "rest_api_core").glob("*.py"))
    assert len(files) <= FILES_OF_ROOT


def test_engine_knows_neither_dialects_nor_http():
    found = [
        f"{path.relative_to(repository.ROOT)} imports {name}"
        for path in imports.addon_files()
        if path.parent.name == "engine"
        for name in engine_imports(path)
        if name.startswith(("odoo.http", "dialects", "controllers"))
    ]
    assert found == []


def engine_imports(path):
    """Return what a file imports: absolute names, and its own addon's by their room."""
    room = path.parents[1]
    own = [".".join(file.relative_to(room).parts) for file in imports.files(path)]
    return [*imports.names(path), *own]


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
