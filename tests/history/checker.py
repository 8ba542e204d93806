"""The checker of lost, phantom, doubled, reordered and torn changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from .log import Seen, Write

Kind = Literal["lost", "phantom", "doubled", "reordered", "torn", "different"]


class Fault(NamedTuple):
    """:param kind: the type of the error:
    lost: a change that was committed is not there
    phantom: one that was never committed is, or another than the one written
    doubled: it is there more than once
    reordered: of one record, a later change is there before an earlier one
    torn: of a write whose outcome is not known, only a part is there
    different: two readers were told of one record in different orders
    """

    kind: Kind
    reader: str
    write: str
    record: str = ""


def check(
    writes: Sequence[Write], readers: Mapping[str, Sequence[Seen]]
) -> list[Fault]:
    """The faults of a run that is over: all writes have ended, and each reader has read
    to the end."""
    by_id = {write.id: write for write in writes}
    faults: list[Fault] = []
    for reader, seen in readers.items():
        faults += _missing(reader, writes, seen)
        faults += _unexpected(reader, by_id, seen)
        faults += _out_of_order(reader, by_id, seen)
    return [*faults, *_differences(readers)]


def _missing(
    reader: str, writes: Sequence[Write], seen: Sequence[Seen]
) -> Iterable[Fault]:
    told = set(seen)
    for write in writes:
        absent = [c for c in write.changes if Seen(write.id, *c) not in told]
        if write.outcome == "ok":
            yield from (Fault("lost", reader, write.id, c.record) for c in absent)
        elif write.outcome == "unknown" and 0 < len(absent) < len(write.changes):
            yield from (Fault("torn", reader, write.id, c.record) for c in absent)


def _unexpected(
    reader: str, by_id: Mapping[str, Write], seen: Sequence[Seen]
) -> Iterable[Fault]:
    for each, times in Counter(seen).items():
        write = by_id.get(each.write)
        if write is None or write.outcome == "failed" or not _is_of(write, each):
            yield Fault("phantom", reader, each.write, each.record)
        elif times > 1:
            yield Fault("doubled", reader, each.write, each.record)


def _is_of(write: Write, seen: Seen) -> bool:
    """Whether the write has this change. One that created something and never heard of
    it knows of no changes: any may be its own."""
    if write.outcome == "unknown" and not write.changes:
        return True
    return (seen.record, seen.operation) in write.changes


def _out_of_order(
    reader: str, by_id: Mapping[str, Write], seen: Sequence[Seen]
) -> Iterable[Fault]:
    """Of each record, no change comes behind one that began after it had ended."""
    for record, changes in _by_record(seen).items():
        latest = float("-inf")  # the beginning of a write that was seen before
        for change in changes:
            write = by_id.get(change.write)
            if write is None:
                continue
            if write.ended < latest:
                yield Fault("reordered", reader, write.id, record)
            latest = max(latest, write.began)


def _differences(readers: Mapping[str, Sequence[Seen]]) -> Iterable[Fault]:
    """Readers are told of each record in one order, as far as both are told."""
    orders = {reader: _by_record(seen) for reader, seen in readers.items()}
    for (_first, one), (name, other) in pairwise(orders.items()):
        for record in one.keys() & other.keys():
            both = set(one[record]) & set(other[record])
            here = [each for each in one[record] if each in both]
            there = [each for each in other[record] if each in both]
            if here != there:
                yield Fault("different", name, there[0].write, record)


def _by_record(seen: Iterable[Seen]) -> dict[str, list[Seen]]:
    found = defaultdict(list)
    for each in seen:
        found[each.record].append(each)
    return found


def check_join(
    loaded: Mapping[str, str], whole: Sequence[Seen], rest: Sequence[Seen]
) -> list[Fault]:
    """The faults where an export and the feed after it meet.

    :param loaded: of each record of the export, the id of the write that it shows
    :param whole: what a reader was told who began before everything
    :param rest: what one was told who began where the export ended
    """
    faults: list[Fault] = []
    after = _by_record(rest)
    for record, changes in _by_record(whole).items():
        told = after.get(record, [])
        contained = _contained(loaded.get(record), changes, bool(told))
        expected = changes[contained:]
        faults += [
            Fault("lost", "join", each.write, record)
            for each in expected
            if each not in told
        ]
        faults += [
            Fault("doubled", "join", each.write, record)
            for each in told
            if each in changes[:contained]
        ]
    return faults


def _contained(shown: str | None, changes: Sequence[Seen], told: bool) -> int:
    """How many of the changes of a record an export contains. Without a row, it was
    not there yet, and all follow, or it was deleted before, and none do."""
    ids = [each.write for each in changes]
    if shown is not None:
        return ids.index(shown) + 1 if shown in ids else 0
    is_gone = changes[-1].operation == "delete"
    return len(ids) if is_gone and not told else 0
