import pytest

from rest_api_core.body.places import Places

VALUES = [
    ("a", 1, {}, "#/0"),
    ("a", 2, {}, "#/1"),
    ("a", 3, {}, "#/data"),
    ("a", 4, {}, "#/data"),
]
LINES = [
    ("b", {"name"}, "#/0/b_ids/0"),
    ("b", {"res_id"}, "#/0/b_ids/1"),
    ("b", {"name"}, "#/1/b_ids/0"),
]


@pytest.mark.parametrize(
    ("model", "record", "name", "pointer", "told"),
    [
        ("a", 1, "res_id", "#/0/res_id", None),
        ("a", 2, "res_id", "#/1/res_id", None),
        # several records have the one value
        ("a", 3, "res_id", "#/data/res_id", 3),
        # the only new line with such a value
        ("b", 9, "res_id", "#/0/b_ids/1/res_id", None),
    ],
)
def test_a_value_has_a_place(model, record, name, pointer, told):
    error = Places(VALUES, LINES, ["#/0", "#/1"]).unknown(model, record, name)
    assert (error.pointer, error.record) == (pointer, told)
    assert (error.code, error.detail) == (
        "body.lookup",
        "was not found or is not accessible",
    )


def test_of_several_lines_the_record_is_known_if_it_is_the_only_one():
    assert Places(VALUES, LINES, ["#/0"]).unknown("b", 9, "name").pointer == "#/0"
    assert Places(VALUES, LINES, ["#/0", "#/1"]).unknown("b", 9, "name") is None
