"""No screen makes markup of what is stored: names and domains are shown as text."""

import re

import pytest
import repository

# what shows a value as markup, by the suffix of the file
MARKUP = {
    ".xml": r"""t-raw|widget=["'](?:html|safe_html|iframe)\b|"""
    r"""t-out=["'][^"']*\bmarkup\b|t-att-(?:src|srcdoc|innerHTML)=""",
    ".js": r"\bmarkup\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\$\(|"
    r"DOMParser|createContextualFragment",
    ".py": r"\bMarkup\b|fields\.Html\b",
}


def shown():
    """The files of the addons that put something on a screen."""
    for path in repository.files():
        if path.parts[0] in repository.addons() and path.suffix in MARKUP:
            if "tests" not in path.parts and "data" not in path.parts:
                yield path


def is_markup(suffix, text):
    return re.search(MARKUP[suffix], text)


def test_no_file_shows_values_as_markup():
    found = list(shown())
    assert {path.suffix for path in found} == MARKUP.keys()
    assert len([path for path in found if path.suffix != ".py"]) > 20
    assert [
        str(path)
        for path in found
        if is_markup(path.suffix, (repository.ROOT / path).read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".xml", '<field name="name" widget="html"/>'),
        (".xml", '<t t-raw="name"/>'),
        (".xml", '<t t-out="markup(name)"/>'),
        (".js", "return markup(this.name);"),
        (".js", "element.innerHTML = name;"),
        (".py", "name = fields.Html()"),
        (".py", "return Markup(name)"),
    ],
)
def test_what_would_be_markup_is_found(suffix, text):
    assert is_markup(suffix, text)
