import pytest

from rest_api_core.query import sorting
from rest_api_core.query.sorting import SortKey

NEWEST = SortKey("create_date", descending=True)


@pytest.mark.parametrize(
    "value",
    [
        "-create_date,name",
        "create_date desc, name asc",
        " create_date DESC , name",
        ["-create_date", "name"],
    ],
)
def test_forms_of_one_sort(value):
    assert sorting.parse(value) == (NEWEST, SortKey("name"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (5, "must be text"),
        (["name", 5], "must be text"),
        ("", "an empty name"),
        ("3d", "paths of field names"),
        ("name;select", "of the form name, -name"),
        ("name:desc", "of the form name, -name"),
        ("+name", "of the form name, -name"),
        ("name up", "of the form name, -name"),
        ("-name desc", "of the form name, -name"),
        ("name,-name", "only once"),
        ("a.b.c.d.e.f", "at most 5 fields"),
        (",".join(f"f{n}" for n in range(11)), "at most 10 keys"),
    ],
)
def test_invalid_sorts_are_refused(value, reason):
    with pytest.raises(ValueError, match=reason):
        sorting.parse(value)


def test_the_order_of_a_model():
    keys = sorting.of_model('sequence, "name" DESC,id asc')
    assert keys == (SortKey("sequence"), SortKey("name", True), SortKey("id"))
    assert sorting.of_model("") == ()


@pytest.mark.parametrize("order", ["name nulls last", "name desc nulls first", "a.b"])
def test_orders_that_a_cursor_cannot_follow(order):
    with pytest.raises(ValueError):
        sorting.of_model(order)


@pytest.mark.parametrize(
    ("value", "tie_break"),
    [("name", SortKey("id")), ("name,-date", SortKey("id", descending=True))],
)
def test_id_is_the_tie_break_in_the_direction_of_the_last_key(value, tie_break):
    assert sorting.with_tie_break(sorting.parse(value))[-1] == tie_break


def test_id_is_not_added_twice():
    keys = sorting.parse("name,-id")
    assert sorting.with_tie_break(keys) == keys


def test_keys_after_the_id_are_left_out():
    keys = sorting.parse("name,-id,date,color")
    assert sorting.with_tie_break(keys) == sorting.parse("name,-id")


def test_without_keys_the_sort_is_by_id():
    assert sorting.with_tie_break(()) == (SortKey("id"),)
