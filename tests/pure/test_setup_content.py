"""Which changes of an addon make a cached database useless."""

import pytest
from environment.content import content_hash

STORED = """
from odoo import fields, models

class Thing(models.Model):
    _name = "thing"
    def total(self):
        return 1
"""
SERVICE = """
from odoo import models
from ..query import filters

class Reader(models.AbstractModel):
    _name = "rest.reader"
    _description = "Reader"
    def search(self):
        return 1
"""
FILES = {
    "__manifest__.py": "{'name': 'Addon'}",
    "__init__.py": "from . import models",
    "hooks.py": "def post_init_hook(env): pass",
    "models/thing.py": STORED,
    "elsewhere/thing.py": STORED.replace("thing", "other"),
    "engine/reader.py": SERVICE,
    "query/filters.py": "OPERATORS = ['=']",
    "schema.py": 'SQL = "CREATE TABLE thing ()"',
    "data/thing.xml": "<odoo/>",
    "tests/test_thing.py": "",
}


@pytest.fixture
def addon(tmp_path):
    folder = tmp_path / "addon"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def changes(addon):
    """``changes(name, old, new)``: whether the change makes another content."""

    def ask(name, old, new):
        before = content_hash([addon])
        path = addon / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        return content_hash([addon]) != before

    return ask


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("__manifest__.py", "Addon", "Another"),
        ("hooks.py", "pass", "env.cr"),
        ("models/thing.py", "return 1", "return 2"),
        ("elsewhere/thing.py", "return 1", "return 2"),
        ("schema.py", "()", "(id integer)"),
        ("data/thing.xml", "<odoo/>", "<odoo></odoo>"),
        ("engine/reader.py", "rest.reader", "rest.lists"),
        ("engine/reader.py", '"Reader"', '"Lists"'),
        ("engine/reader.py", '_name = "rest', '_inherit = "thing"\n    _name = "rest'),
    ],
)
def test_change_of_what_is_installed_is_another_content(changes, name, old, new):
    assert changes(name, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("engine/reader.py", "return 1", "return 2"),
        ("engine/reader.py", "import filters", "import filters, sort"),
        ("query/filters.py", "'='", "'=', '<'"),
    ],
)
def test_change_of_other_code_is_the_same_content(changes, name, old, new):
    assert not changes(name, old, new)


def test_new_abstract_model_is_another_content(addon):
    before = content_hash([addon])
    (addon / "engine" / "writer.py").write_text(SERVICE.replace("reader", "writer"))
    assert content_hash([addon]) != before


def test_new_pure_module_is_the_same_content(addon):
    before = content_hash([addon])
    (addon / "query" / "sort.py").write_text("ORDER = 'id'")
    assert content_hash([addon]) == before


def test_service_may_move(addon):
    before = content_hash([addon])
    (addon / "engine" / "reader.py").rename(addon / "engine" / "lists.py")
    assert content_hash([addon]) == before


@pytest.mark.parametrize("name", ["models/thing.py", "data/thing.xml"])
def test_renamed_file_is_another_content(addon, name):
    before = content_hash([addon])
    (addon / name).rename(addon / f"{name}.xml")
    assert content_hash([addon]) != before


@pytest.mark.parametrize(
    "name",
    [
        "tests/test_thing.py",
        "README.rst",
        "readme/USAGE.md",
        "i18n/addon.pot",
        "static/description/index.html",
        "models/__pycache__/thing.cpython-311.pyc",
    ],
)
def test_what_no_database_knows_of_is_the_same_content(addon, name):
    before = content_hash([addon])
    path = addon / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed")
    assert content_hash([addon]) == before


def test_translation_is_another_content(addon):
    before = content_hash([addon])
    (addon / "i18n").mkdir()
    (addon / "i18n" / "de.po").touch()
    assert content_hash([addon]) != before
