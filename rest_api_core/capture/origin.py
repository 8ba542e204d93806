"""Who or what makes the changes of a transaction. No Odoo here.

The state is kept with the cursor and never with the thread: a request, a job and a
delivery each have a cursor of their own.

- ``act`` holds for all transactions of the cursor: a request, also one that is tried
  again.
- ``acting`` holds inside its block: a job or an inbound message on a cursor that does
  other things too.
- ``act_once`` holds until the transaction ends, where nothing else is set: a call
  without a request, such as one in ``odoo shell``.

Where nothing is set, the context of Odoo tells scheduled actions and imports.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

KEY = "rest_api_core.origin"


@dataclass(frozen=True)
class Origin:
    """``type`` is one of ``names.ORIGINS``; ids that are not known are None."""

    type: str = "user"
    client_id: int | None = None
    user_id: int | None = None
    request_id: str | None = None
    traceparent: str | None = None


class _Callbacks(Protocol):
    data: dict[Any, Any]


class _Cursor(Protocol):
    postrollback: _Callbacks
    flush: Callable[[], None]


# by cursor: Odoo clears ``cr.cache`` with each savepoint that is rolled back
_acting: weakref.WeakKeyDictionary[_Cursor, Origin] = weakref.WeakKeyDictionary()


def of_caller(
    user_id: int | None,
    client_id: int | None,
    request_id: str | None = None,
    traceparent: str | None = None,
) -> Origin:
    """The origin of what a caller of the API changes."""
    name = "client" if client_id else "user"
    return Origin(name, client_id, user_id, request_id, traceparent)


def act(cr: _Cursor, origin: Origin) -> None:
    """Have all later changes of the cursor made by ``origin``."""
    _acting[cr] = origin


def act_once(cr: _Cursor, origin: Origin) -> None:
    """The same until the transaction ends, unless ``act`` has set another."""
    # Odoo clears these data when it commits or rolls back, and not with savepoints
    cr.postrollback.data[KEY] = origin


@contextmanager
def acting(cr: _Cursor, origin: Origin) -> Iterator[None]:
    """Have the changes of a block made by ``origin``; those before and after it are
    written on their own. Changes of one record in one transaction have one origin, the
    last."""
    cr.flush()
    before = _acting.get(cr)
    _acting[cr] = origin
    try:
        yield
        cr.flush()
    finally:
        _restore(cr, before)


def _restore(cr: _Cursor, before: Origin | None) -> None:
    if before is None:
        _acting.pop(cr, None)
    else:
        _acting[cr] = before


def current(cr: _Cursor) -> Origin | None:
    """The origin that was set, None for Odoo's own."""
    return _acting.get(cr) or cr.postrollback.data.get(KEY)


def by_context(user_id: int, is_cron: bool, is_import: bool) -> Origin:
    """The origin of changes by Odoo itself."""
    if is_import:
        return Origin("import", user_id=user_id)
    return Origin("cron" if is_cron else "user", user_id=user_id)
