import pytest

from rest_api_core.wire import idempotency
from rest_api_core.wire.operation import Operation
from rest_api_core.wire.problem import HeaderInvalid
from rest_api_core.wire.received import Received

WRITE = Operation("create")


def received(content=b"{}", **changes):
    values = {
        "method": "POST",
        "path": "/api/v1/res.partner",
        "below": "res.partner",
        "base_url": "http://x/api/v1",
        "query": (),
        "query_string": "",
        "headers": {"Idempotency-Key": "k1"},
        "ip": "192.0.2.1",
        "read": lambda: content,
        "check_csrf": lambda _token: True,
        **changes,
    }
    return Received(**values)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("k1", "k1"),
        ('"k1"', "k1"),
        (' "a b" ', "a b"),
        (r'"a\"b\\"', 'a"b\\'),
        (
            "8e03978e-40d5-43e8-bc93-6894a57f9324",
            "8e03978e-40d5-43e8-bc93-6894a57f9324",
        ),
        ("k" * 255, "k" * 255),
    ],
)
def test_a_key_is_a_string_or_bare(header, key):
    assert idempotency.parse(header) == key


@pytest.mark.parametrize(
    "header", ["", " ", "a b", '"', '"a', "é", "a\nb", '""', "k" * 256, '"a\\x"']
)
def test_all_else_is_no_key(header):
    with pytest.raises(HeaderInvalid):
        idempotency.parse(header)


def test_a_key_of_an_api_is_refused():
    for secret in (f"rak_abcdefgh_{'x' * 43}", f"order-rat_abcdefgh_{'x' * 43}"):
        with pytest.raises(HeaderInvalid, match="must not contain an API key") as found:
            idempotency.parse(secret)
        assert secret not in str(found.value)


def test_a_request_without_the_header_has_none():
    assert idempotency.of(received(headers={}), WRITE) is None


@pytest.mark.parametrize(
    ("method", "operation"),
    [("POST", Operation("list", readonly=True)), ("GET", WRITE), ("HEAD", WRITE)],
)
def test_a_key_has_no_effect_on_reads(method, operation):
    request = received(method=method)
    assert idempotency.of(request, operation) is None
    with pytest.raises(HeaderInvalid):
        idempotency.of(request, operation, strict=True)
    assert idempotency.of(received(method=method), WRITE.as_job(), strict=True)


def test_whatever_a_response_depends_on_is_in_the_fingerprint():
    key = {"Idempotency-Key": "k1"}
    requests = [
        received(),
        received(content=b"{ }"),
        received(method="PUT"),
        received(path="/api/v1/res.country"),
        received(query_string="fields=id"),
        received(path="/api/v1/\udcff"),
        *(
            received(headers={**key, name: "x"})
            for name in (
                *("Accept", "Accept-Language", "Content-Disposition", "Content-Type"),
                *("If-Match", "If-None-Match", "Prefer"),
            )
        ),
        received(headers={**key, "X-Company-Id": "1"}),
    ]
    found = [idempotency.of(each, WRITE).fingerprint for each in requests]
    assert len(set(found)) == len(requests)
    assert found[0] == idempotency.of(received(), WRITE).fingerprint
