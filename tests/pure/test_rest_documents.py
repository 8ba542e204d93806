"""The reply with a file, or a part of one: ``wire/documents.py``."""

import pytest

from rest_api_core.operations import Operation
from rest_api_core.wire import documents, etag
from rest_api_core.wire.call import Call
from rest_api_core.wire.problem import PreconditionFailed
from rest_api_core.wire.received import Received
from rest_api_core.wire.result import Content, Result, Sliced

OPERATION = Operation("content", readonly=True)
VERSION = "0123456789ab"
PNG = Content(b"0123456789", "image/png", "ü.png")


def received(**headers):
    return Received("GET", "/api/v1/a", "a", "", (), "", headers, "", lambda: b"")


def reply(content, version="", conditions=etag.NONE, **headers):
    call = Call(OPERATION, 1, conditions=conditions)
    result = Result(content=content, version=version)
    return documents.reply(received(**headers), call, result, (("A", "b"),))


def test_a_file_without_version_has_no_tag():
    sent = reply(Content(b"<b>", "text/html"))
    assert (sent.status, sent.content, sent.tag) == (200, b"<b>", None)
    assert sent.headers == (
        ("A", "b"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
    )


def test_an_image_is_shown_and_keeps_its_name():
    headers = dict(reply(PNG, VERSION).headers)
    assert headers["Content-Disposition"] == "inline; filename*=UTF-8''%C3%BC.png"
    assert headers["Accept-Ranges"] == "bytes"


def test_other_files_are_saved():
    sent = reply(Content(b"<svg>", "image/svg+xml", "a.svg"))
    disposition = dict(sent.headers)["Content-Disposition"]
    assert disposition == "attachment; filename*=UTF-8''a.svg"


def test_parts_are_sent_while_they_are_made():
    parts = iter([b"a", b"b"])
    sent = reply(Content(parts, "text/csv"), VERSION)
    assert sent.content is parts
    assert sent.tag is None


def test_a_range_of_it_can_be_requested():
    sent = reply(PNG, VERSION, Range="bytes=2-4")
    assert (sent.status, sent.content) == (206, b"234")
    assert dict(sent.headers)["Content-Range"] == "bytes 2-4/10"


def test_a_known_tag_is_not_sent_again():
    tag = reply(PNG, VERSION).tag
    conditions = etag.conditions(None, str(tag))
    assert reply(PNG, VERSION, conditions).status == 304


def test_another_version_than_required_fails():
    conditions = etag.conditions('"abc-def"', None)
    with pytest.raises(PreconditionFailed):
        reply(PNG, VERSION, conditions)


def test_a_tag_that_is_known_without_the_content_is_taken():
    result = Result(content=PNG, version=VERSION, tag=etag.Tag("known"))
    sent = documents.reply(received(), Call(OPERATION, 1), result, ())
    assert str(sent.tag) == '"known"'


def test_a_file_that_is_read_in_parts_has_a_length_and_ranges():
    content = b"0123456789"
    sliced = Sliced(10, lambda start, stop: iter((content[start:stop],)))
    call = Call(OPERATION, 1)
    tag = etag.strong(VERSION, b"")
    result = Result(content=Content(sliced, "text/plain"), version=VERSION, tag=tag)

    def ask(**headers):
        sent = documents.reply(received(**headers), call, result, ())
        length = dict(sent.headers)["Content-Length"]
        return sent.status, b"".join(sent.content), length

    assert ask() == (200, content, "10")
    assert ask(Range="bytes=2-4") == (206, b"234", "3")
