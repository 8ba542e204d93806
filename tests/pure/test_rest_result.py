"""Results before they are HTTP, and the configuration."""

from rest_api_core.access.configuration import Api, Client, Credential, Resource, User
from rest_api_core.access.policy import ClientPolicy, ResourcePolicy
from rest_api_core.wire.result import DryRun, Result


def test_a_dry_run_carries_its_result():
    result = Result(outcome="created")
    assert DryRun(result).result is result


def test_the_longest_base_path_has_the_request():
    mounts = (("/api/v1", "rest.dialect.v1"), ("/api", "rest.dialect.token"))
    api = Api(1, "API", "/api/v1", mounts)
    assert api.mount("/api/v1/res.partner") == mounts[0]
    assert api.mount("/api/res.partner") == mounts[1]
    assert api.mount("/api") == mounts[1]
    assert api.mount("/other") == ("/api/v1", "rest.dialect.v1")


def test_secrets_are_not_in_the_text_of_a_credential():
    kept = Credential(1, 2, 3, "api_key", digest="abcdef")
    assert "abcdef" not in repr(kept)


def test_configuration_is_usable_as_a_key():
    api = Api(1, "API", "/api")
    assert {api: 1}[Api(1, "API", "/api")] == 1
    assert Resource(1, ResourcePolicy("res.partner")).policy.model == "res.partner"
    assert Client(1, 2, ClientPolicy()).scopes == {}
    assert User(1, True, "a", "en_US", "UTC", 1, (1,), ()).active
