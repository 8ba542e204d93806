"""The records that the body of a write is about."""

import pytest

from rest_api_core.body.items import (
    Item,
    Items,
    check_empty,
    of_known,
    of_new,
    of_values,
)
from rest_api_core.wire.problem import BodyMalformed, BodyTooLarge, ValueInvalid


def field_errors(error):
    return [each.pointer for each in error.value.errors]


def test_an_object_is_one_new_record():
    assert of_new({"a": 1}, 10) == Items((Item({"a": 1}),))


def test_a_list_is_as_many_new_records():
    requested = of_new([{"a": 1}, 3], 10)
    assert requested == Items((Item({"a": 1}, (0,)), Item(3, (1,))), many=True)
    assert [item.pointer for item in requested.items] == ["#/0", "#/1"]
    assert requested.ids == ()


def test_a_body_is_needed():
    with pytest.raises(BodyMalformed):
        of_new(None, 10)
    with pytest.raises(BodyMalformed):
        of_known(None, (1,), 10)


@pytest.mark.parametrize("body", [None, {}])
def test_no_body_may_be_an_empty_object(body):
    check_empty(body)


@pytest.mark.parametrize("body", [{"force": True}, [], "", 0, False])
def test_a_body_that_is_not_needed_is_refused(body):
    with pytest.raises(ValueInvalid) as error:
        check_empty(body)
    assert field_errors(error) == ["#"]


def test_an_empty_list_is_refused():
    with pytest.raises(ValueInvalid) as error:
        of_new([], 10)
    assert field_errors(error) == ["#"]


def test_the_number_of_records_is_limited():
    for call in (
        lambda: of_new([{}, {}], 1),
        lambda: of_known({}, (1, 2), 1),
        lambda: of_known({"ids": [1, 2], "data": {}}, (), 1),
        lambda: of_known([{"id": 1}, {"id": 2}], (), 1),
    ):
        with pytest.raises(BodyTooLarge):
            call()


def test_the_path_names_the_records_to_change():
    assert of_known({"a": 1}, (7,), 10) == Items((Item({"a": 1}, (), (7,)),))
    requested = of_known({"a": 1}, (7, 8), 10)
    assert requested == Items((Item({"a": 1}, (), (7, 8)),), many=True)


def test_the_body_names_the_records_to_change():
    requested = of_known({"ids": [7, 8], "data": {"a": 1}}, (), 10)
    assert requested == Items((Item({"a": 1}, ("data",), (7, 8)),), many=True)
    assert requested.ids == (7, 8)


def test_each_object_names_its_record():
    requested = of_known([{"id": 7, "a": 1}, {"id": 8}], (), 10)
    expected = (Item({"a": 1}, (0,), (7,)), Item({}, (1,), (8,)))
    assert requested == Items(expected, many=True)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (3, ["#"]),
        ({"a": 1}, ["#"]),
        ({"ids": [1]}, ["#"]),
        ({"ids": [1], "data": {}, "more": 1}, ["#"]),
        ({"ids": 1, "data": {}}, ["#/ids"]),
        ({"ids": [], "data": {}}, ["#/ids"]),
        ({"ids": ["1", 2, 2, True], "data": {}}, ["#/ids/0", "#/ids/2", "#/ids/3"]),
        ([], ["#"]),
        ([3], ["#/0"]),
        ([{"id": 1}, {}, {"id": 1}], ["#/1/id", "#/2/id"]),
    ],
)
def test_what_names_no_records_is_refused(body, pointers):
    with pytest.raises(ValueInvalid) as error:
        of_known(body, (), 10)
    assert field_errors(error) == pointers


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([3, {"id": "x", "a": 1}, {}], [Item({"a": 1}, (1,)), Item({}, (2,))]),
        ({"ids": ["x"], "data": {"a": 1}}, [Item({"a": 1}, ("data",))]),
        ({"ids": ["x"], "data": 1}, []),
        ({"a": 1}, []),
        ("x", []),
    ],
)
def test_values_are_read_whoever_they_are_for(body, expected):
    assert of_values(body) == Items(tuple(expected))
