"""Statements whose failure is no news: it is looked for. No Odoo here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol


class _Cursor(Protocol):
    execute: Callable[..., Any]


@contextlib.contextmanager
def unlogged(cr: _Cursor) -> Iterator[None]:
    """Let the cursor log no failing statement herein."""
    before, execute = vars(cr).get("execute"), cr.execute

    def quiet(query: Any, params: Any = None, *_args: Any, **_options: Any) -> Any:
        return execute(query, params, log_exceptions=False)

    cr.execute = quiet
    try:
        yield
    finally:
        if before is None:
            vars(cr).pop("execute")
        else:
            cr.execute = before
