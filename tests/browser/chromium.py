"""Chromium without a screen: installed on demand, started with an empty profile."""

import os
import resource
import shutil
import subprocess

import pytest
from selenium import webdriver

PACKAGES = {"chromium": "chromium", "chromedriver": "chromium-driver"}
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    # no fading, so that nothing is half there
    "--force-prefers-reduced-motion",
    "--window-size=1366,900",
)


def missing_packages():
    return [name for program, name in PACKAGES.items() if not shutil.which(program)]


def ensure_installed():
    """Install Debian's packages that lack; without root rights, skip the tests."""
    missing = missing_packages()
    if not missing:
        return
    if os.geteuid():
        pytest.skip(f"as root: apt-get install {' '.join(missing)}")
    if not _apt_get("install", *missing):
        # the package lists may be old, or have never been fetched
        _apt_get("update")
        assert _apt_get("install", *missing), f"apt-get cannot install {missing}"


def _apt_get(*arguments):
    command = ["apt-get", "-q", "-y", "--no-install-recommends"]
    command += ["-o", "DPkg::Lock::Timeout=300", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


def start(profile):
    """A running browser; ``profile`` is a new, empty folder."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # with both paths given selenium looks for nothing in the network
    service = webdriver.ChromeService(
        executable_path=shutil.which("chromedriver"),
        popen_kw={"preexec_fn": _without_memory_limit},
    )
    return webdriver.Chrome(options=options, service=service)


def _without_memory_limit():
    """Odoo limits the address space of its process; Chromium reserves far more."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
