"""Real databases and real servers for tests of the whole system.

Everything works in ``setup/test``, which has PostgreSQL running and Odoo's options in the
environment::

    def test_route_answers(database):
        with Server(database, workers=2) as server:
            assert requests.get(f"{server.url}/web/health").ok

Databases are copies of cached templates, so a second one with the same modules costs well under a second.
"""

from environment.command import run as run_odoo
from environment.command import shell
from environment.server import Server, free_port

from .databases import create_database, drop_database, uninstall

__all__ = [
    "Server", "create_database", "drop_database", "free_port", "run_odoo", "shell", "uninstall",
]  # fmt: skip
