"""Real databases and real servers for tests of the whole system.

Everything works inside ``setup/test``, which has PostgreSQL running and Odoo's options
in the environment::

    def test_route_answers(make_database):
        with Server(make_database(modules=["endpoint"]), workers=2) as server:
            assert requests.get(f"{server.url}/web/health").ok

Databases are copies of cached templates: a second one with the same modules takes well
under a second.
"""

from environment.command import addons_path, shell
from environment.command import run as run_odoo
from environment.server import Server, free_port

from .databases import (
    APPS,
    IS_FULL,
    create_database,
    drop_database,
    install_log,
    uninstall,
)
from .libraries import libraries, node_packages
from .replication import Replication

__all__ = [
    "APPS",
    "IS_FULL",
    "Replication",
    "Server",
    "addons_path",
    "create_database",
    "drop_database",
    "free_port",
    "install_log",
    "libraries",
    "node_packages",
    "run_odoo",
    "shell",
    "uninstall",
]
