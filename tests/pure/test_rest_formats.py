import pytest

from rest_api_core.operations import ROWS
from rest_api_core.wire import formats
from rest_api_core.wire.formats import CsvForm
from rest_api_core.wire.operation import CSV, HTML, JSON, NDJSON, PDF, Operation
from rest_api_core.wire.problem import (
    NotAcceptable,
    ParameterConflict,
    ParameterInvalid,
    ParameterRepeated,
)

BY_NAME = {row.name: row for row in ROWS}
EXPORT, REPORT = BY_NAME["export"], BY_NAME["report"]


def parse(*pairs, operation=EXPORT, accept=None, body=None):
    return formats.parse(accept, pairs, body, operation)


def test_the_first_form_is_the_default():
    assert parse().media_type == NDJSON
    assert parse(operation=REPORT).media_type == PDF
    assert parse(operation=Operation("any")).media_type == JSON
    assert parse(operation=Operation("any", parameters=None)).media_type == JSON


def test_a_word_goes_before_accept():
    found = parse(("format", "csv"), ("limit", "1"), accept=NDJSON)
    assert (found.media_type, found.pairs) == (CSV, (("limit", "1"),))
    assert parse(accept=CSV).media_type == CSV
    assert parse(("format", "html"), operation=REPORT).media_type == HTML


def test_words_may_be_in_the_body():
    found = parse(body={"format": "csv", "bom": True, "limit": 1})
    assert (found.media_type, found.csv) == (CSV, CsvForm(bom=True))
    assert found.body == {"limit": 1}


def test_other_bodies_stay_as_they_are():
    assert parse(body=[1]).body == [1]
    values = {"format": "csv"}
    assert parse(body=values, operation=BY_NAME["create"]).body == values


@pytest.mark.parametrize("value", ["pdf", "", "CSV"])
def test_a_word_that_is_not_offered(value):
    with pytest.raises(ParameterInvalid, match="format: must be one of ndjson, csv"):
        parse(("format", value))
    with pytest.raises(ParameterInvalid):
        parse(body={"format": [value]})


def test_a_media_type_that_is_not_offered():
    with pytest.raises(NotAcceptable):
        parse(accept="application/json")


def test_a_word_comes_once():
    with pytest.raises(ParameterRepeated, match="format: came more than once"):
        parse(("format", "csv"), ("format", "csv"))
    with pytest.raises(ParameterRepeated):
        parse(("bom", "true"), body={"bom": True})


@pytest.mark.parametrize(
    ("pair", "wanted"),
    [
        (("bom", "true"), CsvForm(bom=True)),
        (("bom", "0"), CsvForm()),
        (("formulas", "keep"), CsvForm(formulas="keep")),
        (("formulas", "escape"), CsvForm()),
    ],
)
def test_how_csv_is_written(pair, wanted):
    assert parse(("format", "csv"), pair).csv == wanted


@pytest.mark.parametrize("name", ["bom", "formulas"])
def test_words_of_csv_have_few_values(name):
    for value in ("yes", 1, None, []):
        with pytest.raises(ParameterInvalid, match=f"{name}: must be"):
            parse(body={"format": "csv", name: value})


def test_words_of_csv_are_for_csv():
    with pytest.raises(ParameterConflict, match="bom: is only for format=csv"):
        parse(("bom", "true"))
