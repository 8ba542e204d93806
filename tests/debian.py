"""Programs of Debian's packages that tests need: installed on demand."""

import os
import shutil
import subprocess

import pytest
from environment.cache import Cache


def ensure_installed(packages):
    """Install what lacks of ``{program: package}``; without root, skip the tests."""
    install(name for program, name in packages.items() if not shutil.which(program))


def install(missing):
    """Install packages; without root, skip the tests."""
    missing = list(missing)
    if not missing:
        return
    if os.geteuid():
        pytest.skip(f"as root: apt-get install {' '.join(missing)}")
    # apt-get waits for another one that installs, but not for one that updates its
    # lists
    with Cache().lock("apt-get.lock"):
        if not _apt_get("install", *missing):
            # the package lists may be old, or have never been fetched
            _apt_get("update")
            assert _apt_get("install", *missing), f"apt-get cannot install {missing}"


def _apt_get(*arguments):
    command = ["apt-get", "-q", "-y", "--no-install-recommends"]
    command += ["-o", "DPkg::Lock::Timeout=300", *arguments]
    # in runlevel 1 no package starts a server of its own
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    # apt-get checks signatures as a user who may not enter the folder of a shard
    environment.pop("TMPDIR", None)
    return subprocess.run(command, env=environment, check=False).returncode == 0
