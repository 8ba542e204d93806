import contextlib
import socket

import pytest

from rest_api_core.wire.sending import PIECE, Sending


@pytest.fixture
def ends():
    """Both ends of a connection: ``(server, client)``."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        server, _address = listening.accept()
    with client, server:
        client.settimeout(10)
        yield server, client


def parts(*content, closed=None):
    """A generator that raises what is an exception."""
    try:
        for each in content:
            if isinstance(each, Exception):
                raise each
            yield each
    finally:
        if closed is not None:
            closed.append(True)


def received(client):
    return b"".join(iter(lambda: client.recv(2**16), b""))


def test_all_parts_are_sent_and_the_connection_ends_well(ends):
    server, client = ends
    for piece in Sending(parts(b"one", b"", b"two"), server, pytest.fail):
        server.sendall(piece)
    server.shutdown(socket.SHUT_WR)
    server.close()
    assert received(client) == b"onetwo"


def test_large_parts_are_sent_in_pieces():
    sent = list(Sending(parts(b"x" * (2 * PIECE + 1)), None, pytest.fail))
    assert list(map(len, sent)) == [PIECE, PIECE, 1]


def test_a_part_that_fails_resets_the_connection(ends):
    server, client = ends
    failures, closed, error = [], [], ValueError("secret")
    sending = Sending(parts(b"one", error, closed=closed), server, failures.append)
    with pytest.raises(ConnectionAbortedError) as raised:
        for piece in sending:
            server.sendall(piece)
    # as servers do
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_WR)
    server.close()
    with pytest.raises(ConnectionResetError):
        received(client)
    assert (failures, closed) == ([error], [True])
    assert "secret" not in str(raised.value)


def test_without_a_connection_the_server_is_told(ends):
    with pytest.raises(ConnectionAbortedError):
        list(Sending(parts(ValueError()), None, lambda error: None))


def test_whoever_is_killed_in_between_resets_the_connection(ends):
    server, client = ends
    pieces = iter(Sending(parts(b"one", b"two"), server, pytest.fail))
    server.sendall(next(pieces))
    server.close()  # as the kernel does for a process that has ended
    with pytest.raises(ConnectionResetError):
        received(client)


def test_a_client_that_has_gone_is_no_error(ends):
    server, _client = ends
    server.close()
    assert list(Sending(parts(b"one"), server, pytest.fail)) == [b"one"]


def test_it_can_be_closed_before_it_begins(ends):
    closed = []
    generator = parts(b"one", b"two", closed=closed)
    next(generator)
    Sending(generator, ends[0], pytest.fail).close()
    assert closed == [True]


def test_an_empty_part_asks_whether_the_client_is_still_there(ends):
    server, client = ends
    closed = []
    generator = parts(b"", b"one", b"", b"two", closed=closed)
    pieces = iter(Sending(generator, None, pytest.fail, peer=server))
    client.sendall(b"more")
    assert next(pieces) == b"one"
    server.recv(4)
    client.close()
    assert list(pieces) == []
    assert closed == [True]


def test_a_connection_that_is_gone_has_no_client(ends):
    server, _client = ends
    server.close()
    assert list(Sending(parts(b"", b"one"), None, pytest.fail, peer=server)) == []
