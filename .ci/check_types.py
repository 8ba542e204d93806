"""Run mypy on the pure modules and on our own generator."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "setup"))

from environment.purity import pure_modules  # noqa: E402

OTHERS = ["setup/readme/generate.py"]

if __name__ == "__main__":
    modules = [str(path) for path in pure_modules()]
    sys.exit(subprocess.call(["mypy", *modules, *OTHERS], cwd=ROOT))
