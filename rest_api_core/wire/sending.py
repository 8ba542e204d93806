"""A response on its way: sent while it is made, and cut off where that fails. No Odoo
here.

HTTP/1.0, which Odoo's workers speak, has no other end of such a response than that of
the connection. So the connection is reset unless all has been sent: the client sees an
error, and takes no part for the whole.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
from collections.abc import Callable, Generator, Iterator

PIECE = 2**16  # bytes that are sent at once
PATIENCE = 30.0  # seconds that a client may take for a piece
_RESET = struct.pack("ii", 1, 0)  # on close: discard what is left, and reset
_FINISH = struct.pack("ii", 0, 0)


class Sending:
    """The pieces of a response; ``close`` ends it wherever it is.

    :param parts: a generator; :param connection: to the client, None where a server
        does not tell it
    :param failed: is told the exception of a part
    :param peer: where an end of the connection shows; an empty part asks whether the
        client is still there
    """

    def __init__(
        self,
        parts: Generator[bytes, None, None],
        connection: socket.socket | None,
        failed: Callable[[Exception], None],
        peer: socket.socket | None = None,
    ) -> None:
        self._parts, self._connection, self._failed = parts, connection, failed
        self._peer = peer

    def close(self) -> None:
        self._parts.close()

    def __iter__(self) -> Iterator[bytes]:
        """Raises ConnectionAbortedError, which servers do not log, for a part that
        fails."""
        self._prepare()
        try:
            for part in self._parts:
                if not part and self._has_left():
                    self.close()
                    return
                for start in range(0, len(part), PIECE):
                    yield part[start : start + PIECE]
        except Exception as error:
            self.close()
            self._failed(error)
            self._cut()
            raise ConnectionAbortedError("a part of the response failed") from None
        self._finish()

    def _has_left(self) -> bool:
        """Whether the client has closed its end: then there is something to read, of no
        length."""
        if self._peer is None:
            return False
        try:
            readable, _writable, _failed = select.select([self._peer], [], [], 0)
            return bool(readable) and not self._peer.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def _prepare(self) -> None:
        """From here on, the death of the process resets the connection, too."""
        connection = self._connection
        if connection is not None and _set(connection, _RESET):
            connection.settimeout(PATIENCE)

    def _finish(self) -> None:
        if self._connection is not None:
            _set(self._connection, _FINISH)

    def _cut(self) -> None:
        """Reset the connection now: servers would end it in an orderly way before they
        close it. They go on with a socket that has come to its end."""
        if self._connection is None:
            return
        ended, other = socket.socketpair()
        with ended, other, contextlib.suppress(OSError):
            os.dup2(ended.fileno(), self._connection.fileno(), inheritable=False)


def _set(connection: socket.socket, linger: bytes) -> bool:
    """Whether there still is a connection."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    except OSError:
        return False
    return True
