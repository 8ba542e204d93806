"""Which modules are pure."""

import configparser

import pytest
from environment import purity

FILES = {
    "addon/__manifest__.py": "{}",
    "addon/__init__.py": "from . import models",
    "addon/pure.py": "import json\nfrom . import other\nfrom .query import filters",
    "addon/other.py": "import re",
    "addon/query/__init__.py": "",
    "addon/query/filters.py": "from .. import other\nfrom ..other import x",
    "addon/models.py": "from odoo import models",
    "addon/driver.py": "try:\n    import redis\nexcept ImportError:\n    redis = None",
    "addon/sql.py": "from psycopg2 import errors",
    "addon/nested.py": "def f():\n    import odoo.tools",
    "addon/indirect.py": "from .models import Thing",
    "addon/twice.py": "from . import indirect",
    "addon/rooms/__init__.py": "from . import model",
    "addon/rooms/model.py": "import odoo",
    "addon/rooms/near.py": "import re",
    "addon/near.py": "from .rooms.near import x",
    "addon/taker.py": "from .rooms import y",
    "addon/tests/common.py": "import re",
    "not_an_addon/pure.py": "import re",
}


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def found(root):
    return {path.as_posix() for path in purity.pure_modules(root)}


@pytest.mark.parametrize(
    "name", ["pure.py", "other.py", "query/filters.py", "rooms/near.py"]
)
def test_module_without_odoo_is_pure(found, name):
    assert f"addon/{name}" in found


@pytest.mark.parametrize("name", ["models.py", "driver.py", "sql.py", "nested.py"])
def test_module_with_odoo_or_a_driver_is_not_pure(found, name):
    assert f"addon/{name}" not in found


@pytest.mark.parametrize("name", ["indirect.py", "twice.py"])
def test_module_that_knows_an_impure_one_is_not_pure(found, name):
    assert f"addon/{name}" not in found


@pytest.mark.parametrize(("name", "expected"), [("near", True), ("taker", False)])
def test_package_counts_when_a_name_comes_from_it(found, name, expected):
    assert (f"addon/{name}.py" in found) is expected


def test_packages_that_need_odoo_are_known(root):
    packages = [path.name for path in purity.impure_packages(root)]
    assert packages == ["addon", "rooms"]


@pytest.mark.parametrize(
    "name", ["addon/__init__.py", "addon/tests/common.py", "not_an_addon/pure.py"]
)
def test_others_are_left_out(found, name):
    assert name not in found


def test_impure_file_in_a_room_of_pure_code_is_found(root):
    assert purity.impure_in_rooms(root) == []
    path = root / "addon" / "query" / "sort.py"
    path.write_text("from ..models import Thing")
    assert purity.impure_in_rooms(root) == [path.relative_to(root)]


def test_coverage_is_measured_of_the_pure_modules(root, tmp_path):
    path = purity.coverage_settings(purity.pure_modules(root), tmp_path)
    settings = configparser.ConfigParser()
    settings.read(path)
    assert "addon/query/filters.py" in settings["report"]["include"].split()
    assert settings.getboolean("run", "branch")
