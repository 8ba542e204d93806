"""Get ``uv``, which builds environments fast, and tell it pip's package sources."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import apt, console
from .cache import Cache

# pip's option -> uv's variable and the separator of its lists
VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
}
# what pip lets win comes last
SECTIONS = ("global", "install", ":env:")
HINT = (
    "Install uv or pip (apt install python3-pip), "
    "or check that this machine reaches its package index."
)


def parse_pip_config(text: str) -> dict[str, list[str]]:
    """Read ``pip config list`` (``global.index-url='https://…'``): option -> values."""
    found: dict[str, dict[str, list[str]]] = {section: {} for section in SECTIONS}
    for line in text.splitlines():
        key, _sign, value = line.partition("=")
        section, _dot, option = key.partition(".")
        if section in found:
            found[section][option] = str(ast.literal_eval(value)).split()
    return {
        option: values
        for section in SECTIONS
        for option, values in found[section].items()
    }


def variables(
    options: Mapping[str, Sequence[str]], given: Mapping[str, str]
) -> dict[str, str]:
    """Translate pip's options into uv's variables, leaving ``given`` ones alone."""
    wanted = {}
    for option, values in options.items():
        if option in VARIABLES and values:
            name, separator = VARIABLES[option]
            wanted[name] = separator.join(values)
    if options.get("no-index", [""])[0].lower() in ("1", "true", "yes", "on"):
        wanted["UV_NO_INDEX"] = "1"
    if "UV_INDEX" in wanted:
        # pip takes the best version of all indexes, uv that of the first with the name
        wanted["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in wanted.items() if not given.get(name)}


class Uv:
    """The ``uv`` of this machine, or one fetched into the cache."""

    def __init__(self, cache: Cache):
        self.cache = cache
        self._pip: list[str] | None = None
        self._pip_environment = dict(os.environ)
        self.executable = self._find()
        self.environment = {
            **os.environ,
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_NO_PROGRESS": "1",
            # its lock files stay behind in there
            "TMPDIR": str(self._temporary()),
        }
        self.environment.update(variables(self._pip_config(), os.environ))
        self.environment.pop("VIRTUAL_ENV", None)

    def _temporary(self) -> Path:
        folder = self.cache.path("uv-temporary")
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, title: str, *arguments: str | Path) -> None:
        """Run ``uv``; raises Failure with the end of its output."""
        log = self.cache.log(f"uv-{arguments[0]}-{arguments[1]}")
        command = [self.executable, *arguments]
        console.run(command, title, log, hint=HINT, env=self.environment)

    def _find(self) -> Path:
        if present := shutil.which("uv"):
            return Path(present)
        fetched = self.cache.path("uv", "bin", "uv")
        return fetched if fetched.exists() else self._fetch()

    def _fetch(self) -> Path:
        with self.cache.publish("uv") as draft:
            command = [*self.pip(), "install", "--quiet", "--target", draft, "uv"]
            log = self.cache.log("pip-uv")
            console.run(
                command,
                "Fetching uv",
                log,
                hint=HINT,
                env=self._pip_environment,
                cwd="/",
            )
        return self.cache.path("uv", "bin", "uv")

    def pip(self) -> list[str]:
        """Return the command that runs pip: the machine's, else from Debian's wheel."""
        if self._pip is None:
            self._pip = [sys.executable, "-m", "pip"]
            if not self._pip_works():
                self._pip_environment["PYTHONPATH"] = str(self._pip_wheel())
        return self._pip

    def _pip_works(self) -> bool:
        command = [*(self._pip or ()), "--version"]
        return not subprocess.run(command, capture_output=True, check=False).returncode

    def _pip_wheel(self) -> Path:
        folder = self.cache.path("pip")
        if not folder.is_dir():
            console.say("This Python has no pip: fetching Debian's wheel of it")
            private = apt.PrivateApt(self.cache)
            private.prepare("Reading Debian's package lists", ["python3-pip-whl"])
            with self.cache.publish("pip-debs") as debs:
                name = f"python3-pip-whl/{private.stable}"
                files = private.download([name], debs, "Downloading pip")
                with self.cache.publish("pip") as draft:
                    apt.unpack(files, draft, self.cache.log("unpack-pip"))
        return next(folder.glob("usr/share/python-wheels/pip-*.whl"))

    def _pip_config(self) -> dict[str, list[str]]:
        command = [*self.pip(), "config", "list"]
        try:
            answer = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                env=self._pip_environment,
                cwd="/",
            )
        except OSError:
            return {}
        return parse_pip_config(answer.stdout)
