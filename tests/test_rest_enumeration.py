"""What Odoo hides stays hidden with large apps installed, too."""

import re

import kit
import pytest

# hr comes with the addon
INSTALL = ("-i", "rest_api_core,hr", "--test-tags=rest_enumeration")
COUNTS = re.compile(r"Enumeration of fields: (\{.*\})")


@pytest.mark.slow
def test_no_field_of_the_large_apps_is_answered_that_odoo_hides(make_database):
    log = kit.run_odoo(make_database(modules=kit.APPS), *INSTALL)
    found = COUNTS.search(log)
    assert found, log[-2000:]
    print(found[1])
    assert re.search(r"0 failed, 0 error\(s\) of \d+ tests", log), log[-2000:]
