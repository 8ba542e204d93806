import pytest

from rest_api_core.wire import problem
from rest_api_core.wire.collecting import Collected


def collected(*problems):
    found = Collected()
    for each in problems:
        with found.one():
            if each:
                raise each
    found.check()


def test_without_problems_nothing_is_raised():
    collected(None, None)


def test_one_problem_stays_what_it_is():
    error = problem.Forbidden("No.")
    with pytest.raises(problem.Forbidden) as raised:
        collected(None, error)
    assert raised.value is error


def test_problems_of_a_body_become_one():
    value = problem.ValueInvalid.at_pointer("#/a", "is wrong")
    lookup = problem.LookupFailed.at_pointer("#/b", "is missing")
    with pytest.raises(problem.BodyProblem) as raised:
        collected(value, lookup, value)
    assert type(raised.value) is problem.BodyProblem
    assert raised.value.errors == value.errors + lookup.errors


def test_other_exceptions_are_no_problems():
    with pytest.raises(KeyError):
        collected(KeyError())
