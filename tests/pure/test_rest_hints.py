import re

import pytest

from rest_api_core.operations import ROWS
from rest_api_core.query import hints
from rest_api_core.query import query as queries
from rest_api_core.query.aggregate import PARAMETERS
from rest_api_core.query.query import LIST


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("q", "filter[name][contains]=…"),
        ("search", "filter[name][contains]=…"),
        ("domain", "filter=[[…]]"),
        ("query", "filter[name][contains]=…"),
        ("where", "filter=[[…]]"),
        ("filters", "filter=[[…]]"),
        ("$filter", "filter=[[…]]"),
        ("order", "sort"),
        ("order_by", "sort"),
        ("orderBy", "sort"),
        ("$orderby", "sort"),
        ("sort[]", "sort"),
        ("per_page", "limit"),
        ("page_size", "limit"),
        ("page[size]", "limit"),
        ("page[limit]", "limit"),
        ("$top", "limit"),
        ("_limit", "limit"),
        ("page[number]", "page"),
        ("page[offset]", "offset"),
        ("$skip", "skip"),
        ("include", "expand"),
        ("$expand", "expand"),
        ("select", "fields"),
        ("fields[]", "fields"),
        ("updated_since", "filter[write_date][gte]=…"),
        ("since", "filter[write_date][gte]=…"),
        ("created_after", "filter[create_date][gte]=…"),
        ("starting_after", "cursor"),
        ("active_test", "archived"),
        ("locale", "lang"),
        ("feilds", "'fields'"),
    ],
)
def test_words_of_other_apis_lead_to_the_parameter(name, written):
    known = LIST | queries.ALIASES.keys()
    assert hints.parameter(name, known) == f" Did you mean {written}?"


@pytest.mark.parametrize("name", ["zz", "", "x" * 10_000])
def test_what_is_like_nothing_has_no_hint(name):
    assert hints.parameter(name, LIST) == ""


def test_a_parameter_that_the_operation_lacks_is_not_proposed():
    assert hints.parameter("order", {"lang"}) == ""


def test_each_word_leads_to_a_parameter_that_there_is():
    known = LIST | PARAMETERS | {"ids"}
    assert {target for target, _written in hints.PARAMETERS.values()} <= known


@pytest.mark.parametrize("row", [row for row in ROWS if row.parameters])
def test_no_operation_proposes_what_it_does_not_take(row):
    known = row.parameters | {
        word for word, name in queries.ALIASES.items() if name in row.parameters
    }
    for word in hints.PARAMETERS.keys() - known:
        hint = hints.parameter(word, known)
        written = hint.removeprefix(" Did you mean ").removesuffix("?")
        words = (
            re.split(r"[=\[]", written)[:1]
            if written[:1] != "'"
            else (re.findall("'([^']+)'", written))
        )
        assert not hint or set(words) <= known, (word, hint)


def test_fields_are_proposed_by_their_spelling():
    usable = ["name", "display_name", "parent_name", "city"]
    assert hints.field("nme", usable) == " Did you mean 'name'?"
    assert "'display_name' or" in hints.field("disply_name", [*usable, "display_names"])
