"""Objects whose members are named in advance."""

import pytest

from rest_api_core.body import members
from rest_api_core.wire.problem import ValueInvalid, ValueRequired


def test_members_are_read():
    assert members.texts({"login": "ada"}, "login", "db") == {"login": "ada"}
    assert members.known({"days": 3}, "days") == {"days": 3}


def test_no_body_has_no_members():
    assert members.texts(None, "login") == {}


@pytest.mark.parametrize("body", [[], "ada", 3, True])
def test_other_bodies_are_refused(body):
    with pytest.raises(ValueInvalid) as caught:
        members.texts(body, "login")
    assert caught.value.errors[0].pointer == "#"


def test_unknown_members_are_refused():
    with pytest.raises(ValueInvalid) as caught:
        members.texts({"user": "ada"}, "login", "db")
    error = caught.value.errors[0]
    assert error.pointer == "#/user"
    assert error.detail == "is unknown. Allowed: login, db."


def test_texts_must_be_texts():
    with pytest.raises(ValueInvalid, match="."):
        members.texts({"login": 3}, "login")


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800"])
def test_what_cannot_be_stored_is_refused(text):
    with pytest.raises(ValueInvalid) as caught:
        members.known({"login": text}, "login")
    assert caught.value.errors[0].pointer == "#/login"


def test_a_required_member():
    assert members.required({"login": ""}, "login") == ""
    with pytest.raises(ValueRequired) as caught:
        members.required({}, "login")
    assert caught.value.errors[0].pointer == "#/login"
