"""Files of addons that need no Odoo."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ADDONS = Path(__file__).parent / "addons"


def load(name: str, path: Path) -> ModuleType:
    """Import a file without the addon around it, which may need Odoo."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_pure(addon: Path, name: str) -> ModuleType:
    """Import a pure module of an addon, with the modules it needs, without Odoo."""
    package = ModuleType(addon.name)
    package.__path__ = [str(addon)]
    sys.modules.setdefault(addon.name, package)
    return importlib.import_module(f"{addon.name}.{name}")
