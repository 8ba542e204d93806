import pytest

from endpoint.schema import text
from endpoint.schema.errors import SchemaError


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('{\t"type":\t"number"}', {"type": "number"}),
        ('{"maximum":1E6}', {"maximum": 1e6}),
        ('{"enum":[1e3]}', {"enum": [1000]}),
        ('{"enum":["\\ud83d\\ude00"]}', {"enum": ["😀"]}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ("true", True),
        ("", None),
        (
            "enum: [NO, SE, yes, on, n, y]",
            {"enum": ["NO", "SE", "yes", "on", "n", "y"]},
        ),
        ("const: 2020-01-01", {"const": "2020-01-01"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: 010", {"a": 10}),
        ("a: 0o10", {"a": 8}),
        ("a: 0x1F", {"a": 31}),
        ("a: 1e3", {"a": 1000}),
        ("a: -.5", {"a": -0.5}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: 0b11", {"a": "0b11"}),
        ("a: '010'", {"a": "010"}),
        ("a: ~\nb:\nc: Null", {"a": None, "b": None, "c": None}),
        ("a: FALSE\nb: fAlse", {"a": False, "b": "fAlse"}),
        ("1: a\nNO: b\nnull: c", {"1": "a", "NO": "b", "null": "c"}),
        ("a: =", {"a": "="}),
        ("{a: 1,}", {"a": 1}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
    ],
)
def test_json_is_read_as_json_and_other_text_as_yaml_1_2(source, value):
    assert text.read(source) == value


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('{"a": NaN}', "NaN is not valid JSON"),
        ('{"a": 1}}', "Extra data"),
        ("a: .nan", "JSON has no such number"),
        ("a: -.INF", "JSON has no such number"),
        ("a: 1e400", "JSON has no such number"),
        ("a: 1\na: 2", "the key 'a' is repeated"),
        ("? [a]\n: b", "a key must be a text"),
        ("a: !!timestamp 2020-01-01", "could not determine a constructor"),
        ("a: !!python/object:os.system x", "could not determine a constructor"),
        ("a: !mine x", "could not determine a constructor"),
        ("&x [*x]", "recursive"),
        ("a: b: c", "mapping values"),
        ("[" * 100_000, "recursion"),
        ("a: " + "9" * 5000, "digits"),
    ],
)
def test_what_is_neither_json_nor_yaml_is_rejected_with_the_reason(source, reason):
    with pytest.raises(SchemaError, match=reason) as caught:
        text.read(source)
    assert caught.value.error_type == "syntax"
