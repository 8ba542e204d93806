import pytest

from rest_api_core.query import paging
from rest_api_core.query.paging import CursorPages, OffsetPages, Page

URL = "https://example.com/api/v1/res.partner"


def links(page, more=False, total=None, query=""):
    return OffsetPages(page, more, total).links(f"{URL}?{query}")


@pytest.mark.parametrize(
    ("offset", "number"), [(0, 1), (20, 2), (200, 11), (5, None), (21, None)]
)
def test_pages_have_a_number_unless_they_begin_in_between(offset, number):
    assert Page(20, offset).number == number
    if number:
        assert paging.offset_of(number, 20) == offset


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (1, 1), (20, 1), (21, 2)])
def test_number_of_pages(total, pages):
    assert paging.pages(total, 20) == pages


def test_meta_of_a_page():
    meta = paging.offset_meta(Page(20, 40), count=3, total=43)
    assert meta == {
        "count": 3,
        "limit": 20,
        "offset": 40,
        "total": 43,
        "page": 3,
        "pages": 3,
    }


def test_meta_leaves_out_unknown_values():
    assert paging.offset_meta(Page(20, 5), 20) == {
        "count": 20,
        "limit": 20,
        "offset": 5,
    }
    estimated = paging.offset_meta(Page(20), 20, total=1000, exact=False)
    assert estimated["total"] == 1000 and "pages" not in estimated


def test_meta_of_a_page_by_cursor():
    meta = {"count": 20, "limit": 20, "next_cursor": "abc"}
    assert paging.cursor_meta(20, 20, "abc") == meta
    last = {"count": 3, "limit": 20, "next_cursor": None, "total": 23}
    assert paging.cursor_meta(20, 3, None, 23) == last


def test_links_of_a_page_in_the_middle():
    assert links(Page(20, 40), more=True, total=95) == {
        "first": f"{URL}?offset=0",
        "prev": f"{URL}?offset=20",
        "next": f"{URL}?offset=60",
        "last": f"{URL}?offset=80",
    }


def test_numbered_pages_have_numbered_links():
    assert links(Page(20, 40, numbered=True), more=True, total=100) == {
        "first": f"{URL}?page=1",
        "prev": f"{URL}?page=2",
        "next": f"{URL}?page=4",
        "last": f"{URL}?page=5",
    }


def test_the_first_page_has_no_previous_and_the_last_no_next():
    assert set(links(Page(20), more=True, total=40)) == {"first", "next", "last"}
    assert set(links(Page(20, 20), total=40)) == {"first", "prev", "last"}
    assert set(links(Page(20, 20), more=True)) == {"first", "prev", "next"}


def test_before_a_page_in_between_there_is_the_beginning():
    assert links(Page(20, 5))["prev"] == f"{URL}?offset=0"


def test_a_page_beyond_the_end_links_to_the_last_one():
    back = links(Page(20, 400), total=45)
    assert back["prev"] == back["last"] == f"{URL}?offset=40"
    assert links(Page(20, 400), total=0)["prev"] == f"{URL}?offset=0"


def test_links_of_a_page_by_cursor():
    url = f"{URL}?cursor=old&sort=name"
    assert CursorPages("a.b-_").links(url) == {
        "first": f"{URL}?sort=name&cursor=",
        "next": f"{URL}?sort=name&cursor=a.b-_",
    }
    assert set(CursorPages(None).links(url)) == {"first"}


@pytest.mark.parametrize(
    ("query", "moved"),
    [
        ("", "offset=5"),
        ("limit=5&offset=10", "limit=5&offset=5"),
        ("skip=1&page=2&page_number=3&%6Fffset=4&cursor=", "offset=5"),
        (
            "filter%5Bname%5D%5Bilike%5D=a+b&x",
            "filter%5Bname%5D%5Bilike%5D=a+b&x&offset=5",
        ),
        ("filter[name]=a,b&&y=%C3%A9", "filter[name]=a,b&y=%C3%A9&offset=5"),
        ("name=é", "name=%C3%A9&offset=5"),
        ("lang=fr_BE#offset", "lang=fr_BE&offset=5"),
    ],
)
def test_other_parameters_stay_as_they_are(query, moved):
    assert paging.moved(f"{URL}?{query}", "offset", "5") == f"{URL}?{moved}"


def test_the_header():
    header = paging.link_header({"first": f"{URL}?page=1", "next": f"{URL}?page=3"})
    assert header == f'<{URL}?page=1>; rel="first", <{URL}?page=3>; rel="next"'
    assert paging.link_header({}) is None


def test_of_long_links_the_next_page_s_comes_first():
    long = {"first": "a" * 2000, "prev": "b" * 2000, "next": "c" * 2000, "last": "d"}
    assert paging.link_header(long) == f'<{"c" * 2000}>; rel="next"'
    assert paging.link_header({"first": "a" * 4000}) is None


@pytest.mark.parametrize(
    ("url", "body", "query"),
    [
        (f"{URL}/search", {}, ""),
        (f"{URL}/search/?limit=2", {"lang": "fr"}, "?limit=2&lang=fr"),
        (URL, {"limit": 2, "sort": ["-name", "id"]}, "?limit=2&sort=-name,id"),
        (URL, {"company": [1, 3], "skip": 4}, "?company=1,3&skip=4"),
        (
            URL,
            {"filter": [["name", "=", "é&"]]},
            "?filter=%5B%5B%22name%22,%22%3D%22,%22%5Cu00e9%26%22%5D%5D",
        ),
        (URL, {"expand": {"a": {}}}, "?expand=%7B%22a%22%3A%7B%7D%7D"),
        (URL, {"expand": ["a"]}, "?expand=%5B%22a%22%5D"),
        (f"{URL}?filter[a]=b,c", {}, "?filter[a]=b,c"),
    ],
)
def test_a_query_in_a_body_has_a_url_as_well(url, body, query):
    assert paging.by_get(url, body) == f"{URL}{query}"


def test_urls_cannot_break_the_header():
    hostile = f'{URL}?a=>; rel="x"\r\nSet-Cookie: b=c'
    link = paging.link_header(CursorPages('"\r\n').links(hostile))
    assert "\r" not in link and "\n" not in link
    assert link.count('rel="x"') == 0 and link.count("<") == link.count(">") == 2
