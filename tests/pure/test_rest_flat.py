"""Documents of v1 in the shapes of the token dialect."""

from rest_api_core.body.values import Field
from rest_api_core.query.projection import Level, Relation
from rest_api_core.wire.flat import flat

COUNTRY = Level("res.country", (Field("id", "integer"), Field("code", "char")))
TAG = Level(
    "res.partner.category", (Field("id", "integer"), Field("parent_id", "many2one"))
)
LEVEL = Level(
    "res.partner",
    (
        Field("id", "integer"),
        Field("name", "char"),
        Field("write_date", "datetime"),
        Field("user_id", "many2one"),
        Field("country_id", "many2one"),
        Field("category_id", "many2many"),
    ),
    (Relation("country_id", False, COUNTRY), Relation("category_id", True, TAG)),
)


def test_many2one_fields_are_ids_and_times_are_those_of_odoo():
    document = {
        "id": 3,
        "name": "2026-01-31T12:00:00Z",
        "write_date": "2026-01-31T12:00:00Z",
        "user_id": {"id": 7, "display_name": "A"},
    }
    assert flat(document, LEVEL) == {
        "id": 3,
        "name": "2026-01-31T12:00:00Z",
        "write_date": "2026-01-31 12:00:00",
        "user_id": 7,
    }


def test_what_is_not_set_stays_null():
    document = {"write_date": None, "user_id": None, "country_id": None}
    assert flat(document, LEVEL) == document


def test_expanded_relations_are_nested():
    document = {
        "country_id": {"id": 1, "code": "BE"},
        "category_id": [{"id": 5, "parent_id": {"id": 6, "display_name": "P"}}],
    }
    assert flat(document, LEVEL) == {
        "country_id": {"id": 1, "code": "BE"},
        "category_id": [{"id": 5, "parent_id": 6}],
    }


def test_fields_that_the_level_does_not_know_stay_as_they_are():
    assert flat({"other": 1}, LEVEL) == {"other": 1}
