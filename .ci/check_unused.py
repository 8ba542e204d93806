"""Find code that nothing uses, with vulture.

Odoo calls much by names in strings: a method or field counts as used when its name is
in a string (``compute="_compute_x"``), in a view, in data or in a readme, when it
starts as an f-string does (``f"_operation__{name}"``), or when it overrides what it
calls by ``super()``. Tests count for other tests and setup/ only: code of an addon that
nothing but a test calls is unused.
"""

import ast
import itertools
import keyword
import re
import subprocess
import sys
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parents[1]
TEXTS = (".xml", ".csv", ".md", ".rst", ".js")
DECORATORS = ["@api.*", "@route", "@http.route", "@pytest.*", "@property", "@override"]
# called by Odoo, Werkzeug, pytest or Python, which know no other name
FRAMEWORK = [
    *("is_compatible_with", "dispatch", "handle_error", "post_dispatch", "migrate"),
    *("pytest_*", "setUp*", "tearDown*", "test_*", "Test*", "collect_ignore"),
    *("init", "default_get", "pytestmark", "test_tags", "routing_type", "__*__"),
    *("visit_*", "_validate_fields"),
    *("protocol_version", "log_message", "close_connection"),
    # an override without decorator: it ends a constraint
    "_check_request_method",
]
# fixed by contract: addons and administrators of others use them
CONTRACT = [
    *("_make_json_response", "_register_single_controller", "wipe_registry_for"),
    *("_endpoint_route_last_version", "get_rules_by_group", "_get_rule"),
    *("last_update", "docs_public"),
]
MODELS = {"Model", "TransientModel", "AbstractModel", "Controller", "Dispatcher"}
BASES = (*MODELS, "Command")
_WORD = re.compile(r"[A-Za-z_]\w+")


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git knows or would add, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.check_output([*command, *patterns], cwd=ROOT, text=True)
    names = sorted(filter(None, output.split("\0")))
    return [Path(name) for name in names if (ROOT / name).is_file()]


def is_test(path: Path) -> bool:
    return "tests" in path.parts


def is_for_tests(path: Path) -> bool:
    """Tell whether tests use a file: another test, and what sets tests up."""
    return is_test(path) or path.parts[0] == "setup"


def implied(tree: ast.Module) -> set[str]:
    """Return names that code uses without naming them as code."""
    docstrings = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(
                _WORD.findall(node.value) if id(node) not in docstrings else ()
            )
        elif isinstance(node, ast.ClassDef) and is_found_by_odoo(node):
            found.add(node.name)
        elif isinstance(node, ast.FunctionDef) and calls_super(node):
            found.add(node.name)
    return found


def is_found_by_odoo(node: ast.ClassDef) -> bool:
    """Tell whether Odoo finds a class by its base: a model, a controller."""
    names = {getattr(base, "attr", getattr(base, "id", "")) for base in node.bases}
    return any(name.endswith(BASES) for name in names)


def calls_super(node: ast.FunctionDef) -> bool:
    """Tell whether a method calls the one that it overrides."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr == node.name
        and isinstance(part.value, ast.Call)
        and getattr(part.value.func, "id", "") == "super"
        for part in ast.walk(node)
    )


def prefixes(tree: ast.Module) -> set[str]:
    """Return how f-strings start that are completed to names (``f"_check_{type}"``)."""
    starts = [n.values[0] for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]
    texts = [n.value for n in starts if isinstance(n, ast.Constant)]
    return {text for text in texts if re.fullmatch(r"[a-z_]\w*_", text)}


def unused(paths: list[Path], texts: list[Path]) -> list:
    """Return vulture's findings in Python files, of which the texts use names, too."""
    trees = [ast.parse((ROOT / path).read_text("utf-8"), str(path)) for path in paths]
    words = set(itertools.chain.from_iterable(map(implied, trees)))
    for path in texts:
        words.update(_WORD.findall((ROOT / path).read_text("utf-8")))
    starts = set(itertools.chain.from_iterable(map(prefixes, trees)))
    vulture = Vulture(
        ignore_names=[*FRAMEWORK, *CONTRACT, *(f"{s}*" for s in sorted(starts))],
        ignore_decorators=DECORATORS,
    )
    for path in paths:
        vulture.scan((ROOT / path).read_text("utf-8"), filename=str(path))
    names = sorted(word for word in words if not keyword.iskeyword(word))
    vulture.scan("\n".join(f"_.{name}" for name in names), filename="texts")
    return [item for item in vulture.get_unused_code() if is_ours(item)]


def is_ours(item) -> bool:
    """Tell whether an attribute is of our own object: others set it for their owner."""
    if item.typ != "attribute":
        return True
    lines = (ROOT / item.filename).read_text("utf-8").splitlines()
    return f"self.{item.name}" in lines[item.first_lineno - 1]


def main() -> int:
    python = [path for path in tracked("*.py", "setup/demo", "setup/test", ".ci/lint")]
    texts = tracked(*(f"*{suffix}" for suffix in TEXTS))
    product = [path for path in python if not is_test(path)]
    found = unused(product, [path for path in texts if not is_test(path)])
    found = [item for item in found if not is_for_tests(Path(item.filename))]
    found += [i for i in unused(python, texts) if is_for_tests(Path(i.filename))]
    for item in found:
        print(f"{item.filename}:{item.first_lineno}: unused {item.typ} '{item.name}'")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
