"""From log-in to the first successful call with a key, as a new administrator goes."""

import shlex
import subprocess

import pytest

from .test_rest_screens import CLIENTS, DIALOG

MOST = 12  # clicks
SIZES = {
    "desk": {"width": 1366, "height": 768, "deviceScaleFactor": 1, "mobile": False},
    "telephone": {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True},
}


@pytest.fixture(params=SIZES)
def resized(screen, request):
    """The browser, with a window of this size."""
    emulate = screen.driver.execute_cdp_cmd
    emulate("Emulation.setDeviceMetricsOverride", SIZES[request.param])
    screen.size = request.param
    yield screen
    emulate("Emulation.clearDeviceMetricsOverride", {})


def open_clients(screen):
    """By the menus, from the first page on."""
    if screen.size == "desk":
        screen.click(".o_navbar_apps_menu button")
        screen.click("[data-menu-xmlid='rest_api_core.menu_root']")
        screen.click("[data-menu-xmlid='rest_api_core.menu_clients']")
    else:
        # the REST API is the only app, so it is open already
        screen.click(".o_menu_toggle")
        screen.click(
            ".o_app_menu_sidebar [data-menu-xmlid='rest_api_core.menu_clients']"
        )


def pick_user(screen):
    if screen.size == "desk":
        screen.pick("user_id", "Marc Demo")
    else:
        screen.click(".o_field_widget[name=user_id] input")
        screen.click_text(f"{DIALOG} .o_kanban_record *", "Marc Demo")
        screen.wait_gone(DIALOG)


def test_first_call_takes_few_clicks(resized, rpc, site):
    screen = resized
    screen.open("/odoo", ".o_main_navbar")
    screen.clicks = 0
    open_clients(screen)
    screen.shot(f"first_hour_clients_{screen.size}")
    screen.click(".o_list_button_add, .o-kanban-button-new")
    screen.fill("name", "First")
    pick_user(screen)
    screen.click(".o_field_widget[name=all_resources] input")
    screen.shot(f"first_hour_client_{screen.size}")
    screen.click_text(".o_statusbar_buttons button", "Generate Key")
    screen.click(f"{DIALOG} button[name=action_generate]")
    screen.click(f"{DIALOG} button[name=try_request]")
    screen.find_text(f"{DIALOG} [name=response] strong", "200 OK")
    screen.shot(f"first_hour_call_{screen.size}")
    assert screen.clicks < MOST  # to type the name takes one, too
    curl = screen.text(f"{DIALOG} .o_field_widget[name=curl]")
    printed = subprocess.run(
        [*shlex.split(curl), "-s"], capture_output=True, text=True, check=True
    )
    assert '"data"' in printed.stdout
    key = screen.text(f"{DIALOG} .o_field_widget[name=value]").strip()
    screen.open(CLIENTS, ".o_view_controller")
    made = rpc.call("rest.client", "search", [["name", "=", "First"]])
    rpc.call("rest.client", "unlink", made)
    assert key.startswith("rak_")
    # leaving a page, Odoo tries to save what is open
    assert key not in site.log_text()
