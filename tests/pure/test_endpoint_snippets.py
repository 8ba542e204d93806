import base64
import builtins
import hashlib
import hmac

import pytest

from endpoint import signatures, snippet_check

KNOWN = dir(builtins)


def code(source):
    return compile(source, "snippet", "exec")


def lines(problems):
    return [(problem.line, problem.message.split(".")[0]) for problem in problems]


def test_names_that_are_not_defined_have_their_line():
    source = "x = 1\ndef f():\n    return lambda: nme\nname = f\nnme"
    [problem] = snippet_check.undefined(code(source), KNOWN)
    assert str(problem) == (
        "line 3: The name 'nme' is not defined. Did you mean 'name'?"
    )
    [problem] = snippet_check.undefined(code("qqqqqq"), KNOWN)
    assert problem.message == "The name 'qqqqqq' is not defined."


@pytest.mark.parametrize(
    "source",
    ["raise ValueError", "while True:\n    pass", "result = {}", "(result := 1)"],
)
def test_a_result_is_assigned_or_not_needed(source):
    assert not snippet_check.lacks_result(code(source))
    assert not list(snippet_check.misspelled_result(code(source)))


@pytest.mark.parametrize("source", ["pass", "\ndef f():\n    result = 1", "x = 1"])
def test_a_result_is_missing(source):
    assert snippet_check.lacks_result(code(source))
    assert not list(snippet_check.misspelled_result(code(source)))


@pytest.mark.parametrize("name", ["result2", "results", "reslut", "Result", "res"])
def test_a_misspelled_result_has_its_line(name):
    [problem] = snippet_check.misspelled_result(code(f"x = 1\n{name} = 1\ny = 2"))
    assert str(problem) == f"line 2: Assign a dict to 'result', not to '{name}'."
    complete = code(f"{name} = 1\nresult = {{}}")
    assert not list(snippet_check.misspelled_result(complete))


def test_forbidden_syntax_and_names():
    allowed = {step.opname for step in snippet_check.steps(code("a = b.c"))}
    source = "a = b.c\nb.d = 1\na = b.__class__\na = b.mro"
    allowed |= {"LOAD_CONST"}
    assert lines(snippet_check.forbidden(code(source), allowed, ["mro"])) == [
        (2, "Attributes cannot be assigned"),
        (3, "The name '__class__' is not allowed"),
        (4, "The name 'mro' is not allowed"),
    ]
    problem = next(snippet_check.forbidden(code("x = {}"), allowed, []))
    assert problem.message == "This Python syntax is not allowed."


BODY, SECRET = b"body", "secret"


def signed(algorithm="sha256", encoding="hex", prefix=""):
    digest = hmac.new(SECRET.encode(), BODY, algorithm).digest()
    text = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    return prefix + text


@pytest.mark.parametrize("algorithm", signatures.ALGORITHMS)
@pytest.mark.parametrize("encoding", signatures.ENCODINGS)
@pytest.mark.parametrize("prefix", ["", "sha256=", "v0="])
def test_signatures(algorithm, encoding, prefix):
    settings = (algorithm, encoding, prefix)
    signature = signed(*settings)
    assert signatures.is_valid_hmac(BODY, signature, SECRET, *settings)
    assert signatures.is_valid_hmac(BODY, signature, SECRET.encode(), *settings)
    for wrong in (None, "", prefix, signature[:-1], "x" + signature, "\udce9", "é"):
        assert not signatures.is_valid_hmac(BODY, wrong, SECRET, *settings)
    assert not signatures.is_valid_hmac(b"other", signature, SECRET, *settings)


def test_digits_of_a_hexadecimal_digest_have_any_case():
    assert signatures.is_valid_hmac(BODY, signed().upper(), SECRET)
    assert not signatures.is_valid_hmac(
        BODY, signed(encoding="base64").swapcase(), SECRET, encoding="base64"
    )


@pytest.mark.parametrize(
    ("secret", "settings", "message"),
    [
        ("", {}, "secret is empty"),
        (b"", {}, "secret is empty"),
        (SECRET, {"algorithm": "md5"}, "Unknown algorithm 'md5'"),
        (SECRET, {"encoding": "hax"}, "Unknown encoding 'hax'"),
    ],
)
def test_settings_are_checked(secret, settings, message):
    with pytest.raises(ValueError, match=message):
        signatures.is_valid_hmac(
            BODY, hashlib.md5(BODY).hexdigest(), secret, **settings
        )
