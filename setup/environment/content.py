"""What of an addon's files a database depends on.

Installing an addon writes its data, its models and what its hooks do. The code of
methods that run later writes nothing, so a change of it keeps a cached database good.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .cache import short_hash

# nothing in these reaches a database
IGNORED = {"tests", "readme", "README.rst", "pyproject.toml", "index.html"}
IGNORED_SUFFIXES = {".pot", ".pyc"}
# tables that no model has are made by SQL
_DDL = re.compile(
    rb"(CREATE|ALTER)\s+(\w+\s+){0,2}(TABLE|INDEX|SEQUENCE|FUNCTION|TRIGGER|VIEW)\b"
)
# Python packages whose text counts: installing runs their methods
STORED = {"models", "wizard", "migrations"}
_BASES = ("Model", "TransientModel")


def content_hash(folders: Iterable[Path]) -> str:
    """Return a hash of all that a database with these addons depends on."""
    parts: list[object] = []
    for folder in folders:
        parts.append(folder.name)
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not is_ignored(inside):
                parts += _parts(path, inside)
    return short_hash(*parts)


def is_ignored(inside: Path) -> bool:
    return inside.suffix in IGNORED_SUFFIXES or bool(IGNORED.intersection(inside.parts))


def _parts(path: Path, inside: Path) -> list[object]:
    """Return what a file adds to the hash, its name included, or nothing."""
    content = path.read_bytes()
    if inside.suffix != ".py" or is_stored(inside) or _DDL.search(content):
        return [inside, content.hex()]
    tree = ast.parse(content)
    if _has_stored_model(tree):
        return [inside, content.hex()]
    # a file may move: Odoo knows models by their names
    return list(declarations(tree))


def is_stored(inside: Path) -> bool:
    """Tell whether the whole text of a Python file counts.

    Hooks and manifests lie in the folder of the addon, stored models in folders.
    """
    return (
        bool(STORED.intersection(inside.parts[:-1]))
        or inside.name == "__manifest__.py"
        or inside.stem.endswith(("hook", "hooks"))
    )


def _has_stored_model(tree: ast.Module) -> bool:
    return any(
        getattr(base, "attr", getattr(base, "id", "")) in _BASES
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    )


def declarations(tree: ast.Module) -> Iterator[str]:
    """Yield the attributes of the abstract models of a file.

    Odoo has a record of each abstract model and of each of its fields, so they count
    (``_name``, ``_inherit``, ``_description``, fields); methods do not.
    """
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            lines = [
                ast.unparse(statement)
                for statement in node.body
                if isinstance(statement, (ast.Assign, ast.AnnAssign))
            ]
            if any(line.startswith(("_name = ", "_inherit = ")) for line in lines):
                yield from lines
