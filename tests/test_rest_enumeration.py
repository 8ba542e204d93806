"""What Odoo hides stays hidden with large apps installed, too."""

import os
import re
import subprocess

import kit
import pytest
from environment import outcome, recorder, shards
from environment.cache import REPOSITORY

MODULES = (*kit.APPS, "rest_api_core")
FOLDER = REPOSITORY / "rest_api_core/tests"
# a minute with large apps; what it looks for is there with few apps, too
ONLY_IN_FULL = "TestMaskEnumeration"
TAGGED = re.compile(r'@tagged\(.*"rest_enumeration"\)\nclass (\w+)')


def tagged_classes():
    """Their node ids."""
    for path in sorted(FOLDER.glob("test_*.py")):
        name = path.relative_to(REPOSITORY).as_posix()
        yield from (f"{name}::{found}" for found in TAGGED.findall(path.read_text()))


def run_tests(database, nodes, scratch):
    """``Outcome`` of tests in a database with what is installed there.

    Not by Odoo's own runner: before tests of HTTP it builds the bundles of all web
    pages, which takes longer than the tests.
    """
    report, log = scratch / "outcome.json", scratch / "log"
    options = [f"--odoo-database={database}", "--odoo-http", "--odoo-log-level=warn"]
    with log.open("w") as output:
        process = subprocess.run(
            [*shards.pytest(), "-q", *options, *nodes],
            cwd=REPOSITORY,
            env={**os.environ, recorder.VARIABLE: str(report)},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return outcome.read(report, log.read_text()[-4000:], process.returncode)


@pytest.mark.slow
def test_no_field_of_the_large_apps_is_answered_that_odoo_hides(
    make_database, tmp_path
):
    nodes = [n for n in tagged_classes() if kit.IS_FULL or ONLY_IN_FULL not in n]
    found = run_tests(make_database(modules=MODULES), nodes, tmp_path)
    assert not found.problems
    assert {name.rpartition("::")[0] for name in found.seconds} == set(nodes)
    if kit.IS_FULL:
        # the short form has not all apps that single tests are about
        assert not found.counts["skipped"]
