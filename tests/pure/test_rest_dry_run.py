"""What a call that keeps nothing cannot do."""

import contextlib
import http.client
import socket

import pytest

from rest_api_core.orm import dry_run
from rest_api_core.wire.problem import CommitRefused, ConnectionRefused
from rest_api_core.wire.result import DryRun, Result


class Cursor:
    def __init__(self):
        self.commits = 0

    def commit(self):
        self.commits += 1


@pytest.fixture
def cr():
    return Cursor()


@pytest.fixture
def listening():
    """The address of a server, and how often it was connected to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(autouse=True)
def guards(monkeypatch):
    """As in a server, and as before after the test."""
    for owner, name in (
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (http.client.HTTPConnection, "send"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    dry_run.install()


def test_code_cannot_commit(cr):
    with pytest.raises(CommitRefused), dry_run.keeping_nothing(cr, False):
        cr.commit()
    assert cr.commits == 0
    cr.commit()
    assert cr.commits == 1


@pytest.mark.parametrize("error", [ValueError, None])
def test_code_that_survives_the_refusal_is_refused_at_its_end(cr, error):
    with pytest.raises(CommitRefused), dry_run.keeping_nothing(cr, True):
        with contextlib.suppress(CommitRefused):
            cr.commit()
        if error:
            raise error


def test_other_errors_are_what_they_are(cr):
    with pytest.raises(ValueError), dry_run.keeping_nothing(cr, True):
        raise ValueError


def test_it_ends_with_the_call(cr):
    assert not dry_run.keeps_nothing()
    with dry_run.keeping_nothing(cr, dry=False):
        assert dry_run.keeps_nothing()
        assert not dry_run.is_dry()
    with dry_run.keeping_nothing(cr, dry=True):
        assert dry_run.is_dry()
    assert not dry_run.keeps_nothing()
    assert not dry_run.is_dry()


def accepted(server):
    with contextlib.suppress(BlockingIOError):
        server.accept()[0].close()
        return True
    return False


def test_a_dry_run_reaches_no_other_server(cr, listening):
    address = listening.getsockname()
    with pytest.raises(ConnectionRefused), dry_run.keeping_nothing(cr, dry=True):
        socket.create_connection(address)
    assert not accepted(listening)
    with dry_run.keeping_nothing(cr, dry=False):
        socket.create_connection(address).close()
    socket.create_connection(address).close()
    assert accepted(listening)


def test_a_connection_that_was_open_before_sends_nothing(cr, listening):
    connection = http.client.HTTPConnection(*listening.getsockname())
    connection.connect()
    with pytest.raises(ConnectionRefused), dry_run.keeping_nothing(cr, dry=True):
        connection.request("GET", "/")
    connection.close()


def test_code_that_does_without_the_other_server_goes_on(cr, listening):
    with dry_run.keeping_nothing(cr, dry=True):
        with contextlib.suppress(OSError):
            socket.create_connection(listening.getsockname())
    with pytest.raises(DryRun), dry_run.keeping_nothing(cr, dry=True):
        with contextlib.suppress(OSError):
            socket.create_connection(listening.getsockname())
        raise DryRun(Result())


def test_sockets_of_the_system_are_none_of_a_network(cr, tmp_path):
    path = str(tmp_path / "s")
    with (
        socket.socket(socket.AF_UNIX) as server,
        socket.socket(socket.AF_UNIX) as client,
    ):
        server.bind(path)
        server.listen()
        with dry_run.keeping_nothing(cr, dry=True):
            client.connect(path)
