"""``setup/demo``: a server with demo data, its address, and requests to paste."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import command, console, database, postgres, server, templates
from .cache import REPOSITORY, Cache, short_hash

USAGE = """\
usage: setup/demo [--detach] [--stop] [--reset] [--port N]

Installs what is missing (Odoo 19, Python packages, PostgreSQL) into the cache, creates
a database with demo data and all addons of this repository, starts a server and prints
how to call it.

  --detach   leave the server running
  --stop     stop the server that was left running
  --reset    start over with a fresh database; with --stop, at the next start
  --port N   listen on this port (default: 8069, or any free one when that is taken)

Environment: ODOO_PATH (an Odoo 19), PGHOST PGPORT PGUSER PGPASSWORD (a PostgreSQL of
yours), XDG_CACHE_HOME (the cache is odoo-rest-suite in there), CI (plain output)."""
PORT = 8069
CRON_THREADS = "1"
SCRIPT = Path(__file__).with_name("demo_data.py")
MARK = "DEMO:"  # begins the line of the script's output that is ours
MAX_LINES = 2  # of endpoints


class Demo:
    """This checkout's demonstration: its database, its server, and facts on them."""

    def __init__(self, cache: Cache):
        self.cache = cache
        key = short_hash(REPOSITORY)
        self.database = f"{database.PREFIX}_demo_{key}"
        self.folder = cache.path("demo", key)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "odoo.log"
        self.state = self._read()

    def _read(self) -> dict:
        try:
            return json.loads((self.folder / "state.json").read_text())
        except (OSError, ValueError):
            return {}

    def remember(self, **values: object) -> None:
        """Keep values for the next start."""
        self.state.update(values)
        draft = self.folder / "state.json.part"
        # there are keys in it
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self.state, indent=1))
        draft.rename(self.folder / "state.json")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.state['port']}"

    def is_running(self) -> bool:
        """Tell whether the server of the last start runs.

        A process id alone could be anybody's by now.
        """
        pid = self.state.get("pid")
        return bool(pid) and self.database in _command_line(pid)

    def stop(self) -> None:
        if self.is_running():
            server.stop_group(self.state["pid"])
        self.remember(pid=None)

    def prepare(self, reset: bool) -> None:
        """Create the database, or bring it up to the addons' present code."""
        content = templates.content_hash(
            REPOSITORY / name for name in templates.addons()
        )
        if (
            reset
            or self.state.get("database") != self._identity()
            or not database.exists(self.database)
        ):
            self._create()
        elif self.state.get("content") != content:
            self._upgrade()
        self.remember(content=content, database=self._identity())

    def _identity(self) -> str:
        # another PostgreSQL or another Odoo has another database
        return templates.fingerprint(
            [self.database, os.environ["PGHOST"] if "PGHOST" in os.environ else ""],
            True,
        )

    def _create(self) -> None:
        recipe = templates.Recipe(tuple(templates.addons()), demo=True)
        template = templates.Templates(self.cache).get(recipe)
        database.drop(self.database)
        draft = database.new_name("demo_part")
        database.rename(database.copy(template, draft), self.database)
        self.state.clear()

    def _upgrade(self) -> None:
        console.say("The addons have changed since the last start")
        names = ",".join(templates.addons())
        options = [
            "-i",
            names,
            "-u",
            names,
            "--with-demo",
            "--stop-after-init",
            "--no-http",
        ]
        hint = "Mend the addon, or start over with a fresh database: setup/demo --reset"
        call = command.odoo("-d", self.database, *options)
        console.run(
            call,
            "Upgrading",
            self.cache.log("upgrade"),
            hint=hint,
            cwd=command.workplace(),
        )
        self.state.pop("rest_requests", None)

    def start(self, port: int, hold: int | None) -> server.Server:
        """Start the server and learn the requests to show."""
        keep = () if hold is None else (hold,)
        extra = ["--max-cron-threads", CRON_THREADS]
        odoo = server.Server(
            self.database, port=port, extra=extra, log=self.log, keep=keep
        )
        odoo.start()
        self.remember(pid=odoo.process.pid, port=odoo.port)
        try:
            self._learn()
        except BaseException:
            odoo.stop()
            raise
        return odoo

    def _learn(self) -> None:
        """Get keys and the addons' example requests, once a database and port."""
        if self.state.get("rest_requests") and self.state.get("curl_url") == self.url:
            return
        kept = {name: self.state.get(name) for name in ("key", "rest_key")}
        arguments = {"url": self.url, "mark": MARK, **kept}
        output = command.shell(
            self.database, f"ARGUMENTS = {arguments!r}\n{SCRIPT.read_text()}"
        )
        found = next(line for line in output.splitlines() if line.startswith(MARK))
        self.remember(curl_url=self.url, **json.loads(found[len(MARK) :]))

    def show(self) -> None:
        """Print where the server is and how to call it."""
        print(f"\nOdoo:      {self.url}/web")
        print("Login:     admin\nPassword:  admin")
        print(f"Log:       {self.log}")
        key, api = self.state["rest_key"], f"{self.url}/api/v1"
        print("\n# Works as it is, with the API key in it")
        print(f"curl -H 'Authorization: Bearer {key}' '{api}/res.partner?limit=1'")
        print("\n# Paste this first: the requests below use it")
        print(f"export REST_URL={api}")
        print(f"export REST_KEY={key}")
        print(f"export ODOO_URL={self.url}")
        print(f"export ODOO_KEY={self.state['key']}")
        self._show_lines("REST API", self.state["rest_requests"])
        self._show_lines("Endpoints", self.state["endpoint_requests"][:MAX_LINES])
        print(flush=True)

    def _show_lines(self, title: str, lines: list[list[str]]) -> None:
        print(f"\n# === {title} ===")
        for caption, line in lines:
            print(f"# {caption}\n{line}")


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def choose_port(wanted: int | None) -> int:
    """Return the wanted port, or the default one, or a free one when that is taken.

    Raises Failure when a port that was asked for is taken or is none.
    """
    if wanted is not None and not 0 < wanted < 65536:
        raise console.Failure(f"{wanted} is not a port.", "Choose one from 1 to 65535.")
    port = server.free_port(wanted or PORT)
    if wanted and port != wanted:
        raise console.Failure(
            f"Port {wanted} is taken.", "Leave out --port to have a free one chosen."
        )
    if port != (wanted or PORT):
        console.say(f"Port {PORT} is taken, using {port}")
    return port


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for and return an exit code."""
    options = _parse(arguments)
    cache = Cache()
    demo = Demo(cache)
    if options.stop:
        return _stop(demo, options.reset)
    if (
        demo.is_running()
        and "rest_requests" in demo.state
        and not options.reset
        and options.port in (None, demo.state["port"])
    ):
        console.say("The demo is running already; setup/demo --stop stops it.")
        demo.show()
        return 0
    if options.port not in (None, demo.is_running() and demo.state["port"]):
        # before anything is stopped for it
        choose_port(options.port)
    demo.stop()
    with postgres.running(cache) as hold:
        demo.prepare(options.reset)
        odoo = demo.start(choose_port(options.port), hold)
        demo.show()
        if options.detach:
            print("Left running; setup/demo --stop stops it.", flush=True)
            return 0
        return _attend(demo, odoo)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="setup/demo", usage=USAGE.partition("\n")[0].removeprefix("usage: ")
    )
    for name in ("--detach", "--stop", "--reset"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--port", type=int)
    return parser.parse_args(arguments)


def _stop(demo: Demo, reset: bool) -> int:
    was_running = demo.is_running()
    demo.stop()
    if reset:
        # the next start creates it anew
        with postgres.running(demo.cache):
            database.drop(demo.database)
    if not any(os.environ.get(name) for name in postgres.EXTERNAL):
        postgres.stop_unused(postgres.Cluster(demo.cache))
    print("Stopped." if was_running else "No demo was running.")
    return 0


def _attend(demo: Demo, odoo: server.Server) -> int:
    """Wait for Ctrl-C (or the server's end), then stop the server."""
    print("Ctrl-C stops it.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        while odoo.process.poll() is None:
            time.sleep(0.2)
    code = odoo.process.poll()
    # a second Ctrl-C would leave things running
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    demo.stop()
    if code:
        raise console.Failure(
            f"The server ended by itself (exit code {code}).", "See its log.", demo.log
        )
    console.say("Stopped.")
    return 0


if __name__ == "__main__":
    command.guard(main, sys.argv[1:])
