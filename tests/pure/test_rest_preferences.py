import pytest

from rest_api_core.wire.preferences import parse
from rest_api_core.wire.problem import HeaderInvalid

EVERYTHING = "return=minimal, tx=rollback, max-affected=5, handling=strict, count=none"


def test_no_header_leaves_all_open():
    for header in (None, "", " , "):
        wishes = parse(header)
        assert (wishes.minimal, wishes.max_affected, wishes.count) == (None, None, None)
        assert not wishes.rollback and not wishes.strict


def test_everything():
    wishes = parse(EVERYTHING)
    assert wishes.minimal is True
    assert wishes.rollback is True
    assert wishes.max_affected == 5
    assert wishes.strict is True
    assert wishes.count == "none"


@pytest.mark.parametrize(
    "header",
    [
        "return=representation",
        "Return = representation",
        'return="representation"',
        r'return="repre\sentation"',
        "return=representation; foo=bar",
        'foo; x="a,b", return=representation, return=minimal',
        'foo="a, return=minimal", return=representation',
    ],
)
def test_spelling(header):
    assert parse(header).minimal is False


@pytest.mark.parametrize(
    "header",
    ["return=nothing", "foo, bar=10", "return", "return=a b", "=, (", '"'],
)
def test_what_is_not_known_is_ignored_or_refused_as_asked(header):
    assert parse(header).values == {}
    assert parse(f"{header}, handling=lenient").strict is False
    with pytest.raises(HeaderInvalid) as refused:
        parse(f"handling=strict, {header}")
    assert refused.value.errors[0].header == "Prefer"


@pytest.mark.parametrize(
    "header",
    [
        "tx=rolback",
        "tx",
        "max-affected=many",
        "max-affected=-1",
        "max-affected",
        "max-affected=٣",
        "max-affected=2147483648",
        'max-affected="',
        "tx=roll back",
        "tx = ;",
        "foo=" + "x" * 2000,
    ],
)
def test_a_broken_safety_catch_is_refused_always(header):
    with pytest.raises(HeaderInvalid):
        parse(header)


def test_safety_catches():
    assert parse("max-affected=0").max_affected == 0
    assert parse("tx=commit").rollback is False


def test_what_was_honoured_comes_back():
    wishes = parse(EVERYTHING)
    assert wishes.applied(["tx", "return"]) == "tx=rollback, return=minimal"
    assert wishes.applied([]) is None
    assert parse("count=exact").applied(["return"]) is None


def test_what_is_always_so_is_said_once():
    always = ["respond-async"]
    assert parse("").applied([], always) == "respond-async"
    wishes = parse("tx=rollback, respond-async")
    honoured = ["respond-async", "tx"]
    assert wishes.applied(honoured, always) == "respond-async, tx=rollback"


def test_a_wait_may_be_granted_in_part():
    wishes = parse("wait=30")
    assert wishes.wait == 30
    assert wishes.applied(["wait=2"]) == "wait=2"
    assert parse("").wait == 0
    assert parse("").applied(["wait=2"]) is None
