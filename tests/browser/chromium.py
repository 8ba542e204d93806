"""Chromium without a screen: installed on demand, started with an empty profile."""

import resource
import shutil

import debian
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


def ensure_installed():
    debian.ensure_installed(PACKAGES)


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
