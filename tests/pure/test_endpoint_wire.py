import pytest

from endpoint import disposition, json_response, wire


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("inline", "inline"),
        ("attachment; filename=a.pdf", "attachment; filename=a.pdf"),
        ("é", "é"),
        (
            'attachment; filename="5€.pdf"; size=3',
            "attachment; filename=\"5_.pdf\"; filename*=UTF-8''5%E2%82%AC.pdf; size=3",
        ),
        (
            "attachment; filename=é.pdf",
            "attachment; filename=\"e.pdf\"; filename*=UTF-8''%C3%A9.pdf",
        ),
        (
            'attachment; filename="\\"é"',
            "attachment; filename=\"_e\"; filename*=UTF-8''%22%C3%A9",
        ),
        (
            "attachment; filename*=UTF-8''x; filename=é",
            "attachment; filename*=UTF-8''x; filename=\"e\"",
        ),
    ],
)
def test_file_names(value, expected):
    assert disposition.encoded(value) == expected


@pytest.mark.parametrize("status", [200, 204, 299, 404, 599])
def test_final_statuses(status):
    wire.check_start(f"{status} Some", [("X-A", "é\t1")])


@pytest.mark.parametrize(
    ("line", "headers"),
    [
        *((f"{status} X", []) for status in (0, 99, 100, 101, 199, 600, 1000)),
        ("200 O\nK", []),
        ("200 €", []),
        ("200 OK", [("X-A", "€")]),
        ("200 OK", [("X-A", "a\r\nB: c")]),
        ("200 OK", [("X-A", "\x7f")]),
        ("200 OK", [("X A", "a")]),
        ("200 OK", [("", "a")]),
        ("200 OK", [("Transfer-Encoding", "chunked")]),
    ],
)
def test_responses_that_cannot_be_sent(line, headers):
    with pytest.raises(wire.UnsendableResponse):
        wire.check_start(line, headers)


def test_the_length_must_be_that_of_the_body():
    wire.check_length([("X-A", "1"), ("Content-Length", "3")], 3)
    with pytest.raises(wire.UnsendableResponse, match="has 3 bytes"):
        wire.check_length([("content-length", "2")], 3)


@pytest.mark.parametrize("value", [None, False, 200, "200"])
def test_statuses_of_results(value):
    assert json_response.status_of(value) == 200


@pytest.mark.parametrize("value", [True, 1.5, "OK", [], 0, 100, 600, "1000"])
def test_wrong_statuses_of_results(value):
    with pytest.raises((TypeError, ValueError)):
        json_response.status_of(value)


@pytest.mark.parametrize("pair", [("X-A", None), ("X-A", b"a"), (1, "a")])
def test_headers_are_text(pair):
    with pytest.raises(TypeError):
        json_response.from_result({"headers": [pair]}, str)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1e400]])
def test_numbers_that_json_does_not_have(value):
    with pytest.raises(ValueError):
        json_response.from_result({"payload": value}, str)


def test_keys():
    json_response.check_keys(dict.fromkeys(json_response.KEYS))
    with pytest.raises(ValueError, match="Unknown key 'status'"):
        json_response.check_keys({"status": 1})
