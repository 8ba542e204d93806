"""Query parameters that a search endpoint declares."""

import pytest

from rest_api_core.query.endpoint_parameters import Declared, parse, split, tree
from rest_api_core.query.filters import And, Leaf
from rest_api_core.wire.problem import FilterInvalid, ParameterRepeated

DECLARED = {"town": Declared("city", "ilike"), "country": Declared("country_id.code")}


def test_each_line_declares_a_parameter():
    text = "town: city ilike\n\n  country :country_id.code  \nx-1: name not ilike"
    assert parse(text) == {**DECLARED, "x-1": Declared("name", "not ilike")}
    assert parse("") == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("town", "write “name: field operator”"),
        ("1st: city", "is not a name"),
        ("limit: city", "is a parameter of every list"),
        ("per_page: city", "is a parameter of every list"),
        ("town: 1city", "field names"),
        ("town: city regex", "is not an operator"),
        ("town: child_ids any", "is not an operator"),
        ("a: b\na: c", "is declared twice"),
    ],
)
def test_mistakes_name_the_line(line, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        parse(line)
    assert str(caught.value).startswith(line.rpartition("\n")[2])


def test_declared_parameters_are_kept_apart():
    pairs = [("town", "Ghent"), ("limit", "1")]
    assert split(pairs, DECLARED) == ([("town", "Ghent")], [("limit", "1")])


def test_parameters_are_conditions():
    one = tree([("town", "Ghent")], DECLARED)
    assert one == Leaf("city", "ilike", "Ghent", raw=True)
    assert one.at == "town"
    both = tree([("town", "Ghent"), ("country", "BE")], DECLARED)
    assert both == And((one, Leaf("country_id.code", "=", "BE", raw=True)))


def test_errors_name_the_parameter():
    with pytest.raises(FilterInvalid) as caught:
        tree([("town", "a" * 5000)], DECLARED)
    assert [each.parameter for each in caught.value.errors] == ["town"]
    with pytest.raises(ParameterRepeated):
        tree([("town", "a"), ("town", "b")], DECLARED)
