"""Calls that are one transaction, whatever the code that they run. No Odoo here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ..wire.problem import CommitRefused


class _Cursor(Protocol):
    commit: Callable[[], None]


@contextmanager
def refused(cr: _Cursor) -> Iterator[None]:
    """Code that commits herein gets CommitRefused: what it has written until then would
    stay, whatever fails later."""

    def refuse() -> None:
        raise CommitRefused()

    with replaced(cr, refuse):
        yield


@contextmanager
def replaced(cr: _Cursor, commit: Callable[[], None]) -> Iterator[None]:
    """Herein the cursor calls ``commit`` instead of its own method, or of what had
    replaced that before."""
    own, cr.commit = vars(cr).get("commit"), commit
    try:
        yield
    finally:
        if own is None:
            del cr.commit  # that of its class
        else:
            cr.commit = own
