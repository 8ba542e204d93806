"""The stored request of a job, and the texts that describe a job."""

from datetime import datetime

import pytest
from werkzeug.datastructures import Headers

from rest_api_core.access import fingerprint
from rest_api_core.access.policy import FieldRule
from rest_api_core.engine import job_output
from rest_api_core.operations import ROWS
from rest_api_core.wire import jobs
from rest_api_core.wire.job_problems import failed
from rest_api_core.wire.preferences import asks_for_job, parse
from rest_api_core.wire.problem import BodyFieldRefused, FieldError, brief
from rest_api_core.wire.received import Received
from rest_api_core.wire.result import Piece, Sliced


def received(method, body=b"", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Received(
        method=method,
        path="/api/v1/res.partner/export",
        below="res.partner/export",
        base_url="https://x.example/api/v1",
        query=(("fields", "nämé"), ("fields", "\0\ud800")),
        query_string="fields=x",
        headers=Headers(named),
        ip="10.0.0.1",
        read=lambda: body,
    )


def test_a_request_is_the_same_when_it_is_read_again():
    first = received(
        "POST", b"\xff{}", Prefer="respond-async", Authorization="Bearer x"
    )
    second = jobs.restored(jobs.stored(first))
    for name in ("method", "path", "below", "base_url", "query", "url", "ip"):
        assert getattr(second, name) == getattr(first, name)
    assert second.read() == b"\xff{}"
    assert second.headers.get("prefer") == "respond-async"


def test_credentials_are_not_stored():
    secret = received("GET", Authorization="Bearer secret", Cookie="secret")
    assert b"secret" not in jobs.stored(secret)


def test_a_get_has_no_body():
    assert jobs.restored(jobs.stored(received("GET", b"ignored"))).read() == b""


@pytest.mark.parametrize(
    "state, done, total, expected",
    [
        ("queued", 0, 0, "queued"),
        ("running", 0, 10, "running"),
        ("running", 5, 0, "running, 5 so far"),
        ("running", 5, 10, "running, 5 of 10 (50 %)"),
        ("running", 12, 10, "running, 12 of 10 (100 %)"),
    ],
)
def test_progress_is_short(state, done, total, expected):
    assert jobs.progress_text(state, done, total) == expected
    assert len(jobs.progress_text("running", 10**30, 10**30)) < 100


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Invoice INV/1.pdf", "Invoice-INV-1.pdf"),
        ("../..", "result"),
        ("", "result"),
        ("é.csv", "csv"),
    ],
)
def test_names_of_files_can_be_in_a_path(text, expected):
    assert jobs.file_name(text) == expected


def test_a_manifest_tells_of_its_files():
    moment = datetime(2026, 1, 2, 3, 4, 5, 6)
    output = [{"type": "res.partner", "url": "u", "count": 2}]
    found = jobs.manifest(moment, "https://x", output, [], None)
    assert found == {
        "transaction_time": "2026-01-02T03:04:05Z",
        "request": "https://x",
        "output": output,
        "errors": [],
    }
    assert jobs.manifest(moment, "", [], [], "abc")["next_since"] == "abc"
    assert jobs.http_date(moment) == "Fri, 02 Jan 2026 03:04:05 GMT"


def test_a_failed_job_tells_its_problem_again():
    errors = [
        FieldError("body.field", "no", pointer="#/x"),
        FieldError("body.field", "no", record=3),
    ]
    first = brief(BodyFieldRefused("Two errors", errors=errors))
    assert brief(failed(first)) == first


@pytest.mark.parametrize(
    "header, expected",
    [
        (None, False),
        ("return=minimal", False),
        ("respond-async", True),
        ("return=minimal, Respond-Async; wait=3", True),
        ("respond-async=no", False),
        ("respond-async, " + "x" * 2000, False),
    ],
)
def test_a_job_is_asked_for_by_a_preference(header, expected):
    assert asks_for_job(header) is expected


def test_the_preference_of_a_job_has_no_value():
    wishes = parse("respond-async, tx=rollback")
    assert wishes.applied(["respond-async", "tx"]) == "respond-async, tx=rollback"
    assert parse("tx=commit").applied(["respond-async"]) is None


def test_an_operation_that_starts_a_job_writes_and_is_no_stream():
    export = next(row for row in ROWS if row.name == "export")
    started = export.as_job()
    assert (started.readonly, started.streamed, started.deferred) == (
        False,
        False,
        True,
    )
    assert started.produces == export.produces


def test_pieces_know_their_records():
    piece = Piece.of(b"ab", 2)
    assert (Piece().records, piece.records, piece) == (0, 2, b"ab")


def test_slices_are_read_where_they_are_asked_for():
    content = b"abcdef"
    sliced = Sliced(6, lambda start, stop: iter((content[start:stop],)))
    assert (len(sliced), b"".join(sliced[2:4])) == (6, b"cd")


def test_fingerprints_tell_values_apart_and_not_their_order():
    rule = FieldRule("allow", "read", frozenset(("a", "b", "c")))
    other = FieldRule("allow", "read", frozenset(("a", "b")))
    first = fingerprint.of(({"x": rule, "y": None}, [1, {2}]))
    assert fingerprint.of(({"y": None, "x": rule}, (1, frozenset((2,))))) == first
    assert fingerprint.of(({"x": other, "y": None}, [1, {2}])) != first
    assert len(first) == 64


def test_a_file_is_stored_in_parts(monkeypatch):
    monkeypatch.setattr(job_output, "PART", 4)
    stored = []

    class File:
        def _append(self, content, count):
            stored.append((content, count))

    output = job_output.Output(File())
    output.flush()
    output.write(b"abc", 1)
    assert not output.is_full
    output.write(b"def", 2)
    assert output.is_full
    output.flush()
    output.flush()
    assert stored == [(b"abcd", 0), (b"ef", 3)]
