"""The addon that ``odoo-bin rest_scaffold`` writes."""

import ast
import xml.etree.ElementTree as ElementTree

import pytest
from rest_api_core.cli.scaffold import addon
from rest_api_core.query import schema

API = "rest_api_core.api_v1"


def texts(model="res.partner", base="/api", depends=("base",), fields=()):
    return addon.files(model, base, API, depends, fields)


def resource(**options):
    """``{field: text}`` of the record."""
    root = ElementTree.fromstring(texts(**options)["data/resource.xml"].encode())
    return {field.get("name"): field.text for field in root.find("record")}


# --- what was asked for --------------------------------------------------------------


@pytest.mark.parametrize("base", ["/api", "api", "/api/", " /api "])
def test_a_base_path_is_cleaned(base):
    assert addon.checked("res.partner", base, API) == ("res.partner", "/api", API)


@pytest.mark.parametrize(
    "model", ["", "Res.Partner", "res..partner", "res partner", "res.'x", "a" * 124]
)
def test_a_bad_model_name_is_told(model):
    with pytest.raises(addon.ScaffoldError, match="is not a model name"):
        addon.checked(model, "/api", API)


@pytest.mark.parametrize("base", ["/", "/a b", '/a"', "/../etc", "/a//b"])
def test_a_bad_base_path_is_told(base):
    with pytest.raises(addon.ScaffoldError, match="is not a base path"):
        addon.checked("res.partner", base, API)


@pytest.mark.parametrize("api", ["", "api_v1", "a.b'", "rest_api_core."])
def test_a_bad_external_id_is_told(api):
    with pytest.raises(addon.ScaffoldError, match="is not the external id"):
        addon.checked("res.partner", "/api", api)


# --- the addon of the model ----------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """``folder(name, text)`` makes an addon with this model file, and returns all."""

    def make(name, text, path="models/main.py"):
        file = tmp_path / name / path
        file.parent.mkdir(parents=True)
        (tmp_path / name / "__manifest__.py").write_text("{}")
        file.write_text(text)
        return tmp_path

    return make


def test_the_addon_that_defines_the_model_is_found(folder):
    folder("aa_extends", "class A(Model):\n    _inherit = 'res.partner'\n")
    both = "    _name = 'res.partner'\n    _inherit = ['res.partner', 'mail.thread']\n"
    folder("ab_extends", f"class A(Model):\n{both}")
    folder("ac_names", "class A(Model):\n    model = fields.Char('res.partner')\n")
    folder("ad_broken", "class 'res.partner'")
    folder("ae_tested", "class A(Model):\n    _name = 'res.partner'\n", "tests/a.py")
    folder("af_other", "class A(Model):\n    _name = _inherit = name('res.partner')\n")
    lines = '    _name: str\n    a.b = 1\n    _name = "res.partner"\n    _inherit = "x"\n'
    path = folder("base", f"class A(Model):\n    x = 1\n{lines}")
    (path / "no_addon").mkdir()
    assert addon.defining_addon("res.partner", [path / "none", path]) == "base"


def test_a_model_that_nobody_defines_is_told(folder):
    path = folder("base", "class A(Model):\n    _name = 'res.partner'\n")
    with pytest.raises(addon.ScaffoldError, match="--depends"):
        addon.defining_addon("res.partnr", [path])


# --- the texts -----------------------------------------------------------------------


def test_the_manifest_depends_on_the_addons_it_needs():
    manifest = ast.literal_eval(texts(depends=("sale", "base"))["__manifest__.py"])
    assert manifest["depends"] == ["rest_api_core", "sale", "base"]
    manifest = addon.files("res.partner", "/api", "my.api", ())["__manifest__.py"]
    assert ast.literal_eval(manifest)["depends"] == ["rest_api_core", "my"]


def test_python_files_are_python():
    for model in ("res.partner", "x_y", "a.b_c.d1"):
        for path, text in texts(model).items():
            if path.endswith(".py"):
                ast.parse(text)


def test_the_three_schemas_are_schemas():
    values = resource(fields=("city", "id"))
    for name in ("list_schema", "read_schema"):
        assert schema.parse(values[name]).names == ("id", "display_name", "city")
    assert schema.parse(values["create_schema"]).names == ("id", "display_name")
    assert (values["create_defaults"], values["create_status"]) == ("{}", "200")


def test_the_route_lies_below_the_base_path():
    text = texts(base="/portal/v1")["controllers/main.py"]
    assert '"/portal/v1/res.partner/summary",  # editable' in text
    assert "class ResPartnerRest(http.Controller)" in text


# --- the folder ----------------------------------------------------------------------


def test_files_are_written(tmp_path):
    path = addon.write(tmp_path, "rest_res_partner", texts())
    found = {str(p.relative_to(path)): p.read_text() for p in path.rglob("*.*")}
    assert found == texts()
    assert str(path) in addon.next_steps(path, "res.partner", "/api")


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "rest_x").mkdir()
    with pytest.raises(addon.ScaffoldError, match="exists already"):
        addon.write(tmp_path, "rest_x", texts())
    assert list((tmp_path / "rest_x").iterdir()) == []


def test_a_name_that_odoo_knows_is_refused(tmp_path):
    (tmp_path / "rest_x").mkdir()
    addon.check_is_new("rest_y", [tmp_path])
    with pytest.raises(addon.ScaffoldError, match="exists already, in"):
        addon.check_is_new("rest_x", [tmp_path])


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(addon.ScaffoldError, match="does not exist"):
        addon.write(tmp_path / "none", "rest_x", texts())


@pytest.mark.parametrize("method", ["mkdir", "write_text"])
def test_a_folder_without_rights_is_told_and_stays_as_it_was(
    tmp_path, monkeypatch, method
):
    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(addon.Path, method, refuse)
    with pytest.raises(addon.ScaffoldError, match="cannot be written: Permission"):
        addon.write(tmp_path, "rest_x", texts())
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
