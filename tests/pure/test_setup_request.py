"""What the arguments of ``setup/test`` ask for."""

import pytest
from environment import request
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
    assert request.selected_paths(arguments, EXISTING.__contains__) == paths


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
    assert request.selects(arguments) is expected


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
    assert request.is_pure(path) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], True),
        (["-x", "-q", "--tb=short", "-rs"], True),
        (["endpoint/tests"], True),
        (["tests/browser", "endpoint/tests"], True),
        (["-k", "csv"], False),
        (["--lf"], False),
        (["-s"], False),
        (["--pdb"], False),
        (["-n", "2"], False),
        (["endpoint/tests/test_http.py::TestHttp"], False),
        (["tests"], False),
        (["."], False),
        ([str(REPOSITORY)], False),
        (["tests/pure", "endpoint/tests"], False),
    ],
)
def test_run_is_split_when_several_processes_do_the_same(arguments, expected):
    found = request.Request(tuple(arguments))
    assert found.may_be_split is expected


def test_own_options_are_not_handed_to_pytest():
    words = ["--full", "-x", "--shards", "3", "--record", "--durations=5"]
    found = request.parse(words)
    assert found == request.Request(("-x", "--durations=5"), True, True, 3)
    assert request.parse([]) == request.Request()


def test_first_failure_ends_the_run_on_request():
    assert request.parse(["-x"]).stops_early
    assert request.parse(["-q", "--exitfirst"]).stops_early
    assert not request.parse(["-q"]).stops_early


def test_run_of_everything_is_told_from_a_selection():
    assert request.parse(["-x"]).is_complete
    assert not request.parse(["-k", "csv"]).is_complete
    assert not request.parse(["tests/pure"]).is_complete
