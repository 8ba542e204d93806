from datetime import datetime, timedelta

import pytest

from rest_api_core.wire import etag
from rest_api_core.wire.etag import ANY, NONE, Conditions, Outcome, Tag
from rest_api_core.wire.problem import HeaderInvalid

VERSION = etag.version("res.partner", 3, 4711)
BODY = b'{"data": {"id": 3}}'
CURRENT = etag.strong(VERSION, BODY)
OTHER_BODY = etag.strong(VERSION, b'{"data": {"id": 3, "name": "Azure"}}')
CHANGED = etag.strong(etag.version("res.partner", 3, 4712), BODY)
NOON = datetime(2026, 5, 4, 12, 0, 0)


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        (["a-1", "b-2"], True),
        ([f"{etag.list_version(['a', 'b'])}-1", "x-1"], True),
        (["a-1"], False),
        ([f"{etag.list_version(['b', 'a'])}-1"], False),
    ],
)
def test_tags_may_tell_the_versions_of_several_records(listed, known):
    assert etag.lists_all([etag.Tag(text) for text in listed], ["a", "b"]) is known


def test_weak_tags_tell_versions_too():
    assert etag.lists_all([etag.Tag("a-1", weak=True)], ["a"])


def conditions(header):
    return etag.conditions(header.get("If-Match"), header.get("If-None-Match"))


def read(header, current=CURRENT, **more):
    return etag.decide(conditions(header), current, safe=True, **more)


def write(header, current=CURRENT, **more):
    return etag.decide(conditions(header), current, safe=False, **more)


def test_a_tag_has_the_part_of_the_row_and_the_part_of_the_body():
    assert str(CURRENT) == f'"{VERSION}-{etag.representation(BODY)}"'
    assert CURRENT.version == OTHER_BODY.version == VERSION
    assert CURRENT != OTHER_BODY


def test_the_version_follows_from_the_row_alone():
    assert VERSION == etag.version("res.partner", 3, 4711)
    assert len({VERSION, etag.version("res.users", 3, 4711), CHANGED.version}) == 3
    assert "-" not in VERSION


def test_the_version_may_be_made_of_dates_and_knows_types():
    assert etag.version(3, NOON) != etag.version(3, NOON + timedelta(microseconds=1))
    assert etag.version(3, None) != etag.version(3, "None")
    assert etag.version("1", 2) != etag.version(1, 2)
    assert etag.version("a", "b") != etag.version("ab")


def test_the_version_of_a_page_follows_from_its_rows_and_their_order():
    assert etag.list_version(["a", "b"]) == etag.list_version(iter(["a", "b"]))
    assert etag.list_version(["a", "b"]) != etag.list_version(["b", "a"])


@pytest.mark.parametrize(
    ("header", "listed"),
    [
        (None, None),
        (" * ", (ANY,)),
        # a tag that is a star is but a tag
        ('"*"', (Tag("*"),)),
        ('"a", *', (Tag("a"), Tag("*"))),
        ('"a-1"', (Tag("a-1"),)),
        (' "a" , W/"b",, "" ', (Tag("a"), Tag("b", weak=True), Tag(""))),
        ('"a,b"', (Tag("a,b"),)),
        # without the quotes that clients lose
        ("a-1", (Tag("a-1"),)),
        # nothing that could be read
        ("", ()),
        ('"a', ()),
        ('"a b"', ()),
        ('w/"a"', ()),
        ('"a"b, "c"', (Tag("c"),)),
    ],
)
def test_lists_of_tags(header, listed):
    assert etag.tags(header) == listed


def test_tags_are_written_as_they_are_read():
    for text in ('"a-1"', 'W/"a"', '""'):
        assert str(etag.tags(text)[0]) == text


@pytest.mark.parametrize(
    ("one", "other", "weak"),
    # the second column of the table of RFC 9110 §8.8.3.2
    [
        ('W/"1"', 'W/"1"', True),
        ('W/"1"', 'W/"2"', False),
        ('W/"1"', '"1"', True),
        ('"1"', '"1"', True),
    ],
)
def test_comparison(one, other, weak):
    (one,), (other,) = etag.tags(one), etag.tags(other)
    assert etag.same_weak(one, other) is weak
    assert etag.same_version(one, other) is weak


def test_without_conditions_all_goes_on():
    assert not NONE and conditions({}) == NONE
    assert Conditions(if_match=())
    assert read({}) == write({}) == write({}, current=None) == Outcome.GO_ON


@pytest.mark.parametrize(
    ("tag", "outcome"),
    [
        (str(CURRENT), Outcome.GO_ON),
        (str(OTHER_BODY), Outcome.GO_ON),
        (f'"x", "{VERSION}"', Outcome.GO_ON),
        ("*", Outcome.GO_ON),
        (str(CHANGED), Outcome.FAILED),
        (f"W/{CURRENT}", Outcome.GO_ON),
        (f"W/{CHANGED}", Outcome.FAILED),
        ('"*"', Outcome.FAILED),
    ],
)
def test_if_match_asks_for_the_version_of_the_row(tag, outcome):
    assert write({"If-Match": tag}) == outcome
    assert read({"If-Match": tag}) == outcome


@pytest.mark.parametrize("mark", ["", "W/"])
@pytest.mark.parametrize("suffix", ["-gzip", "--gzip", ";gzip", ":br", "-zstd"])
def test_what_proxies_append_to_a_tag_does_not_count(mark, suffix):
    tag = f'{mark}"{CURRENT.opaque}{suffix}"'
    assert write({"If-Match": tag}) == Outcome.GO_ON
    assert read({"If-None-Match": tag}) == Outcome.NOT_MODIFIED
    assert etag.tags('"a-gzipped"') == (Tag("a-gzipped"),)


@pytest.mark.parametrize(
    "tag",
    ["abc", str(CURRENT)[1:-1], "", ",", '"broken', '"a", b', '"a b"', 'w/"a"', "*, *"],
)
def test_an_if_match_that_cannot_be_read_is_told(tag):
    with pytest.raises(HeaderInvalid, match="between quotes") as raised:
        conditions({"If-Match": tag})
    assert raised.value.errors[0].header == "If-Match"
    # If-None-Match only saves work: whoever sends garbage gets everything
    assert read({"If-None-Match": tag}) in (Outcome.GO_ON, Outcome.NOT_MODIFIED)


@pytest.mark.parametrize("tag", ["*", str(CURRENT)])
def test_if_match_fails_without_a_record(tag):
    assert write({"If-Match": tag}, current=None) == Outcome.FAILED


@pytest.mark.parametrize(
    ("tag", "reading", "writing"),
    [
        (str(CURRENT), Outcome.NOT_MODIFIED, Outcome.FAILED),
        (f'"x", W/{CURRENT}', Outcome.NOT_MODIFIED, Outcome.FAILED),
        ("*", Outcome.NOT_MODIFIED, Outcome.FAILED),
        # the same row, but another body: fields, language, the name of a country
        (str(OTHER_BODY), Outcome.GO_ON, Outcome.GO_ON),
        (str(CHANGED), Outcome.GO_ON, Outcome.GO_ON),
        ('"broken', Outcome.GO_ON, Outcome.GO_ON),
    ],
)
def test_if_none_match_compares_the_whole_tag(tag, reading, writing):
    assert read({"If-None-Match": tag}) == reading
    assert write({"If-None-Match": tag}) == writing


def test_if_none_match_star_permits_only_creation():
    assert write({"If-None-Match": "*"}, current=None) == Outcome.GO_ON
    assert write({"If-None-Match": "*"}) == Outcome.FAILED


def test_required_conditions():
    assert write({}, required=True) == Outcome.REQUIRED
    assert write({"If-None-Match": '"x"'}, required=True) == Outcome.REQUIRED
    assert write({"If-Match": str(CURRENT)}, required=True) == Outcome.GO_ON
    assert write({"If-Match": str(CHANGED)}, required=True) == Outcome.FAILED
    assert read({}, required=True) == Outcome.GO_ON


@pytest.mark.parametrize(
    ("header", "current", "told"),
    [
        ({"If-Match": str(CHANGED)}, CURRENT, "has changed"),
        ({"If-Match": f"W/{CHANGED}"}, CURRENT, "has changed"),
        ({"If-Match": "*"}, None, "existing records"),
        ({"If-None-Match": "*"}, CURRENT, "If-None-Match"),
    ],
)
def test_a_failed_condition_has_a_reason(header, current, told):
    assert write(header, current=current) == Outcome.FAILED
    assert told in etag.failure(conditions(header), current)


def test_if_match_comes_before_if_none_match():
    both = {"If-Match": str(CHANGED), "If-None-Match": str(CURRENT)}
    assert read(both) == Outcome.FAILED


def test_a_tag_is_named_by_itself_or_by_the_asterisk():
    current = etag.Tag("v-r")
    assert etag.names_tag(etag.Conditions(if_none_match=(current,)), current)
    assert etag.names_tag(etag.Conditions(if_none_match=(etag.ANY,)), current)
    other = etag.Conditions(if_none_match=(etag.Tag("v-s"),))
    assert not etag.names_tag(other, current)
    assert not etag.names_tag(etag.NONE, current)


@pytest.mark.parametrize(
    "conditions, header",
    [
        (etag.conditions("*", None), "If-Match"),
        (etag.conditions('"a"', "*"), "If-Match"),
        (etag.conditions(None, "*"), "If-None-Match"),
    ],
)
def test_conditions_that_have_no_effect_are_rejected(conditions, header):
    etag.reject(etag.NONE, "a batch")
    with pytest.raises(HeaderInvalid) as caught:
        etag.reject(conditions, "a batch")
    (error,) = caught.value.errors
    assert (error.header, error.detail) == (
        header,
        "has no effect on a batch; leave it out",
    )
