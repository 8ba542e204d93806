"""The screen of the change feed: the list, the form, the graph."""

import pytest

CHANGES = "/odoo/rest-changes"
ROWS = ".o_list_view .o_data_row"


@pytest.fixture
def partner(rpc):
    """A contact of the demo API, which is tracked, with a change of its name."""
    (each,) = rpc.call("res.partner", "create", [{"name": "Followed"}])
    rpc.call("res.partner", "write", [each], {"name": "Followed Further"})
    return each


def test_changes_are_listed_with_their_old_values(screen, partner):
    screen.open(CHANGES, ROWS)
    first, second = screen.texts(ROWS)[:2]
    assert "res.partner" in first and "Update" in first and "name" in first
    assert "res.partner" in second and "Create" in second
    screen.shot("rest_changes")
    screen.click(f"{ROWS}:first-child td[name='operation']")
    screen.find(".o_form_view div[name='old_values']")
    assert "Followed" in screen.text(".o_form_view div[name='old_values']")
    screen.shot("rest_change")
    assert screen.texts(".o_form_view button[name='action_open_record']")


def test_changes_are_drawn_by_day(screen, partner):
    screen.open(CHANGES, ROWS)
    screen.click(".o_switch_view.o_graph")
    screen.find(".o_graph_view canvas")
    screen.shot("rest_changes_graph")
    screen.click(".o_switch_view.o_pivot")
    screen.find(".o_pivot table")
