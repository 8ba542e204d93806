"""How long a request waits for something, and how often it looks. No Odoo here.

    for pause in Patience(20, time.monotonic).pauses():
        time.sleep(pause)
        …look

The granted seconds depend on the server: ``Patience.seconds``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

LONG = 60  # seconds, where a waiting request costs next to nothing
SHORT = 2  # where it keeps a worker from all others
FIRST, LAST = 0.1, 1.0  # seconds between two looks, at the beginning and later


class Patience:
    """:param clock: seconds; only differences count"""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @staticmethod
    def seconds(wish: int, evented: bool, most: float) -> int:
        """The whole seconds that are granted.

        :param evented: whether the server waits for many clients at once
        :param most: the time that a whole request may take, 0 for no limit
        """
        granted = min(wish, LONG if evented else SHORT)
        return min(granted, max(0, int(most) - 1)) if most else granted

    def pauses(self) -> Iterator[float]:
        """Seconds to sleep before each look, the last one at the end."""
        pause = FIRST
        while (left := self._end - self._clock()) > 0:
            yield min(pause, left)
            pause = min(pause * 1.5, LAST)
