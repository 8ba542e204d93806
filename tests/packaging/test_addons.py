"""Every addon has what OCA asks for."""

import re

import pytest
import repository

FRAGMENTS = ("DESCRIPTION", "CONFIGURE", "USAGE", "ROADMAP", "CONTRIBUTORS")
KEYS = ("name", "summary", "version", "license", "author", "category", "depends")
pytestmark = pytest.mark.parametrize("addon", repository.addons())


def test_manifest_has_the_required_keys(addon):
    assert [key for key in KEYS if not repository.manifest(addon).get(key)] == []


def test_manifest_names_licence_and_version(addon):
    manifest = repository.manifest(addon)
    assert manifest["license"] == "LGPL-3"
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest["version"])


def test_manifest_names_existing_files(addon):
    manifest = repository.manifest(addon)
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    tracked = {path.as_posix() for path in repository.files(addon)}
    assert [path for path in named if f"{addon}/{path}" not in tracked] == []


def test_readme_fragments_are_there(addon):
    folder = repository.ROOT / addon / "readme"
    assert [name for name in FRAGMENTS if not (folder / f"{name}.md").exists()] == []


@pytest.mark.parametrize(
    "path",
    [
        "README.rst",
        "i18n/{addon}.pot",
        "pyproject.toml",
        "static/description/icon.png",
        "static/description/icon.svg",
        "static/description/index.html",
        "tests/__init__.py",
    ],
)
def test_addon_has(addon, path):
    assert (repository.ROOT / addon / path.format(addon=addon)).is_file()


def test_generated_readme_is_about_the_addon(addon):
    name = repository.manifest(addon)["name"]
    for path in ("README.rst", "static/description/index.html"):
        assert name in (repository.ROOT / addon / path).read_text("utf-8")
