"""Errors of schemas of endpoints as problems of the API."""

from rest_api_core.wire import endpoint_problems


def test_each_invalid_value_has_a_pointer():
    found = endpoint_problems.of_body(
        [
            {"loc": ["body", "lines", 0, "a/b"], "msg": "is no number", "type": "type"},
            {"loc": ["body"], "msg": "lacks 'name'", "type": "required"},
        ]
    )
    assert (found.status, found.code) == (422, "body.value")
    assert [e.pointer for e in found.errors] == ["#/lines/0/a~1b", "#"]
    assert found.errors[1].detail == "lacks 'name'"


def test_the_path_in_an_xml_body_is_a_text():
    error = {"loc": ["body", "/order/line[2]"], "msg": "is bad", "type": "xml_schema"}
    (found,) = endpoint_problems.of_body([error]).errors
    assert (found.pointer, found.detail) == ("#", "/order/line[2]: is bad")


def test_what_cannot_be_parsed_is_malformed():
    for kind in ("json_invalid", "xml_invalid"):
        error = {"loc": ["body"], "msg": "line 1", "type": kind}
        found = endpoint_problems.of_body([error])
        assert (found.status, found.code) == (400, "body.malformed")
        assert "line 1" in found.detail
