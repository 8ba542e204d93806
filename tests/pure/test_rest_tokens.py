"""Tokens: their form and lives, and the system parameters about them."""

from datetime import datetime, timedelta

import pytest

from rest_api_core.access import credentials, tokens
from rest_api_core.log import redaction

NOW = datetime(2026, 11, 26, 12, 0, 0)
PEPPER = b"pepper"
RANDOM = bytes(range(credentials.RANDOM_BYTES))
OWNER = tokens.Owner(api_id=1, user_id=2, client_id=3, scope="read")


def new(kind="access", seconds=600):
    expires_at = NOW + timedelta(seconds=seconds)
    return tokens.new_token(kind, OWNER, (NOW, expires_at), RANDOM, PEPPER)


def settings(**values):
    """Of parameters by their names without ``rest_api.``."""
    return tokens.Settings.of(lambda key: values.get(key.removeprefix("rest_api.")))


# --- a token -----------------------------------------------------------------------


@pytest.mark.parametrize("kind, start", [("access", "rat_"), ("refresh", "rrt_")])
def test_a_token_has_the_form_of_its_kind(kind, start):
    token, value = new(kind)
    assert value.startswith(f"{start}{token.prefix}_")
    assert credentials.parse(value, tokens.KEY_KINDS[kind]).value == value
    assert (token.kind, token.owner) == (kind, OWNER)
    assert token.issued_at == NOW
    assert value.startswith(f"{token.name}_")


def test_a_token_keeps_the_digest_and_not_the_value():
    token, value = new()
    assert credentials.verify(value, token.digest, PEPPER)
    secret = value.rpartition("_")[2]
    assert secret not in repr(token)
    assert token.digest not in repr(token)


def test_what_is_issued_shows_no_value():
    issued = tokens.Issued("rat_a", "rrt_b", 600, 7200)
    assert "rat_a" not in repr(issued)
    assert "rrt_b" not in repr(issued)


@pytest.mark.parametrize(
    "passed, left", [(0, 600), (599, 1), (599.5, 0), (600, 0), (601, 0)]
)
def test_seconds_left(passed, left):
    token, _value = new(seconds=600)
    assert tokens.seconds_left(token, NOW + timedelta(seconds=passed)) == left


# --- settings ----------------------------------------------------------------------


def test_parameters_that_are_not_set_have_their_defaults():
    assert settings() == tokens.Settings(
        access_seconds=600,
        refresh_seconds=7200,
        use_redis=False,
        redis=tokens.RedisAddress("localhost", 6379, 0, ""),
        origins=frozenset(),
        escapes_unicode=False,
    )


def test_parameters_as_they_are_installed_are_the_defaults():
    assert settings(**tokens.DEFAULTS) == settings()


def test_parameters_are_read():
    found = settings(
        access_token_expires_in="60",
        refresh_token_expires_in=" 3600 ",
        use_redis_token_store="True",
        redis_host="redis.example.com",
        redis_port="6380",
        redis_db="4",
        redis_password="open sesame",
        cors_parameter_value_in_all_routes="https://app.example.com",
        u_escape_characters_for_unicode_in_responses="1",
    )
    assert found == tokens.Settings(
        access_seconds=60,
        refresh_seconds=3600,
        use_redis=True,
        redis=tokens.RedisAddress("redis.example.com", 6380, 4, "open sesame"),
        origins=frozenset(["https://app.example.com"]),
        escapes_unicode=True,
    )


NO_SECONDS = ["abc", "-1", "0", "1.5", "1e3", "６０", "9" * 20, "9" * 5000, "600 s"]


@pytest.mark.parametrize("text", NO_SECONDS)
def test_a_mistyped_lifetime_is_the_default(text):
    found = settings(access_token_expires_in=text, refresh_token_expires_in=text)
    assert (found.access_seconds, found.refresh_seconds) == (600, 7200)
    assert found.mistyped == (
        "rest_api.access_token_expires_in",
        "rest_api.refresh_token_expires_in",
    )


@pytest.mark.parametrize("text", ["ture", "2", "-1", "True False"])
def test_a_mistyped_switch_is_off(text):
    found = settings(use_redis_token_store=text)
    assert not found.use_redis
    assert found.mistyped == ("rest_api.use_redis_token_store",)


@pytest.mark.parametrize("text", ["false", "0", "NO", "off", "None", "", False, None])
def test_a_switch_can_be_off(text):
    found = settings(use_redis_token_store=text)
    assert (found.use_redis, found.mistyped) == (False, ())


@pytest.mark.parametrize(
    "name, text",
    [("port", "abc"), ("port", "0"), ("port", "65536"), ("db", "-1"), ("db", "x")],
)
def test_a_mistyped_address_is_no_other_server(name, text):
    found = settings(use_redis_token_store="True", **{f"redis_{name}": text})
    assert (found.use_redis, found.redis) == (True, None)
    assert found.mistyped == (f"rest_api.redis_{name}",)


def test_the_password_of_redis_is_not_shown():
    assert "sesame" not in repr(settings(redis_password="open sesame"))


@pytest.mark.parametrize("text", ["null", "None", "False", ""])
def test_no_origin_is_allowed(text):
    found = settings(cors_parameter_value_in_all_routes=text)
    assert (found.origins, found.mistyped) == (frozenset(), ())


def test_all_origins_are_allowed():
    found = settings(cors_parameter_value_in_all_routes="*")
    assert found.origins == frozenset("*")


@pytest.mark.parametrize("text", ["app.example.com", "yes", "https://a.example, *"])
def test_a_mistyped_origin_allows_none(text):
    found = settings(cors_parameter_value_in_all_routes=text)
    assert found.origins == frozenset()
    assert found.mistyped == ("rest_api.cors_parameter_value_in_all_routes",)


# --- the log -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "password"])
def test_members_with_secrets_are_hidden_in_the_log(name):
    assert redaction.redact({name: "xyz"}) == {name: redaction.REDACTED}
    assert "xyz" not in redaction.redact_query(f"username=demo&{name}=xyz")
    assert "xyz" not in redaction.redact_text(f'{{"{name}": "xyz"}}')


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_values_of_tokens_are_hidden_wherever_they_are(kind):
    token, value = new(kind)
    shown = redaction.redact_text(f"found {value} there")
    assert shown == f"found {value[:4]}{token.prefix}_{redaction.REDACTED} there"
