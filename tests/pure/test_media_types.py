import pytest

from endpoint_route_handler import media_types


@pytest.mark.parametrize(
    ("listed", "received", "accepted"),
    [
        ("application/json", "Application/JSON; charset=utf-8", True),
        ("application/json", "application/vnd.api+json", True),
        ("application/vnd.api+json", "application/json", False),
        ("application/vnd.api+json", "application/problem+json", False),
        ("application/xml", "text/xml", True),
        ("application/xml", "application/soap+xml; action=x", True),
        ("text/xml", "application/xml", True),
        ("application/soap+xml", "application/xml", False),
        ("application/json", "application/jsonx", False),
        ("application/json", "text/json", False),
        ("*/*", "image/png", True),
        ("*/*", None, True),
        ("text/*", "text/csv", True),
        ("text/*", "application/text", False),
        ("text/plain", None, False),
        ("text/plain", "", False),
    ],
)
def test_accepted_types(listed, received, accepted):
    assert media_types.accepts([listed], received) is accepted
    assert media_types.accepts(["image/gif", listed], received) is accepted


def test_types_are_split_by_comma_and_line_without_parameters():
    text = "Text/Plain; charset=utf-8, text/csv\ntext/plain,"
    assert media_types.split(text) == ["text/plain", "text/csv"]
    assert media_types.split(None) == []


@pytest.mark.parametrize(
    ("text", "invalid"),
    [
        (None, None),
        ("text/plain, */*, image/*", None),
        ("application/vnd.api+json", None),
        ("text", "text"),
        ("*/json", "*/json"),
        ("a/b/c", "a/b/c"),
        ("text/plain text/csv", "text/plain text/csv"),
    ],
)
def test_listed_types_are_checked(text, invalid):
    assert media_types.invalid(text) == invalid


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        ("application/vnd.api+json", "application/json"),
        ("text/xml", "application/xml"),
        ("image/svg+xml", "application/xml"),
        ("text/csv", "text/csv"),
        (None, ""),
    ],
)
def test_standard_type(name, standard):
    assert media_types.standard(name) == standard
