"""Pure modules are imported by the name of their addon, without running its __init__.

``import endpoint.body_schema`` finds the file; Odoo is not needed, and not there.
"""

import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType

REPOSITORY = Path(__file__).resolve().parents[2]


def _package(name):
    """A bare package for an addon folder, in place of its own ``__init__``."""
    package = ModuleType(name)
    package.__path__ = [str(REPOSITORY / name)]
    package.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    return package


for init in REPOSITORY.glob("*/__init__.py"):
    addon = init.parent.name
    sys.modules.setdefault(addon, _package(addon))
