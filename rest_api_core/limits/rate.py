"""Rate limits by GCRA, the generic cell rate algorithm of ATM. No Odoo here.

Each caller has one value, its *theoretical arrival time* (TAT): the time at which its
whole quota is available again. A request moves the TAT ahead by ``interval``. It is
rejected if the TAT would be more than ``window`` in the future.

All times are whole microseconds (since 1970 for points in time), so that Python, SQL
and Lua compute the same results, without an error that accumulates.
"""

from __future__ import annotations

import math
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import NamedTuple, Protocol

from ..wire.problem import Header, LoginThrottled, retry_after

SECOND = 1_000_000  # microseconds
MINUTE = 60 * SECOND


@dataclass(frozen=True)
class Limit:
    """A number of requests per minute.

    :param per_minute: 0 for no limit
    :param burst: how many of them can be sent at once; 0 for all of a minute
    """

    per_minute: int
    burst: int = 0

    @property
    def unlimited(self) -> bool:
        return self.per_minute < 1

    @property
    def quota(self) -> int:
        """Requests that can be sent at once after a pause."""
        return self.burst or self.per_minute

    @property
    def interval(self) -> int:
        """Time that a request costs, rounded up so that the limit is never exceeded."""
        return -(-MINUTE // self.per_minute)

    @property
    def window(self) -> int:
        """Time until a used-up quota is available again."""
        return self.quota * self.interval


class Decision(NamedTuple):
    """Whether a request is allowed, and what remains.

    ``reset`` (until the whole quota is available) and ``retry_after`` (until one
    request is, 0 if this one was allowed) are microseconds from now. Stores keep
    ``new_tat`` for rejected requests, too.
    """

    allowed: bool
    remaining: int
    reset: int
    retry_after: int
    new_tat: int


# with the time of the decision, microseconds since 1970
Rate = tuple[Decision, Limit, int]


def decide(tat: int, now: int, limit: Limit) -> Decision:
    """Count one request.

    :param tat: the TAT of the caller, 0 for a new one

    A TAT more than ``window`` ahead comes from a clock that was set back or from a
    larger limit in the past. It counts as a quota that was just used up. After a change
    of the limit, the time until the whole quota is available stays the same.
    """
    if limit.unlimited:
        return Decision(True, 0, 0, 0, tat)
    end = now + limit.window
    spent = max(tat, now) + limit.interval
    if spent <= end:
        return decision(True, spent, now, limit)
    return decision(False, min(tat, end), now, limit)


def decision(allowed: bool, tat: int, now: int, limit: Limit) -> Decision:
    """The decision of a store that has stored ``tat`` at ``now``."""
    free = now + limit.window - tat
    return Decision(
        allowed=allowed,
        remaining=free // limit.interval,
        reset=tat - now,
        retry_after=0 if allowed else limit.interval - free,
        new_tat=tat,
    )


def headers(
    result: Decision, limit: Limit, now: int, *, draft: bool = False
) -> list[Header]:
    """The headers of a response, with ``Retry-After`` if the request was rejected.

    ``X-RateLimit-Reset`` is a time in seconds since 1970, as on GitHub. ``draft`` adds
    those of draft-ietf-httpapi-ratelimit-headers-10, whose ``t`` counts from now and is
    not later than ``Retry-After``.
    """
    if limit.unlimited:
        return []
    listed = [
        ("X-RateLimit-Limit", str(limit.quota)),
        ("X-RateLimit-Remaining", str(result.remaining)),
        ("X-RateLimit-Reset", str(seconds(now + result.reset))),
    ]
    if draft:
        listed += _draft_headers(result, limit)
    if not result.allowed:
        listed.append(retry_after(result.retry_after / SECOND))
    return listed


def words(limit: Limit) -> str:
    """The size of a limit, for messages: ``60 requests per minute``."""
    burst = f", {limit.burst} at once" if limit.burst else ""
    return f"{limit.per_minute} requests per minute{burst}"


def throttled(result: Decision, limit: Limit) -> LoginThrottled:
    """The problem of a network above a limit."""
    wait = retry_after(result.retry_after / SECOND)
    detail = f"{LoginThrottled.detail} Allowed: {words(limit)}."
    return LoginThrottled(detail, headers=[wait])


def _draft_headers(result: Decision, limit: Limit) -> list[Header]:
    t = seconds(result.reset if result.allowed else result.retry_after)
    return [
        ("RateLimit-Policy", f'"default";q={limit.quota};w={seconds(limit.window)}'),
        ("RateLimit", f'"default";r={result.remaining};t={t}'),
    ]


def seconds(microseconds: int) -> int:
    """Whole seconds, rounded up."""
    return math.ceil(microseconds / SECOND)


def key(api_id: int, client_id: int | None, user_id: int | None, ip: str) -> str:
    """The counter of a request: that of its client, else of its user, else of its ip.

    Each API has its own counters. The ip is that of the connection; no header of the
    request can change it.
    """
    if client_id:
        return f"{api_id}:client:{client_id}"
    if user_id:
        return f"{api_id}:user:{user_id}"
    return f"{api_id}:ip:{network(ip)}"


def lock_key(key: str) -> int:
    """The key of PostgreSQL's advisory locks: a signed integer of 32 bits.

    Two keys can collide, with a probability of one in four billion.
    """
    number = zlib.crc32(key.encode())
    return number - 2**32 if number >= 2**31 else number


def network(ip: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 address: one subscriber (RFC 6177)."""
    try:
        address = ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((int(address), 64), strict=False))
    return str(address)


class Store(Protocol):
    """Stores TATs: in memory, in the database or in Redis."""

    def spend(self, key: str, limit: Limit, now: int) -> Decision:
        """Count one request of ``key``: ``decide`` as one atomic step."""


class MemoryStore(Store):
    """For one process. Above ``size`` keys, the least recently used one is dropped."""

    def __init__(self, size: int = 100_000) -> None:
        self._size = size
        self._tats: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._tats)

    def spend(self, key: str, limit: Limit, now: int) -> Decision:
        with self._lock:
            result = decide(self._tats.pop(key, 0), now, limit)
            self._tats[key] = result.new_tat
            if len(self._tats) > self._size:
                self._tats.popitem(last=False)
        return result

    def peek(self, key: str, limit: Limit, now: int) -> Decision:
        """The decision of ``spend``, without counting."""
        with self._lock:
            return decide(self._tats.get(key, 0), now, limit)


# The same for PostgreSQL. The table need not survive a crash, so it is unlogged. Half
# of each page stays free: updates then write no index entries (HOT).
TABLE = """
CREATE UNLOGGED TABLE IF NOT EXISTS rest_rate (
    key varchar PRIMARY KEY,
    seen bigint NOT NULL,
    tat bigint NOT NULL,
    allowed boolean NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01)
"""

# Parameters: key, interval, window, now (NULL: the clock of the database, one for all
# servers). Returns allowed, tat, now: for ``decision``. Run it in autocommit: under
# REPEATABLE READ, two concurrent ones end in a serialization failure.
UPSERT = """
WITH clock AS MATERIALIZED (
    SELECT COALESCE(
        %(now)s::bigint,
        (EXTRACT(epoch FROM clock_timestamp()) * 1000000)::bigint
    ) AS now
)
INSERT INTO rest_rate AS kept (key, seen, tat, allowed)
SELECT %(key)s, now, now + %(interval)s::bigint, true FROM clock
ON CONFLICT (key) DO UPDATE SET
    seen = EXCLUDED.seen,
    allowed = GREATEST(kept.tat, EXCLUDED.seen) + %(interval)s::bigint
        <= EXCLUDED.seen + %(window)s::bigint,
    tat = CASE
        WHEN GREATEST(kept.tat, EXCLUDED.seen) + %(interval)s::bigint
            <= EXCLUDED.seen + %(window)s::bigint
        THEN GREATEST(kept.tat, EXCLUDED.seen) + %(interval)s::bigint
        ELSE LEAST(kept.tat, EXCLUDED.seen + %(window)s::bigint)
    END
RETURNING allowed, tat, seen
"""

# Deletes callers whose whole quota is available again. Parameter: now, as above.
PURGE = """
DELETE FROM rest_rate WHERE tat < COALESCE(
    %(now)s::bigint, (EXTRACT(epoch FROM clock_timestamp()) * 1000000)::bigint
)
"""

# The same for Redis: KEYS = {key}, ARGV = {interval, window, now or "" for its clock},
# returns {allowed (0 or 1), tat, now}. Numbers are doubles here, exact up to 2^53:
# enough for microseconds until the year 2255. The key expires when the whole quota is
# available.
SCRIPT = """
local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = tonumber(ARGV[3])
if not now then
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local tat = tonumber(redis.call('GET', KEYS[1]) or 0)
local spent = math.max(tat, now) + interval
local allowed = 0
if spent <= now + window then
    allowed, tat = 1, spent
else
    tat = math.min(tat, now + window)
end
local ttl = math.ceil((tat - now) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', string.format('%.0f', ttl))
return {allowed, tat, now}
"""
