import pytest

from rest_api_core.query import query
from rest_api_core.query.expansion import Branch
from rest_api_core.query.field_types import MAX_ID
from rest_api_core.query.filters import ALL, And, Leaf
from rest_api_core.query.query import Limits, Query, SortKey
from rest_api_core.wire.problem import (
    BodyMalformed,
    FilterInvalid,
    PageTooLarge,
    ParameterConflict,
    ParameterInvalid,
    ParameterRepeated,
    ParameterUnknown,
    QueryProblem,
)

LIMITS = Limits()


def from_url(allowed=query.LIST, **parameters):
    return query.parse(list(parameters.items()), LIMITS, allowed)


def from_body(allowed=query.LIST, **members):
    return query.parse([], LIMITS, allowed, body=members)


def test_without_parameters_it_is_the_first_page_with_an_exact_count():
    assert from_url() == from_body() == Query(limit=80, count="exact", filter=ALL)


EVERYTHING = Query(
    limit=10,
    offset=20,
    sort=(
        SortKey("create_date", descending=True),
        SortKey("name"),
        SortKey("id"),
    ),
    fields=("name", "country_id", "child_ids"),
    exclude_fields=("email",),
    expand=(Branch("child_ids"), Branch("country_id", fields=("code",))),
    filter=Leaf("active", "=", True),
    count="none",
    archived="only",
    lang="fr",
    company=(1, 2),
    binary="base64",
    schema="list",
)


def test_every_parameter_in_a_url():
    parsed = query.parse(
        [
            ("filter", '[["active", "=", true]]'),
            ("sort", "-create_date,name"),
            ("fields", "name,country_id.code"),
            ("exclude_fields", "email"),
            ("expand", "child_ids"),
            ("limit", "10"),
            ("offset", "20"),
            ("count", "none"),
            ("archived", "only"),
            ("lang", "fr"),
            ("company", "1,2"),
            ("binary", "base64"),
            ("schema", "list"),
        ],
        LIMITS,
    )
    assert parsed == EVERYTHING


def test_every_parameter_in_a_body():
    parsed = from_body(
        filter=[["active", "=", True]],
        sort=["-create_date", "name"],
        fields=["name", "country_id.code"],
        exclude_fields=["email"],
        expand={"child_ids": {}},
        limit=10,
        offset=20,
        count="none",
        archived="only",
        lang="fr",
        company=[1, 2],
        binary="base64",
        schema="list",
    )
    assert parsed == EVERYTHING


@pytest.mark.parametrize(("alias", "name"), [("skip", "offset"), ("offset", "offset")])
def test_aliases(alias, name):
    assert getattr(from_url(**{alias: "5"}), name) == 5


@pytest.mark.parametrize("name", ["page", "page_number"])
def test_pages_begin_with_one(name):
    parsed = from_url(**{name: "3", "limit": "10"})
    assert (parsed.page, parsed.offset, parsed.limit) == (3, 20, 10)


def test_a_cursor_may_be_empty_and_counts_only_on_request():
    assert (from_url(cursor="").cursor, from_url(cursor="").count) == ("", "none")
    assert from_url(cursor="abc", count="exact").count == "exact"


def test_brackets_are_joined_by_and():
    pairs = [("filter[name][ilike]", "a"), ("filter[country_id.code]", "BE")]
    assert query.parse(pairs, LIMITS).filter == And(
        (
            Leaf("name", "ilike", "a", raw=True),
            Leaf("country_id.code", "=", "BE", raw=True),
        )
    )


def test_a_filter_is_in_brackets_or_in_json():
    pairs = [("filter[name]", "a"), ("filter", '[["id", ">", 1]]')]
    with pytest.raises(ParameterConflict) as caught:
        query.parse(pairs, LIMITS)
    assert caught.value.errors[0].parameter == "filter"
    with pytest.raises(ParameterConflict):
        query.parse(pairs[:1], LIMITS, body={"filter": []})


@pytest.mark.parametrize(
    ("company", "ids"), [("3", (3,)), ("3, 1,3", (3, 1)), (7, (7,)), ([2, 1], (2, 1))]
)
def test_companies_keep_their_order(company, ids):
    assert from_body(company=company).company == ids


def test_ids_of_a_bulk_read_keep_their_order_each_once():
    assert from_url(query.BULK, ids="3,1,3").ids == (3, 1)
    assert from_body(query.BULK, ids=[3, 1]).ids == (3, 1)


@pytest.mark.parametrize(
    ("force", "value"), [("true", True), ("1", True), ("false", False), ("0", False)]
)
def test_force(force, value):
    assert from_url(query.DELETE, force=force).force is value
    assert from_body(query.DELETE, force=value).force is value


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("limit", "-1", "must be 1 to 1000"),
        ("limit", "0", "must be 1 to 1000"),
        ("limit", "1001", "must be 1 to 1000"),
        ("limit", "1000000000", "must be 1 to 1000"),
        ("limit", "abc", "whole number"),
        ("limit", "1.5", "whole number"),
        ("limit", "1_0", "whole number"),
        ("limit", "٣", "whole number"),
        ("limit", "9" * 5000, "whole number"),
        ("limit", "", "whole number"),
        ("offset", "-1", "must be 0 to"),
        ("offset", "99999999999", "must be 0 to"),
        ("skip", "x", "whole number"),
        ("page", "0", "must be 1 to"),
        ("page", "10000000", "use a cursor"),
        ("cursor", "x" * 5000, "up to 4096"),
        ("sort", "name;drop", "of the form name, -name"),
        ("fields", "", "an empty name"),
        ("fields", "a b", "paths of field names"),
        ("exclude_fields", "*", "paths of field names"),
        ("expand", "a.b.c.d.e", "deeper than 4"),
        ("fields", "a.b.c.d.e.f", "at most 5 fields"),
        ("count", "maybe", "none, exact, estimated"),
        ("archived", "yes", "exclude, include, only"),
        ("lang", " ", "must not be empty"),
        ("company", "x", "whole number"),
        ("company", "0", "must be 1 to"),
        ("company", "", "whole number"),
        ("binary", "hex", "url, dataurl, base64"),
        ("schema", "default", "list, read, create"),
    ],
)
def test_wrong_values_in_a_url_are_refused_by_name(name, value, reason):
    with pytest.raises(ParameterInvalid, match=reason) as caught:
        from_url(**{name: value})
    assert caught.value.errors[0].parameter == name


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("limit", "10", "whole number"),
        ("limit", True, "whole number"),
        ("limit", None, "whole number"),
        ("cursor", 5, "must be text"),
        ("sort", {"name": "asc"}, "must be text"),
        ("fields", [1], "list of field names"),
        ("count", ["exact"], "must be one of"),
        ("company", True, "list of ids"),
        ("company", [], "list of ids"),
        ("company", ["1"], "whole number"),
        ("company", [2**31], "must be 1 to"),
        ("lang", None, "must be text"),
    ],
)
def test_wrong_types_in_a_body_are_refused_by_name(name, value, reason):
    with pytest.raises(ParameterInvalid, match=reason) as caught:
        from_body(**{name: value})
    assert caught.value.errors[0].parameter == name


@pytest.mark.parametrize("filter", ["[", '[["a", "=~", 1]]', "1"])
def test_a_wrong_filter_is_a_problem_of_its_own(filter):
    with pytest.raises(FilterInvalid):
        from_url(filter=filter)


def test_a_filter_in_a_body_is_json_and_not_text():
    with pytest.raises(FilterInvalid, match="must be a list"):
        from_body(filter='[["a", "=", 1]]')


@pytest.mark.parametrize(
    "names",
    [
        ["limit", "per_page"],
        ["limit", "limit"],
        ["offset", "skip"],
        ["page", "page_number"],
    ],
)
def test_parameters_come_once(names):
    with pytest.raises(ParameterRepeated) as caught:
        query.parse([(name, "1") for name in names], LIMITS)
    assert caught.value.errors[0].parameter == names[1]


def test_lists_may_come_in_parts():
    pairs = [("fields", "a"), ("sort", "a"), ("fields", "b,c"), ("sort", "-b")]
    parsed = query.parse(pairs, LIMITS)
    assert parsed.fields == ("a", "b", "c")
    assert [key.path for key in parsed.sort] == ["a", "b", "id"]
    ids = query.parse([("ids", "1"), ("ids", "2")], LIMITS, query.BULK).ids
    assert ids == (1, 2)


def test_a_list_comes_in_the_url_or_in_the_body():
    with pytest.raises(ParameterRepeated):
        query.parse([("fields", "a")], LIMITS, body={"fields": ["b"]})


def test_a_parameter_comes_in_the_url_or_in_the_body():
    with pytest.raises(ParameterRepeated):
        query.parse([("limit", "1")], LIMITS, body={"limit": 1})
    assert query.parse([("lang", "fr")], LIMITS, body={"limit": 1}).lang == "fr"


@pytest.mark.parametrize(
    "name",
    ["domain", "access_token", "Limit", "filter[a", "ids", "force", "schemas", ""],
)
def test_unknown_parameters_are_refused(name):
    with pytest.raises(ParameterUnknown) as caught:
        query.parse([(name, "1")], LIMITS)
    (error,) = caught.value.errors
    assert error.parameter == name
    assert error.detail.startswith(f"Unknown parameter '{name}'.")
    assert " Allowed: archived, binary, company, count," in error.detail
    assert error.detail == caught.value.detail


def test_brackets_are_unknown_parameters_without_filter():
    assert from_url(query.COUNT, filter="[]").filter == ALL
    with pytest.raises(ParameterUnknown):
        query.parse([("filter[a]", "1")], LIMITS, query.SHAPE)
    with pytest.raises(ParameterUnknown):
        query.parse([], LIMITS, body={"filter[a]": "1"})


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["cursor", "offset"], "offset"),
        (["skip", "cursor"], "skip"),
        (["cursor", "page"], "page"),
        (["offset", "page_number"], "page_number"),
    ],
)
def test_ways_of_paging_exclude_each_other(names, named):
    with pytest.raises(ParameterConflict) as caught:
        query.parse([(name, "1") for name in names], LIMITS)
    assert caught.value.errors[0].parameter == named


def test_too_many_ids_are_too_large_a_page():
    with pytest.raises(PageTooLarge):
        from_body(query.BULK, ids=list(range(1, 1002)))


def test_force_must_be_a_boolean():
    with pytest.raises(ParameterInvalid, match="true or false"):
        from_url(query.DELETE, force="yes")


@pytest.mark.parametrize("body", [[], "limit", 5])
def test_a_body_is_an_object(body):
    with pytest.raises(BodyMalformed):
        query.parse([], LIMITS, body=body)


def test_the_number_of_parameters_is_limited():
    with pytest.raises(ParameterInvalid, match="at most 1000"):
        query.parse([("filter[a]", "1")] * 1001, LIMITS)


def test_limits_are_those_of_the_api():
    limits = Limits(default_limit=5, max_limit=10, max_expand_depth=1)
    assert query.parse([], limits).limit == 5
    with pytest.raises(QueryProblem, match="1 to 10"):
        query.parse([("limit", "11")], limits)
    with pytest.raises(QueryProblem, match="deeper than 1"):
        query.parse([("expand", "a.b")], limits)


def test_the_names_of_all_levels_without_the_asterisk():
    pairs = [("fields", "*,name,country_id.code"), ("expand", "child_ids.category_id")]
    named = query.parse(pairs, query.Limits()).named
    assert named == {"name", "country_id", "code", "child_ids", "category_id"}


WORDS = {"filters": "filter", "order": "sort", "limit": "limit"}


def test_a_dialect_has_words_of_its_own():
    body = {"order": "name", "limit": 3, "filters": [["name", "=", "A"]]}
    found = query.parse((), LIMITS, query.LIST, body, WORDS)
    assert (found.limit, found.sort[0].path) == (3, "name")
    with pytest.raises(ParameterUnknown, match="Allowed: filters, limit, order"):
        query.parse((), LIMITS, query.LIST, {"sort": "name"}, WORDS)


def test_an_export_has_all_rows_unless_a_limit_says_otherwise():
    assert from_url(query.EXPORT).limit == MAX_ID
    assert from_url(query.EXPORT, limit="5000").limit == 5000
    assert from_body(query.EXPORT, per_page=MAX_ID).limit == MAX_ID


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "1.5", str(MAX_ID + 1)])
def test_the_limit_of_an_export_is_a_number(limit):
    with pytest.raises(ParameterInvalid, match="limit: must be"):
        from_url(query.EXPORT, limit=limit)


@pytest.mark.parametrize("name", ["offset", "skip", "page", "cursor", "ids"])
def test_an_export_has_no_pages(name):
    with pytest.raises(ParameterUnknown):
        from_url(query.EXPORT, **{name: "1"})
