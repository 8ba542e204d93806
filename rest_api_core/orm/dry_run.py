"""Calls that keep nothing: dry runs, reads, and methods that only read. No Odoo here.

    with keeping_nothing(cr, dry=True):
        …code of Odoo…

Herein ``cr.commit()`` is refused: the transaction is to be rolled back. In a dry run
nothing leaves the server either: what other cursors of this thread commit is rolled
back (``orm.side_cursors``), mail is not sent (``ir.mail_server``), and connections to
other servers are refused, as if there was no network.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Protocol

from ..wire.problem import CommitRefused, ConnectionRefused
from ..wire.result import DryRun
from . import commits


class _Cursor(Protocol):
    commit: Callable[[], None]


class _Call:
    """What the code of one call has tried.

    :param dry: whether nothing may leave the server
    """

    def __init__(self, dry: bool) -> None:
        self.dry = dry
        self.has_committed = self.has_connected = False

    def commit(self) -> None:
        self.has_committed = True
        raise CommitRefused()

    def check(self, error: Exception | None) -> None:
        """Raise what the code has been refused, though it may have raised something
        else since, or nothing."""
        if self.has_committed:
            raise CommitRefused() from error
        if self.has_connected and error is not None and not isinstance(error, DryRun):
            raise ConnectionRefused() from error


_call: ContextVar[_Call | None] = ContextVar("rest_dry_run", default=None)


@contextmanager
def keeping_nothing(cr: _Cursor, dry: bool) -> Iterator[None]:
    """Raises CommitRefused and ConnectionRefused.

    :param dry: whether nothing may leave the server
    """
    call = _Call(dry)
    token = _call.set(call)
    try:
        with commits.replaced(cr, call.commit):
            yield
        call.check(None)
    except Exception as error:
        call.check(error)
        raise
    finally:
        _call.reset(token)


def keeps_nothing() -> bool:
    """Whether the call of this thread keeps nothing: it shall send nothing, either."""
    return _call.get() is not None


def is_dry() -> bool:
    """Whether nothing may leave the server in this thread."""
    call = _call.get()
    return call is not None and call.dry


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of a socket or connection, which a dry run does not get through."""

    @wraps(method)
    def guarded(connection: Any, *args: Any, **options: Any) -> Any:
        call = _call.get()
        if call is not None and call.dry and not _is_local(connection):
            call.has_connected = True
            raise ConnectionRefusedError("a dry run connects to no other server")
        return method(connection, *args, **options)

    return guarded


def _is_local(connection: Any) -> bool:
    """Whether it is a socket of the operating system, and not of a network."""
    family = getattr(connection, "family", socket.AF_INET)
    return family not in (socket.AF_INET, socket.AF_INET6)


def install() -> None:
    """Have dry runs connect to no other server, once in each process."""
    guard(socket.socket, "connect")
    guard(socket.socket, "connect_ex")
    # a connection may have been open before
    guard(http.client.HTTPConnection, "send")


def guard(owner: type, name: str) -> None:
    """Keep dry runs from a method of a class of sockets or connections."""
    setattr(owner, name, _guarded(getattr(owner, name)))
