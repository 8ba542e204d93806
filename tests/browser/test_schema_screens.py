"""The tab "REST API" of a model, where its response schemas are edited."""

import pytest

MODELS = "/odoo/action-base.action_model_model"
TAB = ".o_field_widget[name=rest_resource_ids]"
DIALOG = ".modal"


@pytest.fixture
def model(rpc):
    """Id of the model of industries; the resources that the test makes are gone after
    it."""
    (found,) = rpc.call("ir.model", "search", [["model", "=", "res.partner.industry"]])
    yield found
    made = rpc.call("rest.resource", "search", [["model_id", "=", found]])
    rpc.call("rest.resource", "unlink", made)


def fill_in(screen, schema):
    screen.type_code("read_schema", schema)
    screen.shot("rest_schema_dialog")
    screen.click_text(f"{DIALOG} button", "Save & Close")
    screen.wait_gone(DIALOG)


def test_a_line_of_the_tab_exposes_the_model_with_a_schema(screen, rpc, model):
    screen.open_form(f"{MODELS}/{model}")
    screen.tab("rest_api")
    screen.shot("rest_schema_tab")
    screen.click(f"{TAB} .o_field_x2many_list_row_add :is(a, button)")
    screen.pick("api_id", "REST API v1", inside=DIALOG)
    fill_in(screen, "('name', 'nme')")
    assert "Line 1: 'nme' is not a field of" in screen.save_refused()
    screen.click(f"{DIALOG} .btn-close")
    screen.wait_gone(DIALOG)
    screen.click(f"{TAB} .o_data_row .o_data_cell")
    fill_in(screen, "('name',)")
    screen.save()
    domain = [["model_id", "=", model]]
    (resource,) = rpc.call("rest.resource", "search_read", domain, ["read_schema"])
    assert resource["read_schema"] == "('name',)"


def test_a_resource_shows_its_schemas(screen, rpc):
    (resource,) = rpc.call(
        "rest.resource", "search", [["model", "=", "res.country"]], limit=1
    )
    screen.open_form(f"/odoo/rest-resources/{resource}")
    screen.tab("schemas")
    assert screen.has_field("create_schema")
    screen.shot("rest_resource_schemas")
