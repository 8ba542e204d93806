"""Documents as bytes of JSON."""

import json

import pytest

from rest_api_core.wire.json_bytes import encode, encode_lines, text_function

DOCUMENTS = [{"a": "é\n", "b": [1, None, True]}, {"n": 1.5e300, "d": {}}, [], "\ud800"]


def test_a_document_becomes_json_without_spaces():
    assert encode({"data": [1, 2]}) == b'{"data":[1,2]}'


def test_text_is_utf_8():
    assert encode("é") == '"é"'.encode()


def test_half_a_character_does_not_stop_a_response():
    assert encode("\ud800") == b'"?"'


def test_documents_become_lines():
    assert encode_lines([{"a": "é\n"}, {"a": "\ud800"}]) == (
        '{"a":"é\\n"}\n'.encode() + b'{"a":"?"}\n'
    )
    assert encode_lines([]) == b""


@pytest.mark.parametrize("make", [json.encoder.c_make_encoder, None])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_lines_are_the_same_with_and_without_the_function_in_c(make, document):
    assert text_function(make)(document).encode("utf-8", "replace") == encode(document)
