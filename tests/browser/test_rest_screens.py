"""The REST API's own screens, seen by a real browser; its answers, by real HTTP."""

import pytest
from web_client import ask, wait_until

from .screen import ENDPOINTS

APIS, CLIENTS = "/odoo/rest-apis", "/odoo/rest-clients"
LOGS, DASHBOARD = "/odoo/rest-logs", "/odoo/rest-dashboard"
ROWS = ".o_list_view .o_data_row"
DIALOG = ".modal"
ATTACK = "<img src=x onerror=document.title='stolen'>"
# text and values of fields
SHOWN = """
const fields = [...document.querySelectorAll("input, textarea")].map((e) => e.value);
return document.querySelector(".o_action_manager").innerText + fields.join();
"""


def demo(rpc, name):
    """Id of a record of the demo data."""
    domain = [["module", "=", "rest_api_core"], ["name", "=", name]]
    return rpc.call("ir.model.data", "search_read", domain, ["res_id"])[0]["res_id"]


def call(site, path, key, method="GET", **options):
    headers = {"Authorization": f"Bearer {key}", **options.pop("headers", {})}
    return ask(site.url + path, method, headers=headers, **options)


def logged(rpc, **wanted):
    """Ids of log entries, once there are some: reads are logged after the answer."""
    domain = [[name, "=", value] for name, value in wanted.items()]
    return wait_until(lambda: rpc.call("rest.log", "search", domain), domain)


def new_key(screen, description):
    """Make a key on the form of a client that is shown; its value."""
    screen.click_text(".o_statusbar_buttons button", "Generate Key")
    screen.fill("name", description, inside=DIALOG)
    screen.shot("rest_new_key")
    screen.click(f"{DIALOG} button[name=action_generate]")
    return screen.text(f"{DIALOG} .o_field_widget[name=value]").strip()


def close_key(screen):
    screen.click_text(f"{DIALOG} button", "Done")
    screen.wait_gone(DIALOG)


@pytest.fixture
def client(rpc):
    """Id of a client that may all that the user demo may; gone after the test."""
    user = rpc.call("res.users", "search", [["login", "=", "demo"]])[0]
    values = {"name": "Browser", "user_id": user, "all_resources": True}
    made = rpc.call("rest.client", "create", values)
    yield made
    rpc.call("rest.client", "unlink", [made])


# --- the whole way -------------------------------------------------------------------


def make_api(screen):
    screen.open_form(f"{APIS}/new")
    screen.fill("name", "Portal")
    screen.fill("root_path", "/portal/v1")
    screen.click(".o_field_x2many_list_row_add :is(a, button)")
    screen.pick("model_id", "Country (res.country)", typed="res.country")
    screen.shot("rest_new_api")
    screen.save()
    assert screen.text(".o_form_statusbar .o_field_badge") == "Served"
    return screen.record_id()


def make_client(screen):
    screen.open_form(f"{CLIENTS}/new")
    screen.fill("name", "Shop")
    screen.pick("user_id", "Marc Demo")
    screen.tab("scopes")
    screen.click(".o_field_x2many_list_row_add :is(a, button)")
    screen.pick("resource_id", "/portal/v1/res.country")
    screen.shot("rest_new_client")
    screen.save()
    return screen.record_id()


def test_api_client_and_key_made_by_hand_answer_and_are_logged(screen, site, rpc):
    api, client = make_api(screen), make_client(screen)
    key = new_key(screen, "by hand")
    screen.click(f"{DIALOG} button[name=try_request]")
    screen.find_text(f"{DIALOG} [name=response] strong", "200 OK")
    screen.shot("rest_key_shown")
    close_key(screen)
    answer = call(site, "/portal/v1/res.country?filter[code]=BE&fields=name", key)
    assert [country["name"] for country in answer.json()["data"]] == ["Belgium"]
    assert call(site, "/api/v1/res.partner", key).status_code == 404
    logged(rpc, client_id=client, status=200)
    screen.open_form(f"{CLIENTS}/{client}")
    screen.click(".oe_stat_button")
    screen.find(ROWS)
    screen.shot("rest_log_of_client")
    shown = lambda: any("/portal/v1/res.country" in t for t in screen.texts(ROWS))  # noqa: E731
    screen.wait(shown, "the entry")
    rpc.call("rest.client", "unlink", [client])
    rpc.call("rest.api", "unlink", [api])


# --- APIs ----------------------------------------------------------------------------


def test_menu_leads_from_the_dashboard_to_the_settings(screen):
    screen.open("/odoo", ".o_main_navbar")
    screen.click(".o_navbar_apps_menu button")
    screen.click("[data-menu-xmlid='rest_api_core.menu_root']")
    screen.find(".o_rest_dashboard")
    sections = screen.texts(".o_menu_sections > *")
    assert sections == [
        "Dashboard",
        "Logs",
        "Change Feed",
        "Clients",
        "Usage",
        "Tokens",
        "Jobs",
        "APIs",
        "Endpoints",
        "Configuration",
    ]
    screen.click_text(".o_menu_sections button", "Configuration")
    screen.click("[data-menu-xmlid='rest_api_core.menu_settings']")
    screen.find("#rest_rate_backend")
    screen.shot("rest_settings")


def test_form_of_the_demo_api_has_its_tabs(screen, rpc):
    screen.open_form(f"{APIS}/{demo(rpc, 'api_v1')}")
    assert screen.tabs() == ["resources", "authentication", "limits", "log"]
    for name in screen.tabs():
        screen.tab(name)
        screen.shot(f"rest_api_{name}")


def test_url_of_an_api_can_be_copied(screen, site, rpc):
    screen.open_form(f"{APIS}/{demo(rpc, 'api_v1')}")
    screen.click(".o_field_widget[name=api_url] .o_clipboard_button")
    url = f"{site.url}/api/v1"
    screen.wait(lambda: screen.clipboard() == url, "the URL in the clipboard")


def test_toggle_of_a_resource_holds_from_the_next_request_on(screen, site, rpc, client):
    screen.open_form(f"{CLIENTS}/{client}")
    key = new_key(screen, "toggle")
    close_key(screen)
    category = rpc.call("res.partner.category", "search", [], limit=1)[0]
    path, body = f"/api/v1/res.partner.category/{category}", {"color": 3}
    assert call(site, path, key, "PATCH", json=body).status_code == 200
    row = f"{APIS}/{demo(rpc, 'api_v1')}"
    screen.open_form(row)
    toggle(screen, "res.partner.category", "can_update")
    screen.save()
    assert call(site, path, key, "PATCH", json=body).status_code == 403
    screen.open_form(row)
    toggle(screen, "res.partner.category", "can_update")
    screen.save()
    assert call(site, path, key, "PATCH", json=body).status_code == 200


def toggle(screen, model, name):
    (label,) = [
        text
        for text in screen.texts(".o_data_cell[name=model_id]")
        if text.endswith(f"({model})")
    ]
    cell = screen.find_text(".o_data_cell[name=model_id]", label)
    row = cell.find_element("xpath", "..")
    box = row.find_element("css selector", f"[name={name}] .o_boolean_toggle input")
    before = box.is_selected()
    row.find_element("css selector", f"[name={name}] .o_boolean_toggle").click()
    screen.find(".o_form_button_save")
    screen.wait(lambda: box.is_selected() != before, f"{name} to change")


def test_form_of_a_resource_has_its_tabs(screen, rpc):
    screen.open_form(f"/odoo/rest-resources/{demo(rpc, 'demo_resource_partner')}")
    tabs = ["records", "fields", "methods", "schemas", "scopes"]
    assert screen.tabs() == tabs
    for name in tabs:
        screen.tab(name)
        screen.shot(f"rest_resource_{name}")


def test_domain_of_a_resource_is_built_from_its_model(screen, rpc):
    screen.open_form(f"/odoo/rest-resources/{demo(rpc, 'demo_resource_partner')}")
    screen.click_text(".o_field_domain button", "Edit Domain")
    screen.find(f"{DIALOG} .o_domain_selector, {DIALOG} .o_tree_editor")
    screen.shot("rest_domain")
    screen.click(f"{DIALOG} .btn-close")


def test_button_of_a_resource_leads_to_its_requests(screen, site, rpc, client):
    screen.open_form(f"{CLIENTS}/{client}")
    key = new_key(screen, "log")
    close_key(screen)
    call(site, "/api/v1/res.country/count", key)
    call(site, "/api/v1/res.partner/count", key)
    logged(rpc, client_id=client, model="res.partner")
    screen.open_form(f"/odoo/rest-resources/{demo(rpc, 'demo_resource_country')}")
    screen.click(".oe_stat_button")
    screen.find(ROWS)
    screen.shot("rest_log_of_resource")
    paths = screen.texts(".o_data_row .o_data_cell[name=path]")
    assert all("/res.country" in path for path in paths)


def test_number_out_of_range_is_refused_by_its_name(screen, rpc):
    screen.open_form(f"{APIS}/{demo(rpc, 'api_v1')}")
    screen.tab("limits")
    screen.fill("statement_timeout", "99999999")
    message = screen.save_refused()
    screen.shot("rest_refused_number")
    assert message.startswith("Statement Timeout (s): 99999999 is out of range.")
    assert message.endswith("from 0 to 86400.")


def test_wrong_root_path_is_refused_with_the_reason(screen):
    screen.open_form(f"{APIS}/new")
    screen.fill("name", "Wrong")
    screen.fill("root_path", "/a b")
    message = screen.save_refused()
    screen.shot("rest_refused_root")
    assert "“/a b” is not a base path" in message


# --- clients and keys ----------------------------------------------------------------


def test_form_of_the_restricted_client_shows_its_scopes(screen, rpc):
    screen.open_form(f"{CLIENTS}/{demo(rpc, 'demo_client_restricted')}")
    screen.tab("scopes")
    screen.shot("rest_client_scopes")
    shown = screen.texts(".o_data_row .o_data_cell[name=resource_id]")
    assert shown == ["/api/v1/res.partner", "/api/v1/res.partner.category"]
    screen.click_text(".o_data_row:first-child button", "Configure")
    screen.find(".o_field_widget[name=domain]")
    screen.tab("fields")
    screen.shot("rest_scope_fields")
    assert "Notes" in screen.text(".o_field_widget[name=field_rule_ids]")


def test_client_that_can_reach_nothing_says_so(screen, rpc, client):
    screen.open_form(f"{CLIENTS}/{client}")
    assert not screen.visible("[name=warning]")
    screen.click(".o_field_widget[name=all_resources] input")
    assert "cannot use any resource" in screen.text(".alert[name=warning]")
    screen.shot("rest_client_warning")
    screen.save()


def test_value_of_a_key_is_copied_and_then_seen_no_more(screen, site, client):
    screen.open_form(f"{CLIENTS}/{client}")
    key = new_key(screen, "copied")
    screen.click(f"{DIALOG} .o_clipboard_button")
    screen.wait(lambda: screen.clipboard() == key, "the key in the clipboard")
    kept = "return location.href + JSON.stringify([history.state, {...sessionStorage}])"
    assert key not in screen.driver.execute_script(kept)
    close_key(screen)
    assert key not in screen.driver.page_source
    screen.open_form(f"{CLIENTS}/{client}")
    assert key not in screen.driver.page_source
    assert key.rsplit("_", 1)[0] not in site.log_text()


def test_key_is_rotated_and_revoked(screen, site, client):
    screen.open_form(f"{CLIENTS}/{client}")
    old = new_key(screen, "old")
    close_key(screen)
    screen.click(".o_data_row button[name=action_rotate]")
    screen.shot("rest_rotate")
    screen.click(f"{DIALOG} button[name=action_generate]")
    new = screen.text(f"{DIALOG} .o_field_widget[name=value]").strip()
    close_key(screen)
    path = "/api/v1/res.country/count"
    assert [call(site, path, key).status_code for key in (old, new)] == [200, 200]
    screen.wait(lambda: len(screen.all(".o_data_row")) == 2, "both keys")
    screen.click(".o_data_row button[name=action_revoke]")
    screen.click(".modal-footer .btn-primary")
    screen.find_text(".o_data_row .o_field_badge", "Revoked")
    screen.shot("rest_keys")
    assert [call(site, path, key).status_code for key in (old, new)] == [200, 401]


# --- logs and dashboard --------------------------------------------------------------


def test_entry_of_the_log_shows_foreign_text_as_text(screen, site, rpc, client):
    screen.open_form(f"{CLIENTS}/{client}")
    key = new_key(screen, "attack")
    close_key(screen)
    path = f"/api/v1/res.partner?{ATTACK}=1"
    call(site, path, key, headers={"User-Agent": ATTACK})
    entry = logged(rpc, client_id=client, user_agent=ATTACK)[0]
    screen.open(LOGS, ROWS)
    screen.shot("rest_logs")
    screen.open_form(f"{LOGS}/{entry}")
    screen.shot("rest_log_entry")
    assert screen.text(".o_field_widget[name=user_agent]") == ATTACK
    assert screen.text(".o_field_widget[name=error_code]") == "query.unknown"
    assert not screen.all(".o_form_sheet img[src=x]")


@pytest.fixture
def marked(site, rpc, make_endpoint):
    """Places of an API, its resource, a client with a key, and an endpoint, all of them
    with markup in their names."""
    user = rpc.call("res.users", "search", [["login", "=", "demo"]])[0]
    country = rpc.call("ir.model", "search", [["model", "=", "res.country"]])[0]
    domain = repr([("name", "!=", ATTACK)])
    resource = {"model_id": country, "domain": domain}
    values = {
        "name": ATTACK,
        "root_path": "/marked",
        "resource_ids": [[0, 0, resource]],
    }
    made = rpc.call("rest.api", "create", values)
    row = rpc.call("rest.resource", "search", [["api_id", "=", made]])[0]
    values = {"name": ATTACK, "user_id": user, "all_resources": True}
    client = rpc.call("rest.client", "create", values)
    values = {"client_id": client, "name": ATTACK}
    dialog = rpc.call("rest.key.dialog", "create", values)
    action = rpc.call("rest.key.dialog", "action_generate", [dialog])
    call(site, "/marked/res.country/count", action["context"]["default_value"])
    logged(rpc, client_id=client)
    endpoint = make_endpoint(ATTACK, route="/browser/marked")
    forms = (f"{APIS}/{made}", f"{CLIENTS}/{client}", f"/odoo/rest-resources/{row}")
    yield (*forms, f"{ENDPOINTS}/{endpoint}", APIS, "/odoo/rest-keys", DASHBOARD)
    rpc.call("rest.client", "unlink", [client])
    rpc.call("rest.api", "unlink", [made])


def test_markup_in_names_is_shown_as_text(screen, marked):
    for path in marked:
        screen.open(path, ".o_action_manager")
        screen.wait(
            lambda: ATTACK in screen.driver.execute_script(SHOWN), f"text on {path}"
        )
        assert not screen.all("img[src=x]")
        assert screen.driver.title != "stolen"


def test_log_is_filtered_by_class_of_status(screen, site, rpc):
    ask(f"{site.url}/api/v1/res.partner")
    logged(rpc, status=401)
    screen.open(LOGS, ROWS)
    screen.click(".o_searchview_dropdown_toggler")
    screen.shot("rest_log_search")
    screen.click_text(".o_filter_menu .o-dropdown-item", "Client Errors (4xx)")
    cells = ".o_data_cell[name=status]"
    shown = lambda: {text[0] for text in screen.texts(cells)}  # noqa: E731
    screen.wait(lambda: shown() == {"4"}, "the filter to apply")


# --- rights --------------------------------------------------------------------------


def test_user_of_the_rest_api_sees_clients_and_no_log(anybody, rpc):
    group = demo(rpc, "group_rest_user")
    user = rpc.call("res.users", "search", [["login", "=", "demo"]])
    rpc.call("res.users", "write", user, {"group_ids": [[4, group]]})
    anybody.login("demo", "demo")
    anybody.open(CLIENTS, ROWS)
    sections = anybody.texts(".o_menu_sections > *")
    assert sections == ["Clients", "APIs", "Configuration"]
    anybody.open_form(f"{CLIENTS}/{demo(rpc, 'demo_client_restricted')}")
    anybody.shot("rest_client_of_user")
    assert not anybody.visible(".o_statusbar_buttons button")
    assert not anybody.visible(".oe_stat_button")
    rpc.call("res.users", "write", user, {"group_ids": [[3, group]]})


# --- endpoints -----------------------------------------------------------------------


def test_page_shows_the_image_of_a_record_by_session(screen, rpc):
    dot = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
        "AAAABJRU5ErkJggg=="
    )
    partner = rpc.call("res.partner", "create", {"name": "Seen", "image_1920": dot})
    show = """
    const image = document.createElement("img");
    image.id = "rest_image";
    image.src = `/api/v1/res.partner/${arguments[0]}/content/image_128`;
    document.body.append(image);
    """
    width = "return document.getElementById('rest_image').naturalWidth"
    screen.driver.execute_script(show, partner)
    screen.wait(lambda: screen.driver.execute_script(width), "the image")
    rpc.call("res.partner", "unlink", [partner])


def test_menu_leads_to_the_endpoints_and_their_log(screen, site, rpc):
    ask(f"{site.url}/demo/hello?name=Ada")
    logged(rpc, path="/demo/hello?name=Ada")
    screen.open(LOGS, ".o_main_navbar")
    screen.click_text(".o_menu_sections button", "Endpoints")
    screen.click("[data-menu-xmlid='rest_api_core.menu_endpoint_list']")
    screen.click_text(".o_data_cell[name=name]", "Demo: hello")
    screen.find(".o_field_widget[name=curl_example]")
    screen.click_text(".o_menu_sections button", "Endpoints")
    screen.click("[data-menu-xmlid='rest_api_core.menu_endpoint_log']")
    assert "Demo: hello" in screen.texts(".o_data_cell[name=endpoint_id]")
    screen.shot("rest_endpoint_log")


def test_administrator_of_the_api_sees_endpoints_without_their_code(anybody, rpc):
    group = demo(rpc, "group_rest_manager")
    user = rpc.call("res.users", "search", [["login", "=", "demo"]])
    rpc.call("res.users", "write", user, {"group_ids": [[4, group]]})
    anybody.login("demo", "demo")
    anybody.open(LOGS, ".o_main_navbar")
    anybody.click_text(".o_menu_sections button", "Endpoints")
    anybody.click("[data-menu-xmlid='rest_api_core.menu_endpoint_list']")
    anybody.click_text(".o_data_cell[name=name]", "Demo: hello")
    anybody.find(".o_field_widget[name=curl_example]")
    anybody.shot("rest_endpoint_of_manager")
    assert anybody.tabs() == ["main", "rest_log"]
    assert not anybody.visible(".o_statusbar_buttons button, .o_form_button_create")
    assert not anybody.visible(".o_form_view input:not([readonly]):not([disabled])")
    rpc.call("res.users", "write", user, {"group_ids": [[3, group]]})


def test_form_shows_url_and_curl_above_the_fold(screen, rpc):
    found = rpc.call("endpoint.endpoint", "search", [["route", "=", "/demo/order"]])
    size = {"width": 1366, "height": 768, "deviceScaleFactor": 1, "mobile": False}
    screen.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    screen.open_record(found[0])
    for name in ("endpoint_url", "curl_example"):
        place = screen.field(name).rect
        assert place["y"] + place["height"] < size["height"]
    assert '{"customer": "Ada"' in screen.text(".o_field_widget[name=curl_example]")
    screen.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_endpoints_are_logged_by_whatever_way_the_request_ends(
    site, rpc, make_endpoint
):
    snippet = 'env["res.partner"].search([], limit=1).write({"comment": "logged"})\n'
    values = {"request_method": "POST", "registry_sync": True}
    values |= {"request_content_type": "application/json"}
    ending = {
        "writes": (snippet + 'result = {"payload": 1}', 200),
        "reads": ('result = {"payload": 1}', 200),
        "fails": (snippet + "result = {'payload': 1 / 0}", 500),
        "refuses": (snippet + 'raise exceptions.UserError("no")', 400),
    }
    for name, (code, status) in ending.items():
        made = make_endpoint(name, code_snippet=code, exec_as_user_id=2, **values)
        json_type = {"Content-Type": "application/json"}
        answer = ask(f"{site.url}/browser/{name}", "POST", data="{}", headers=json_type)
        assert answer.status_code == status
        assert len(logged(rpc, endpoint_id=made, status=status)) == 1
