"""What a method gives back, as JSON."""

from collections.abc import Mapping, Set
from datetime import date, datetime, timezone

import pytest

from rest_api_core.wire.method_results import MAX_DEPTH, Results, TooMuch


class Records(Mapping, Set):
    """More than one kind of collection, as Odoo's objects are."""

    __getitem__ = __len__ = __iter__ = __contains__ = None

    ids = [3, 1]


def plain(value):
    return Results(lambda value: getattr(value, "ids", None)).plain(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**60, 2**60),
        ("é", "é"),
        (1.5, 1.5),
        (float("nan"), None),
        (float("inf"), None),
        (b"ab", "YWI="),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 12), "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, tzinfo=timezone.utc), "2026-01-31T12:00:00Z"),
        ({"a": (1, [2]), 3: {4}}, {"a": [1, [2]], "3": [4]}),
        ({("a", "b"): 1, None: 2}, {}),
        (Records(), [3, 1]),
        ({"r": Records()}, {"r": [3, 1]}),
        (object(), None),
        (plain, None),
        (Results, None),
    ],
)
def test_values_have_one_form(value, expected):
    assert plain(value) == expected


def test_depth_is_limited():
    value = []
    for _step in range(MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(TooMuch):
        plain(value)
    assert plain(value[0]) == value[0]


def test_size_is_limited(monkeypatch):
    monkeypatch.setattr("rest_api_core.wire.method_results.MAX_NODES", 3)
    assert plain([1, 2]) == [1, 2]
    with pytest.raises(TooMuch):
        plain([1, 2, 3])
