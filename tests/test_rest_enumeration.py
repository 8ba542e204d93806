"""What Odoo hides stays hidden with large apps installed, too."""

import re

import kit
import pytest
from environment import database as databases
from environment.cache import Cache
from environment.templates import Recipe, Templates

# the template that test_lifecycle has as well; hr is installed with the addon
APPS = ("account", "project", "sale", "stock", "website")
INSTALL = ("-i", "rest_api_core,hr", "--test-tags=rest_enumeration")
COUNTS = re.compile(r"Enumeration of fields: (\{.*\})")


@pytest.fixture
def apps():
    template = Templates(Cache()).get(Recipe(APPS, False, ()))
    name = databases.copy(template, databases.new_name("apps"))
    yield name
    kit.drop_database(name)


def test_no_field_of_the_large_apps_is_answered_that_odoo_hides(apps):
    log = kit.run_odoo(apps, *INSTALL)
    found = COUNTS.search(log)
    assert found, log[-2000:]
    print(found[1])
    assert "0 failed, 0 error(s) of 1 tests" in log, log[-2000:]
