"""A bound for the time of a whole request. No Odoo here.

The statement timeout ends one slow query, not a thousand quick ones. Odoo's code never
works for long without a query: each one first looks at the clock.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ..wire.problem import TimeExceeded


class _Cursor(Protocol):
    execute: Callable[..., Any]


@contextlib.contextmanager
def bounded(
    cr: _Cursor, seconds: float, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Let the cursor raise TimeExceeded instead of a query after so many seconds.

    :param seconds: 0 for no bound
    """
    if seconds <= 0:
        yield
        return
    end, execute = clock() + seconds, cr.execute

    def watched(*args: Any, **options: Any) -> Any:
        if clock() > end:
            raise TimeExceeded(f"The request took longer than {seconds:g} seconds.")
        return execute(*args, **options)

    cr.execute = watched
    try:
        yield
    finally:
        # the method of its class, unless somebody else watches the cursor, too
        vars(cr).pop("execute", None)
        if cr.execute != execute:
            cr.execute = execute
