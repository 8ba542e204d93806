"""What workers keep between requests."""

from rest_api_core.orm.cache import Cache


def test_a_value_is_made_once():
    cache, made = Cache(), []
    for _ in range(2):
        assert cache.get("a", lambda: made.append(1) or "value") == "value"
    assert made == [1]


def test_none_is_a_value():
    cache = Cache()
    assert cache.get("a", lambda: None) is None
    assert cache.get("a", lambda: "other") is None


def test_a_limited_cache_never_has_more_values():
    cache = Cache(3)
    for number in range(10):
        assert cache.get(number, lambda number=number: number) == number
        assert len(cache) <= 3


def test_a_cache_without_limit_keeps_all_values():
    cache = Cache()
    for number in range(10):
        cache.get(number, lambda number=number: number)
    assert len(cache) == 10


def test_a_value_is_given_although_the_cache_was_cleared_meanwhile():
    cache = Cache(1)

    def make():
        cache.get("other", lambda: 2)
        return 1

    assert cache.get("one", make) == 1
