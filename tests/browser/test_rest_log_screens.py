"""Dashboard and logs, on a screen and on a telephone."""

import contextlib
import math

import psycopg2
import pytest
from web_client import ask

LOGS, DASHBOARD = "/odoo/rest-logs", "/odoo/rest-dashboard"
ROWS = ".o_list_view .o_data_row"
CARDS = ".o_kanban_view .o_kanban_record:not(.o_kanban_ghost)"
DIALOG = ".modal"
TELEPHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
# statuses, in hundreds: of 1,000 requests on each of seven days
SHARES = {200: 80, 201: 6, 304: 4, 404: 6, 422: 2, 500: 1, 401: 1}
# what the library draws
DATASETS = """
const chart = window.Chart.getChart(document.querySelector(".o_graph_view canvas"));
const probe = document.body.appendChild(document.createElement("i"));
return chart && chart.data.datasets.map((set) => {
    probe.style.color = set.backgroundColor;
    return [set.label, getComputedStyle(probe).color];
});
"""
FILL = """
INSERT INTO rest_log (
    date, api_id, client_id, method, route, path, model, status, duration_ms, ip,
    requests, error_code, rejection_reason
)
SELECT
    NOW() AT TIME ZONE 'UTC'
    - (number %% 7) * INTERVAL '1 day' - number * INTERVAL '1 ms',
    %(api)s, CASE WHEN number %% 3 > 0 THEN %(client)s::integer END,
    (ARRAY['GET', 'GET', 'POST', 'PATCH'])[1 + number %% 4],
    (ARRAY['/<model>', '/<model>/<ids>'])[1 + number %% 2],
    '/api/v1/res.partner?page=' || number, 'res.partner',
    (%(statuses)s::integer[])[1 + number %% 100], EXP(number %% 70 / 10.0), '192.0.2.7',
    1, CASE WHEN (%(statuses)s::integer[])[1 + number %% 100] = 401
    THEN 'auth.invalid' END,
    CASE WHEN (%(statuses)s::integer[])[1 + number %% 100] = 401 THEN 'revoked' END
FROM generate_series(1, 7000) AS number
"""


def demo(rpc, name):
    domain = [["module", "=", "rest_api_core"], ["name", "=", name]]
    return rpc.call("ir.model.data", "search_read", domain, ["res_id"])[0]["res_id"]


@contextlib.contextmanager
def cursor(site):
    with contextlib.closing(psycopg2.connect(dbname=site.db)) as connection:
        yield connection.cursor()
        connection.commit()


@pytest.fixture
def empty(site):
    with cursor(site) as cr:
        cr.execute("DELETE FROM rest_log")


@pytest.fixture
def filled(empty, site, rpc):
    """A log of 7,000 requests of seven days."""
    statuses = [status for status, share in SHARES.items() for _ in range(share)]
    values = {
        "api": demo(rpc, "api_v1"),
        "client": demo(rpc, "demo_client_restricted"),
        "statuses": statuses,
    }
    with cursor(site) as cr:
        cr.execute(FILL, values)


@pytest.fixture
def telephone(screen):
    screen.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", TELEPHONE)
    yield screen
    screen.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def open_dashboard(screen):
    screen.open(DASHBOARD, ".o_rest_dashboard [data-period=week]")


def number(screen, period, name):
    return screen.text(f"[data-period={period}] [data-number={name}]")


def color(screen, css):
    return screen.find(css).value_of_css_property("background-color")


def hue(rgb):
    """``red``, ``green``, ``blue`` or ``orange``: what a person would say."""
    red, green, blue = [
        int(float(c)) for c in rgb[rgb.index("(") + 1 : -1].split(",")[:3]
    ]
    angle = math.degrees(
        math.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue)
    )
    names = {0: "red", 40: "orange", 130: "green", 200: "blue", 360: "red"}
    return names[min(names, key=lambda each: abs(each - angle % 360))]


# --- dashboard -----------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
def test_dashboard_shows_totals_rates_and_durations(screen):
    open_dashboard(screen)
    screen.shot("log_dashboard")
    assert number(screen, "week", "requests") == "7,000"
    assert number(screen, "today", "requests") == "1,000"
    assert number(screen, "week", "error_rate") == "10.0 %"
    assert number(screen, "week", "p50") in ("30 ms", "31 ms", "32 ms", "33 ms")
    assert number(screen, "week", "p95").endswith(" ms")
    clients = screen.texts("[data-list=clients] tbody tr")
    assert [text.split(" ")[-3] for text in clients] == ["4,667", "2,333"]
    assert len(screen.all("[data-list=routes] tbody tr")) == 4
    assert len(screen.all("[data-list=slowest] tbody tr")) == 5
    rejected = screen.texts("[data-list=rejected] tbody tr")
    assert len(rejected) == 5 and all("revoked" in text for text in rejected)


@pytest.mark.usefixtures("filled")
def test_status_classes_have_fixed_colors(screen):
    open_dashboard(screen)
    day = ".o_rest_day:last-child"
    hues = [hue(color(screen, f"{day} .o_rest_{name}xx")) for name in (2, 3, 4, 5)]
    assert hues == ["green", "blue", "orange", "red"]
    assert len(screen.all(".o_rest_day")) == 7


@pytest.mark.usefixtures("filled")
def test_numbers_of_the_dashboard_lead_to_their_entries(screen):
    open_dashboard(screen)
    screen.click(".o_rest_day:last-child .o_rest_5xx")
    screen.find(ROWS)
    assert set(screen.texts(".o_data_cell[name=status]")) == {"500"}
    assert screen.text(".o_pager_limit") == "10"
    open_dashboard(screen)
    screen.click("[data-list=rejected] tbody tr:first-child a")
    screen.find(".o_form_view .o_field_widget[name=rejection_reason]")
    screen.shot("log_rejected")
    open_dashboard(screen)
    screen.click_text("[data-period=today] a span", "Errors")
    screen.find(ROWS)
    assert screen.text(".o_pager_limit") == "100"


@pytest.mark.usefixtures("empty")
def test_steps_of_the_empty_dashboard_are_links(screen):
    places = {
        "rest_api_action": ".o_list_view",
        "rest_client_new_action": ".o_form_view .o_field_widget[name=user_id]",
        "rest_client_action": ".o_list_view",
    }
    for name, place in places.items():
        screen.open(DASHBOARD, ".o_rest_dashboard .o_nocontent_help")
        screen.shot("log_dashboard_empty")
        screen.click(f".o_nocontent_help a[name={name}]")
        screen.find(place)


@pytest.mark.usefixtures("empty")
def test_refresh_shows_what_came_since(screen, site, rpc):
    screen.open(DASHBOARD, ".o_rest_dashboard .o_nocontent_help")
    ask(f"{site.url}/api/v1/res.partner")
    screen.wait(
        lambda: rpc.call("rest.log", "search_count", []), "the entry of the request"
    )
    screen.click("button[name=refresh]")
    screen.find("[data-period=today]")
    assert number(screen, "today", "requests") == "1"
    assert number(screen, "today", "error_rate") == "100.0 %"


# --- logs ----------------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("label", "groups"),
    [
        ("Status Class", 4),
        ("Method", 3),
        ("Key", 1),
        ("Client", 2),
        ("Route", 2),
    ],
)
def test_logs_are_grouped(screen, label, groups):
    screen.open(LOGS, ROWS)
    screen.click(".o_searchview_dropdown_toggler")
    screen.click_text(".o_group_by_menu .o-dropdown-item", label)
    rows = ".o_list_view .o_group_header"
    screen.wait(lambda: len(screen.visible(rows)) == groups, f"{groups} groups")
    screen.shot(f"log_by_{label.lower().replace(' ', '_')}")


@pytest.mark.usefixtures("filled")
def test_graph_has_the_colors_of_the_dashboard(screen):
    screen.open(LOGS, ROWS)
    screen.click(".o_switch_view.o_graph")
    screen.find(".o_graph_view canvas")
    found = screen.wait(
        lambda: screen.driver.execute_script(DATASETS), "the data of the graph"
    )
    screen.shot("log_graph")
    hues = {name[:3]: hue(color) for name, color in found if name != "Sum"}
    assert hues == {"2xx": "green", "3xx": "blue", "4xx": "orange", "5xx": "red"}


@pytest.mark.usefixtures("filled")
def test_clearing_takes_what_the_search_shows(screen, rpc):
    screen.open(LOGS, ROWS)
    assert not screen.visible(".o_control_panel header button")
    screen.click(".o_searchview_dropdown_toggler")
    screen.click_text(".o_filter_menu .o-dropdown-item", "Server Errors (5xx)")
    screen.wait(lambda: screen.text(".o_pager_limit") == "70", "the filter")
    screen.click(".o_cp_action_menus button:has(.fa-cog)")
    screen.shot("log_clear_menu")
    screen.click(".o-dropdown--menu .o_rest_clear_log")
    assert "70 entries that match the search" in screen.text(f"{DIALOG} .modal-body")
    screen.shot("log_clear")
    screen.click(f"{DIALOG} .btn-primary")
    screen.find(".o_view_nocontent, .o_nocontent_help")
    assert rpc.call("rest.log", "search_count", []) == 6930


@pytest.mark.usefixtures("filled")
def test_clearing_without_a_search_takes_all(screen, rpc):
    screen.open(LOGS, ROWS)
    screen.click(".o_cp_action_menus button:has(.fa-cog)")
    screen.click(".o-dropdown--menu .o_rest_clear_log")
    assert "all 7000 entries" in screen.text(f"{DIALOG} .modal-body")
    screen.click(f"{DIALOG} .btn-secondary")
    screen.wait_gone(DIALOG)
    assert rpc.call("rest.log", "search_count", []) == 7000
    screen.click(".o_cp_action_menus button:has(.fa-cog)")
    screen.click(".o-dropdown--menu .o_rest_clear_log")
    screen.click(f"{DIALOG} .btn-primary")
    screen.find(".o_view_nocontent, .o_nocontent_help")
    assert rpc.call("rest.log", "search_count", []) == 0


# --- on a telephone ------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
def test_cards_of_a_telephone_show_the_status(telephone):
    telephone.open(LOGS, CARDS)
    telephone.shot("log_telephone")
    badges = telephone.texts(f"{CARDS} .badge")
    assert len(badges) == len(telephone.visible(CARDS))
    assert {int(text) for text in badges} <= SHARES.keys()


@pytest.mark.usefixtures("filled")
def test_dashboard_fits_a_telephone(telephone):
    open_dashboard(telephone)
    telephone.shot("log_dashboard_telephone")
    width = "return document.querySelector('.o_rest_dashboard').scrollWidth"
    assert telephone.driver.execute_script(width) <= TELEPHONE["width"]
