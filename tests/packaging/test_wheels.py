"""Every addon is a Python package of its own, built by whool."""

import email
import importlib.metadata
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
import repository

BUILD = "import sys; from whool import buildapi; buildapi.build_wheel(sys.argv[1])"


def build(addon, folder):
    """Build the wheel of a copy of the addon, and return it opened."""
    copy = folder / addon
    for path in repository.files(addon):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository.ROOT / path, folder / path)
    command = [sys.executable, "-c", BUILD, str(folder)]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


@pytest.fixture(scope="module", params=repository.addons())
def addon(request):
    return request.param


@pytest.fixture(scope="module")
def wheel(addon, tmp_path_factory):
    pytest.importorskip("whool")
    with build(addon, tmp_path_factory.mktemp(addon)) as opened:
        yield opened


def metadata(wheel):
    names = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(wheel.read(names[0]))


def test_wheel_contains_every_file_of_the_addon(addon, wheel):
    wanted = {f"odoo/addons/{path.as_posix()}" for path in repository.files(addon)}
    packaging = {f"odoo/addons/{addon}/pyproject.toml"}
    assert wanted - packaging <= set(wheel.namelist())


def test_wheel_has_the_name_and_version_of_the_addon(addon, wheel):
    found = metadata(wheel)
    assert found["Name"] == f"odoo-addon-{addon}"
    assert found["Version"].startswith(repository.manifest(addon)["version"])


def test_wheel_requires_the_addons_it_depends_on(addon, wheel):
    required = metadata(wheel).get_all("Requires-Dist")
    ours = set(repository.manifest(addon)["depends"]) & set(repository.addons())
    names = {re.match(r"[\w.-]+", text).group() for text in required}
    assert {f"odoo-addon-{name}" for name in ours} <= names
    assert "odoo" in names


def test_wheel_requires_packages_that_can_be_installed(wheel):
    """A manifest names distributions (``PyYAML``), not modules (``yaml``)."""
    required = metadata(wheel).get_all("Requires-Dist")
    names = [re.match(r"[\w.-]+", text).group() for text in required]
    others = [name for name in names if not name.startswith("odoo")]
    assert [name for name in others if not is_distribution(name)] == []


def is_distribution(name):
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def test_metapackage_requires_all_addons():
    path = repository.ROOT / "setup" / "_metapackage" / "pyproject.toml"
    required = re.findall(r'"odoo-addon-(\w+)==19\.0\.\*"', path.read_text("utf-8"))
    assert required == repository.addons()
