"""BoundedCache for values under keys that callers choose."""

from rest_api_core.orm.bounded_cache import BoundedCache


def test_a_value_is_made_once():
    room, made = BoundedCache(2), []
    for _ in range(2):
        assert room.get("a", lambda: made.append(1) or "value") == "value"
    assert made == [1]


def test_there_is_never_more_than_there_is_room_for():
    room = BoundedCache(3)
    for number in range(10):
        assert room.get(number, lambda number=number: number) == number
        assert len(room) <= 3


def test_a_value_is_given_although_the_room_was_cleared_meanwhile():
    room = BoundedCache(1)

    def make():
        room.get("other", lambda: 2)
        return 1

    assert room.get("one", make) == 1
