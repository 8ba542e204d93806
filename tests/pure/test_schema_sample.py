"""Sample texts for patterns, and numbers for ranges."""

import math

import pytest

from endpoint.schema import ecma, sample

# as they stand in public schemas: SCIM, OpenAPI, GitHub, Shopify, FHIR, GTIN …
PATTERNS = [
    "^[A-Z]{2}$",
    "^[a-z]{2}-[A-Z]{2}$",
    "^\\d{4}-\\d{2}-\\d{2}$",
    "^[0-9]{8,14}$",
    "^[^\\s]+(\\s[^\\s]+)*$",
    "^-?[0-9]+(\\.[0-9]+)?$",
    "^(true|false)$",
    "^#[0-9a-fA-F]{6}$",
    "^urn:[a-z0-9]+:.+$",
    "^\\+?[1-9]\\d{1,14}$",
    "^[\\w.%+-]+@[\\w.-]+\\.[A-Za-z]{2,}$",
    "^https?://",
    "^(0[1-9]|1[0-2])/[0-9]{2}$",
    "[\\]}]",
    "^\\p{Lu}\\p{Ll}*$",
    "^\\u0041\\x42$",
    "^a??b*?c+?$",
    "^v(?:0|[1-9]\\d*)\\.x$",
    "^\\bword\\b$",
    "^.$",
    "^{$",
    "a|b",
]
WITHOUT = ["(a", "[z-a]", "^(?=a)a$", "^(?<!b)a$", "^[^\\s\\S]$"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_sample_of_a_pattern_matches_it(pattern):
    assert ecma.compiled(pattern).search(sample.matching(pattern))


@pytest.mark.parametrize("pattern", WITHOUT)
def test_pattern_that_is_too_hard_has_no_sample(pattern):
    with pytest.raises(sample.Impossible):
        sample.matching(pattern)


@pytest.mark.parametrize("pattern", ["^(?:a{999}){999}$", "a{99999999999}b{9999}"])
def test_sample_is_never_long(pattern):
    with pytest.raises(sample.Impossible):
        sample.matching(pattern)


@pytest.mark.parametrize("lowest", [-math.inf, -7, -0.5, 0, 0.2, 3, 1000])
@pytest.mark.parametrize("width", [0, 0.5, 1, 10, math.inf])
@pytest.mark.parametrize("is_integer", [True, False])
def test_number_is_within_its_range(lowest, width, is_integer):
    highest = width if math.isinf(lowest) else lowest + width
    has_integer = math.isinf(highest) or math.ceil(max(lowest, -9)) <= highest
    if is_integer and not has_integer:
        with pytest.raises(sample.Impossible):
            sample.number(lowest, highest, 1, is_integer)
        return
    value = sample.number(lowest, highest, int(is_integer), is_integer)
    assert lowest <= value <= highest
    assert not is_integer or isinstance(value, int)


@pytest.mark.parametrize("name", sample.FORMATS)
def test_sample_of_each_format_is_valid(name):
    from endpoint.schema.formats import FORMATS

    assert name not in FORMATS or FORMATS[name](sample.FORMATS[name])
    assert set(FORMATS) <= set(sample.FORMATS)
