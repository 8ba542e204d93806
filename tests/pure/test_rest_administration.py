"""Clients, scopes and keys as administrators send them."""

from datetime import datetime

import pytest

from rest_api_core.body import administration
from rest_api_core.wire.problem import ValueInvalid


def test_a_client():
    body = {
        "name": "Shop",
        "user_id": 3,
        "active": True,
        "allowed_ips": ["10.0.0.0/8", "192.0.2.7"],
        "expires_at": "2026-01-31T12:00:00Z",
        "note": None,
        "rate_limit": 60,
        "scopes": [{}],
    }
    assert administration.client(body) == {
        **body,
        "allowed_ips": "10.0.0.0/8\n192.0.2.7",
        "expires_at": datetime(2026, 1, 31, 12),
        "note": False,
    }


def test_null_is_no_expiry():
    assert administration.key({"expires_at": None}) == {"expires_at": False}


def test_a_rotation():
    assert administration.rotation({"overlap_hours": 2}) == {"overlap_hours": 2.0}


def test_scopes_have_rights():
    (scope,) = administration.scopes([{"model": "res.partner", "rights": ["read"]}])
    assert scope["model"] == "res.partner"
    assert {name for name, value in scope.items() if value is True} == {"can_read"}
    assert administration.scopes([{"id": 1}]) == [{"id": 1}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", " "),
        ("name", 3),
        ("user_id", True),
        ("user_id", 0),
        ("active", 1),
        ("note", 3),
        ("rate_limit", -1),
        ("expires_at", "x"),
        ("allowed_ips", "10.0.0.1"),
        ("allowed_ips", [3]),
        ("allowed_ips", ["a\0"]),
        ("scopes", {}),
        ("other", 1),
    ],
)
def test_wrong_values_are_told_with_their_place(name, value):
    with pytest.raises(ValueInvalid) as caught:
        administration.client({name: value})
    assert caught.value.errors[0].pointer == f"#/{name}"


def test_an_overlap_has_an_end():
    for hours in (-1, 10_000, "1"):
        with pytest.raises(ValueInvalid):
            administration.rotation({"overlap_hours": hours})


@pytest.mark.parametrize(
    ("scope", "place"),
    [
        ({"rights": ["all"]}, "#/scopes/1/rights"),
        ({"domain": 3}, "#/scopes/1/domain"),
        (3, "#/scopes/1"),
    ],
)
def test_the_place_of_a_scope_is_told(scope, place):
    with pytest.raises(ValueInvalid) as caught:
        administration.scopes([{}, scope])
    assert caught.value.errors[0].pointer == place
