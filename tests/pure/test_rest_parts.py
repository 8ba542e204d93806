import pytest

from rest_api_core.body.changes import Change, Changes
from rest_api_core.body.parts import Part

NEW = Part(Changes("a", tuple(Change({"n": i}, f"#/{i}") for i in range(3)), many=True))
LISTED = Part(
    Changes("a", tuple(Change({"n": i}, f"#/{i}", (7 + i,)) for i in range(3)))
)
SHARED = Part(Changes("a", (Change({"n": 1}, "#/data", (7, 8, 9)),), many=True))
COPIES = Part(Changes("a", (Change({"n": 1}),)), (7, 8, 9))
GONE = Part(Changes("a"), (7, 8, 9))


def single(part):
    """The parts of one record each, in their order."""
    if len(part) == 1:
        return [part]
    return [each for half in part.halves() for each in single(half)]


@pytest.mark.parametrize("part", [NEW, LISTED, SHARED, COPIES, GONE])
def test_halves_are_about_all_records_once(part):
    assert len(part) == 3
    assert [len(half) for half in part.halves()] == [1, 2]
    assert [half.changes.many for half in part.halves()] == [part.changes.many] * 2


@pytest.mark.parametrize(
    ("part", "places"),
    [
        (NEW, [("#/0", None), ("#/1", None), ("#/2", None)]),
        (LISTED, [("#/0", None), ("#/1", None), ("#/2", None)]),
        (SHARED, [(None, 7), (None, 8), (None, 9)]),
        (COPIES, [(None, 7), (None, 8), (None, 9)]),
        (GONE, [(None, 7), (None, 8), (None, 9)]),
    ],
)
def test_one_record_has_a_place(part, places):
    assert [each.place for each in single(part)] == places


def test_a_shared_value_stays_one_change():
    first, rest = SHARED.halves()
    assert first.changes.items == (Change({"n": 1}, "#/data", (7,)),)
    assert rest.changes.items == (Change({"n": 1}, "#/data", (8, 9)),)


def test_copies_keep_their_values():
    first, rest = COPIES.halves()
    assert (first.ids, rest.ids) == ((7,), (8, 9))
    assert first.changes == rest.changes == COPIES.changes
