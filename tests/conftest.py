"""Fixtures of the whole-system tests; nothing here imports Odoo."""

import sys
from pathlib import Path

import pytest

# the kit stands on the package that setup/test itself uses
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "setup"))

# their own tests run in Odoo
collect_ignore = ["addons"]


@pytest.fixture
def make_database():
    """Call it like ``kit.create_database``; what it made is dropped after the test."""
    import kit

    names = []

    def make(*arguments, **options):
        names.append(kit.create_database(*arguments, **options))
        return names[-1]

    yield make
    for name in names:
        kit.drop_database(name)


@pytest.fixture
def make_server():
    """Call it like ``kit.Server``: it returns a running one, stopped after the test."""
    import kit

    servers = []

    def make(*arguments, **options):
        servers.append(kit.Server(*arguments, **options))
        return servers[-1].start()

    yield make
    for server in servers:
        server.stop()
