import csv
import io
import json
import random
import re

import pytest

from rest_api_core.body.values import Field
from rest_api_core.query.projection import Level, Relation
from rest_api_core.wire.csv_text import Table
from rest_api_core.wire.formats import CsvForm

COUNTRY = Level("res.country", (Field("id", "integer"), Field("code", "char")))
ID = Field("id", "integer")


def table(*fields, relations=(), binary="url", **form):
    level = Level("res.partner", (ID, *fields), relations, binary)
    return Table(level, CsvForm(**form))


def read(content):
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def cell(value, field_type="char", **form):
    """What a reader of the CSV gets for a value."""
    written = table(Field("value", field_type), **form).rows(
        [{"id": 1, "value": value}]
    )
    ((_id, *cells),) = read(written)
    return cells[0] if len(cells) == 1 else cells


def test_the_head_names_the_fields():
    found = table(Field("name", "char"), Field("active", "boolean"))
    assert found.head() == b"id,name,active\r\n"


def test_a_mark_at_the_beginning_tells_excel_the_encoding():
    assert table(bom=True).head() == "\ufeffid\r\n".encode()


def test_no_documents_have_no_lines():
    assert table().rows([]) == b""


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Azure", "Azure"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (-3, "-3"),
        (-1.5, "-1.5"),
        (0, "0"),
        ({"a": [1]}, '{"a":[1]}'),
        (["=1"], '["=1"]'),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("-1 day", "'-1 day"),
        ("\ud800", "?"),
    ],
)
def test_a_value_is_a_cell(value, wanted):
    assert cell(value) == wanted


def test_a_many2one_has_two_columns():
    found = table(Field("country_id", "many2one"))
    assert found.head() == b"id,country_id.id,country_id.display_name\r\n"
    for value, wanted in (
        ({"id": 20, "display_name": "Belgium"}, ["20", "Belgium"]),
        ({"id": 20, "display_name": "=A1"}, ["20", "'=A1"]),
        ({"id": 20}, ["20", ""]),
        (None, ["", ""]),
    ):
        assert cell(value, "many2one") == wanted


def test_a_reference_has_three_columns():
    value = {"model": "res.partner", "id": 3, "display_name": "Azure"}
    assert cell(value, "reference") == ["res.partner", "3", "Azure"]


def test_a_file_has_columns_unless_its_content_is_requested():
    value = {"url": "https://example.com/1", "size": 5, "mimetype": "image/png"}
    assert cell(value, "image") == list(map(str, value.values()))
    assert cell("aGVsbG8=", "image", binary="base64") == "aGVsbG8="


def test_an_expanded_many2one_has_the_columns_of_its_record():
    relations = (Relation("country_id", False, COUNTRY),)
    found = table(Field("country_id", "many2one"), relations=relations)
    assert found.head() == b"id,country_id.id,country_id.code\r\n"
    documents = [
        {"id": 1, "country_id": {"id": 20, "code": "BE"}},
        {"id": 2, "country_id": {"id": 20}},
        {"id": 3, "country_id": None},
    ]
    assert found.rows(documents) == b"1,20,BE\r\n2,20,\r\n3,,\r\n"


def test_several_records_are_json():
    assert cell([1, 2], "one2many") == "[1,2]"
    relations = (Relation("value", True, COUNTRY),)
    documents = [{"id": 1, "value": [{"id": 20, "code": "BE"}]}]
    found = table(Field("value", "many2many"), relations=relations)
    assert found.head() == b"id,value\r\n"
    assert read(found.rows(documents)) == [["1", '[{"id":20,"code":"BE"}]']]


def test_several_records_behind_one_that_is_missing_are_an_empty_cell():
    inner = Level("res.country", (ID, Field("state_ids", "one2many")))
    relations = (Relation("country_id", False, inner),)
    found = table(Field("country_id", "many2one"), relations=relations)
    assert found.rows([{"id": 1, "country_id": None}]) == b"1,,\r\n"


STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
SKIPPED = ["", " ", "\u00a0", "\ufeff", "\x01", " \x0b "]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", SKIPPED)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(before, start):
    text = f"{before}{start}1+1"
    assert cell(text) == f"'{text}"
    assert cell(text, formulas="keep") == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a\t=1+1;b", "a\t'=1+1;b"),
        ("a\r\n@A1\n", "a\r\n'@A1\n"),
        ("a; \u00a0＝1;-1;;+1", "a;' \u00a0＝1;'-1;;'+1"),
        ("=1;=2", "'=1;'=2"),
        ('a;"=1;', "a;'\"=1;"),
        ("\t=1", "'\t'=1"),
    ],
)
def test_so_does_what_other_separators_make_a_cell(text, escaped):
    assert cell(text) == escaped
    assert cell(text, formulas="keep") == text


def test_json_has_no_cells_of_other_separators():
    for value, field_type in (({"a": "x;=1;y"}, "json"), (["x;=1;y"], "many2many")):
        written = cell(value, field_type)
        assert ";" not in written
        assert json.loads(written) == value
        assert ";" in cell(value, field_type, formulas="keep")


def test_a_long_text_of_separators_takes_linear_time():
    text = "\n;" * 500_000
    assert len(table(Field("value", "char")).rows([{"id": 1, "value": text}])) > 10**6


@pytest.mark.parametrize("text", ["a=1", "1-1", "é", "'=1", "a;b", " a", "[-1]", "a\n"])
def test_any_other_text_is_as_it_is(text):
    assert cell(text) == text


def test_what_is_read_is_what_was_written():
    draw = random.Random(7)
    letters = "ab,;\"'\r\n\t =+é漢😀"
    for _ in range(500):
        texts = ["".join(draw.choices(letters, k=draw.randrange(8))) for _ in "xyz"]
        fields = [Field(name, "char") for name in "xyz"]
        content = table(*fields, formulas="keep").rows(
            [{"id": 1, **dict(zip("xyz", texts, strict=True))}]
        )
        assert read(content) == [["1", *texts]]
        assert content.endswith(b"\r\n")
        escaped = table(*fields).rows(
            [{"id": 1, **dict(zip("xyz", texts, strict=True))}]
        )
        starts = ("=", "+", "-", "@")
        for text in read(escaped)[0]:
            assert not text.lstrip().startswith(starts)
        for piece in re.split(r"[;\t\r\n]", escaped.decode()):
            assert not piece.lstrip('" ').startswith(starts)
