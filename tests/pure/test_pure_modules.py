"""Every pure module is imported without Odoo and without its addon."""

import importlib
import sys

import pytest
from environment.purity import pure_modules

NAMES = [".".join(path.with_suffix("").parts) for path in pure_modules()]

# started with paths of both kinds, one process has Odoo from the beginning
HAS_ODOO = "odoo" in sys.modules


@pytest.mark.skipif(HAS_ODOO, reason="the process has Odoo already")
@pytest.mark.parametrize("name", NAMES)
def test_pure_module_is_imported_without_odoo(name):
    importlib.import_module(name)
    assert "odoo" not in sys.modules
