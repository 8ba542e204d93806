"""Columns of CSV as records."""

import tracemalloc

import pytest

from rest_api_core.body.columns import MAX_COLUMNS, Columns
from rest_api_core.body.values import Field
from rest_api_core.wire.problem import BodyFieldRefused, BodyProblem, ValueInvalid

P = "res.partner"
BODY = {
    field.name: field
    for field in (
        Field("name", "char", required=True),
        Field("external_id", "char", stored=False, virtual=True),
        Field("size", "integer"),
        Field("price", "float"),
        Field("active", "boolean"),
        Field("day", "date"),
        Field("country_id", "many2one", comodel="res.country"),
        Field("source", "reference"),
        Field("tag_ids", "many2many", comodel="res.tag"),
        Field("extra", "json"),
        Field("computed", "char", writable=False),
    )
}
FILTER = {
    "res.country": {
        "code": Field("code", "char"),
        "phone_code": Field("phone_code", "integer"),
        "parent_id": Field("parent_id", "many2one", comodel="res.country"),
    },
    P: {"id": Field("id", "integer"), "ref": Field("ref", "char")},
}


def fields_at(model, position):
    if position == "body":
        return BODY if model == P else {}
    return FILTER.get(model, {})


def record(names, cells, keys=()):
    return Columns(P, names.split(), fields_at, keys).record(cells)


def errors_of(names, keys=()):
    with pytest.raises(BodyProblem) as caught:
        Columns(P, names, fields_at, keys)
    return caught.value


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("name", "Azure", "Azure"),
        ("name", "", None),
        ("name", "3", "3"),
        ("external_id", "crm.p1", "crm.p1"),
        ("size", "3", 3),
        ("size", "-3", -3),
        ("size", "3.0", 3.0),
        ("size", "three", "three"),
        ("price", "1.5", 1.5),
        ("price", "1e3", 1000.0),
        ("price", "1e999", "1e999"),
        ("size", "-1e999", "-1e999"),
        ("price", "1,5", "1,5"),
        ("active", "TRUE", True),
        ("active", "0", False),
        ("active", "yes", "yes"),
        ("day", "2026-01-31", "2026-01-31"),
        ("day", "", None),
        ("country_id", "3", 3),
        ("country_id", "", None),
        ("country_id", "Belgium", "Belgium"),
        ("country_id", '{"code": "BE"}', {"code": "BE"}),
        ("tag_ids", "[1, 2]", [1, 2]),
        ("extra", '{"a": null}', {"a": None}),
    ],
)
def test_a_cell_has_the_type_of_its_field(name, cell, value):
    found = record(name, [cell])[name]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("name", ["size", "price", "active", "tag_ids", "extra"])
def test_an_empty_cell_says_nothing_where_there_is_no_null(name):
    assert record(f"name {name}", ["Azure", ""]) == {"name": "Azure"}


def test_cells_that_are_no_json_are_all_named():
    with pytest.raises(ValueInvalid) as caught:
        record("tag_ids extra", ["1;2", "{"])
    assert [e.pointer for e in caught.value.errors] == ["#/tag_ids", "#/extra"]


@pytest.mark.parametrize(
    ("names", "cells", "value"),
    [
        ("country_id.code", ["BE"], {"code": "BE"}),
        ("country_id/external_id", ["base.be"], {"external_id": "base.be"}),
        ("country_id.phone_code", ["32"], {"phone_code": 32}),
        (
            "country_id.id country_id.display_name",
            ["3", "Belgium"],
            {"id": 3, "display_name": "Belgium"},
        ),
        (
            "country_id.code country_id.parent_id.code",
            ["BE", "EU"],
            {"code": "BE", "parent_id": {"code": "EU"}},
        ),
        ("country_id.code country_id.parent_id.code", ["", ""], None),
        ("country_id.code country_id.id", ["BE", ""], {"code": "BE", "id": None}),
        (
            "source.model source.id source.display_name",
            [P, "3", "Azure"],
            {"model": P, "id": 3, "display_name": "Azure"},
        ),
        ("source.model source.id", ["", ""], None),
    ],
)
def test_dotted_columns_are_one_value(names, cells, value):
    (found,) = record(names, cells).values()
    assert found == value


def test_a_row_has_as_many_cells_as_the_header():
    with pytest.raises(ValueInvalid) as caught:
        record("name size", ["Azure"])
    assert "1 cells, and the header 2" in caught.value.detail


@pytest.mark.parametrize(
    "name",
    [
        "nme",
        "computed",
        "id",
        "name.code",
        "country_id.secret",
        "country_id.secret.code",
        "country_id.parent_id.parent_id.parent_id.code",
        "source.code",
        "tag_ids.name",
    ],
)
def test_unknown_columns_are_refused_in_the_words_of_bodies(name):
    found = errors_of(["size", name])
    assert isinstance(found, BodyFieldRefused)
    (error,) = found.errors
    assert error.pointer == "#/" + name.replace("/", "~1")


def test_all_unknown_columns_are_named_with_hints():
    found = errors_of(["nam", "siez"])
    assert len(found.errors) == 2
    assert "Did you mean 'name'" in found.errors[0].detail


def test_a_key_needs_not_be_writable():
    assert record("id name", ["3", "Azure"], ("id",)) == {"id": 3, "name": "Azure"}
    assert isinstance(errors_of(["id", "ref"], ("id",)), BodyFieldRefused)
    assert isinstance(errors_of(["secret"], ("secret",)), BodyFieldRefused)


@pytest.mark.parametrize(
    "names",
    [
        ["name", "name"],
        ["country_id", "country_id.code"],
        ["country_id.code", "country_id/code"],
        ["country_id.parent_id", "country_id.parent_id.code"],
    ],
)
def test_a_value_is_in_one_column(names):
    (error,) = errors_of(names).errors
    assert error.detail == "is in several columns of the header"


@pytest.mark.parametrize("name", ["", "a b", "country_id.", "name\x00", "é", "a;b"])
def test_the_header_has_names(name):
    (error,) = errors_of(["name", name]).errors
    assert "column 2" in error.detail


def test_the_number_of_columns_is_bounded():
    assert "columns at most" in errors_of(["name"] * (MAX_COLUMNS + 1)).detail


def test_a_name_of_many_segments_takes_no_memory_by_the_square():
    name = ".".join(["a"] * 2000)
    tracemalloc.start()
    try:
        errors_of([name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2**20  # all parts of the path would be 16 MB
