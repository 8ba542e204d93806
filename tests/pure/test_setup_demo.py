"""What ``setup/demo`` does before it starts or stops anything, and what it prints."""

import json
import re
import shlex
import shutil
import socket
import subprocess
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


# --- what is printed -----------------------------------------------------------------

URL = "http://127.0.0.1:8069"
KEY, REST_KEY = "k" * 40, f"rak_aaaaaaaa_{'A' * 43}"
ORDER = {"customer": "Ada", "lines": [{"product": "Chair", "qty": 2, "price": 1.5}]}
HEADER = "-H 'Content-Type: application/json'"


class FakeModel:
    """All of an environment that the script asks for, be it a record or a model."""

    def __init__(self, endpoints):
        self.endpoints = endpoints
        self._name, self._fields = "endpoint.endpoint", {"curl_example"}
        self.id, self.state, self.cr = 9, "valid", self

    def browse(self, _ids):
        return SimpleNamespace(exists=lambda: self)

    def filtered(self, name):
        return [one for one in self.endpoints if getattr(one, name)]

    def __getitem__(self, _name):
        return self

    def _itself(self, *_arguments, **_options):
        return self

    ref = get = search = mapped = sudo = with_user = set_param = commit = _itself


def fake_endpoint(name, curl):
    return SimpleNamespace(name=f"Demo: {name}", curl_example=curl)


ENDPOINTS = [
    fake_endpoint("hello", f"curl -i {URL}/demo/hello"),
    fake_endpoint(
        "order",
        f"curl -i -X POST {HEADER} --data '{json.dumps(ORDER)}' {URL}/demo/order",
    ),
    fake_endpoint("no body is known", f"curl --data BODY {URL}/demo/x"),
]


def learned(capsys):
    """The facts that the script prints for the demo."""
    given = {"url": URL, "mark": demo.MARK, "key": KEY, "rest_key": REST_KEY}
    names = {"ARGUMENTS": given, "env": FakeModel(ENDPOINTS)}
    exec(compile(demo.SCRIPT.read_text(), demo.SCRIPT, "exec"), names)
    return json.loads(capsys.readouterr().out.removeprefix(demo.MARK))


@pytest.fixture
def printed(capsys):
    shown = object.__new__(demo.Demo)
    shown.log, shown.state = "odoo.log", {"port": 8069, **learned(capsys)}
    shown.show()
    return capsys.readouterr().out


def test_keys_are_in_a_block_of_exports_and_in_one_command(printed):
    block = next(part for part in printed.split("\n\n") if "export" in part)
    assert block.splitlines()[0].startswith("# ")
    assert block.splitlines()[1:] == [
        f"export REST_URL={URL}/api/v1",
        f"export REST_KEY={REST_KEY}",
        f"export ODOO_URL={URL}",
        f"export ODOO_KEY={KEY}",
    ]
    (whole,) = [line for line in printed.splitlines() if line.startswith("curl -H")]
    assert shlex.split(whole)[1:] == [
        "-H",
        f"Authorization: Bearer {REST_KEY}",
        f"{URL}/api/v1/res.partner?limit=1",
    ]
    assert (printed.count(REST_KEY), printed.count(KEY)) == (2, 1)


def requests(printed):
    """``[(caption, command)]`` of what follows the titles."""
    parts = re.split(r"^# (?!===)", printed.partition("# === ")[2], flags=re.MULTILINE)
    return [part.partition("\n")[::2] for part in parts[1:]]


def test_each_request_has_a_caption_and_short_lines(printed):
    found = requests(printed)
    assert len(found) == 10
    assert all(re.match(r"(TAG=\$\()?curl -", command) for _caption, command in found)
    below = printed.partition("# Paste this first")[2]
    assert max(map(len, below.splitlines())) <= 88


def test_requests_are_what_a_shell_understands(printed):
    """One command for each, or two with a variable between them; no loose ends."""
    for caption, command in requests(printed):
        text = command.partition("\n\n")[0].replace("\\\n", "").strip()
        assert len(text.splitlines()) == 1 + text.startswith("TAG="), caption
        subprocess.run(["bash", "-n", "-c", command], check=True)
    (order,) = [command for caption, command in requests(printed) if caption == "order"]
    words = shlex.split(order)
    assert json.loads(words[words.index("--data") + 1]) == ORDER
    assert words[-1] == "$ODOO_URL/demo/order"


@pytest.mark.parametrize("found", [None, "/usr/bin/python3"])
def test_json_is_pretty_where_python_is_at_hand(capsys, monkeypatch, found):
    monkeypatch.setattr(shutil, "which", {"python3": found}.get)
    commands = [command for _caption, command in learned(capsys)["rest_requests"]]
    pretty = [c for c in commands if c.endswith("\\\n  | python3 -m json.tool")]
    shown = [c for c in commands if "format=csv" not in c]
    assert pretty == (shown if found else [])
    assert all(not command.endswith("\\") for command in commands)
