"""What ``setup/demo`` does before it starts or stops anything."""

import socket
from types import SimpleNamespace

import pytest
from environment import console, demo


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class FakeDemo:
    def __init__(self, port):
        self.state = {"port": port}
        self.stopped = False

    def is_running(self):
        return True

    def stop(self):
        self.stopped = True


@pytest.mark.parametrize("port", [0, -1, 65536, 99999])
def test_a_number_that_is_no_port_is_named(port):
    with pytest.raises(console.Failure, match=f"{port} is not a port"):
        demo.choose_port(port)


def test_a_port_that_was_asked_for_must_be_free(taken):
    with pytest.raises(console.Failure, match=f"Port {taken} is taken"):
        demo.choose_port(taken)


def test_another_port_is_chosen_when_the_default_is_taken(taken, monkeypatch):
    monkeypatch.setattr(demo, "PORT", taken)
    assert demo.choose_port(None) not in (None, taken)


def test_a_running_demo_goes_on_when_the_new_port_is_taken(taken, monkeypatch):
    running = FakeDemo(port=1)
    monkeypatch.setattr(demo, "Demo", lambda cache: running)
    monkeypatch.setattr(demo, "Cache", lambda: None)
    with pytest.raises(console.Failure, match="is taken"):
        demo.main(["--port", str(taken)])
    assert not running.stopped


def test_stop_and_reset_do_both(monkeypatch):
    done = []
    monkeypatch.setattr(demo, "Cache", lambda: None)
    monkeypatch.setattr(demo, "Demo", lambda cache: SimpleNamespace())
    monkeypatch.setattr(demo, "_stop", lambda _demo, reset: done.append(reset))
    demo.main(["--stop", "--reset"])
    demo.main(["--stop"])
    assert done == [True, False]
