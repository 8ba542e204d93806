from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from rest_api_core.body import values
from rest_api_core.body.values import Reference


@pytest.mark.parametrize(
    ("field_type", "shown"),
    [("char", None), ("text", None), ("html", ""), ("selection", "")],
)
def test_an_empty_line_is_no_value(field_type, shown):
    assert values.write("", field_type) == shown


@pytest.mark.parametrize("field_type", ["char", "text", "html", "selection"])
def test_text_is_a_string_or_null_and_never_false(field_type):
    assert values.write("Azure", field_type) == "Azure"
    assert values.write(False, field_type) is values.write(None, field_type) is None


@pytest.mark.parametrize(
    ("value", "field_type", "wire"),
    [
        (3, "integer", 3),
        (None, "integer", 0),
        (False, "integer", 0),
        (1.5, "float", 1.5),
        (Decimal("1.50"), "monetary", 1.5),
        (None, "float", 0.0),
        (float("nan"), "float", None),
        (float("inf"), "monetary", None),
        (True, "boolean", True),
        (None, "boolean", False),
    ],
)
def test_numbers_are_json_numbers(value, field_type, wire):
    written = values.write(value, field_type)
    assert written == wire and type(written) is type(wire)


def test_dates_and_times():
    noon = datetime(2026, 1, 31, 12, 0, 0, 999999)
    assert values.write(date(2026, 1, 31), "date") == "2026-01-31"
    assert values.write(noon, "datetime") == "2026-01-31T12:00:00Z"
    assert values.write(datetime(1, 1, 1), "datetime") == "0001-01-01T00:00:00Z"
    for field_type in ("date", "datetime"):
        assert values.write(False, field_type) is values.write(None, field_type) is None


def test_times_with_a_zone_are_converted():
    brussels = timezone(timedelta(hours=2))
    noon = datetime(2026, 5, 31, 12, tzinfo=brussels)
    assert values.write(noon, "datetime") == "2026-05-31T10:00:00Z"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ((3, "Azure"), {"id": 3, "display_name": "Azure"}),
        ([3, ""], {"id": 3, "display_name": ""}),
        # the name may not be read
        ((3, None), {"id": 3}),
        (3, {"id": 3}),
        (False, None),
        (None, None),
    ],
)
def test_many2one(value, wire):
    assert values.write(value, "many2one") == wire


@pytest.mark.parametrize("field_type", ["one2many", "many2many"])
def test_x2many_are_ids(field_type):
    assert values.write((2, 1), field_type) == [2, 1]
    assert values.write(None, field_type) == []


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("res.partner,3", {"model": "res.partner", "id": 3}),
        (Reference("res.partner", 3), {"model": "res.partner", "id": 3}),
        (
            Reference("res.partner", 3, "Azure"),
            {"model": "res.partner", "id": 3, "display_name": "Azure"},
        ),
        (False, None),
    ],
)
def test_references(value, wire):
    assert values.write(value, "reference") == wire


def test_references_are_text_in_odoo():
    assert str(Reference("res.partner", 3, "Azure")) == "res.partner,3"
    assert values.write(3, "many2one_reference") == 3
    assert values.write(0, "many2one_reference") is None


def test_files():
    shown = values.descriptor("/api/v1/x", 5, "image/png")
    assert shown == {"url": "/api/v1/x", "size": 5, "mimetype": "image/png"}
    assert values.write(shown, "binary") == shown
    assert values.write(b"aGVsbG8=", "image") == "aGVsbG8="
    assert values.write(False, "binary") is None
    for data in (b"aGVsbG8=", "aGVsbG8="):
        assert values.data_url(data, "text/plain") == "data:text/plain;base64,aGVsbG8="


def test_json_and_properties_are_json():
    assert values.write({"a": [1]}, "json") == {"a": [1]}
    assert values.write(False, "json") is None
    assert values.write([{"name": "a"}], "properties") == [{"name": "a"}]
    assert values.write(False, "properties_definition") == []


def test_types_of_other_addons_are_left_as_they_are():
    assert values.write("x", "geo_point") == "x"
    assert values.write(False, "geo_point") is None


@pytest.mark.parametrize("data", ["aGk=", b"aGk="])
def test_the_bytes_of_base64(data):
    assert values.decoded(data) == b"hi"


def test_broken_base64_has_no_bytes():
    assert values.decoded("a") == b""
