import pytest

from rest_api_core.query import hints
from rest_api_core.query.query import LIST


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("q", "filter[name][contains]=…"),
        ("search", "filter[name][contains]=…"),
        ("domain", "filter=[[…]]"),
        ("order", "sort"),
        ("include", "expand"),
        ("updated_since", "filter[write_date][gte]=…"),
        ("feilds", "'fields'"),
    ],
)
def test_words_of_other_apis_lead_to_the_parameter(name, written):
    assert hints.parameter(name, LIST) == f" Did you mean {written}?"


@pytest.mark.parametrize("name", ["zz", "", "x" * 10_000])
def test_what_is_like_nothing_has_no_hint(name):
    assert hints.parameter(name, LIST) == ""


def test_a_parameter_that_the_operation_lacks_is_not_proposed():
    assert hints.parameter("order", {"lang"}) == ""


def test_fields_are_proposed_by_their_spelling():
    usable = ["name", "display_name", "parent_name", "city"]
    assert hints.field("nme", usable) == " Did you mean 'name'?"
    assert "'display_name' or" in hints.field("disply_name", [*usable, "display_names"])
