import pytest

from rest_api_core.query import brackets
from rest_api_core.query.brackets import Quoted
from rest_api_core.query.filters import And, Leaf
from rest_api_core.query.operators import Operator
from rest_api_core.wire.problem import FilterInvalid


@pytest.mark.parametrize(
    ("name", "path", "operator"),
    [
        ("filter[name]", "name", "="),
        ("filter[country_id.code]", "country_id.code", "="),
        ("filter[name][ilike]", "name", "ilike"),
        ("filter[id][gte]", "id", ">="),
        ("filter[id][<>]", "id", "!="),
        ("filter[id][not_in]", "id", "not in"),
        ("filter[id][child_of]", "id", "child_of"),
    ],
)
def test_names_of_bracket_parameters(name, path, operator):
    assert brackets.parameter(name) == "filter"
    assert brackets.condition(name) == (path, Operator(operator))


@pytest.mark.parametrize("name", ["filter", "filter[name", "name]"])
def test_other_names_are_no_brackets(name):
    assert brackets.parameter(name) == ""


def test_brackets_are_joined_by_and_and_their_text_has_no_type_yet():
    pairs = [("filter[id][in]", "1,2"), ("filter[name][ilike]", "a,b")]
    assert brackets.parse(pairs) == And(
        (
            Leaf("id", "in", ("1", "2"), raw=True),
            Leaf("name", "ilike", "a,b", raw=True),
        )
    )


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("", []),
        ("1,2", ["1", "2"]),
        ("a,,b,", ["a", "", "b", ""]),
        ('"Doe, John",B', ["Doe, John", "B"]),
        ('"a ""b"" c"', ['a "b" c']),
        ('"",x', ["", "x"]),
        ('"two\nlines"', ["two\nlines"]),
        (" a, b", [" a", " b"]),
    ],
)
def test_lists_are_lines_of_csv(text, members):
    assert brackets.members(text) == members


@pytest.mark.parametrize("text", ['"a', 'a"b', '"a"b', 'a, "b"', '"a" ,b', '"'])
def test_a_stray_quotation_mark_is_an_error(text):
    with pytest.raises(FilterInvalid, match="stray quotation mark") as caught:
        brackets.parse([("filter[a][in]", text)])
    assert caught.value.errors[0].parameter == "filter[a][in]"


@pytest.mark.parametrize(
    ("text", "value", "quoted"),
    [
        ("null", "null", False),
        ('"null"', "null", True),
        ('"say ""no"""', 'say "no"', True),
        ('5" pipe', '5" pipe', False),
        ('"a" or "b"', '"a" or "b"', False),
    ],
)
def test_one_value_may_be_quoted_as_a_whole(text, value, quoted):
    leaf = brackets.parse([("filter[a]", text)])
    assert leaf.value == value
    assert isinstance(leaf.value, Quoted) is quoted
    assert ("Quoted" in repr(leaf)) is quoted


@pytest.mark.parametrize(
    "name",
    ["filter[]", "filter[a][b][c]", "filter[a][~]", "filter[a][any]"],
)
def test_brackets_that_are_no_condition_are_refused_by_their_name(name):
    with pytest.raises(FilterInvalid) as caught:
        brackets.parse([(name, "1")])
    assert caught.value.errors[0].parameter == name


def test_an_unknown_operator_is_told_the_names_of_all():
    with pytest.raises(FilterInvalid, match="not like, .*, eq, .*starts_with"):
        brackets.parse([("filter[a][begins]", "1")])


def test_brackets_have_the_same_cap_of_conditions():
    with pytest.raises(FilterInvalid, match="at most 200"):
        brackets.parse([("filter[a]", "1")] * 201)
