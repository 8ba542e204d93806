"""Custom endpoints of an API, made by clicks and then called with a key."""

import pytest

from .test_rest_screens import APIS, ROWS, call, close_key, demo, new_key

NEW = "[data-menu-xmlid='rest_api_core.menu_rest_endpoints']"
PATH = "browser/belgium"


@pytest.fixture
def key(screen, rpc):
    """The key of a client that may all that the user demo may; gone after the test."""
    user = rpc.call("res.users", "search", [["login", "=", "demo"]])[0]
    values = {"name": "Endpoints", "user_id": user, "all_resources": True}
    client = rpc.call("rest.client", "create", values)
    screen.open_form(f"/odoo/rest-clients/{client}")
    value = new_key(screen, "endpoints")
    close_key(screen)
    yield value
    rpc.call("rest.client", "unlink", [client])
    made = rpc.call("rest.endpoint", "search", [["path", "=", PATH]])
    rpc.call("rest.endpoint", "unlink", made)


def open_new(screen, rpc):
    """By the menus."""
    screen.open_form(f"{APIS}/{demo(rpc, 'api_v1')}")
    screen.click_text(".o_menu_sections button", "Configuration")
    screen.click(NEW)
    screen.find(ROWS)
    screen.shot("rest_endpoint_list")
    screen.click(".o_list_button_add")


def fill_in(screen):
    screen.fill("name", "Belgium")
    screen.fill("path", PATH)
    # the only API is chosen already
    screen.pick("model_id", "Country (res.country)", typed="res.country")
    screen.fill("search_params", "code: code")
    screen.fill("search_order", "code desc")


def test_a_search_made_by_clicks_is_served_at_once(screen, site, rpc, key):
    open_new(screen, rpc)
    fill_in(screen)
    screen.fill("search_fields", "nme")
    message = screen.save_refused()
    assert message.startswith("Fields: Field 'nme' does not exist"), message
    screen.click(".modal .btn-close")
    screen.wait_gone(".modal")
    screen.fill("search_fields", "code, name")
    screen.save()
    screen.shot("rest_endpoint_saved")
    assert screen.text(".o_form_statusbar .o_field_badge") == "Served"
    url = screen.text(".o_field_widget[name=endpoint_url]")
    assert url == f"{site.url}/api/v1/{PATH}"
    answer = call(site, f"/api/v1/{PATH}?code=BE", key)
    assert [country["name"] for country in answer.json()["data"]] == ["Belgium"]


def test_only_models_of_the_api_are_offered(screen, rpc):
    open_new(screen, rpc)
    screen.click(".o_field_widget[name=model_id] input")
    # first it says that it is loading
    screen.find_text(".o-autocomplete--dropdown-item", "Country (res.country)")
    found = screen.texts(".o-autocomplete--dropdown-item")
    assert not any("(ir." in each for each in found)
