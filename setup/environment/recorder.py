"""A pytest plugin that writes the outcome of its process into ``$TEST_OUTCOME``.

It also keeps the HTTP port of the in-process Odoo server within the ports of the shard.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from .outcome import Outcome

VARIABLE = "TEST_OUTCOME"
FAILURES = {"failed": "FAILED", "error": "ERROR", "subtests failed": "SUBFAILED"}


class Recorder:
    def __init__(self, config: pytest.Config, path: Path):
        self.config, self.path = config, path
        self.seconds: Counter = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        stats = self.config.pluginmanager.get_plugin("terminalreporter").stats
        counted = {
            name: [r for r in reports if getattr(r, "count_towards_summary", True)]
            for name, reports in stats.items()
            if name
        }
        failures = [
            (f"{word} {report.nodeid}{_reason(report)}", report.nodeid)
            for name, word in FAILURES.items()
            for report in counted.get(name, ())
        ]
        Outcome(
            Counter({name: len(reports) for name, reports in counted.items()}),
            dict(self.seconds),
            [line for line, _name in failures],
            [name for _line, name in failures],
        ).write(self.path)


def _reason(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    first = crash.message.strip().partition("\n")[0] if crash else ""
    return f" - {first}" if first else ""


def pytest_configure(config: pytest.Config) -> None:
    if path := os.environ.get(VARIABLE):
        # a shell that runs setup/test in the background has its children ignore it, and
        # a shard that is interrupted would go on
        signal.signal(signal.SIGINT, signal.default_int_handler)
        config.pluginmanager.register(Recorder(config, Path(path)), "recorder")
    if odoo := config.pluginmanager.get_plugin("odoo"):
        from .server import free_port

        odoo._get_available_random_port = free_port
