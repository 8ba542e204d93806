"""The parameters of an import."""

import pytest

from rest_api_core.query import importing
from rest_api_core.query.expansion import Limits
from rest_api_core.query.importing import Import
from rest_api_core.wire.problem import (
    MediaTypeUnsupported,
    ParameterInvalid,
    ParameterUnknown,
)


def parse(**pairs):
    return importing.parse(tuple(pairs.items()), Limits())[1]


def test_without_parameters_all_rows_are_new_records_or_none_is():
    assert parse() == Import(key=(), mode="atomic", dry_run=False, delimiter="")


def test_all_parameters():
    pairs = {"key": "code, country_id", "mode": "partial", "dry_run": "true"}
    found = parse(**pairs, delimiter="tab")
    assert found == Import(("code", "country_id"), "partial", True, "\t")


def test_language_and_companies_are_those_of_the_query():
    query, _found = importing.parse((("lang", "fr_FR"), ("company", "1")), Limits())
    assert (query.lang, query.company) == ("fr_FR", (1,))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("semicolon", ";"), (";", ";"), ("comma", ","), ("\t", "\t")],
)
def test_delimiters_have_names(text, delimiter):
    assert parse(delimiter=text).delimiter == delimiter


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("key", ""),
        ("key", "ref,"),
        ("key", "ref,ref"),
        ("key", ",".join("abcdefghi")),
        ("mode", "some"),
        ("dry_run", "yes"),
        ("delimiter", "|"),
    ],
)
def test_a_wrong_value_is_named(name, text):
    with pytest.raises(ParameterInvalid) as caught:
        parse(**{name: text})
    assert caught.value.errors[0].parameter == name


def test_other_parameters_are_unknown():
    with pytest.raises(ParameterUnknown):
        parse(fields="name")


def test_it_is_kept_as_json():
    found = Import(("ref",), "partial", True, ";")
    document = {"mode": "partial", "dry_run": True, "delimiter": ";"}
    assert importing.of_document({**document, "key": ["ref"]}) == found
    assert importing.of_document(found.document()) == found


@pytest.mark.parametrize(
    ("mode", "dry_run", "is_one"),
    [("atomic", False, True), ("partial", False, False), ("partial", True, True)],
)
def test_what_is_one_transaction(mode, dry_run, is_one):
    assert Import(mode=mode, dry_run=dry_run).is_one is is_one


def test_the_form_of_the_rows_is_told_by_the_media_type():
    assert importing.form_of("text/csv") == "csv"
    assert importing.form_of("application/x-ndjson") == "ndjson"
    with pytest.raises(MediaTypeUnsupported):
        importing.form_of("application/json")
