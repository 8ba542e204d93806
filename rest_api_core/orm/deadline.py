"""A bound for the time of a whole request. No Odoo here.

The statement timeout ends one slow query, not a thousand quick ones: each query first
looks at the clock. So do the loops of the engine over what a caller has sent or will
get (``Context.deadline``), where Odoo or Python work without queries.

Code of Odoo that runs for long without either is not interrupted. An exception that
another thread throws into it could hit a commit, or be caught where nobody expects it.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ..wire.problem import TimeExceeded


class _Cursor(Protocol):
    execute: Callable[..., Any]


class Deadline:
    """When a request has to be over.

    :param seconds: from now; 0 for never
    """

    def __init__(
        self, seconds: float = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds, self._clock = seconds, clock
        self._end = clock() + seconds if seconds > 0 else math.inf

    @property
    def is_never(self) -> bool:
        return self._end == math.inf

    def check(self) -> None:
        """Raise TimeExceeded afterwards."""
        if self._clock() > self._end:
            raise TimeExceeded(
                f"The request took longer than {self._seconds:g} seconds."
            )


@contextlib.contextmanager
def bounded(cr: _Cursor, deadline: Deadline) -> Iterator[None]:
    """Let the cursor raise TimeExceeded instead of a query after the deadline."""
    if deadline.is_never:
        yield
        return
    execute, check = cr.execute, deadline.check

    def watched(*args: Any, **options: Any) -> Any:
        check()
        return execute(*args, **options)

    cr.execute = watched
    try:
        yield
    finally:
        # the method of its class, unless somebody else watches the cursor, too
        vars(cr).pop("execute", None)
        if cr.execute != execute:
            cr.execute = execute
