"""Second stage of ``run``: fetch, install on a fresh database, test, report."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from environment import command, database, postgres
from environment.cache import Cache
from environment.server import free_port
from environment.templates import Recipe, Templates
from environment.uv import Uv

# whose tests run, and what they need besides our two addons
TESTED = ("endpoint_auth_api_key", "edi_endpoint_oca", "fastapi")
NEEDED = ("auth_api_key", "auth_api_key_group", "base_edi", "edi_core_oca")
FOR_TESTS = ("freezegun", "httpx", "odoo-test-helper", "responses")
SUMMARY = re.compile(r"odoo\.tests\.(?:stats|result): .*")
FAILURE = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*(?:\n\D.*)*", re.MULTILINE)


def fetch(folder: Path) -> None:
    """Install the addons alone, then the libraries that they name."""
    uv = Uv(Cache())
    install = ("pip", "install", "--python", sys.executable, "--target")
    names = [f"odoo-addon-{name}==19.0.*" for name in TESTED + NEEDED]
    uv.run("Fetching addons", *install, folder / "addons", "--no-deps", *names)
    wanted = sorted({*libraries(folder / "addons"), *FOR_TESTS})
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{d.name}=={d.version}\n" for d in distributions()))
    install += (folder / "libraries", "--constraint", pins)
    uv.run("Fetching their libraries", *install, *wanted)
    behind_ours(folder)


def libraries(folder: Path) -> list[str]:
    """Requirements of what is in ``folder``, but for Odoo and its addons."""
    found = distributions(path=[str(folder)])
    return [name for each in found for name in requirements(each)]


def requirements(distribution: Distribution) -> list[str]:
    return [r for r in distribution.requires or () if not r.startswith("odoo")]


def behind_ours(folder: Path) -> None:
    """Have Python look into the libraries last: what Odoo is pinned to comes first."""
    late = folder / "late" / "sitecustomize.py"
    late.parent.mkdir()
    late.write_text(f"import sys\n\nsys.path.append({str(folder / 'libraries')!r})\n")


def test(name: str, folder: Path) -> str:
    """Install and test on a database; returns the log."""
    addons = folder / "addons" / "odoo" / "addons"
    tags = ",".join(f"/{addon}" for addon in TESTED)
    arguments = ["-i", ",".join(TESTED), "--with-demo", f"--test-tags={tags}"]
    arguments += [command.addons_path(addons), "--stop-after-init"]
    arguments += [f"--http-port={free_port()}"]
    path = [os.environ["PYTHONPATH"], str(folder / "late")]
    answer = subprocess.run(
        command.odoo("-d", name, *arguments),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        cwd=command.workplace(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return answer.stdout


def report(log: str) -> int:
    """Print failures and Odoo's own summary; returns an exit code."""
    failures = FAILURE.findall(log)
    for failure in failures:
        print(failure)
    summary = SUMMARY.findall(log)
    print("\n".join(summary) or log[-4000:])
    return 1 if failures or not summary else 0


def main(arguments: Sequence[str]) -> int:
    cache = Cache()
    with postgres.running(cache), tempfile.TemporaryDirectory() as folder:
        fetch(Path(folder))
        template = Templates(cache).get(Recipe(demo=True))
        name = database.copy(template, database.new_name("compat"))
        try:
            log = test(name, Path(folder))
        finally:
            database.drop(name)
    cache.log("compat").write_text(log)
    return report(log)


if __name__ == "__main__":
    command.guard(main, sys.argv[1:])
