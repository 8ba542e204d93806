"""Endpoints in the web client, seen by a real browser, called by real HTTP."""

import shlex

from web_client import ask

HELLO = 'result = {"response": Response("typed by hand")}'


def demo_record(rpc, name):
    return rpc.call("endpoint.endpoint", "search", [["name", "=", name]])[0]


def names_in_list(screen):
    return screen.texts(".o_data_row .o_data_cell[name=name]")


def fill_new_endpoint(screen, name, method="GET"):
    screen.open_new()
    screen.fill("name", name)
    screen.fill("route", f"/browser/{name}")
    screen.choose("exec_mode", "Execute code")
    screen.choose("request_method", method)


# --- way in, list, search ------------------------------------------------------------


def test_the_technical_menu_leads_to_the_list(screen):
    screen.open("/odoo/settings", ".o_main_navbar")
    screen.click_text(".o_menu_sections button", "Technical")
    screen.shot("menu")
    screen.click("a[data-menu-xmlid='endpoint.endpoint_endpoint_menu']")
    assert "Demo: hello" in names_in_list(screen)


def test_list_tells_route_method_mode_and_state(screen):
    screen.open_list()
    screen.shot("list")
    columns = [cell.get_attribute("data-name") for cell in screen.all("th[data-name]")]
    assert {"name", "route", "exec_mode", "registry_state"} <= set(columns)
    # one click must not end an endpoint, and the status says what is synchronized
    assert not {"active", "registry_sync"} & set(columns)
    row = screen.find_text(".o_data_cell[name=route]", "/demo/order")
    assert "POST" in row.find_element("xpath", "..").text


def test_filter_to_sync_shows_what_is_not_served_yet(screen, make_endpoint):
    make_endpoint("waiting")
    screen.open_list()
    screen.click(".o_searchview_dropdown_toggler")
    screen.shot("search")
    screen.click_text(".o_filter_menu .o-dropdown-item", "To sync")
    screen.wait(lambda: names_in_list(screen) == ["waiting"], "the filter to apply")
    screen.shot("list_to_sync")


def test_action_of_the_list_serves_all_chosen_endpoints(screen, site, make_endpoint):
    names = ["several_1", "several_2"]
    ids = [make_endpoint(name) for name in names]
    screen.open_list()
    for name in names:
        row = screen.find_text(".o_data_cell[name=name]", name)
        row.find_element(
            "xpath", "../td[contains(@class, 'o_list_record_selector')]"
        ).click()
    screen.shot("list_selected")
    screen.action("Sync registry")
    answers = screen.wait(
        lambda: [a for a in map(hello(site), names) if a == "hi"][1:], ids
    )
    assert answers == ["hi"]


def hello(site):
    return lambda name: ask(f"{site.url}/browser/{name}").text


# --- form ----------------------------------------------------------------------------


def test_form_of_a_demo_endpoint_has_its_tabs(screen, rpc):
    screen.open_record(demo_record(rpc, "Demo: JSON with schema"))
    tabs = ["main", "request_content_schema", "code", "code_help", "rest_log"]
    assert screen.tabs() == tabs
    for name in screen.tabs():
        screen.tab(name)
        screen.shot(f"form_{name}")
    screen.tab("code_help")
    assert "result" in screen.text(".o_field_widget[name=code_snippet_docs]")


def test_served_endpoint_says_so_and_warns_of_nothing(screen, rpc):
    screen.open_record(demo_record(rpc, "Demo: hello"))
    assert screen.text(".o_form_statusbar .o_field_badge") == "Served"
    assert not screen.visible(".alert")


def test_endpoint_made_by_hand_answers_after_sync_registry(screen, site, rpc):
    fill_new_endpoint(screen, "by_hand")
    screen.tab("code")
    screen.type_code("code_snippet", HELLO)
    screen.shot("new_code")
    screen.save()
    screen.shot("new_out_of_sync")
    assert "Registry out of sync" in screen.text(".alert-warning")
    session = {"session_id": screen.driver.get_cookie("session_id")["value"]}
    url = f"{site.url}/browser/by_hand"
    assert ask(url, cookies=session).status_code == 404
    screen.action("Sync registry")
    screen.wait_gone(".alert-warning")
    answer = ask(url, cookies=session)
    assert (answer.status_code, answer.text) == (200, "typed by hand")
    assert ask(url).status_code == 401
    rpc.call("endpoint.endpoint", "unlink", [screen.record_id()])


def test_button_in_the_header_serves_the_endpoint(screen, site, make_endpoint):
    screen.open_record(make_endpoint("button"))
    screen.click_text(".o_statusbar_buttons button", "Sync registry")
    screen.wait_gone(".alert-warning")
    assert not screen.visible(".o_statusbar_buttons .btn-primary")
    assert hello(site)("button") == "hi"


def test_changed_route_is_out_of_sync_until_synchronized(screen, site, make_endpoint):
    screen.open_record(make_endpoint("before", registry_sync=True))
    screen.fill("route", "/browser/after")
    screen.save()
    assert "Registry out of sync" in screen.text(".alert-warning")
    assert ask(f"{site.url}/browser/after").status_code == 404
    assert hello(site)("before") == "hi"
    screen.action("Sync registry")
    screen.wait_gone(".alert-warning")
    assert hello(site)("after") == "hi"
    assert ask(f"{site.url}/browser/before").status_code == 404


def test_archived_endpoint_answers_no_more(screen, site, make_endpoint):
    screen.open_record(make_endpoint("archived", registry_sync=True))
    assert hello(site)("archived") == "hi"
    screen.action("Archive")
    screen.shot("archive_dialog")
    screen.click(".modal-footer .btn-primary")
    screen.find(".ribbon")
    assert ask(f"{site.url}/browser/archived").status_code == 404
    assert not screen.visible(".alert-warning")
    assert "requests get status 404" in screen.text(".alert-info")
    screen.shot("archived")
    assert screen.text(".o_form_statusbar .o_field_badge") == "Not Served"


def test_broken_endpoint_tells_why(screen, rpc, make_endpoint):
    user = rpc.call("res.users", "create", {"name": "Leaver", "login": "leaver"})
    record_id = make_endpoint("broken", exec_as_user_id=user, registry_sync=True)
    rpc.call("res.users", "write", [user], {"active": False})
    screen.open_record(record_id)
    screen.shot("broken")
    assert screen.text(".o_form_statusbar .o_field_badge") == "Broken"
    assert "The user of 'Exec as User' is archived or deleted" in screen.text(
        ".alert-danger"
    )


def test_url_and_curl_line_can_be_copied(screen, site, rpc):
    screen.open_record(demo_record(rpc, "Demo: JSON with schema"))
    url = f"{site.url}/demo/order"
    screen.click(".o_field_widget[name=endpoint_url] .o_clipboard_button")
    screen.wait(lambda: screen.clipboard() == url, "the URL in the clipboard")
    screen.click(".o_field_widget[name=curl_example] .o_clipboard_button")
    line = screen.wait(lambda: (t := screen.clipboard()) != url and t, "the command")
    json_header = "Content-Type: application/json"
    *words, body, called = shlex.split(line)
    assert words == ["curl", "-i", "-X", "POST", "-H", json_header, "--data"]
    assert called == url
    answer = ask(url, "POST", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["customer"]) == (201, "Ada")


# --- what is refused -----------------------------------------------------------------


def test_snippet_with_a_syntax_error_is_refused_with_line_and_reason(screen):
    fill_new_endpoint(screen, "syntax")
    screen.tab("code")
    screen.type_code("code_snippet", "result = = 1")
    message = screen.save_refused()
    screen.shot("refused_snippet")
    assert "line 1: invalid syntax" in message
    assert screen.record_id() is None


def test_all_errors_of_the_form_are_shown_at_once(screen):
    fill_new_endpoint(screen, "wrong")
    screen.fill("route", "/demo/hello")
    screen.fill("cors", "shop")
    screen.tab("code")
    screen.type_code("code_snippet", "result = usr")
    message = screen.save_refused()
    screen.shot("refused_all")
    for part in ("`Demo: hello`", "CORS: 'shop'", "line 1: The name 'usr'"):
        assert part in message


def test_public_endpoint_needs_a_user_to_execute_as(screen):
    fill_new_endpoint(screen, "nobody")
    screen.choose("auth_type", "Public")
    screen.click(".o_form_button_save")
    assert "Missing required fields" in screen.text(".o_notification")
    screen.shot("refused_public")
    assert screen.find(".o_field_widget.o_field_invalid[name=exec_as_user_id]")
    assert screen.record_id() is None


def test_route_of_a_controller_is_refused_by_name(screen, make_endpoint):
    screen.open_record(make_endpoint("clash"))
    screen.fill("route", "/web/login")
    message = screen.save_refused()
    screen.shot("refused_route")
    assert "/web/login" in message


# --- request schema ------------------------------------------------------------------


def test_schema_tab_is_there_for_posted_json_and_xml_only(screen):
    fill_new_endpoint(screen, "schema", "GET")
    assert "request_content_schema" not in screen.tabs()
    screen.choose("request_method", "POST")
    for label, expected in (("JSON", True), ("Text", False), ("XML", True)):
        screen.choose("request_content_type", label)
        shown = lambda: "request_content_schema" in screen.tabs()  # noqa: E731
        screen.wait(lambda: shown() == expected, f"{label}: schema tab {expected}")  # noqa: B023


def test_deprecated_content_type_is_not_offered(screen):
    fill_new_endpoint(screen, "deprecated", "POST")
    screen.click(".o_field_widget[name=request_content_type] input")
    labels = screen.texts(".o_select_menu_item")
    assert "JSON" in labels
    assert not [label for label in labels if "Deprecated" in label]


def test_broken_schema_is_refused_with_the_reason(screen, rpc):
    screen.open_record(demo_record(rpc, "Demo: JSON with schema"))
    screen.tab("request_content_schema")
    screen.type_code("request_content_schema", "type: 17")
    message = screen.save_refused()
    screen.shot("refused_schema")
    assert "Invalid JSON Schema in request content schema" in message


# --- trial ---------------------------------------------------------------------------


def test_dialog_test_shows_status_and_body(screen, rpc):
    screen.open_record(demo_record(rpc, "Demo: JSON with schema"))
    screen.click("button[name=action_test]")
    screen.find(".modal .o_field_widget[name=path]")
    screen.shot("test_dialog")
    screen.fill("body", '{"customer": "Ada", "lines": []}')
    screen.click(".modal button[name=action_run]")
    assert screen.text(".modal .o_field_widget[name=response_status]") == "400"
    assert "lines" in screen.text(".modal .o_field_widget[name=response_body]")
    screen.shot("test_dialog_answer")


def test_dialog_test_leaves_nothing_behind(screen, rpc, make_endpoint):
    name = "Left behind by a trial"
    snippet = f'env["res.partner"].sudo().create({{"name": "{name}"}})\n'
    snippet += 'result = {"payload": "made"}'
    screen.open_record(make_endpoint("trial", code_snippet=snippet))
    screen.click("button[name=action_test]")
    screen.click(".modal button[name=action_run]")
    assert "made" in screen.text(".modal .o_field_widget[name=response_body]")
    assert rpc.call("res.partner", "search_count", [["name", "=", name]]) == 0


# --- rights --------------------------------------------------------------------------


def test_user_without_settings_rights_has_no_menu(anybody):
    anybody.login("demo", "demo")
    anybody.click(".o_navbar_apps_menu button")
    apps = anybody.find(".o-dropdown--menu")
    assert "Settings" not in apps.text
    assert not anybody.visible(".o_menu_sections button")


def test_user_without_settings_rights_gets_an_access_error(anybody):
    anybody.login("demo", "demo")
    anybody.open("/odoo/action-endpoint.endpoint_endpoint_act_window", ".modal")
    anybody.shot("access_error")
    assert "not allowed" in anybody.text(".modal .modal-body")
