"""What ``setup/test`` makes of its arguments."""

import pytest
from environment import testing
from environment.cache import REPOSITORY

EXISTING = {"tests/pure", "tests/pure/test_a.py", "endpoint/tests", "csv"}


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ([], []),
        (["-x", "--durations=5"], []),
        (["endpoint/tests", "-x"], ["endpoint/tests"]),
        (["tests/pure/test_a.py::test_b"], ["tests/pure/test_a.py::test_b"]),
        (["-k", "csv"], []),
        (["-k", "csv", "csv"], ["csv"]),
        (["no/such/path"], []),
    ],
)
def test_paths_are_told_from_options(arguments, paths):
    assert testing.selected_paths(arguments, EXISTING.__contains__) == paths


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], False),
        (["-x"], False),
        (["-k", "csv"], True),
        (["-kcsv"], True),
        (["-m", "slow"], True),
    ],
)
def test_selections_are_recognized(arguments, expected):
    assert testing.selects(arguments) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/pure", True),
        ("tests/pure/test_a.py::test_b", True),
        (str(REPOSITORY / "tests/pure/test_a.py"), True),
        ("./tests/pure", True),
        ("tests", False),
        ("tests/pureness", False),
        ("endpoint/tests", False),
    ],
)
def test_pure_tests_are_told_by_their_folder(path, expected):
    assert testing.is_pure(path) is expected


def test_default_run_leaves_out_what_runs_on_its_own():
    paths = testing.default_paths()
    assert "--ignore=tests/pure" in paths
    assert "--ignore=tests/bench" in paths


def test_full_coverage_is_demanded_once_there_are_modules(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert testing.coverage_options() == []
    (tmp_path / ".coveragerc").write_text("[report]\ninclude =\n    a/b.py\n")
    assert testing.coverage_options() == []
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.py").touch()
    assert "--cov-fail-under=100" in testing.coverage_options()
