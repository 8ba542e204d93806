import base64
import itertools
from datetime import date, datetime
from decimal import Decimal

import pytest

from rest_api_core.query import keyset
from rest_api_core.query.keyset import AnyOf, Key, RowComparison, Segment, Term
from rest_api_core.query.sorting import SortKey
from rest_api_core.wire.problem import CursorInvalid

ID = Key("id", nullable=False)
ID_DOWN = Key("id", descending=True, nullable=False)
NAME = Key("name", nullable=False)
REF = Key("ref")
REF_DOWN = Key("ref", descending=True)

SECRET = b"a secret of the database"
BOUND = keyset.fingerprint("client", 7, "res.partner", (SortKey("name"),), (1, 3))


def test_keys_of_one_direction_are_compared_as_a_row():
    assert keyset.after([NAME, ID], ["Azure", 3]) == RowComparison(
        ("name", "id"), ">", ("Azure", 3)
    )
    assert keyset.after([ID_DOWN], [3]) == RowComparison(("id",), "<", (3,))


def test_in_descending_order_nulls_come_before_the_row():
    assert keyset.after([REF_DOWN, ID_DOWN], ["a", 3]) == RowComparison(
        ("ref", "id"), "<", ("a", 3)
    )


def test_keys_of_both_directions_are_compared_one_by_one():
    assert keyset.after([NAME, ID_DOWN], ["Azure", 3]) == AnyOf(
        (
            (Term("name", ">", "Azure"),),
            (Term("name", "=", "Azure"), Term("id", "<", 3)),
        ),
        bound=Term("name", ">=", "Azure"),
    )


def test_ascending_null_comes_last():
    assert keyset.after([REF, ID], ["a", 3]) == AnyOf(
        (
            (Term("ref", ">", "a"),),
            (Term("ref", "is null"),),
            (Term("ref", "=", "a"), Term("id", ">", 3)),
        )
    )
    assert keyset.after([REF, ID], [None, 3]) == AnyOf(
        ((Term("ref", "is null"), Term("id", ">", 3)),)
    )


def test_a_first_key_with_null_makes_segments_that_an_index_serves():
    rows = RowComparison(("ref", "id"), ">", ("a", 3))
    assert keyset.segments([REF, ID], ["a", 3]) == (
        Segment(after=rows),
        Segment(Term("ref", "is null")),
    )
    among_null = Segment(Term("ref", "is null"), RowComparison(("id",), "<", (3,)))
    assert keyset.segments([REF_DOWN, ID_DOWN], [None, 3]) == (
        among_null,
        Segment(Term("ref", "is not null")),
    )
    assert len(keyset.segments([NAME, ID], ["a", 3])) == 1


def sort_position(keys, row):
    """Where PostgreSQL puts a row: NULL is larger than everything else."""
    position = []
    for key in keys:
        value = row[key.path]
        pair = (value is None, 0 if value is None else value)
        sign = -1 if key.descending else 1
        position += [sign * pair[0], sign * pair[1]]
    return position


def compare(operator, left, right):
    """A comparison of SQL, which with NULL is not true."""
    if operator in ("is null", "is not null"):
        return (left is None) is (operator == "is null")
    if left is None or right is None:
        return False
    outcomes = {"=": left == right, ">": left > right, "<": left < right}
    outcomes |= {">=": left >= right, "<=": left <= right}
    return outcomes[operator]


def compare_rows(comparison, row):
    for path, value in zip(comparison.paths, comparison.values, strict=True):
        if compare(comparison.operator, row[path], value):
            return True
        if not compare("=", row[path], value):
            return False
    return False


def true_of(row, condition):
    if condition is None:
        return True
    if isinstance(condition, Term):
        return compare(condition.operator, row[condition.path], condition.value)
    if isinstance(condition, RowComparison):
        return compare_rows(condition, row)
    cases = any(all(true_of(row, term) for term in case) for case in condition.cases)
    return cases and true_of(row, condition.bound)


def sorts():
    """Two nullable keys and the id, in all directions and nullabilities."""
    for a, b, last in itertools.product((False, True), repeat=3):
        for null_a, null_b in itertools.product((False, True), repeat=2):
            yield (
                Key("a", a, null_a),
                Key("b", b, null_b),
                Key("id", last, nullable=False),
            )


@pytest.mark.parametrize("keys", [*sorts()], ids=str)
def test_the_rows_after_each_row_are_exactly_the_later_ones(keys):
    pairs = itertools.product((None, 1, 2), repeat=2)
    rows = [{"a": a, "b": b, "id": i} for i, (a, b) in enumerate([*pairs] * 2)]
    for key in keys:
        rows = [row for row in rows if key.nullable or row[key.path] is not None]
    rows = [dict(row) for row in sorted(rows, key=lambda r: sort_position(keys, r))]
    for index, row in enumerate(rows):
        values = [row[key.path] for key in keys]
        behind = rows[index + 1 :]
        after = keyset.after(keys, values)
        assert [r for r in rows if true_of(r, after)] == behind
        parts = keyset.segments(keys, values)
        assert [
            r for s in parts for r in rows if true_of(r, s.term) and true_of(r, s.after)
        ] == behind


@pytest.mark.parametrize(
    "values",
    [
        (3,),
        ("Azure é 🙂", None, True, 1.5, 3),
        (datetime(2026, 1, 31, 12, 0, 0, 123456), date(2026, 1, 31), 3),
        (Decimal("1.10"), "", 3),
    ],
)
def test_a_cursor_brings_its_values_back(values):
    cursor = keyset.seal(SECRET, BOUND, values)
    read = keyset.unseal(SECRET, BOUND, cursor, len(values))
    assert read == values and [*map(type, read)] == [*map(type, values)]


def test_a_cursor_needs_no_encoding_in_a_url():
    cursor = keyset.seal(SECRET, BOUND, ("é?&/+ ~" * 9, 3))
    assert set(cursor) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    )


def opened(cursor):
    """All texts that somebody without the secret can make of a cursor."""
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


def test_a_cursor_tells_neither_its_values_nor_their_length():
    short = keyset.seal(SECRET, BOUND, ("Ada", 3))
    long = keyset.seal(SECRET, BOUND, ("Ada Lovelace", 3))
    assert b"Ada" not in opened(short) and len(short) == len(long)
    same = zip(opened(short), opened(long), strict=True)
    assert sum(a == b for a, b in same) < 10


def test_the_cursor_of_a_row_stays_the_same():
    first, second = (keyset.seal(SECRET, BOUND, ("Azure", 3)) for _ in range(2))
    assert first == second


def refused(cursor, bound=BOUND, key=SECRET, size=2):
    with pytest.raises(CursorInvalid) as problem:
        keyset.unseal(key, bound, cursor, size)
    assert problem.value.status == 400
    assert problem.value.errors[0].parameter == "cursor"
    return problem.value.detail


def test_no_character_of_a_cursor_can_be_changed():
    cursor = keyset.seal(SECRET, BOUND, ("Azure", 3))
    for index, character in enumerate(cursor):
        for other in {"A", "B", "E", ".", ""} - {character}:
            refused(cursor[:index] + other + cursor[index + 1 :])


@pytest.mark.parametrize(
    "cursor", ["", ".", "a", "a.b", "é.é", "\ud800.\ud800", "=.=", "WzNd."]
)
def test_invalid_cursors_are_refused(cursor):
    assert refused(cursor) == f"cursor: {keyset.FOREIGN}"


def test_a_cursor_is_valid_for_one_request_only():
    cursor = keyset.seal(SECRET, BOUND, ("Azure", 3))
    others = [
        keyset.fingerprint("client", 8, "res.partner", (SortKey("name"),), (1, 3)),
        keyset.fingerprint("client", 7, "res.users", (SortKey("name"),), (1, 3)),
        keyset.fingerprint(
            "client", 7, "res.partner", (SortKey("name", True),), (1, 3)
        ),
        keyset.fingerprint("client", 7, "res.partner", (SortKey("name"),), (3,)),
    ]
    assert len({refused(cursor, bound) for bound in others}) == 1
    refused(cursor, key=b"another")
    refused(cursor, size=3)


def test_values_may_be_too_long_for_a_cursor():
    with pytest.raises(CursorInvalid, match="shorter values"):
        keyset.seal(SECRET, BOUND, ("a" * 4000, 3))
