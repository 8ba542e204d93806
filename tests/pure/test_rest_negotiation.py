import pytest

from rest_api_core.wire import negotiation
from rest_api_core.wire.problem import HeaderInvalid, NotAcceptable

JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"
TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "*/*",
        "application/*",
        JSON,
        "APPLICATION/JSON; charset=utf-8",
        "text/html, application/xhtml+xml, */*;q=0.8",
        "text/html, application/json ; q=0.001",
        # nothing that could be read
        "json",
        ", ;q=1",
    ],
)
def test_json_is_accepted(header):
    assert negotiation.accepted(header) == JSON


@pytest.mark.parametrize(
    "header",
    [
        "text/html",
        "text/*",
        "application/xml",
        "application/json;q=0",
        "application/json;q=0.000, */*",
        "application/*;q=0, */*",
        "application/json;q=much, text/html",
        "*/*;q=0",
    ],
)
def test_json_is_not_accepted(header):
    with pytest.raises(NotAcceptable, match="application/json"):
        negotiation.accepted(header)


@pytest.mark.parametrize("header", [None, "image/png"])
def test_what_depends_on_the_record_is_always_accepted(header):
    assert negotiation.accepted(header, ()) == ""


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("text/csv", CSV),
        ("application/*;q=0.5, text/csv;q=0.6", CSV),
        ("text/csv;q=0.5, application/x-ndjson;Q=1.0", NDJSON),
        ("*/*", NDJSON),
        ("text/csv;header=present;q=0.4, */*;q=0.1", CSV),
        # the first of two equal names counts
        ("text/csv, text/csv;q=0", CSV),
    ],
)
def test_the_best_of_several(header, best):
    assert negotiation.accepted(header, (NDJSON, CSV)) == best


def test_endless_headers_are_read_in_part():
    with pytest.raises(NotAcceptable):
        negotiation.accepted("text/html," * 1000 + JSON)


@pytest.mark.parametrize(
    ("header", "media_type"),
    [
        ("application/json", JSON),
        ("Application/JSON;Charset=UTF-8", JSON),
        ('application/json; charset="utf-8"', JSON),
        ("application/json; charset=utf8; profile=x", JSON),
        ("text/csv;", CSV),
        ("multipart/form-data; boundary=x", "multipart/form-data"),
        ("application/json; charset=latin-1", None),
        ("json", None),
        ("application/json, text/csv", None),
        ("application/json" + ";" * 1000, None),
        ("", None),
        (None, None),
    ],
)
def test_content_types(header, media_type):
    assert negotiation.media_type(header) == media_type


def test_json_bodies():
    assert negotiation.is_json("application/json; charset=utf-8")
    assert negotiation.is_json("application/merge-patch+json")
    # what a form of another site could send is none of them
    for simple in ("text/plain", "application/x-www-form-urlencoded", None):
        assert not negotiation.is_json(simple)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (None, ()),
        ("", ()),
        ("1", (1,)),
        (" 3 , 1 ,3", (3, 1)),
        ("2147483647", (2147483647,)),
    ],
)
def test_companies(text, ids):
    assert negotiation.companies(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "a",
        "0",
        "-1",
        "1,",
        "1;2",
        "1.0",
        "٣",
        "2147483648",
        "9" * 5000,
        "1," * 101,
    ],
)
def test_broken_companies_are_refused(text):
    with pytest.raises(HeaderInvalid) as refused:
        negotiation.companies(text)
    assert refused.value.errors[0].header == "X-Company-Id"


@pytest.mark.parametrize(
    "header",
    [f"00-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01-what"],
)
def test_traces_are_passed_on(header):
    trace = negotiation.traceparent(header)
    assert (trace.trace_id, trace.parent_id, trace.flags) == (TRACE, SPAN, "01")
    assert str(trace) == f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "00",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-what",
        f"00-{TRACE}-{SPAN}-01-",
        f"cc-{TRACE}-{SPAN}-01what",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
    ],
)
def test_invalid_traces_are_none(header):
    assert negotiation.traceparent(header) is None


def test_answers_vary():
    base = "Authorization, Accept-Language, X-Company-Id, Origin"
    assert negotiation.vary() == base
    assert negotiation.vary(["Prefer", "Origin"]) == f"{base}, Prefer"
