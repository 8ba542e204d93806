"""Answers before they are HTTP."""

from rest_api_core.access.configuration import Api, Client, Credential, Resource, User
from rest_api_core.access.policy import ClientPolicy, ResourcePolicy
from rest_api_core.wire.result import Answer, DryRun, encode


def test_a_document_becomes_json_without_spaces():
    assert Answer({"data": [1, 2]}).content == b'{"data":[1,2]}'


def test_text_is_utf_8():
    assert encode("é") == '"é"'.encode()


def test_half_a_character_does_not_stop_an_answer():
    assert encode("\ud800") == b'"?"'


def test_a_body_that_is_made_already_is_sent_as_it_is():
    assert Answer({"data": 1}, body=b"{}").content == b"{}"


def test_no_document_is_no_content():
    assert Answer(status=204).content == b""


def test_a_dry_run_carries_its_answer():
    answer = Answer(status=201)
    assert DryRun(answer).answer is answer


def test_secrets_are_not_in_the_text_of_a_credential():
    kept = Credential(1, 2, 3, "api_key", digest="abcdef")
    assert "abcdef" not in repr(kept)


def test_configuration_is_usable_as_a_key():
    api = Api(1, "API", "/api")
    assert {api: 1}[Api(1, "API", "/api")] == 1
    assert Resource(1, ResourcePolicy("res.partner")).policy.model == "res.partner"
    assert Client(1, 2, ClientPolicy()).scopes == {}
    assert User(1, True, "a", "en_US", "UTC", 1, (1,), ()).active
