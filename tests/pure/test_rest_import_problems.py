"""The errors of imports in parts."""

import pytest

from rest_api_core.wire.import_problems import MAX_LISTED, PartsRefused


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), "has no parts"),
        ((2, 5), "Parts 2, 5 are missing"),
        (range(1, MAX_LISTED + 1), f"{MAX_LISTED} are missing"),
        (range(1, MAX_LISTED + 2), f"{MAX_LISTED}, … are missing"),
    ],
)
def test_a_start_names_the_parts_that_are_missing(numbers, words):
    assert words in PartsRefused.missing(tuple(numbers)).detail


def test_a_job_that_has_begun_takes_no_parts():
    problem = PartsRefused()
    assert (problem.status, problem.code) == (409, "record.parts")
