import pytest

from rest_api_core.wire.languages import best_language, tag

INSTALLED = ("en_US", "fr_BE", "fr_FR", "nl_BE", "zh_CN", "zh_TW", "sr@latin", "es_419")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("fr-BE", "fr_BE"),
        ("FR-be", "fr_BE"),
        # Odoo's own spelling, as the parameter ``lang`` has it
        ("fr_BE", "fr_BE"),
        ("sr@latin", "sr@latin"),
        ("sr-Latn", "sr@latin"),
        ("sr-Latn-RS", "sr@latin"),
        ("es-419", "es_419"),
    ],
)
def test_exact_wishes(header, code):
    assert best_language(header, INSTALLED) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("nl;q=0.5, en-US;q=0.8", "en_US"),
        ("nl-BE, en-US", "nl_BE"),
        ("en-US;q=0.5, fr-BE;q=0.50, nl-BE;q=0.3", "en_US"),
        ("de, fr-BE;q=0.1", "fr_BE"),
        ("*, nl;q=0.2", "nl_BE"),
    ],
)
def test_the_heaviest_wish_that_can_be_fulfilled(header, code):
    assert best_language(header, INSTALLED) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        # the country named like the language, else what is installed first
        ("fr", "fr_FR"),
        ("fr-CA", "fr_FR"),
        ("zh", "zh_CN"),
        ("en-GB", "en_US"),
        # a language comes before an exact match of less weight
        ("nl, en-US;q=0.9", "nl_BE"),
        # but of its relatives the one that is wished for
        ("fr-CA, fr-BE;q=0.9, en;q=0.8", "fr_BE"),
        # the script is implied by the country in Odoo's codes
        ("zh-Hant-TW", "zh_TW"),
        # a single letter is cut off together with what follows it
        ("fr-BE-x-brussels", "fr_BE"),
    ],
)
def test_relatives(header, code):
    assert best_language(header, INSTALLED) == code


@pytest.mark.parametrize(
    "header", [None, "", "*", "de", "de-AT, it;q=0.5", "..", "fr;q=x"]
)
def test_wishes_that_nothing_fulfils(header):
    assert best_language(header, INSTALLED) is None


def test_a_weight_of_zero_refuses():
    assert best_language("fr-FR;q=0, fr", INSTALLED) == "fr_BE"
    assert best_language("nl-BE;q=0, nl", INSTALLED) is None


def test_a_language_without_country_is_found():
    assert best_language("pt-BR", ("pt", "pt_PT")) == "pt"


def test_endless_headers_are_read_in_part():
    assert best_language("-".join(["a"] * 30000), INSTALLED) is None
    assert best_language("de," * 400 + "fr", INSTALLED) is None


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en_US", "en-US"),
        ("es_419", "es-419"),
        ("fr", "fr"),
        ("sr@latin", "sr-Latn"),
        ("sr@Cyrl", "sr-Cyrl"),
        ("sr_RS@latin", "sr-Latn-RS"),
        ("ca_ES@valencia", "ca-ES-valencia"),
    ],
)
def test_codes_of_odoo_as_language_tags(code, written):
    assert tag(code) == written
