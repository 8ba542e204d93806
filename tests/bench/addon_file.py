"""Files of addons that need no Odoo."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ADDONS = Path(__file__).parent / "addons"


def load(name: str, path: Path) -> ModuleType:
    """Import a file without the addon around it, which may need Odoo."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
