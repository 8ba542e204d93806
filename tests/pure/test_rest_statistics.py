import math
import random

import pytest

from rest_api_core.log import statistics
from rest_api_core.log.statistics import bucket, percentile, rate


def counts(durations):
    found = {}
    for duration in durations:
        found[bucket(duration)] = found.get(bucket(duration), 0) + 1
    return found


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_percentiles_are_exact_to_some_percent(share):
    chance = random.Random(1)
    durations = sorted(math.exp(chance.gauss(3, 1.5)) for _ in range(5_000))
    exact = durations[math.ceil(share * len(durations)) - 1]
    assert percentile(counts(durations), share) == pytest.approx(exact, rel=0.03)


def test_nothing_has_no_percentile():
    assert percentile({}, 0.5) is None


def test_one_request_is_all_percentiles():
    found = counts([100.0])
    assert percentile(found, 0.5) == percentile(found, 0.95)
    assert percentile(found, 0.5) == pytest.approx(100, rel=0.03)


def test_the_shortest_durations_are_one():
    assert bucket(0) == bucket(-1) == bucket(0.05)


def test_the_share_of_nothing_is_none():
    assert rate(0, 0) == 0.0
    assert rate(1, 3) == 33.3


def test_the_bucket_in_sql_has_the_same_numbers():
    assert statistics.BUCKET == "FLOOR(LN(GREATEST(%s, 0.1)) * 20)::integer"
