"""Several pytest processes at once."""

import contextlib
import io
import signal
import tempfile
import time

import pytest
from environment import cache, shards, testing

PASSING = "def test_a(): pass"
FAILING = "def test_b(): assert 1 == 2"
CRASHING = "import os\ndef test_c(): os._exit(0)"
# ends by a signal only
ENDLESS = "import threading\ndef test_d(): threading.Event().wait(60)"


@pytest.fixture
def claim(tmp_path, monkeypatch):
    """Claim a place; all are left after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = cache.Cache(tmp_path / "cache")
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(shards.place(place))


@pytest.fixture
def start(claim, tmp_path):
    """Start a shard with a test file of the given source."""
    started = []

    def run(label, source):
        path = tmp_path / label / f"test_{label}.py"
        path.parent.mkdir()
        path.write_text(source)
        shard = shards.Shard(label, claim(), io.StringIO())
        started.append(shard)
        options = [
            "-p",
            "no:odoo",
            "-p",
            "no:cacheprovider",
            f"--rootdir={path.parent}",
        ]
        return shard.start([*options, str(path)], testing.without_odoo())

    yield run
    shards.finish(started)


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_outcomes_of_all_shards_come_together(start):
    found = shards.wait([start("one", PASSING), start("two", FAILING)])
    assert found.counts == {"passed": 1, "failed": 1}
    assert sorted(found.seconds) == ["test_one.py::test_a", "test_two.py::test_b"]
    assert found.problems == ["FAILED test_two.py::test_b - assert 1 == 2"]


def test_shard_that_dies_silently_has_failed(start):
    found = shards.wait([start("one", CRASHING)])
    assert found.counts == {"error": 1}
    assert "without a summary" in found.problems[0]


def test_file_that_cannot_be_imported_is_an_error(start):
    found = shards.wait([start("one", "import no_such_module")])
    assert found.counts == {"error": 1}
    assert found.problems[0].startswith("ERROR test_one.py")


def test_progress_is_labelled_and_the_rest_is_in_one_piece(start):
    shard = start("one", FAILING)
    shards.wait([shard])
    lines = shard.stream.getvalue().splitlines()
    failures = next(n for n, line in enumerate(lines) if " FAILURES " in line)
    before = [line for line in lines[:failures] if line]
    assert all(line.startswith("[one] ") for line in before[:-1])
    assert any("test_one.py F" in line for line in before)
    assert not any(line.startswith("[one]") for line in lines[failures:])


def test_failure_interrupts_the_others_on_request(start):
    endless = start("two", ENDLESS)
    wait_until(lambda: "collected" in endless.stream.getvalue())
    found = shards.wait([start("one", FAILING), endless], stop_early=True)
    assert found.counts["failed"] == 1
    assert any("two" in problem for problem in found.problems)


def test_shard_is_interrupted_though_its_shell_ignores_that(start):
    """As a shell does with what it runs in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        shard = start("one", ENDLESS)
    finally:
        signal.signal(signal.SIGINT, before)
    wait_until(lambda: "collected" in shard.stream.getvalue())
    shard.interrupt()
    assert shards.wait([shard]).problems == ["ERROR shard one ended with exit code 2"]


def test_places_have_nothing_in_common(claim):
    one, two = claim(), claim()
    assert not set(one.ports) & set(two.ports)
    assert one.scratch != two.scratch


def test_place_is_free_again_and_its_folder_gone(tmp_path):
    place = cache.Cache(tmp_path / "cache")
    with shards.place(place) as one:
        assert one.scratch.is_dir()
    assert not one.scratch.exists()
    with shards.place(place) as two:
        assert two.ports == one.ports


def test_logs_of_a_shard_that_failed_stay(start):
    shard = start("one", FAILING)
    shards.wait([shard])
    assert shard.at.keep
