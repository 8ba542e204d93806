"""How the results of several processes become those of one run."""

from collections import Counter

import pytest
from environment.outcome import (
    Outcome,
    closing_line,
    file_seconds,
    read,
    slowest,
    summary,
)


@pytest.mark.parametrize(
    ("counts", "seconds", "expected"),
    [
        ({"passed": 1185}, 45.678, "1185 passed in 45.68s"),
        ({"passed": 3}, 345.67, "3 passed in 345.67s (0:05:45)"),
        ({"passed": 2, "failed": 1}, 1, "1 failed, 2 passed in 1.00s"),
        (
            {"error": 1, "skipped": 2, "passed": 3, "warnings": 1},
            1,
            "3 passed, 2 skipped, 1 warning, 1 error in 1.00s",
        ),
        ({"error": 2, "warnings": 2}, 1, "2 warnings, 2 errors in 1.00s"),
        (
            {"passed": 1, "subtests passed": 4},
            1,
            "1 passed, 4 subtests passed in 1.00s",
        ),
        ({}, 1, "no tests ran in 1.00s"),
    ],
)
def test_last_line_is_like_that_of_pytest(counts, seconds, expected):
    line = closing_line(Outcome(Counter(counts)), seconds)
    assert line.strip("=") == f" {expected} "
    assert line.startswith("=") and line.endswith("=")


def test_what_a_process_writes_is_read(tmp_path):
    written = Outcome(Counter(passed=2), {"a.py::b": 1.5}, ["FAILED x"], ["x"])
    written.write(tmp_path / "outcome.json")
    assert read(tmp_path / "outcome.json", "shard 1", 1) == written


@pytest.mark.parametrize("code", [0, 1, -9])
def test_process_without_a_summary_has_failed(tmp_path, code):
    found = read(tmp_path / "missing.json", "shard 1", code)
    assert found.counts == {"error": 1}
    assert found.problems == [
        f"ERROR shard 1 ended with exit code {code} and without a summary"
    ]


def test_error_without_a_failed_test_is_in_the_summary(tmp_path):
    """Such as a coverage that is too low."""
    Outcome(Counter(passed=2)).write(tmp_path / "outcome.json")
    found = read(tmp_path / "outcome.json", "shard pure", 1)
    assert found.counts == {"passed": 2, "error": 1}
    assert found.problems == ["ERROR shard pure ended with exit code 1"]
    assert summary(found)[1:] == found.problems


def test_success_has_no_problems(tmp_path):
    Outcome(Counter(passed=2)).write(tmp_path / "outcome.json")
    found = read(tmp_path / "outcome.json", "shard 1", 0)
    assert found.problems == []
    assert summary(found) == []


def test_outcomes_add_up():
    one = Outcome(Counter(passed=2, failed=1), {"a": 1.0}, ["FAILED a"], ["a"])
    two = Outcome(Counter(passed=3), {"b": 2.0})
    assert one + two == Outcome(
        Counter(passed=5, failed=1), {"a": 1.0, "b": 2.0}, ["FAILED a"], ["a"]
    )


def test_seconds_of_a_file_are_those_of_its_tests():
    found = Outcome(seconds={"a.py::x": 1.0, "a.py::y[1]": 2.0, "b.py::z": 4.0})
    assert file_seconds(found) == {"a.py": 3.0, "b.py": 4.0}


def test_slowest_tests_come_first():
    found = Outcome(seconds={"a": 1.0, "b": 20.0, "c": 3.0})
    assert slowest(found, 2)[1:] == ["  20.00s b", "   3.00s c"]
