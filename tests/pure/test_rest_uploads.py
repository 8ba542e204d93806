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
