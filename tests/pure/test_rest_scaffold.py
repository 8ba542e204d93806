"""The addon that ``odoo-bin rest_scaffold`` writes."""

import ast
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rest_api_core.cli.scaffold import addon
from rest_api_core.cli.scaffold.addon import ScaffoldError

ROOT = Path(__file__).resolve().parents[2]
API = "rest_api_core.api_v1"


def texts(**options):
    values = {"model": "res.partner", "base": "/api", "api": API, "depends": ["base"]}
    return addon.files(**{**values, **options})


def test_what_was_asked_for_is_cleaned():
    assert addon.checked("res.partner", "api/", API) == ("res.partner", "/api", API)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Res.Partner", "/api", API), "not a model name"),
        (("a" * 200, "/api", API), "not a model name"),
        (("res.partner", "/a b", API), "not a base path"),
        (("res.partner", "/../x", API), "not a base path"),
        (("res.partner", "/api", "api_v1"), "not the external id"),
    ],
)
def test_what_cannot_be_right_is_an_error(arguments, words):
    with pytest.raises(ScaffoldError, match=words):
        addon.checked(*arguments)


def test_the_files_can_be_read():
    found = texts(fields=["name", "city"])
    for path, text in found.items():
        if path.endswith(".py"):
            ast.parse(text)
    manifest = ast.literal_eval(found["__manifest__.py"])
    assert manifest["depends"] == ["rest_api_core", "base"]
    record = ElementTree.fromstring(found["data/resource.xml"]).find("record")
    fields = {node.get("name"): node.text for node in record}
    assert ast.literal_eval(fields["list_schema"].strip()) == (
        "id",
        "display_name",
        "name",
        "city",
    )
    assert ast.literal_eval(fields["create_schema"].strip()) == ("id", "display_name")
    assert "class ResPartnerRest(" in found["controllers/main.py"]
    assert '"/api/res.partner/summary"' in found["controllers/main.py"]


def define(folder, name, text):
    models = folder / name / "models"
    models.mkdir(parents=True)
    (folder / name / "__manifest__.py").write_text("{}")
    (models / "model.py").write_text(text)


def test_the_addon_of_a_model_is_found_in_its_source(tmp_path):
    define(
        tmp_path, "a_extension", 'class A:\n    _name = "x.y"\n    _inherit = "x.y"\n'
    )
    define(tmp_path, "b_broken", 'class "x.y"\n')
    define(tmp_path, "c_tests", "")
    tests = tmp_path / "c_tests/tests"
    tests.mkdir()
    (tests / "model.py").write_text('class A:\n    _name = "x.y"\n')
    define(
        tmp_path, "d_mention", 'OTHER = "x.y"\nclass A:\n    x: int\n    _name = f()\n'
    )
    text = "class A:\n    a.b = 1\n    _name = 'x.y'\n    _inherit = ['m', 1]\n"
    define(tmp_path, "e_real", text)
    assert addon.defining_addon("x.y", [tmp_path]) == "e_real"
    with pytest.raises(ScaffoldError, match="--depends"):
        addon.defining_addon("x.z", [tmp_path])


def test_an_addon_is_written_once(tmp_path):
    folder = addon.write(tmp_path, "rest_res_partner", texts())
    assert (folder / "controllers/main.py").is_file()
    with pytest.raises(ScaffoldError, match="exists already"):
        addon.write(tmp_path, "rest_res_partner", texts())
    with pytest.raises(ScaffoldError, match="exists already"):
        addon.check_is_new("rest_res_partner", [tmp_path])
    addon.check_is_new("rest_other", [tmp_path])


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(ScaffoldError, match="does not exist"):
        addon.write(tmp_path / "nowhere", "rest_x", {})


def test_nothing_is_left_of_what_could_not_be_written(tmp_path, monkeypatch):
    def fail(*_values, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(ScaffoldError, match="cannot be written: Permission denied"):
        addon.write(tmp_path, "rest_x", {"a.py": ""})
    assert not (tmp_path / "rest_x").exists()
    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(ScaffoldError, match="cannot be written"):
        addon.write(tmp_path, "rest_x", {"a.py": ""})


def test_the_next_steps_name_the_route():
    told = addon.next_steps(Path("addons/rest_x"), "res.partner", "/api")
    assert "/api/res.partner/summary" in told
    assert "-i rest_x" in told
