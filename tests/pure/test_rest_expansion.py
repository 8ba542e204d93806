import json

import pytest

from rest_api_core.query import expansion
from rest_api_core.query.expansion import Branch, Limits
from rest_api_core.query.filters import Leaf
from rest_api_core.query.sorting import SortKey
from rest_api_core.wire.problem import (
    FilterInvalid,
    ParameterConflict,
    ParameterInvalid,
    ParameterUnknown,
    QueryProblem,
)

LIMITS = Limits()
COUNTRY = Branch("country_id")


def parse(value):
    return expansion.parse(value, LIMITS)


def refusal(value, problem=ParameterInvalid):
    with pytest.raises(problem) as caught:
        parse(value)
    (error,) = caught.value.errors
    return f"{error.parameter}: {error.detail}"


@pytest.mark.parametrize(
    "value",
    [
        "country_id,child_ids.category_id",
        ["country_id", "child_ids.category_id"],
        '["country_id", "child_ids.category_id"]',
        {"country_id": {}, "child_ids": {"expand": "category_id"}},
        ' {"country_id": {}, "child_ids": {"expand": {"category_id": {}}}}',
    ],
)
def test_forms_of_one_expansion(value):
    children = Branch("child_ids", expand=(Branch("category_id"),))
    assert parse(value) == (COUNTRY, children)


def test_names_with_one_head_share_a_branch():
    assert parse("a.b,a.c,a") == (Branch("a", expand=(Branch("b"), Branch("c"))),)


def test_a_branch_has_fields_filter_sort_and_page_of_its_own():
    options = {
        "fields": ["name"],
        "exclude_fields": "email",
        "filter": [["active", "=", True]],
        "sort": "-name",
        "limit": 5,
        "offset": 10,
    }
    assert parse(json.dumps({"child_ids": options})) == (
        Branch(
            "child_ids",
            fields=("name",),
            exclude_fields=("email",),
            filter=Leaf("active", "=", True),
            sort=(
                SortKey("name", descending=True),
                SortKey("id", descending=True),
            ),
            limit=5,
            offset=10,
        ),
    )


def test_dotted_fields_of_a_branch_nest():
    (branch,) = parse({"child_ids": {"fields": "name,country_id.code"}})
    assert branch.fields == ("name", "country_id")
    assert branch.expand == (Branch("country_id", fields=("code",)),)


def test_fields_of_a_branch_include_its_relations():
    (branch,) = parse({"child_ids": {"fields": "name", "expand": "country_id"}})
    assert branch.fields == ("name", "country_id")


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("", "expand: must not have an empty name"),
        ("a,", "expand: must not have an empty name"),
        ("a.*", "expand: must have paths of field names"),
        (5, "expand: must be a list"),
        ([["a"]], "expand: must be a list"),
        ('{"a": ', "expand: is not JSON"),
        ({"a": 1}, "expand.a: must be a JSON object"),
        ({"a": {"limit": 0}}, "expand.a.limit: must be 1 to 1000"),
        ({"a": {"limit": 1001}}, "expand.a.limit: must be 1 to 1000"),
        ({"a": {"limit": True}}, "expand.a.limit: must be a whole number"),
        ({"a": {"offset": "5"}}, "expand.a.offset: must be a whole number"),
        ({"a": {"fields": {}}}, "expand.a.fields: must be a list"),
        ({"a": {"sort": 1}}, "expand.a.sort: must be text"),
        ({"a": {"expand": {"b": 1}}}, "expand.a.expand.b: must be a JSON object"),
        ({"a.b": {}}, "expand.a.b: must have paths of at most 1"),
        ("a.b.c.d.e.f", "expand: must have paths of at most 5"),
        (",".join(f"f{n}" for n in range(501)), "expand: must have at most 500 names"),
    ],
)
def test_invalid_expansions_are_refused_and_the_option_named(value, refused):
    assert refusal(value).startswith(refused)


def test_options_and_filters_have_their_own_problems():
    assert (
        "expand.a.depth: is unknown. Allowed: exclude_fields, expand, fields"
        in refusal({"a": {"depth": 1}}, ParameterUnknown)
    )
    assert "expand.a.filter" in refusal({"a": {"filter": 1}}, FilterInvalid)


def test_the_depth_of_json_is_limited():
    value = {}
    for _level in range(40):
        value = {"a": {"expand": value}}
    assert "nested deeper than 32" in refusal(value)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("name, email,name", ("name", "email")),
        (["name"], ("name",)),
        ("*,country_id.code", ("*", "country_id.code")),
        ("country_id.*", ("country_id.*",)),
    ],
)
def test_lists_of_fields(value, names):
    assert expansion.names(value, LIMITS, star=True) == names


@pytest.mark.parametrize("value", ["na*", ".*", "*.a", "**"])
def test_a_star_is_a_name_or_the_end_of_one(value):
    with pytest.raises(ValueError, match="paths of field names|an empty name"):
        expansion.names(value, LIMITS, star=True)


def test_dotted_fields_nest_like_expand():
    fields, _, expand = expansion.merge(("name", "country_id.code"), (), ())
    assert fields == ("name", "country_id")
    assert expand == (Branch("country_id", fields=("code",)),)


def test_dotted_fields_join_the_branch_that_expand_requests():
    branch = Branch("child_ids", fields=("name",), limit=5, expand=(COUNTRY,))
    _, _, expand = expansion.merge(("child_ids.email", "child_ids.*"), (), (branch,))
    fields = ("name", "email", "*", "country_id")
    assert expand == (Branch("child_ids", fields, limit=5, expand=(COUNTRY,)),)


def test_default_fields_stay_the_default_next_to_an_expansion():
    assert expansion.merge(None, (), (COUNTRY,)) == (None, (), (COUNTRY,))


def test_dotted_names_are_excluded_from_their_branch():
    _, excluded, (branch,) = expansion.merge(
        None, ("email", "country_id.code"), (COUNTRY,)
    )
    assert excluded == ("email",)
    assert branch.exclude_fields == ("code",)


@pytest.mark.parametrize(
    ("fields", "excluded", "reason"),
    [
        (("name",), ("name",), "'name' is also requested"),
        (None, ("country_id",), "'country_id' is also requested"),
        (None, ("state_id.code",), "'state_id' must be expanded"),
    ],
)
def test_fields_cannot_be_requested_and_excluded(fields, excluded, reason):
    with pytest.raises(ParameterConflict, match=reason) as caught:
        expansion.merge(fields, excluded, (COUNTRY,))
    assert caught.value.errors[0].parameter == "exclude_fields"


def test_four_levels_can_be_expanded():
    expansion.check(parse("a.b.c.d"), LIMITS)
    with pytest.raises(QueryProblem, match="deeper than 4 levels"):
        expansion.check(parse("a.b.c.d.e"), LIMITS)


def test_the_number_of_branches_is_limited():
    expansion.check(parse([f"a{n}" for n in range(50)]), LIMITS)
    with pytest.raises(QueryProblem, match="at most 50 relations"):
        expansion.check(parse([f"a{n}" for n in range(51)]), LIMITS)
