import pytest

from rest_api_core.body import defaults
from rest_api_core.body.values import Field

FIELDS = {
    "name": Field("name", "char", size=5),
    "rank": Field("rank", "integer"),
    "country_id": Field("country_id", "many2one", "res.country"),
}


def test_values_are_those_of_a_body():
    values = defaults.parse(
        '{"name": "Azure", "rank": 1, "country_id": {"code": "BE"}}'
    )
    assert values == {"name": "Azure", "rank": 1, "country_id": {"code": "BE"}}
    defaults.check(values, "res.partner", FIELDS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "The text is not JSON: "),
        ("{'name': 'A'}", "The text is not JSON: "),
        ("[]", 'The text must be a JSON object: {"field": value}.'),
    ],
)
def test_what_is_no_object_is_refused(text, reason):
    with pytest.raises(ValueError) as caught:
        defaults.parse(text)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"nme": 1}, "Field 'nme' of x.y does not exist or cannot be written."),
        ({"rank": "1"}, "Field 'rank' must be an integer."),
        ({"name": "Azurea"}, "Field 'name' is longer than 5 characters."),
    ],
)
def test_fields_that_cannot_be_written_so_are_refused(values, reason):
    with pytest.raises(ValueError) as caught:
        defaults.check(values, "x.y", FIELDS)
    assert str(caught.value) == reason
