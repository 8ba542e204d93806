from datetime import datetime

import pytest

from rest_api_core.log import entry as log_entry
from rest_api_core.log.entry import COLUMNS, SMALL, LoggedRequest
from rest_api_core.log.redaction import REDACTED
from rest_api_core.wire.call import Caller
from rest_api_core.wire.problem import (
    BodyFieldRefused,
    CredentialsInvalid,
    ParameterInvalid,
    Rejection,
)

NONE = frozenset()
CALLER = Caller("key", user_id=2, client_id=3, credential_id=4)
NOW = datetime(2026, 7, 1, 12)


def heard(**values):
    given = {
        "method": "GET",
        "path": "/api/v1/res.partner/3",
        "query": "",
        "ip": "192.0.2.1",
        "headers": {},
    }
    return LoggedRequest(**{**given, **values})


def entry(failure=None, blocked=NONE, **values):
    return log_entry.entry(
        heard(**values),
        CALLER,
        failure,
        blocked,
        date=NOW,
        api_id=1,
        route="/<model>/<ids>",
        model="res.partner",
        status=200,
        duration_ms=1.5,
        request_id="r-1",
    )


def test_columns_are_the_fields_in_order():
    assert COLUMNS[:3] == ("date", "api_id", "client_id")
    assert COLUMNS[-1] == "requests"


def test_an_entry_tells_who_asked_what():
    found = entry(headers={"User-Agent": "curl", "Origin": "https://a.example"})
    assert (found.client_id, found.credential_id, found.user_id) == (3, 4, 2)
    assert (found.method, found.path) == ("GET", "/api/v1/res.partner/3")
    assert (found.user_agent, found.origin) == ("curl", "https://a.example")
    assert (found.traceparent, found.error_code, found.error) == (None, None, None)
    assert found.ip == "192.0.2.1"


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        (f"00-{'a' * 32}-{'b' * 16}-01", f"00-{'a' * 32}-{'b' * 16}-01"),
        (f"00-{'0' * 32}-{'b' * 16}-01", None),
        (f"00-{'a' * 32}-{'0' * 16}-01", None),
        ("00-\x07", None),
        ("x" * 5000, None),
    ],
)
def test_only_a_valid_trace_is_kept(header, kept):
    assert entry(headers={"traceparent": header}).traceparent == kept


def test_the_query_is_kept_without_secrets():
    found = entry(query="fields=name&access_token=abc&filter[password]=hunter2")
    assert found.path == (
        "/api/v1/res.partner/3?fields=name"
        f"&access_token={REDACTED}&filter[password]={REDACTED}"
    )


def test_blocked_names_are_hidden_in_queries_and_errors():
    blocked = frozenset(("credit",))
    failure = ParameterInvalid.at_parameter("filter[credit]", "credit=700 is wrong")
    found = entry(failure, blocked, query='filter=[["credit","=",700]]')
    assert "700" not in found.path + found.error


def test_control_characters_are_removed_everywhere():
    found = entry(
        method="GET\r\n",
        path="/api/v1/a\x00\x1b[31mb\u202e",
        headers={"User-Agent": "a\r\nb\x00", "traceparent": "00-\x07"},
    )
    text = found.method + found.path + found.user_agent
    assert text.isprintable()


def test_long_texts_are_cut():
    found = entry(
        method="X" * 1_000, path="/x" * 9_000, headers={"User-Agent": "y" * 9_000}
    )
    assert len(found.method) < 50
    assert len(found.path) < 2_100
    assert len(found.user_agent) < 600


def test_a_failure_is_told_with_the_places_of_its_faults():
    found = entry(BodyFieldRefused.at_pointer("#/nome", "is not known"))
    assert found.error_code == "body.field"
    assert found.error.startswith("#/nome: is not known [{")
    assert '"pointer": "#/nome"' in found.error


def test_a_failure_without_faults_is_its_detail():
    assert entry(BodyFieldRefused("Not this one.")).error == "Not this one."


def test_no_address_is_none():
    assert entry(ip="").ip is None


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [("none", []), ("errors", [400, 500]), ("success", [200, 304])],
)
def test_a_mode_says_what_is_kept(mode, statuses):
    kept = [s for s in (200, 304, 400, 500) if log_entry.is_logged(mode, s)]
    assert kept == statuses


def test_mode_all_keeps_all():
    assert log_entry.is_logged("all", 200)
    assert log_entry.is_logged("all", 429)


def test_a_change_of_password_hides_both():
    blocked = log_entry.secret_names("/api/v1/auth/password", NONE)
    body = log_entry.body(b'{"old": "hunter2", "new": "hunter3"}', blocked)
    assert "hunter" not in body


def test_old_and_new_are_plain_words_elsewhere():
    blocked = log_entry.secret_names("/api/v1/res.partner", NONE)
    assert log_entry.body(b'{"old": "x"}', blocked) == '{"old": "x"}'


def test_no_body_is_none():
    assert log_entry.body(b"", NONE) is None


def test_the_error_tells_which_key_was_rejected():
    failure = CredentialsInvalid(rejection=Rejection("unknown", "rak_ab12cd34"))
    told = "The credentials are not valid. Key: rak_ab12cd34_…"
    assert entry(failure).error == told
    assert failure.detail == "The credentials are not valid."
    failure = CredentialsInvalid(rejection=Rejection("malformed"))
    assert entry(failure).error == failure.detail


def test_entries_can_be_small():
    found = log_entry.entry(
        heard(
            path="/p" * 900,
            query="q" * 9_000,
            headers={"User-Agent": "u" * 900, "Origin": "o" * 900},
        ),
        CALLER,
        ParameterInvalid.at_parameter("p" * 200, "is wrong"),
        NONE,
        SMALL,
        date=NOW,
        api_id=1,
        route=None,
        model=None,
        status=400,
        duration_ms=1.5,
        request_id="r-1",
    )
    texts = (found.path, found.error, found.user_agent, found.origin)
    assert max(map(len, texts)) < 220


def test_a_secret_is_redacted_before_it_is_cut():
    agent = "x" * (SMALL.header - 6) + " Basic YWRtaW46aHVudGVyMg=="
    found = log_entry.entry(
        heard(headers={"User-Agent": agent}),
        CALLER,
        None,
        NONE,
        SMALL,
        date=NOW,
        api_id=1,
        route=None,
        model=None,
        status=200,
        duration_ms=1.5,
        request_id="r-1",
    )
    assert "YWR" not in found.user_agent


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", None),
        ("res.partner", "res.partner"),
        (f"rak_ab12cd34_{'x' * 43}", f"rak_ab12cd34_{REDACTED}"),
        ("x" * 200, f"{'x' * 100}… [100 more]"),
    ],
)
def test_the_model_is_what_a_path_has(name, shown):
    assert log_entry.model(name) == shown
