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


def weight(value):
    return value


def test_the_weight_of_all_values_is_limited():
    cache = Cache(20)
    for number, value in enumerate([1, 2, 3, 4, 9, 10, 1, 10, 5, 5, 5] * 3):
        assert cache.get(number, lambda value=value: value, weight) == value
        kept = {*cache._young.items(), *cache._old.items()}
        assert sum(value for _key, value in kept) <= 20


def test_a_value_that_is_too_heavy_is_not_kept():
    cache = Cache(20)
    cache.get("small", lambda: 1, weight)
    assert cache.get("large", lambda: 11, weight) == 11
    assert cache.get("large", lambda: 12, weight) == 12
    assert cache.get("small", lambda: 2, weight) == 1


def test_what_is_asked_for_stays_while_others_come_and_go():
    cache = Cache(10)
    for number in range(100):
        assert cache.get("used", lambda number=number: number) == 0
        cache.get(("new", number), object)
    assert cache.get(("new", 0), lambda: "made anew") == "made anew"


def test_caches_have_numbers_of_their_own():
    assert Cache().number != Cache().number


def test_a_cache_without_limit_keeps_all_values():
    cache = Cache()
    for number in range(10):
        cache.get(number, lambda number=number: number)
    assert len(cache) == 10


def test_a_value_is_given_although_the_cache_was_cleared_meanwhile():
    cache = Cache(2)

    def make():
        cache.get("other", lambda: 2)
        return 1

    assert cache.get("one", make) == 1
