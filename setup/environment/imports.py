"""What the Python files of the addons import, without importing them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from .cache import REPOSITORY

Import = ast.Import | ast.ImportFrom
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
LEFT_OUT = ("tests", "migrations", "static")


def addon_files(root: Path = REPOSITORY) -> list[Path]:
    """Return the Python files of all addons without their tests."""
    addons = sorted(path.parent for path in root.glob("*/__manifest__.py"))
    return [path for addon in addons for path in python_files(addon)]


def python_files(addon: Path) -> list[Path]:
    """Return the Python files of an addon without its tests, sorted."""
    found = sorted(addon.rglob("*.py"))
    return [p for p in found if not {*LEFT_OUT} & {*p.relative_to(addon).parts}]


def names(path: Path) -> list[str]:
    """Return the absolute dotted names that a file imports, in whatever block of it."""
    found: list[str] = []
    for node in _imports(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif not node.level:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def files(path: Path, while_loading: bool = False) -> Iterator[Path]:
    """Yield the files of the same addon that a file imports (``from .x import y``).

    The ``__init__`` of a package counts when a name comes from it, not when Python runs
    it on the way to a module. ``while_loading`` leaves out imports in functions and
    those for type checkers.
    """
    for node in _imports(path, while_loading):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = path.parents[node.level - 1]
            base = start.joinpath(*filter(None, (node.module or "").split(".")))
            for alias in node.names:
                yield from _file(base / alias.name) or _file(base)


def _file(target: Path) -> list[Path]:
    """Return the file of a module or package, in a list, or nothing."""
    candidates = target.with_name(f"{target.name}.py"), target / "__init__.py"
    return [path for path in candidates if path.exists()][:1]


@functools.cache
def _imports(path: Path, while_loading: bool = False) -> list[Import]:
    tree = ast.parse(path.read_text("utf-8"), str(path))
    nodes = _run_while_loading(tree) if while_loading else ast.walk(tree)
    return [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]


def _run_while_loading(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, FUNCTIONS) and not _is_for_type_checkers(child):
            yield child
            yield from _run_while_loading(child)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
