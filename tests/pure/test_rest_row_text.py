"""Rows of CSV and NDJSON, read from bytes in chunks."""

import pytest

from rest_api_core.body import row_text
from rest_api_core.body.row_text import BEGIN, Position, Unreadable
from rest_api_core.wire.problem import BodyMalformed, BodyTooLarge

BOM = b"\xef\xbb\xbf"
MOST = 1000


def of_csv(text, most=MOST, delimiter=",", at=BEGIN, size=None):
    return list(row_text.csv_rows(chunks(text, size), delimiter, most, at))


def of_json(text, most=MOST, size=None, at=BEGIN):
    return list(row_text.json_rows(chunks(text, size), most, at))


def chunks(text, size=None):
    content = text if isinstance(text, bytes) else text.encode()
    size = size or len(content) or 1
    return [content[at : at + size] for at in range(0, len(content), size)]


def places(rows):
    return [(row.number, row.line) for row in rows]


# --- CSV -----------------------------------------------------------------------------


def test_cells_of_csv():
    rows = of_csv('1,"a, b"\r\n2,"say ""x"""\n3,')
    assert [row.value for row in rows] == [["1", "a, b"], ["2", 'say "x"'], ["3", ""]]


def test_rows_know_their_number_and_the_line_they_begin_in():
    rows = of_csv('a\n\n"b\nb"\n,\nc\n')
    assert places(rows) == [(1, 1), (2, 3), (3, 6)]
    assert [row.raw for row in rows] == [b"a\n", b'"b\nb"\n', b"c\n"]


@pytest.mark.parametrize("size", range(1, 12))
def test_chunks_may_end_anywhere(size):
    text = 'é,"ü\nö"\r\n\n2,b'
    assert of_csv(text, size=size) == of_csv(text)
    assert [row.value for row in of_csv(text, size=size)] == [["é", "ü\nö"], ["2", "b"]]


def test_reading_goes_on_behind_any_row():
    text = 'a,"1\n2"\n\nb,3\nc,4\n'
    rows = of_csv(text)
    for index, row in enumerate(rows):
        rest = text.encode()[row.end.offset :]
        assert of_csv(rest, at=row.end) == rows[index + 1 :]


def test_a_row_that_is_not_utf8_has_a_problem_and_the_next_has_none():
    bad, good = of_csv(b"\xff,1\nok,2\n")
    assert isinstance(bad.problem, BodyMalformed)
    assert (bad.value, bad.raw) == (None, b"\xff,1\n")
    assert (good.value, good.problem) == (["ok", "2"], None)


@pytest.mark.parametrize("text", ['ok,1\n"a,2\nb,3\n', 'ok,1\n"a"b,2\n'])
def test_broken_quotes_end_the_reading(text):
    rows = row_text.csv_rows(chunks(text), ",", MOST)
    assert next(rows).value == ["ok", "1"]
    with pytest.raises(Unreadable) as caught:
        next(rows)
    assert caught.value.at == Position(1, 1, 5)
    assert isinstance(caught.value.problem, BodyMalformed)
    assert "line 2" in caught.value.problem.detail


@pytest.mark.parametrize("text", ["a,b\r1,2\r", "ok,1\r2,3\n", 'a,"b"\r1,2'])
def test_a_carriage_return_alone_is_told_apart_from_quotes(text):
    with pytest.raises(Unreadable) as caught:
        of_csv(text)
    assert "carriage return" in caught.value.problem.detail


@pytest.mark.parametrize("text", ['ok\n"' + "a\n" * 20, "ok\n" + "a" * 40 + "\nb"])
@pytest.mark.parametrize("size", [None, 5])
def test_a_row_that_is_too_long_ends_the_reading(text, size):
    rows = row_text.csv_rows(chunks(text, size), ",", 20)
    assert next(rows).value == ["ok"]
    with pytest.raises(Unreadable) as caught:
        next(rows)
    assert isinstance(caught.value.problem, BodyTooLarge)


# --- NDJSON --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [None, 1, 3])
def test_lines_of_json(size):
    rows = of_json('\ufeff{"a": "é"}\r\n\n  \n[1]', size=size)
    assert [row.value for row in rows] == [{"a": "é"}, [1]]
    assert places(rows) == [(1, 1), (2, 4)]


def test_a_line_that_is_not_json_has_a_problem_and_the_next_has_none():
    rows = of_json(b'{"a": \n{"a": 1, "a": 2}\n{"a": "\xff"}\n{"a": 1}')
    assert [row.value for row in rows] == [None, None, None, {"a": 1}]
    assert all(isinstance(row.problem, BodyMalformed) for row in rows[:3])


def test_a_line_that_is_too_long_ends_the_reading():
    with pytest.raises(Unreadable) as caught:
        of_json('{"a": "' + "x" * 50 + '"}\n', most=20)
    assert isinstance(caught.value.problem, BodyTooLarge)
    assert caught.value.at == Position()


def test_reading_json_goes_on_behind_any_row():
    text = '1\n\n{"a":\n2\n'
    rows = of_json(text)
    rest = text.encode()[rows[0].end.offset :]
    assert of_json(rest, at=rows[0].end)[-1] == rows[-1]


# --- the header ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "delimiter"),
    [
        ("name,city\nA;B,C", ("name", "city"), ","),
        ("name;city\nA,B;C", ("name", "city"), ";"),
        ("name\tcity\nA", ("name", "city"), "\t"),
        ('"a;b;c",city', ("a;b;c", "city"), ","),
        ("name\r\nA", ("name",), ","),
        ("\n\n name ,city", ("name", "city"), ","),
    ],
)
def test_the_header_tells_the_delimiter(text, names, delimiter):
    head = row_text.header(text.encode())
    assert (head.names, head.delimiter) == (names, delimiter)


def test_a_delimiter_may_be_given():
    assert row_text.header(b"a;b,c", ",").names == ("a;b", "c")


@pytest.mark.parametrize("mark", [b"", BOM])
def test_rows_begin_behind_the_header(mark):
    content = mark + b"\nname,city\r\nA,B\n"
    head = row_text.header(content)
    assert head.raw == mark + b"\nname,city\r\n"
    assert head.end == Position(0, 2, len(head.raw))
    (row,) = of_csv(content[head.end.offset :], at=head.end)
    assert (row.number, row.line, row.value) == (1, 3, ["A", "B"])
    assert row.end.offset == len(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b'"name',
        b"n\xffme,city\n",
        "name,city".encode("utf-16"),
        "name,city".encode("utf-16-le"),
    ],
)
def test_a_header_that_cannot_be_read(content):
    with pytest.raises(BodyMalformed):
        row_text.header(content)
