"""The grammar of aggregates, and their names through the path resolver."""

import json

import pytest

from rest_api_core.access.aggregate_paths import resolve_aggregation
from rest_api_core.access.catalog import FieldInfo
from rest_api_core.query import aggregate
from rest_api_core.query.aggregate import Aggregate, Aggregation, Group
from rest_api_core.query.filters import ALL, And, Leaf
from rest_api_core.query.query import Limits, Query, SortKey
from rest_api_core.wire.problem import (
    FilterInvalid,
    ParameterConflict,
    ParameterInvalid,
    ParameterRepeated,
    ParameterUnknown,
    QueryFieldRefused,
    QueryProblem,
)

LIMITS = Limits()
COUNT = Aggregate("id:count", "id", "count")


def from_url(*pairs, **parameters):
    return aggregate.parse([*pairs, *parameters.items()], LIMITS)


def from_body(**members):
    return aggregate.parse([], LIMITS, members)


def refused(problem, parameter, *pairs, **parameters):
    with pytest.raises(problem) as caught:
        from_url(*pairs, **parameters)
    assert [error.parameter for error in caught.value.errors] == [parameter]
    return caught.value


# --- grammar -------------------------------------------------------------------------


def test_without_parameters_all_records_are_counted():
    assert from_url() == from_body() == (Query(), Aggregation(aggregates=(COUNT,)))


EVERYTHING = Aggregation(
    groups=(
        Group("country_id.code", "country_id.code"),
        Group("date:week", "date", "week"),
    ),
    aggregates=(COUNT, Aggregate("credit_limit:sum", "credit_limit", "sum")),
    having=Leaf("id:count", ">", 5),
    sort=(SortKey("credit_limit:max", descending=True), SortKey("date:week")),
)


def test_every_parameter_in_a_url():
    records, found = from_url(
        group_by="country_id.code, date:week",
        aggregate="id:count,credit_limit:sum",
        having='[["id:count", "gt", 5]]',
        sort="-credit_limit:max,date:week",
        limit="5",
        page="2",
        filter='[["active", "=", true]]',
        count="none",
    )
    assert found == EVERYTHING
    assert (records.limit, records.offset, records.page) == (5, 5, 2)
    assert records.filter == Leaf("active", "=", True)
    assert (records.count, records.sort) == ("none", ())


def test_the_same_in_a_body():
    _records, found = from_body(
        group_by=["country_id.code", "date:week"],
        aggregate="id:count,credit_limit:sum",
        having=[["id:count", ">", 5]],
        sort=["-credit_limit:max", "date:week"],
    )
    assert found == EVERYTHING


def test_conditions_in_brackets_are_joined_by_and():
    pairs = [
        ("having[id:count][gt]", "5"),
        ("having[name:min]", "a"),
        ("filter[name]", "b"),
    ]
    records, found = from_url(*pairs)
    assert found.having == And(
        (Leaf("id:count", ">", "5", raw=True), Leaf("name:min", "=", "a", raw=True))
    )
    assert records.filter == Leaf("name", "=", "b", raw=True)


def test_a_key_of_the_order_may_be_an_aggregate_that_is_not_shown():
    assert from_url(sort="amount:sum desc")[1].sort == (SortKey("amount:sum", True),)


def test_no_groups_are_all_records():
    assert from_body(group_by=[])[1].groups == ()


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("group_by", ""),
        ("group_by", "name,,city"),
        ("group_by", "name,name"),
        ("group_by", "a,b,c,d,e,f"),
        ("group_by", "date:fortnight"),
        ("group_by", "date:"),
        ("group_by", "a b"),
        ("group_by", "a" * 400),
        ("group_by", "a.b.c.d.e.f"),
        ("aggregate", ""),
        ("aggregate", "name"),
        ("aggregate", "name:"),
        ("aggregate", "name:array_agg"),
        ("aggregate", "name:sum:max"),
        ("aggregate", ":count"),
        ("aggregate", "a:sum,a:sum"),
        ("aggregate", ",".join(f"a{n}:sum" for n in range(21))),
        ("sort", "name"),
        ("sort", "date:month"),
        ("sort", "a:median"),
        ("sort", "a:sum,-a:sum"),
        ("sort", ""),
        ("limit", "0"),
        ("count", "estimated"),
        ("archived", "yes"),
    ],
)
def test_wrong_values_name_their_parameter(parameter, value):
    refused(ParameterInvalid, parameter, **{parameter: value})


@pytest.mark.parametrize("value", [1, None, {"a": 1}, [1]])
@pytest.mark.parametrize("parameter", ["group_by", "aggregate", "sort"])
def test_lists_are_texts(parameter, value):
    with pytest.raises(ParameterInvalid):
        from_body(**{parameter: value})


def test_an_empty_list_of_aggregates_is_refused():
    with pytest.raises(ParameterInvalid):
        from_body(aggregate=[])


@pytest.mark.parametrize(
    "having",
    [
        "[",
        "{}",
        '[["name", "=", 1]]',
        '[["name:sum", "like", "a"]]',
        '[["name:sum", "child_of", 1]]',
        '[["name:sum", "any", []]]',
        '[["name:sum", "any", [["a", "=", 1]]]]',
        '[["name:sum", "nearly", 1]]',
        '["|", ["a:sum", "=", 1]]',
        json.dumps([["a:sum", "=", n] for n in range(201)]),
        json.dumps(["!"] * 40 + [["a:sum", "=", 1]] + ["&"] * 40),
    ],
)
def test_wrong_conditions_name_their_parameter(having):
    refused(FilterInvalid, "having", having=having)


def test_conditions_in_brackets_name_their_own():
    name = "having[name:min][like]"
    refused(FilterInvalid, name, (name, "a"))
    refused(FilterInvalid, "having[name]", ("having[name]", "a"))
    pairs = [("having[a:sum]", "1")] * 201
    refused(FilterInvalid, "having", *pairs)


def test_one_form_of_conditions_in_a_request():
    refused(ParameterConflict, "having", ("having[a:sum]", "1"), having="[]")


def test_parameters_come_once_and_are_known():
    refused(ParameterRepeated, "group_by", ("group_by", "a"), ("group_by", "b"))
    for name in ("fields", "cursor", "expand", "groupby", "order[a]"):
        refused(ParameterUnknown, name, **{name: "a"})
    problem = refused(ParameterUnknown, "dimensions", dimensions="a")
    assert "Did you mean group_by?" in problem.detail


def test_functions_follow_from_the_type_and_ids_have_no_sum():
    assert "sum" in aggregate.functions("amount", "monetary")
    assert "sum" not in aggregate.functions("id", "integer")
    assert aggregate.functions("active", "boolean") == ("bool_and", "bool_or")
    assert aggregate.functions("data", "binary") == ()


# --- names ---------------------------------------------------------------------------

FIELDS = {
    "order": [
        FieldInfo("id", "integer"),
        FieldInfo("name", "char"),
        FieldInfo("token", "char", groups_ok=False),
        FieldInfo("amount", "float"),
        FieldInfo("date", "date"),
        FieldInfo("time", "datetime"),
        FieldInfo("line_ids", "one2many", "order", groupable=False),
        FieldInfo("partner_id", "many2one", "partner", behind={"sort": ("rank",)}),
        *(
            FieldInfo(name, "many2many", "partner")
            for name in ("tags", "teams", "ways")
        ),
    ],
    "partner": [FieldInfo("city", "char"), FieldInfo("rank", "char", groups_ok=False)],
}


class Everything:
    """Rules that permit all fields."""

    def may_read(self, _name):
        return True


class World:
    """A catalog of the tables above."""

    def field(self, model, name):
        return next((f for f in FIELDS[model] if f.name == name), None)

    def rules(self, _model):
        return Everything()

    def readable(self, _model):
        return True

    def usable_names(self, _model, _position):
        return ()


def resolved(*pairs, **parameters):
    found = from_url(*pairs, **parameters)[1]
    return resolve_aggregation(World(), "order", found)


def test_two_groups_may_have_several_values_for_a_record():
    assert len(resolved(group_by="tags,teams,name").groups) == 3
    with pytest.raises(ParameterInvalid, match="at most 2 many2many") as caught:
        resolved(group_by="tags,teams,ways")
    assert caught.value.errors[0].parameter == "group_by"


def test_types_and_the_default_period_are_filled_in():
    found = resolved(group_by="name,date,time:hour", aggregate="amount:avg,date:min")
    assert [(g.type, g.part) for g in found.groups] == [
        ("char", ""),
        ("date", "month"),
        ("datetime", "hour"),
    ]
    assert [each.result for each in found.aggregates] == ["float", "date"]
    assert found.group("date") == Group("date", "date", "month", "date")
    assert found.having == ALL


def test_conditions_are_typed_by_what_a_function_gives():
    found = resolved(
        ("having[id:count][gte]", "5000000000"),
        ("having[date:max][lt]", "2026-01-31"),
        ("having[time:max][in]", "2026-01-31T12:00:00Z,"),
    )
    assert found.having == And(
        (
            Leaf("id:count", ">=", 5e9),
            Leaf("date:max", "<", "2026-01-31"),
            Leaf("time:max", "in", ("2026-01-31 12:00:00", None)),
        )
    )


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("group_by", "date:hour"),
        ("group_by", "date:minute_number"),
        ("group_by", "name:month"),
        ("aggregate", "name:sum"),
        ("aggregate", "date:avg"),
        ("aggregate", "amount:bool_and"),
        ("sort", "name:sum"),
        ("having", '[["name:sum", "=", 1]]'),
    ],
)
def test_what_a_type_does_not_have_names_its_parameter(parameter, value):
    with pytest.raises(ParameterInvalid) as caught:
        resolved(**{parameter: value})
    assert caught.value.errors[0].parameter == parameter


@pytest.mark.parametrize(
    ("name", "value"),
    [("id:count", "many"), ("date:max", "soon"), ("time:max", "2026-01-31")],
)
def test_values_of_conditions_have_the_type_of_the_result(name, value):
    with pytest.raises(FilterInvalid) as caught:
        resolved(having=json.dumps([[name, "=", value]]))
    assert caught.value.errors[0].parameter == "having"


@pytest.mark.parametrize("name", ["token", "nope", "partner_id.rank", "line_ids.name"])
@pytest.mark.parametrize("parameter", ["group_by", "aggregate", "having", "sort"])
def test_unknown_and_forbidden_names_are_refused_alike(parameter, name):
    written = {
        "group_by": name,
        "aggregate": f"{name}:count",
        "having": json.dumps([[f"{name}:count", ">", 1]]),
        "sort": f"-{name}:max",
    }
    with pytest.raises(QueryFieldRefused) as caught:
        resolved(**{parameter: written[parameter]})
    (error,) = caught.value.errors
    assert error.parameter == parameter
    assert error.detail == f"Field '{name}' does not exist or cannot be used here."


def test_a_many2one_is_sorted_by_what_the_caller_may_read():
    assert resolved(group_by="partner_id").groups
    with pytest.raises(QueryFieldRefused):
        resolved(group_by="partner_id", sort="partner_id")
    assert resolved(group_by="name", sort="-name").sort


def test_all_refusals_are_problems_of_the_query():
    for problem in (FilterInvalid, ParameterInvalid, QueryFieldRefused):
        assert issubclass(problem, QueryProblem)
