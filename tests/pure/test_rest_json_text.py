import pytest

from rest_api_core.wire import json_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, -2.5, 1e3, true, null]", [1, -2.5, 1000.0, True, None]),
        ('{"a": {"b": []}}', {"a": {"b": []}}),
        (b'"\xc3\xa9"', "é"),
        (b'\xef\xbb\xbf"a"', "a"),
    ],
)
def test_json_is_read(text, value):
    assert json_text.loads(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "NaN", "[-Infinity]", "'a'", "1e999", b"\xff"),
        *('"a"'.encode(name) for name in ("utf-16", "utf-16-le", "utf-32")),
    ],
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match="is not JSON"):
        json_text.loads(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": "\xe9"}', "is not JSON: byte 7 is not UTF-8"),
        ("", "is not JSON: it is empty"),
        ("[1,", "is not JSON: it ends too early, at line 1, column 4"),
        ("{'a': 1}", 'is not JSON: unexpected "\'" at line 1, column 2'),
        ("red", "is not JSON: unexpected 'r' at line 1, column 1"),
        ('"a\x01"', "is not JSON: unexpected '\\x01' at line 1, column 3"),
        ('["a', "is not JSON: the text that begins at line 1, column 2 is not closed"),
        ("9" * 5000, "is not JSON: a number is too large"),
        ("1e999", "is not JSON: a number is too large"),
        ("NaN", "is not JSON: NaN is not a number of JSON"),
    ],
)
def test_the_reason_has_no_words_of_python(text, reason):
    with pytest.raises(ValueError) as caught:
        json_text.loads(text)
    assert str(caught.value) == reason


def test_a_key_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="more than once"):
        json_text.loads('{"a": 1, "a": 2}')


def test_as_many_levels_as_allowed():
    assert json_text.loads("[" * 32 + "]" * 32)


@pytest.mark.parametrize(
    "text", ["[" * 33 + "]" * 33, '{"a":' * 33 + "1" + "}" * 33, "[" * 10**6]
)
def test_one_level_more_is_refused(text):
    with pytest.raises(ValueError, match="nested deeper than 32|is not JSON"):
        json_text.loads(text)
