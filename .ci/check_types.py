"""Run mypy on the pure modules (listed in .coveragerc) and on our own generator."""

import configparser
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OTHERS = ["setup/readme/generate.py"]


def pure_modules() -> list[str]:
    """Return the listed modules that exist."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / ".coveragerc")
    patterns = settings.get("report", "include", fallback="").split()
    return [str(path) for pattern in patterns for path in sorted(ROOT.glob(pattern))]


if __name__ == "__main__":
    sys.exit(subprocess.call(["mypy", *pure_modules(), *OTHERS], cwd=ROOT))
