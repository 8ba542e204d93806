"""Two servers with two prefork workers each, for all tests of this folder.

They share one database. Each module has clients, routes and records of its own, and
changes back what others would notice.
"""

import kit
import pytest
from server_log import complaints
from web_client import WebClient

NO_CRON = "--max-cron-threads=0"
# a write on a read-only cursor is an error that shows, though there is no standby
OPTIONS = [NO_CRON, "--dev=replica"]


@pytest.fixture(scope="package")
def database():
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="package")
def servers(database):
    options = {"workers": 2, "extra": OPTIONS}
    with kit.Server(database, **options) as one, kit.Server(database, **options) as two:
        yield one, two


@pytest.fixture(scope="package")
def server(servers):
    """The first of the two."""
    return servers[0]


@pytest.fixture(scope="package")
def threaded(database):
    """A third server, without workers."""
    with kit.Server(database, extra=[NO_CRON]) as running:
        yield running


@pytest.fixture(scope="package")
def web(server, database):
    """The administrator on the first server."""
    return WebClient(server.url, database)


@pytest.fixture(scope="module", autouse=True)
def log_of(servers):
    """``log_of(server)``: what one of the two has logged since the module began."""
    begin = {server.url: server.log_size() for server in servers}
    return lambda server: server.log_text(begin[server.url])


@pytest.fixture(scope="module")
def only_retries(servers, log_of):
    """The servers log no other complaint than conflicts, which Odoo reports and
    requests survive by a retry."""
    yield
    for server in servers:
        others = [t for t in complaints(log_of(server)) if "could not ser" not in t]
        assert not others
