"""Files in bodies: bytes, and forms of RFC 7578."""

import pytest

from rest_api_core.wire import uploads
from rest_api_core.wire.problem import BodyMalformed

FILE = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
    b"Content-Type: image/png\r\n\r\n\x00\x01\r\n"
)
FIELD = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\r\n'
END = b"--x--\r\n"
TYPE = "multipart/form-data; boundary=x"


@pytest.mark.parametrize("content_type", [None, "", "image/png", "application/json"])
def test_a_body_of_any_type_is_the_file(content_type):
    assert uploads.parse(b"{}", content_type).content == b"{}"


def test_a_form_has_the_file_in_it():
    assert uploads.parse(FIELD + FILE + END, TYPE).content == b"\x00\x01"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FIELD + END, TYPE),
        (FILE + FILE + END, TYPE),
        (b"", TYPE),
        (FILE, TYPE),
        (b"nothing", TYPE),
        (FILE + END, "multipart/form-data"),
        (FIELD * 11 + FILE + END, TYPE),
    ],
)
def test_other_forms_are_malformed(body, content_type):
    with pytest.raises(BodyMalformed):
        uploads.parse(body, content_type)


def test_the_log_has_the_size():
    assert str(uploads.parse(b"abc", None)) == "[3 bytes]"


def parse_all(content, content_type, name="", **more):
    headers = {"Content-Type": content_type, **more}
    return uploads.parse_all(content, headers, name)


def test_all_files_of_a_form_with_their_names_and_types():
    found = parse_all(FIELD + FILE + FILE + END, TYPE)
    file = uploads.Upload(b"\x00\x01", "a.bin", "image/png")
    assert (found.files, found.fields, found.document) == (
        (file, file),
        ("note",),
        None,
    )


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename=a.txt", "a.txt"),
        ('attachment; filename="a b.txt"', "a b.txt"),
        ("attachment; filename*=UTF-8''%C3%A9.txt", "é.txt"),
        (f'attachment; filename="{"é.txt".encode().decode("latin-1")}"', "é.txt"),
        ('attachment; filename="\xe9.txt"', "\xe9.txt"),
        ("attachment", ""),
    ],
)
def test_a_header_has_the_name_of_a_file(disposition, name):
    headers = {"Content-Disposition": disposition}
    found = parse_all(b"x", "Text/CSV; charset=utf-8", **headers)
    assert found.files == (uploads.Upload(b"x", name, "text/csv"),)


def test_a_parameter_has_the_name_of_a_file():
    assert parse_all(b"{}", "application/json", "a").files[0].name == "a"


def test_bytes_without_a_name_are_a_file_and_json_is_a_document():
    assert parse_all(b"{}", "text/plain").files[0].name == ""
    assert parse_all(b'{"a": 1}', "application/json").document == {"a": 1}


@pytest.mark.parametrize("content", [b"", b"{"])
def test_broken_json_is_malformed(content):
    with pytest.raises(BodyMalformed):
        parse_all(content, "application/json")


def test_the_log_has_the_size_of_the_body():
    assert str(parse_all(b'{"a": 1}', "application/json")) == "[8 bytes]"
