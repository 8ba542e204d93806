"""The files, addons and hooks of this repository."""

import ast
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
HOOKS = ROOT / ".pre-commit-config.yaml"


def files(folder="."):
    """Return the files that git knows or would add, relative to the root, sorted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.check_output([*command, folder], cwd=ROOT, text=True)
    paths = {Path(name) for name in output.split("\0") if name}
    return sorted(path for path in paths if (ROOT / path).is_file())


def addons():
    """Return the names of the addons, sorted."""
    return sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))


def manifest(addon):
    """Return the manifest of an addon as a dictionary."""
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text("utf-8"))


def hooks():
    """Return the hooks of pre-commit, each with the ``repo`` that it is from."""
    config = yaml.safe_load(HOOKS.read_text("utf-8"))
    return [
        {"repo": repository["repo"], **hook}
        for repository in config["repos"]
        for hook in repository["hooks"]
    ]


def is_python(path):
    """Tell whether a file is Python by its suffix or its first line."""
    if path.suffix:
        return path.suffix == ".py"
    first = (ROOT / path).read_bytes().partition(b"\n")[0]
    return first.startswith(b"#!") and b"python" in first


def python_files():
    """Return all Python files of the repository."""
    return [path for path in files() if is_python(path)]


def tree(path):
    """Return the syntax tree of a Python file."""
    return ast.parse((ROOT / path).read_text("utf-8"), str(path))


def imports(path):
    """Return the dotted names that a file imports, relative ones with their dots."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            found += [_joined(start, alias.name) for alias in node.names]
    return found


def _joined(start, name):
    return start + name if start.endswith(".") else f"{start}.{name}"
