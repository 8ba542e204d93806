"""Ids beside the name of a model."""

from types import SimpleNamespace

import pytest

from rest_api_core.orm import pointers


def field(field_type, store=True, comodel_name=None, **more):
    known = {"related": None, "model_field": None, **more}
    return SimpleNamespace(
        type=field_type, store=store, comodel_name=comodel_name, **known
    )


def model(**fields):
    return SimpleNamespace(_fields=fields)


def test_odoo_tells_some_of_them():
    fields = {"a_id": field("many2one_reference", model_field="a_model")}
    assert pointers.pointers(model(**fields)) == {"a_id": "a_model"}


@pytest.mark.parametrize(
    ("name", "beside", "comodel"),
    [
        ("res_id", "res_model", None),
        ("res_ids", "model", None),
        ("parent_res_id", "parent_res_model", None),
        ("alias_force_thread_id", "alias_model_id", "ir.model"),
    ],
)
def test_names_tell_others(name, beside, comodel):
    kind = "many2one" if comodel else "char"
    fields = {name: field("integer"), beside: field(kind, comodel_name=comodel)}
    assert pointers.pointers(model(**fields)) == {name: beside}


def test_other_fields_name_nothing():
    fields = {
        "res_id": field("integer", store=False),
        "a_res_id": field("integer"),
        "b_res_id": field("integer"),
        "b_model": field("many2one", comodel_name="res.partner"),
        "res_model": field("char"),
        "color": field("integer"),
    }
    assert pointers.pointers(model(**fields)) == {}


def test_the_name_of_a_model_may_be_that_of_a_many2one():
    fields = {"model": field("char"), "res_model": field("char", related="m_id.model")}
    assert pointers.written_by(model(**fields), "model") == {"model"}
    assert pointers.written_by(model(**fields), "res_model") == {"res_model", "m_id"}


@pytest.mark.parametrize(
    ("ids", "of", "expected"),
    [
        (3, "res.partner", ("res.partner", {3})),
        (0, "res.partner", ("res.partner", set())),
        (False, False, (None, set())),
        ("[1, 20]", SimpleNamespace(model="res.users"), ("res.users", {1, 20})),
        ("", SimpleNamespace(model=False), (None, set())),
    ],
)
def test_what_a_record_names(ids, of, expected):
    assert pointers.named({"ids": ids, "of": of}, "ids", "of") == expected
