"""The grammar of the change feed, its positions, and how long it waits."""

from datetime import datetime

import pytest

from rest_api_core.query.changes import ALL_CHANGES, CHANGES, Feed, parse
from rest_api_core.query.expansion import Limits
from rest_api_core.query.patience import FIRST, LAST, LONG, SHORT, Patience
from rest_api_core.query.positions import Position, Snapshot
from rest_api_core.wire.problem import (
    ParameterConflict,
    ParameterInvalid,
    ParameterRepeated,
    ParameterUnknown,
    QueryProblem,
)

LIMITS = Limits()
CURSOR = "x" * 80


def feed_of(*pairs, known=CHANGES, **parameters):
    return parse([*pairs, *parameters.items()], LIMITS, known)[1]


def refused(problem, parameter, *pairs, known=CHANGES, **parameters):
    with pytest.raises(QueryProblem) as caught:
        feed_of(*pairs, known=known, **parameters)
    assert type(caught.value) is problem
    assert [error.parameter for error in caught.value.errors] == [parameter]
    return caught.value


def test_without_parameters_all_that_is_kept_is_told():
    query, feed = parse([], LIMITS, CHANGES)
    assert feed == Feed()
    assert query.limit == LIMITS.default_limit


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("", None),
        (CURSOR, CURSOR),
        ("2026-01-31", datetime(2026, 1, 31)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12)),
        ("2026-01-31 14:00+02:00", datetime(2026, 1, 31, 12)),
    ],
)
def test_a_feed_begins_at_a_cursor_or_a_time(text, since):
    assert feed_of(since=text).since == since


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "2026-02-30T00:00:00Z", "1", "x" * 5000]
)
def test_all_else_is_no_beginning(text):
    refused(ParameterInvalid, "since", since=text)


def test_models_are_in_alphabetical_order():
    feed = feed_of(known=ALL_CHANGES, models="b.b, a,b.b")
    assert feed.models == ("a", "b.b")


@pytest.mark.parametrize(
    "text", ["", "a,", "x" * 200, ",".join(f"m{n}" for n in range(201))]
)
def test_lists_of_models_have_models(text):
    refused(ParameterInvalid, "models", known=ALL_CHANGES, models=text)


def test_a_feed_of_one_model_has_no_others():
    refused(ParameterUnknown, "models", models="a")


def test_records_can_be_included_in_any_shape():
    query, feed = parse(
        [("include", "record"), ("fields", "name"), ("expand", "country_id")],
        LIMITS,
        CHANGES,
    )
    assert feed.record
    assert query.fields == ("name", "country_id")
    refused(ParameterInvalid, "include", include="everything")


def test_a_shape_without_records_is_a_mistake():
    refused(ParameterConflict, "fields", fields="name")
    refused(ParameterUnknown, "fields", known=ALL_CHANGES, fields="name")


def test_origins_can_be_left_out():
    feed = feed_of(exclude_origin="self,cron,import")
    assert feed.excluded == {"self", "cron", "import"}


@pytest.mark.parametrize("text", ["", "client", "self,others", "Self"])
def test_unknown_origins_are_refused(text):
    problem = refused(ParameterInvalid, "exclude_origin", exclude_origin=text)
    assert "self, user, cron, import, webhook" in problem.detail


@pytest.mark.parametrize("limit", ["0", "-1", "100000", "many", "1.5"])
def test_limits_are_those_of_lists(limit):
    refused(ParameterInvalid, "limit", limit=limit)


def test_nothing_is_sent_twice():
    refused(ParameterRepeated, "since", ("since", CURSOR), ("since", CURSOR))


# --- positions -----------------------------------------------------------------------


def test_a_cursor_holds_a_position():
    plain = Position("g", 7, 9)
    exported = Position.of_snapshot("g", "100:104:100,102")
    for position in (plain, exported, Position("")):
        assert Position.of_values(position.values()) == position


def test_a_reader_does_not_go_back():
    position = Position("g", 7, 9)
    assert position.after(7, 8) == position
    assert position.after(7, 10) == Position("g", 7, 10)
    assert position.after(8, 0) == Position("g", 8, 0)
    assert position.is_behind(7, 10) and not position.is_behind(7, 9)


def test_an_export_has_what_its_snapshot_contains():
    position = Position.of_snapshot("g", "100:104:100,102")
    assert (position.xid, position.row) == (100, 0)
    contained = [xid for xid in range(98, 107) if position.snapshot.contains(xid)]
    assert contained == [98, 99, 101, 103]


def test_a_snapshot_is_forgotten_when_nothing_of_it_can_follow():
    position = Position.of_snapshot("g", "100:104:100,102")
    assert position.after(103, 5).snapshot
    assert position.after(104, 0) == Position("g", 104, 0)
    assert Position.of_snapshot("g", "100:100:") == Position("g", 100)


def test_a_snapshot_of_many_transactions_tells_twice_rather_than_never():
    running = tuple(range(100, 400, 2))
    whole = Snapshot(100, 400, running)
    short = whole.short(10)
    assert len(short.running) == 10
    assert Snapshot.parse(short.text) == short
    for xid in range(90, 410):
        assert whole.contains(xid) or not short.contains(xid)
    assert whole.short(1000) == whole


# --- patience ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "evented", "most", "granted"),
    [
        (1, False, 0, 1),
        (30, False, 0, SHORT),
        (30, True, 0, 30),
        (10**9, True, 0, LONG),
        (30, True, 11.5, 10),
        (30, True, 0.5, 0),
    ],
)
def test_no_request_waits_longer_than_its_server_can(wish, evented, most, granted):
    assert Patience.seconds(wish, evented, most) == granted


def test_it_looks_often_at_first_and_for_the_last_time_at_the_end():
    now = [50.0]
    pauses = []
    for pause in Patience(5, lambda: now[0]).pauses():
        pauses.append(pause)
        now[0] += pause
    assert pauses[0] == FIRST
    assert max(pauses) <= LAST
    assert sum(pauses) == pytest.approx(5)
    assert list(Patience(0, lambda: 1.0).pauses()) == []
