"""Pure modules are imported by the name of their addon, without running its __init__.

``import endpoint.body_schema`` finds the file; Odoo is not needed, and not there. The
same holds for packages of an addon whose ``__init__`` needs Odoo.
"""

import importlib.machinery
import sys
from types import ModuleType

from environment.cache import REPOSITORY
from environment.purity import impure_packages


def _package(name, folder):
    """Return a bare package, in place of its own ``__init__``."""
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    package.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    return package


for path in impure_packages():
    dotted = ".".join(path.relative_to(REPOSITORY).parts)
    sys.modules.setdefault(dotted, _package(dotted, path))
