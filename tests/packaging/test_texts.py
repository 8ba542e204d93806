"""What no file of the repository may contain: traces of a machine, technical names."""

import ast
import re

import pytest
import repository

BINARY = {".png", ".jpg", ".gif", ".ico", ".woff", ".woff2", ".pdf"}
# written so that this file does not match itself
REGISTRIES = r"\b(pypi|pythonhosted|npmjs|npmmirror|yarnpkg|deb\.debian)[.](org|com)\b"
PRIVATE_PATHS = r"(?<![\w.$}~*-])/(?:root|home|work|Users)/\w"


def texts():
    for path in repository.files():
        if path.suffix not in BINARY:
            yield path, (repository.ROOT / path).read_text("utf-8")


def matches(pattern):
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_no_file_names_a_package_registry():
    assert matches(REGISTRIES) == []


def test_no_file_has_a_path_of_somebodys_machine():
    assert matches(PRIVATE_PATHS) == []


def test_no_shipped_python_has_a_to_do():
    found = matches(r"#\s*(?:TODO|FIXME|XXX)\b")
    assert [line for line in found if "/tests/" not in line] == []


def messages():
    """Yield the file and the text of each message that the addons show to users."""
    for path, text in texts():
        if path.suffix == ".py" and not {"tests", "setup"}.intersection(path.parts):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    first = node.args[0] if node.args else None
                    if node.func.attr == "_" and isinstance(first, ast.Constant):
                        yield path, first.value


def test_messages_use_labels_and_no_technical_names_of_fields():
    found = list(messages())
    assert len(found) > 60
    name = re.compile(r"\b[a-z]+_[a-z_]+\b")
    assert [m for m in found if name.search(re.sub(r"%\(\w+\)", "%", m[1]))] == []


@pytest.mark.parametrize("name", ["LICENSE", "README.rst", ".pre-commit-config.yaml"])
def test_repository_has(name):
    assert (repository.ROOT / name).is_file()


def test_licence_is_lgpl_3():
    text = (repository.ROOT / "LICENSE").read_text("utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text and "Version 3" in text
