"""Values of properties by the type that their definition says."""

import pytest

from rest_api_core.body.properties import checked

DEFINITIONS = {
    "selection": {"selection": [["a", "A"], ["b", "B"]]},
    "tags": {"tags": [["x", "X", 1], ["y", "Y", 2]]},
}


def check(value, field_type):
    return checked(value, {"type": field_type, **DEFINITIONS.get(field_type, {})})


@pytest.mark.parametrize(
    ("field_type", "value", "stored"),
    [
        ("char", "a", "a"),
        ("text", "a", "a"),
        ("html", "<p>a</p>", "<p>a</p>"),
        ("boolean", False, False),
        ("integer", 3, 3),
        ("float", 3, 3.0),
        ("monetary", 1.5, 1.5),
        ("date", "2026-01-31", "2026-01-31"),
        ("datetime", "2026-01-31T12:00:00+02:00", "2026-01-31 10:00:00"),
        ("datetime", "2026-01-31 10:00:00", "2026-01-31 10:00:00"),
        ("selection", "a", "a"),
        ("tags", ["y", "x"], ["y", "x"]),
        ("many2one", 3, 3),
        ("many2many", [3, 4], [3, 4]),
        ("many2many", [], []),
    ],
)
def test_values_become_what_odoo_stores(field_type, value, stored):
    assert check(value, field_type) == stored


@pytest.mark.parametrize(
    ("field_type", "value"),
    [
        ("char", 3),
        ("boolean", "yes"),
        ("integer", "abc"),
        ("integer", 1.5),
        ("float", "1"),
        ("date", "nodate"),
        ("date", "2026-01-31T00:00:00Z"),
        ("datetime", "x"),
        ("selection", "c"),
        ("tags", "x"),
        ("tags", ["z"]),
        ("tags", [{}]),
        ("many2one", "x"),
        ("many2one", {"name": "A"}),
        ("many2many", 3),
        ("many2many", ["x"]),
        ("separator", "x"),
        # a type that another addon brings
        ("signature", "x"),
    ],
)
def test_other_values_are_refused(field_type, value):
    with pytest.raises(ValueError):
        check(value, field_type)


@pytest.mark.parametrize(
    "field_type", ["char", "date", "selection", "many2one", "separator"]
)
@pytest.mark.parametrize("value", [None, False])
def test_all_types_may_have_no_value(field_type, value):
    assert check(value, field_type) is value
