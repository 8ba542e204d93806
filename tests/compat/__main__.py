"""Second stage of ``run``: fetch, install on fresh databases, test, report.

Two runs: addons of others on our two, and our two with the tests that come with the
addons whose names they have.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from environment import command, database, postgres
from environment.cache import REPOSITORY, Cache
from environment.server import free_port
from environment.templates import Recipe, Templates
from environment.uv import Uv

# whose tests run, and what they need besides our two addons
TESTED = ("endpoint_auth_api_key", "edi_endpoint_oca", "fastapi")
NEEDED = ("auth_api_key", "auth_api_key_group", "base_edi", "edi_core_oca")
OURS = ("endpoint_route_handler", "endpoint")
# it expects that another environment sees routes before they are committed
KNOWN = "TestEndpointCrossEnv.test_cross_env_consistency"
FOR_TESTS = ("freezegun", "httpx", "odoo-test-helper", "responses")
COUNT_OF_KNOWN = re.compile(
    r"odoo\.tests\.result: 1 failed, 0 error|: 1 failures?, 0 errors|At least one test"
)
SUMMARY = re.compile(r"odoo\.tests\.(?:stats|result): .*")
HANGS = 900  # seconds
FAILURE = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*(?:\n\D.*)*", re.MULTILINE)


def fetch(folder: Path) -> None:
    """Install the addons alone, then the libraries that they name."""
    uv = Uv(Cache())
    install = ("pip", "install", "--python", sys.executable, "--target")
    names = [f"odoo-addon-{name}==19.0.*" for name in TESTED + NEEDED]
    uv.run("Fetching addons", *install, folder / "addons", "--no-deps", *names)
    ours = [f"odoo-addon-{name}==19.0.*" for name in OURS]
    uv.run("Fetching tests", *install, folder / "theirs", "--no-deps", *ours)
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


def with_their_tests(folder: Path) -> Path:
    """Return a folder with our addons and the tests of those with the same names."""
    mixed = folder / "mixed"
    for name in OURS:
        shutil.copytree(REPOSITORY / name, mixed / name)
        shutil.rmtree(mixed / name / "tests")
        tests = folder / "theirs" / "odoo" / "addons" / name / "tests"
        shutil.copytree(tests, mixed / name / "tests")
    return mixed


def test(name: str, folder: Path, addons: Sequence[str], *options: str) -> str:
    """Install and test addons on a database; returns the log."""
    tags = ",".join(f"/{addon}" for addon in addons)
    arguments = ["-i", ",".join(addons), f"--test-tags={tags}", *options]
    arguments += ["--stop-after-init", f"--http-port={free_port()}"]
    path = [os.environ["PYTHONPATH"], str(folder / "late")]
    answer = subprocess.run(
        command.odoo("-d", name, *arguments),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        cwd=command.workplace(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        # one of their tests used to wait for itself
        timeout=HANGS,
    )
    return answer.stdout


def report(log: str) -> int:
    """Print failures and Odoo's own summary; returns an exit code."""
    failures = [each for each in FAILURE.findall(log) if not is_known(each)]
    for failure in failures:
        print(failure)
    summary = SUMMARY.findall(log)
    print("\n".join(summary) or log[-4000:])
    return 1 if failures or not summary else 0


def is_known(failure: str) -> bool:
    """Tell whether it is the one difference, or a line that counts it."""
    return KNOWN in failure or bool(COUNT_OF_KNOWN.search(failure))


def on_database(cache: Cache, demo: bool, work: Callable[[str], str]) -> str:
    name = database.copy(
        Templates(cache).get(Recipe(demo=demo)), database.new_name("compat")
    )
    try:
        return work(name)
    finally:
        database.drop(name)


def main(arguments: Sequence[str]) -> int:
    cache = Cache()
    with postgres.running(cache), tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fetch(folder)
        others = command.addons_path(folder / "addons" / "odoo" / "addons")
        built_on = on_database(
            cache, True, lambda name: test(name, folder, TESTED, others, "--with-demo")
        )
        ours = f"--addons-path={with_their_tests(folder)},{without_repository()}"
        own = on_database(cache, False, lambda name: test(name, folder, OURS, ours))
    cache.log("compat").write_text(built_on + own)
    return max(report(built_on), report(own))


def without_repository() -> str:
    """Return the folders with Odoo's addons."""
    paths = os.environ["ODOO_ADDONS_PATH"].split(",")
    return ",".join(path for path in paths if Path(path).resolve() != REPOSITORY)


if __name__ == "__main__":
    command.guard(main, sys.argv[1:])
