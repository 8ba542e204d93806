import logging
import time

import pytest

from endpoint.schema import ecma, run


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("^[a-z]+$", "abc\n", False),
        (r"^\d+$", "৪২", False),
        (r"^\D$", "৪", True),
        (r"^\w+$", "é", False),
        (r"^\s$", "\ufeff", True),
        (r"^[\S]$", "\u2003", False),
        (r"^[\s\S]$", "\n", True),
        (r"^[\W]$", "_", False),
        (r"^[^\D]$", "5", True),
        (r"^\p{L}+$", "éa", True),
        (r"^[\p{Lu}\d]+$", "É5", True),
        (r"^\P{L}$", "a", False),
        (r"^\p{Script=Greek}$", "α", True),
        (r"^(?<y>\d{4})-\k<y>$", "2020-2020", True),
        (r"^(?<a>a)[)](?<b>b)\2\1$", "a)bba", True),
        (r"(a)?\1b", "b", True),
        (r"^\ud83d\ude00$", "😀", True),
        (r"^\u{1F600}\x41\u0042$", "😀AB", True),
        (r"^[\u{1F600}-\u{1F64F}]$", "😁", True),
        (r"^\cC\0\t$", "\x03\0\t", True),
        ("^.$", "\u2028", False),
        ("^.$", "😀", True),
        ("^[^]$", "\n", True),
        ("[]", "a", False),
        ("^[[:alpha:]]$", "a]", True),
        ("^{a}$", "{a}", True),
        (r"^\$\{[^}]+\}$", "${a}", True),
        ("^[(?*+{1}]+$", "(?*+{1}", True),
        (r"^[\w.-]+$", "a-b.c", True),
        (r"^[a\-z]$", "b", False),
        ("^[+--]$", ",", True),
        (r"^[\b]$", "\b", True),
        (r"a\b", "aé", True),
        (r"a\B", "ab", True),
        (r"^(?!a)(?=b)(?:b)(?<!x)(?<=b)$", "b", True),
        ("^(?i:ab)c$", "ABc", True),
        ("^a{2}?b*?c+?$", "aac", True),
        ("a|b", "xb", True),
        ("^(?!b)+a(?=b)*$", "a", True),
    ],
)
def test_patterns_have_the_meaning_of_ecma_262(pattern, value, matches):
    assert ecma.found(pattern, value) is matches


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"a\Z", r"not an escape of ECMA 262; write '\$'"),
        (r"\a", "not an escape"),
        (r"\u12", "not an escape"),
        (r"[\B]", "not an escape"),
        (r"[\1]", "not an escape"),
        ("a\\", "not an escape"),
        ("(?P<a>b)", r"does not start a group"),
        ("(?i)a", r"does not start a group of ECMA 262; write '\(\?i:"),
        ("(?>a)", r"does not start a group"),
        ("a++", "nothing to repeat"),
        ("^*", "nothing to repeat"),
        ("(?<=a)*", "nothing to repeat"),
        ("a{,5}", "write '{0,5}'"),
        ("(a", "not closed"),
        ("a)", "closes no group"),
        ("[a", "not closed"),
        ("[z-a]", "out of order"),
        (r"\k<x>", "refers to no group"),
        (r"(a)\2", "refers to no group"),
        (r"\u{FFFFFF}", "not a character"),
        (r"\p{Nonsense}", "unknown property"),
        ("a{3,1}", "repeat"),
        ("a" * 30_000, "longer than 20000 characters"),
    ],
)
def test_other_patterns_are_rejected_with_the_reason(pattern, reason):
    with pytest.raises(ecma.PatternError, match=reason):
        ecma.compiled(pattern)


def test_the_pattern_of_fhir_for_base64_is_fast():
    lines = "\r\n".join(["A" * 76] * 14)
    started = time.monotonic()
    pattern = r"^(\s*([0-9a-zA-Z\+\/=]){4}\s*)+$"
    assert not ecma.found(pattern, f"{lines}QUJD-_==")
    assert ecma.found(pattern, f"{lines}QUJD")
    assert time.monotonic() - started < 0.2


def test_a_pattern_that_takes_too_long_is_stopped_and_logged(monkeypatch, caplog):
    monkeypatch.setattr(ecma, "MAX_SECONDS", 0.05)
    started = time.monotonic()
    with caplog.at_level(logging.WARNING), pytest.raises(run.TooSlow):
        ecma.found("^(?:a|aa)+$", "a" * 100 + "b")
    assert time.monotonic() - started < 2
    assert "on 101 characters: ^(?:a|aa)+$" in caplog.text
