import pytest

from rest_api_core.query.filters import Leaf
from rest_api_core.query.operands import by_name, typed
from rest_api_core.wire.problem import FilterInvalid


@pytest.mark.parametrize(
    ("field_type", "text", "value"),
    [
        ("integer", "42", 42),
        ("integer", "-2147483648", -(2**31)),
        ("many2one", "7", 7),
        ("many2one", "Azure", "Azure"),
        ("many2one", "", None),
        ("many2one", "null", None),
        ("one2many", "null", None),
        ("float", "1.5", 1.5),
        ("monetary", "3", 3),
        ("boolean", "TRUE", True),
        ("boolean", "0", False),
        ("date", "2026-01-31", "2026-01-31"),
        ("datetime", "2026-01-31", "2026-01-31"),
        ("datetime", "2026-01-31 12:00", "2026-01-31 12:00:00"),
        ("datetime", "2026-01-31T12:00:00Z", "2026-01-31 12:00:00"),
        ("datetime", "2026-01-31T12:00:00+02:00", "2026-01-31 10:00:00"),
        ("datetime", "2026-01-31T12:00:00 02:00", "2026-01-31 10:00:00"),
        ("datetime", "2026-01-31T12:00:00.5-02:00", "2026-01-31 14:00:00"),
        ("char", "null", None),
        ("char", "", None),
        ("json", "", None),
    ],
)
def test_text_of_a_url_gets_the_type_of_its_field(field_type, text, value):
    assert typed(Leaf("a", "=", text, raw=True), field_type) == Leaf("a", "=", value)


@pytest.mark.parametrize(
    ("field_type", "value", "result"),
    [
        ("char", "a", "a"),
        ("char", False, None),
        ("many2one", False, None),
        ("many2one", "7", "7"),
        ("date", False, None),
        ("datetime", False, None),
        ("binary", False, None),
        ("boolean", False, False),
        ("float", 1, 1),
        ("integer", None, None),
    ],
)
def test_values_of_json_keep_their_type_and_false_is_not_set(field_type, value, result):
    assert typed(Leaf("a", "=", value), field_type) == Leaf("a", "=", result)


@pytest.mark.parametrize(
    "leaf",
    [
        Leaf("display_name", "=", None),
        Leaf("a.display_name", "!=", False),
        Leaf("display_name", "in", ("b", None)),
        Leaf("display_name", "=", "", raw=True),
    ],
)
def test_a_display_name_is_never_null(leaf):
    """Odoo's searches for names stumble over what is no text."""
    with pytest.raises(FilterInvalid, match="each record has a name"):
        typed(leaf, "char")


def test_each_member_of_a_list_is_read():
    leaf = Leaf("id", "in", ("1", "2"), raw=True)
    assert typed(leaf, "integer").value == (1, 2)


@pytest.mark.parametrize(
    ("field_type", "operator", "value", "reason"),
    [
        ("integer", "=", "abc", "whole number"),
        ("integer", "=", "5", "whole number"),
        ("integer", "=", True, "whole number"),
        ("integer", "=", 1.5, "whole number"),
        ("integer", "=", 2**31, "32 bits"),
        ("many2one", "=", 10**12, "32 bits"),
        ("many2one", "=", True, "whole number"),
        ("float", "=", "1.5", "compared with a number"),
        ("float", "=", False, "compared with a number"),
        ("float", "=", 10**400, "range of floats"),
        ("boolean", "=", 1, "true or false"),
        ("date", "=", "2026-1-1", "YYYY-MM-DD"),
        ("date", "=", "2026-02-30", "not a date of the calendar"),
        ("date", "=", "2026-01-31T12:00", "YYYY-MM-DD"),
        ("date", "=", 20260131, "YYYY-MM-DD"),
        ("datetime", "=", "now", "must be a time as"),
        ("datetime", "=", 5, "must be a time as"),
        ("datetime", "=", "2026-01-31T25:00:00", "not a time of"),
        ("datetime", "=", "0001-01-01T00:00:00+14:00", "not a time of"),
        ("char", "=", 5, "compared with text"),
        ("char", "=", "a\0b", "character NUL"),
        ("char", "ilike", "\ud800", "surrogate pair"),
        ("json", "=", "a", "compared with null"),
        ("binary", "in", ("a",), "operator 'in'"),
        ("integer", "ilike", "5", "operator 'ilike'"),
        ("boolean", ">", 1, "operator '>'"),
        ("many2one", ">", 1, "operator '>'"),
        ("char", "child_of", 1, "operator 'child_of'"),
        ("many2one", "child_of", None, "null by 'child_of'"),
        ("many2one", "child_of", "Azure", "whole number"),
    ],
)
def test_values_that_postgresql_would_refuse_are_errors(
    field_type, operator, value, reason
):
    with pytest.raises(FilterInvalid, match=reason) as caught:
        typed(Leaf("a.b", operator, value), field_type)
    assert caught.value.errors[0].parameter == "filter"


@pytest.mark.parametrize(
    ("field_type", "text", "reason"),
    [
        ("integer", "1_0", "whole number"),
        ("integer", "٣", "whole number"),
        ("integer", "1" * 5000, "whole number"),
        ("integer", "5000000000", "32 bits"),
        ("float", "1_0", "compared with a number"),
        ("float", "nan", "range of floats"),
        ("float", "inf", "range of floats"),
        ("float", "x", "compared with a number"),
        ("boolean", "yes", "true or false"),
        ("many2one", "True", "quote the name"),
    ],
)
def test_text_of_a_url_that_has_not_the_type_is_refused(field_type, text, reason):
    with pytest.raises(FilterInvalid, match=reason):
        typed(Leaf("a", "=", text, raw=True), field_type)


def test_a_null_in_brackets_cannot_be_ordered():
    with pytest.raises(FilterInvalid, match="null by '<'"):
        typed(Leaf("a", "<", "null", raw=True), "integer")


def test_ids_know_hierarchies():
    assert typed(Leaf("a.id", "child_of", "3", raw=True), "integer").value == 3


@pytest.mark.parametrize(
    ("leaf", "field_type", "named"),
    [
        (Leaf("a", "ilike", "x"), "many2one", True),
        (Leaf("a", "in", (1, "x")), "many2many", True),
        (Leaf("a", "=", 1), "many2one", False),
        (Leaf("a", "=", "x"), "char", False),
    ],
)
def test_a_relation_compared_with_text_is_compared_by_name(leaf, field_type, named):
    assert by_name(leaf, field_type) is named
