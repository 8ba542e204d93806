"""The checker of histories catches each fault that is planted."""

import pytest
from history import Change, Fault, Log, Seen, Write, check, check_join

A, B = "model/1", "model/2"


def write(name, *changes, outcome="ok", began=0.0, ended=100.0):
    return Write(name, [Change(*change) for change in changes], outcome, began, ended)


WRITES = [
    write("w0", (A, "create"), began=0, ended=1),
    write("w1", (A, "update"), (B, "update"), began=2, ended=5),
    write("w2", (A, "update"), began=4, ended=7),
    write("w3", (A, "delete"), began=8, ended=9),
    write("failed", (A, "update"), outcome="failed"),
    write("unknown", (A, "archive"), (B, "archive"), outcome="unknown"),
]
SEEN = [
    Seen("w0", A, "create"),
    Seen("w1", A, "update"),
    Seen("w1", B, "update"),
    Seen("w2", A, "update"),
    Seen("w3", A, "delete"),
]
UNKNOWN = [Seen("unknown", A, "archive"), Seen("unknown", B, "archive")]


def faults(seen, writes=WRITES):
    return [(f.kind, f.write, f.record) for f in check(writes, {"reader": seen})]


def test_what_was_committed_was_seen():
    assert check(WRITES, {"one": SEEN, "other": SEEN}) == []


def test_what_is_not_known_may_have_happened_or_not():
    assert faults([*SEEN[:-1], *UNKNOWN, SEEN[-1]]) == []


@pytest.mark.parametrize("number", range(len(SEEN)))
def test_each_loss_is_caught(number):
    lost = SEEN[number]
    seen = [each for each in SEEN if each != lost]
    assert ("lost", lost.write, lost.record) in faults(seen)


@pytest.mark.parametrize("number", range(len(SEEN)))
def test_each_double_is_caught(number):
    twice = SEEN[number]
    seen = [*SEEN[: number + 1], *SEEN[number:]]
    assert faults(seen) == [("doubled", twice.write, twice.record)]


@pytest.mark.parametrize(
    "phantom",
    [
        Seen("failed", A, "update"),
        Seen("unknown", A, "update"),
        Seen("w2", B, "update"),
        Seen("w2", A, "archive"),
    ],
)
def test_each_phantom_is_caught(phantom):
    assert ("phantom", phantom.write, phantom.record) in faults([*SEEN, phantom])


def test_a_wrong_order_is_caught():
    created, first, other, second, deleted = SEEN
    assert faults([first, created, other, second, deleted]) == [("reordered", "w0", A)]
    assert faults([created, first, other, deleted, second]) == [("reordered", "w2", A)]
    # these were at the same time
    assert faults([created, second, first, other, deleted]) == []
    # the order of different records does not matter
    assert faults([other, created, first, second, deleted]) == []


def test_readers_that_were_told_otherwise_are_caught():
    created, first, other, second, deleted = SEEN
    differs = [created, second, first, other, deleted]
    assert check(WRITES, {"one": SEEN, "other": differs}) == [
        Fault("different", "other", "w0", A)
    ]


def test_half_of_a_write_is_caught():
    assert faults([*SEEN, UNKNOWN[0]]) == [("torn", "unknown", B)]


def test_a_create_that_never_heard_of_its_record_may_have_any():
    writes = [write("w0", outcome="unknown")]
    assert faults([Seen("w0", A, "create")], writes) == []
    assert faults([Seen("w0", A, "create")], [write("w0", outcome="failed")])


def test_the_log_knows_when_a_write_was_under_way():
    log = Log()
    with log.write("w0", [Change(A, "create")]) as ok:
        ok.outcome = "ok"
    with pytest.raises(TimeoutError), log.write("w1"):
        raise TimeoutError
    first, second = log.writes
    assert (first.outcome, second.outcome) == ("ok", "unknown")
    assert first.began <= first.ended <= second.began <= second.ended


# --- an export, and the feed after it ------------------------------------------------


def joined(loaded, rest):
    return [(f.kind, f.write) for f in check_join(loaded, SEEN, rest)]


def test_an_export_and_the_feed_after_it_are_the_whole():
    assert joined({A: "w1", B: "w1"}, SEEN[3:]) == []
    assert joined({}, SEEN) == []
    # the other was deleted before
    assert joined({B: "w1"}, []) == []
    assert joined({A: "before"}, SEEN) == []


def test_a_gap_is_caught():
    assert joined({A: "w1", B: "w1"}, SEEN[4:]) == [("lost", "w2")]
    assert joined({B: "w1"}, SEEN[4:]) == [("lost", w) for w in ("w0", "w1", "w2")]


def test_an_overlap_is_caught():
    assert joined({A: "w1", B: "w1"}, SEEN[2:]) == [("doubled", "w1")]
    assert joined({A: "w2", B: "w1"}, SEEN[3:]) == [("doubled", "w2")]
