import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rest_api_core.access import credentials
from rest_api_core.access.credentials import (
    RANDOM_BYTES,
    Basic,
    Validity,
    check_origin,
    digest,
    generate,
    is_within,
    parse,
    parse_networks,
    presented,
    rejection_reason,
    verify,
)
from rest_api_core.wire.problem import (
    CredentialsInvalid,
    CredentialsMisused,
    OriginRefused,
)

PEPPER = b"p" * 32
KEY = generate("rak", bytes(range(RANDOM_BYTES)))
NOW = datetime(2026, 1, 2, 3, 4, 5)
SECOND = timedelta(seconds=1)
HERE = "https://erp.example.com"


# Making and checking keys


def test_a_key_has_a_kind_an_id_and_a_secret():
    kind, prefix, secret = KEY.value.split("_", 2)
    assert (kind, prefix) == ("rak", KEY.prefix) == ("rak", "aaaqeaye")
    assert (len(prefix), len(secret)) == (8, 43)


@pytest.mark.parametrize("kind", ["rak", "ros", "rat", "rrt"])
@pytest.mark.parametrize(
    "random", [b"\x00" * 37, b"\xff" * 37, b"\x5a\xc3" * 18 + b"_"]
)
def test_what_is_generated_can_be_parsed(kind, random):
    key = generate(kind, random)
    assert parse(key.value, kind) == key


def test_the_random_bytes_must_suffice():
    with pytest.raises(ValueError, match="37 random bytes"):
        generate("rak", b"too few")


def test_secrets_are_in_no_representation():
    assert KEY.value not in repr(KEY)
    assert "hunter2" not in repr(Basic("admin", "hunter2"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rak_",
        KEY.value + "x",
        KEY.value[:-1],
        KEY.value + "\n",
        KEY.value.replace("rak_", "RAK_"),
        KEY.value.replace("rak_", "rrt_"),
        KEY.value.replace("rak_", "xyz_"),
        "é" + KEY.value[1:],
    ],
)
def test_other_text_is_no_key_of_the_wanted_kind(text):
    assert parse(text, "rak", "rat") is None


def test_the_digest_is_a_keyed_hash_of_the_whole():
    expected = hmac.new(PEPPER, KEY.value.encode(), hashlib.sha256).hexdigest()
    assert digest(KEY.value, PEPPER) == expected
    assert digest(KEY.value, b"other") != expected
    assert digest(KEY.value.replace("rak_", "rat_"), PEPPER) != expected


def test_only_the_right_value_verifies():
    kept = digest(KEY.value, PEPPER)
    assert verify(KEY.value, kept, PEPPER)
    assert not verify(KEY.value[:-1] + "x", kept, PEPPER)
    assert not verify(KEY.value, kept, b"other")


def test_an_unknown_prefix_takes_the_work_of_a_wrong_secret(monkeypatch):
    compared = []

    def compare(one, other):
        compared.append((len(one), len(other)))
        return True  # even if it were equal

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert not verify(KEY.value, None, PEPPER)
    assert verify(KEY.value, digest("other", PEPPER), PEPPER)
    assert compared == [(64, 64), (64, 64)]


def test_any_text_has_a_digest():
    assert len(digest("\ud800é", PEPPER)) == 64


# When and from where a key is good

GOOD = Validity(
    revoked_at=None,
    expires_at=NOW + SECOND,
    client_expires_at=NOW + SECOND,
    networks=parse_networks("10.0.0.0/8"),
)


def test_a_good_key_is_not_refused():
    assert rejection_reason(Validity(), NOW, "192.0.2.1") is None
    assert rejection_reason(GOOD, NOW, "10.1.2.3") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"revoked_at": NOW}, "revoked"),
        ({"expires_at": NOW}, "expired"),
        ({"client_active": False}, "client archived"),
        ({"client_expires_at": NOW - SECOND}, "client expired"),
        ({"user_active": False}, "user archived"),
        ({"networks": parse_networks("192.0.2.0/24")}, "address"),
        ({"revoked_at": NOW, "user_active": False}, "revoked"),
    ],
)
def test_refusals_have_a_reason_for_the_log(change, reason):
    assert rejection_reason(replace(GOOD, **change), NOW, "10.1.2.3") == reason


def test_a_revocation_ahead_lets_clients_change_over():
    assert (
        rejection_reason(replace(GOOD, revoked_at=NOW + SECOND), NOW, "10.1.2.3")
        is None
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (None, 0),
        ("", 0),
        (" \n", 0),
        ("10.0.0.1", 1),
        ("10.0.0.1/8, ::1\n192.0.2.1", 3),
    ],
)
def test_networks_are_written_as_a_list(text, count):
    assert len(parse_networks(text)) == count


@pytest.mark.parametrize("text", ["10.0.0.300", "example.com", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match=text.partition("/")[0]):
        parse_networks(text)


@pytest.mark.parametrize(
    ("ip", "text", "found"),
    [
        ("192.0.2.1", "", True),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.2", "192.0.2.1", False),
        ("192.0.2.200", "192.0.2.1/24", True),
        ("::ffff:192.0.2.1", "192.0.2.0/24", True),
        ("2001:db8::5", "2001:db8::/32", True),
        ("2001:db9::5", "2001:db8::/32", False),
        ("192.0.2.1", "::/0", False),
        ("nonsense", "0.0.0.0/0", False),
        ("", "0.0.0.0/0", False),
    ],
)
def test_addresses_are_in_networks(ip, text, found):
    assert is_within(ip, parse_networks(text)) is found


# What a request presents


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_no_credentials_are_none():
    assert presented(None) is None
    assert presented("", "", ["limit", "filter[token_ids]"]) is None


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", " BEARER  "])
def test_a_bearer_key(scheme):
    assert presented(scheme + KEY.value) == KEY


def test_a_key_in_the_access_token_header():
    assert presented(None, KEY.value) == KEY


def test_basic_has_login_and_password():
    assert presented(basic("admin:a:b")) == Basic("admin", "a:b")
    assert presented(basic("é:")) == Basic("é", "")


@pytest.mark.parametrize("name", ["access_token", "Access_Token", "api_key", "token"])
def test_a_token_in_the_query_is_refused_even_beside_a_good_one(name):
    with pytest.raises(CredentialsMisused):
        presented(f"Bearer {KEY.value}", None, ["limit", name])


def test_a_token_in_two_headers_is_refused():
    with pytest.raises(CredentialsMisused):
        presented(f"Bearer {KEY.value}", KEY.value)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer a b", "Bearer a,Bearer b", "Bearer é"]
)
def test_a_malformed_bearer_header_is_a_bad_request(header):
    with pytest.raises(CredentialsMisused):
        presented(header)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer unknown",
        f"Bearer {generate('rrt', bytes(37)).value}",
        f"Bearer {generate('ros', bytes(37)).value}",
        KEY.value,
        f"Digest {KEY.value}",
        "Basic",
        "Basic é",
        "Basic a",
        "Basic /w==",
        basic("no colon"),
        basic(":password"),
    ],
)
def test_what_cannot_be_a_credential_is_invalid(header):
    with pytest.raises(CredentialsInvalid):
        presented(header)


# Session cookies


@pytest.mark.parametrize("method", sorted(credentials.SAFE_METHODS))
def test_safe_methods_need_no_proof_of_origin(method):
    check_origin(method, HERE, "https://evil.example", "cross-site")


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        (HERE, ""),
        ("", "same-origin"),
        (HERE, "same-origin"),
        ("https://ERP.example.com:443", ""),
    ],
)
def test_the_same_origin_may_write(origin, fetch_site):
    check_origin("POST", HERE, origin, fetch_site)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("", ""),
        ("null", ""),
        ("https://evil.example", ""),
        ("https://erp.example.com.evil.example", ""),
        ("http://erp.example.com", ""),
        ("https://erp.example.com:8443", ""),
        ("https://erp.example.com:x", ""),
        ("https://", ""),
        ("https://[", ""),
        ("", "same-site"),
        ("", "cross-site"),
        ("", "none"),
        (HERE, "cross-site"),
        ("https://evil.example", "same-origin"),
    ],
)
def test_other_origins_may_not(origin, fetch_site):
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        with pytest.raises(OriginRefused):
            check_origin(method, HERE, origin, fetch_site)


def test_a_server_that_does_not_know_its_address_trusts_no_origin():
    with pytest.raises(OriginRefused):
        check_origin("POST", "", "null", "")


@pytest.mark.parametrize(
    ("kind", "scheme"),
    [(credentials.API_KEY, "key"), (credentials.ACCESS_TOKEN, "token")],
)
def test_the_type_of_a_key_names_the_scheme_of_its_caller(kind, scheme):
    key = credentials.generate(kind, bytes(credentials.RANDOM_BYTES))
    assert key.scheme == scheme
    assert key.value.startswith(f"{key.name}_")


@pytest.mark.parametrize(
    "header", [KEY.value, "Bearer nonsense", "Basic !", "Basic bm9jb2xvbg==", "Basic"]
)
def test_the_form_alone_tells_the_log_that_it_is_malformed(header):
    with pytest.raises(CredentialsInvalid) as rejected:
        presented(header)
    assert rejected.value.rejection.reason == "malformed"


# Hints: told by the form alone

OF_A_USER = "0123456789abcdef" * 2 + "01234567"


@pytest.mark.parametrize("header", [KEY.value, OF_A_USER, f"Token {KEY.value}", "x"])
def test_a_header_without_bearer_is_told_what_it_must_be(header):
    with pytest.raises(CredentialsInvalid) as refused:
        presented(header)
    expected = "The Authorization header must be 'Bearer', a space and a key."
    assert refused.value.detail == expected


@pytest.mark.parametrize("arguments", [(f"Bearer {OF_A_USER}",), (None, OF_A_USER)])
def test_a_key_of_another_sort_is_told_which_one_it_takes(arguments):
    with pytest.raises(CredentialsInvalid) as refused:
        presented(*arguments)
    assert "not a key of a client of the REST API" in refused.value.detail
    assert "begin with 'rak_'" in refused.value.detail


def test_hints_say_the_same_whatever_the_key_is_and_repeat_nothing_of_it():
    """Only the form differs; a key that could exist gets as far as the look-up."""
    other = generate("rak", b"\xff" * RANDOM_BYTES).value
    details = set()
    for header in (KEY.value, other, "Bearer x", f"Bearer {KEY.value[:-1]}", "rak_"):
        with pytest.raises(CredentialsInvalid) as refused:
            presented(header)
        details.add(refused.value.detail)
    assert len(details) == 2
    assert not [d for d in details if KEY.prefix in d or KEY.value[:-1] in d]
