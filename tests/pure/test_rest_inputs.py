from datetime import date, datetime

import pytest

from rest_api_core.body import inputs
from rest_api_core.body.values import Content, Field, Properties, Reference

HELLO = "aGVsbG8="


def read(value, field_type, **more):
    return inputs.read(value, Field("x", field_type, **more))


def refuse(value, field_type, **more):
    with pytest.raises(ValueError) as refused:
        read(value, field_type, **more)
    return str(refused.value)


@pytest.mark.parametrize("field_type", ["char", "text"])
def test_an_empty_text_is_no_value(field_type):
    assert read("", field_type) is None


@pytest.mark.parametrize(
    ("field_type", "value"),
    [
        ("char", "Azure é 🙂"),
        ("html", ""),
        ("text", None),
        ("html", "<p>a</p>"),
        ("selection", "draft"),
        ("integer", -(2**31)),
        ("integer", 2**31 - 1),
        ("boolean", False),
        ("json", {"a": [1, None, "é", 1.5, True]}),
        ("json", None),
        ("properties_definition", [{"name": "a", "type": "char"}]),
        ("many2one_reference", 3),
        ("many2one_reference", None),
    ],
)
def test_what_is_taken_as_it_is(field_type, value):
    assert read(value, field_type) == value


@pytest.mark.parametrize(
    ("field_type", "value"),
    [
        ("char", False),
        ("char", 3),
        ("char", ["a"]),
        ("text", {"a": 1}),
        ("integer", "3"),
        ("integer", True),
        ("integer", None),
        ("integer", 1.5),
        ("integer", float("nan")),
        ("integer", float("inf")),
        ("integer", 2**31),
        ("integer", -(2**31) - 1),
        ("float", "1.5"),
        ("float", True),
        ("float", None),
        ("float", float("nan")),
        ("monetary", float("-inf")),
        ("monetary", 10**400),
        ("boolean", 1),
        ("boolean", "true"),
        ("boolean", None),
        ("properties", None),
        ("properties", "a"),
        ("properties", ["a"]),
        ("properties", [{"name": 3}]),
        ("properties_definition", {"a": 1}),
        ("many2one_reference", 0),
        ("many2one_reference", True),
    ],
)
def test_nothing_is_coerced(field_type, value):
    assert refuse(value, field_type)


def test_properties_are_values_by_name():
    assert read({"a": 1}, "properties") == Properties({"a": 1})
    given = [{"name": "a", "value": 1, "definition_changed": True}, {"name": "b"}, {}]
    assert read(given, "properties") == Properties({"a": 1, "b": None})


def test_records_in_properties_are_ids():
    body = {"a": {"id": 3, "display_name": "A"}, "b": [{"id": 4}, 5], "c": {"x": 1}}
    given = read(body, "properties")
    assert given == Properties({"a": 3, "b": [4, 5], "c": {"x": 1}})


def test_json_has_one_type_of_number():
    whole = read(3.0, "integer")
    assert whole == 3 and type(whole) is int
    number = read(3, "monetary")
    assert number == 3.0 and type(number) is float


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "é\udc00"])
def test_what_postgresql_cannot_store_is_refused(text):
    assert "contains" in refuse(text, "char")
    assert "contains" in refuse({"a": ["é", {text: 1}]}, "json")
    assert "contains" in refuse({"a": text}, "properties")


def test_json_numbers_are_finite():
    assert "finite" in refuse([1, [float("inf")]], "json")


def test_text_has_a_size():
    assert read("abc", "char", size=3) == "abc"
    assert "3 characters" in refuse("abcd", "char", size=3)


def test_selections_know_their_keys():
    keys = frozenset({"draft", "done"})
    assert read("done", "selection", choices=keys) == "done"
    assert read(None, "selection", choices=keys) is None
    assert refuse("gone", "selection", choices=keys) == "must be one of done, draft"


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("1000-01-01", date(1000, 1, 1)),
        (None, None),
    ],
)
def test_dates(value, day):
    assert read(value, "date") == day


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-02-30",
        "2026-1-31",
        "20260131",
        "2026-W05-6",
        "2026-01-31T00:00:00Z",
        "2026-01-31\n",
        "٢٠٢٦-01-31",
        20260131,
        False,
    ],
)
def test_what_is_no_date(value):
    assert "date" in refuse(value, "date")


@pytest.mark.parametrize(
    ("field_type", "value"),
    [
        ("date", "0001-01-01"),
        ("date", "0999-12-31"),
        ("datetime", "0001-01-01T00:00:00Z"),
        ("datetime", "1000-01-01T00:00:00+01:00"),
    ],
)
def test_years_that_odoo_cannot_read_again_are_refused(field_type, value):
    assert refuse(value, field_type) == "is before the year 1000"


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z",
        # without a zone it is UTC, as Odoo writes it, too
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00",
        "2026-01-31T12:00",
        "2026-01-31T12:00:00.999Z",
        # offsets are converted
        "2026-01-31T14:00:00+02:00",
        "2026-01-31T14:00:00+0200",
        "2026-01-31T07:00:00-05:00",
        "2026-02-01T11:59:00+23:59",
        "2026-01-31T12:00:00-00:00",
    ],
)
def test_times_become_naive_utc(value):
    assert read(value, "datetime") == datetime(2026, 1, 31, 12, 0, 0)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-01-31",
        "2026-02-30T12:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:00:60Z",
        "2026-01-31T12:00:00+24:00",
        "2026-01-31T12:00:00+01:60",
        "2026-01-31T12:00:00+02",
        "2026-01-31T12:00:00 Europe/Brussels",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "now",
        1769860800,
        False,
    ],
)
def test_what_is_no_time(value):
    assert "time" in refuse(value, "datetime")


def test_no_time_is_null():
    assert read(None, "datetime") is None


def test_references_are_read_as_they_are_written():
    shown = {"model": "res.partner", "id": 3, "display_name": "Azure"}
    assert read(shown, "reference") == Reference("res.partner", 3)
    assert read(None, "reference") is None
    models = frozenset({"res.partner"})
    assert read(shown, "reference", choices=models) == Reference("res.partner", 3)
    assert "this model" in refuse(shown, "reference", choices=frozenset({"res.users"}))


@pytest.mark.parametrize(
    "value",
    [
        "res.partner,3",
        {"model": "res.partner"},
        {"model": "res.partner", "id": 3, "name": "Azure"},
        {"model": "res.partner", "id": "3"},
        {"model": "res.partner", "id": 0},
        {"model": "res.partner", "id": 2**31},
        {"model": None, "id": 3},
        {"model": "a\x00", "id": 3},
    ],
)
def test_what_is_no_reference(value):
    assert refuse(value, "reference")


@pytest.mark.parametrize(
    ("value", "mimetype"),
    [
        (HELLO, None),
        (f"data:text/plain;base64,{HELLO}", "text/plain"),
        (f"data:Text/Plain;charset=utf-8;Base64,{HELLO}", "text/plain"),
        (f"data:;base64,{HELLO}", None),
        (f"data:nonsense;base64,{HELLO}", None),
    ],
)
def test_files_come_in_base64_or_as_data_url(value, mimetype):
    assert read(value, "binary") == Content(HELLO, 5, mimetype)


def test_base64_may_have_line_breaks():
    assert read("aGVs\r\n bG8=\n", "binary") == Content("aGVsbG8=", 5, None)


def test_no_file_is_null_and_an_empty_one_is_a_file():
    assert read(None, "image") is None
    assert read("", "binary") == Content("", 0)


@pytest.mark.parametrize(
    "value",
    [
        "aGVsbG8",
        "a-_=",
        "é===",
        "data:text/plain,hello",
        {"url": "/x", "size": 5, "mimetype": "text/plain"},
        False,
    ],
)
def test_what_is_no_file(value):
    assert "base64" in refuse(value, "binary")


@pytest.mark.parametrize("prefix", ["", "data:text/plain;base64,"])
def test_files_have_a_size(prefix):
    assert read(prefix + HELLO, "binary", size=5).size == 5
    assert refuse(prefix + HELLO, "binary", size=4) == "is larger than 4 bytes"
    # without decoding
    assert refuse(prefix + "!" * 400, "binary", size=4) == "is larger than 4 bytes"
