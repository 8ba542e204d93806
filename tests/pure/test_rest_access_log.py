"""No key reaches the server's log with an URL."""

import logging

import pytest

from rest_api_core.log import access_log, redaction

SECRET = "x" * 43
KEY = f"rak_abcdefgh_{SECRET}"


@pytest.fixture
def logger():
    logger = logging.getLogger("werkzeug")
    filters = list(logger.filters)
    access_log.install()
    yield logger
    logger.filters[:] = filters


def test_key_in_a_line_is_hidden(logger, caplog):
    with caplog.at_level(logging.INFO, "werkzeug"):
        logger.info('%s "%s" %d', "127.0.0.1", f"GET /?key={KEY} HTTP/1.1", 401)
    line = '127.0.0.1 "GET /?key=rak_abcdefgh_[redacted] HTTP/1.1" 401'
    assert caplog.messages == [line]


@pytest.mark.parametrize("argument", [{"name": "value"}, 3, "no key"])
def test_other_lines_are_as_they_were(logger, caplog, argument):
    with caplog.at_level(logging.INFO, "werkzeug"):
        logger.info("%s", argument)
    assert caplog.messages == [str(argument)]


def test_filter_is_installed_once(logger):
    access_log.install()
    found = [f for f in logger.filters if isinstance(f, access_log.SecretsHidden)]
    assert len(found) == 1


@pytest.mark.parametrize("text", ["", "plain", "with_underscore"])
def test_text_without_keys_stays(text):
    assert redaction.hide_in_urls(text) == text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "GET /api/auth/get_tokens?username=demo&password=p%20w HTTP/1.1",
            "GET /api/auth/get_tokens?username=demo&password=[redacted] HTTP/1.1",
        ),
        ("GET /?Access-Token=abc HTTP/1.1", "GET /?Access-Token=[redacted] HTTP/1.1"),
        ("GET /?limit=3&sort=name HTTP/1.1", "GET /?limit=3&sort=name HTTP/1.1"),
    ],
)
def test_secret_parameters_of_a_url_are_hidden(logger, caplog, line, shown):
    with caplog.at_level(logging.INFO, "werkzeug"):
        logger.info('"%s" %d', line, 200)
    assert caplog.messages == [f'"{shown}" 200']
