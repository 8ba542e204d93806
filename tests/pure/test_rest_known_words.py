from rest_api_core.access import known_words


def test_words_are_compared_without_case():
    assert known_words.words("Barcode A-1: TOPSECRET_7!") == {
        "barcode",
        "a",
        "topsecret_7",
    }


def test_short_numbers_name_nothing():
    assert known_words.words("12,345.60 on 2026-01-31") == {"on"}
    assert known_words.words("of 5901234123457") == {"of", "5901234123457"}


def test_placeholders_of_code_are_no_words():
    text = "%(name)s has %.2f of %s, {total:.1f} {}"
    assert known_words.of_code(text) == {"has", "of"}


def test_a_request_tells_all_that_it_has_sent():
    body = {"name": "Ada", "lines": [{"code": 1234567}, None, ("x", True)]}
    known = {"name", "ada", "lines", "code", "1234567", "x", "true"}
    assert known_words.of_body(body) == known
    assert known_words.of_body(None) == set()


def test_files_are_not_searched():
    assert known_words.of_body("a" * (known_words.MAX_TEXT + 1)) == set()
