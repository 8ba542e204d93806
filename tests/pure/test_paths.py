import pytest

from endpoint_route_handler import paths


@pytest.mark.parametrize(
    ("route", "prefix", "cleaned"),
    [
        ("/a", "", "/a"),
        ("a/b", "", "/a/b"),
        ("  /a ", "", "/a"),
        ("", "", "/"),
        (None, "", "/"),
        ("a", "/edi", "/edi/a"),
        ("/edi/a", "/edi", "/edi/a"),
    ],
)
def test_clean(route, prefix, cleaned):
    assert paths.clean(route, prefix) == cleaned


def test_routes_are_split_by_line_and_comma_each_once():
    assert paths.split_routes(" /a\n/b, /a\n\n") == ["/a", "/b"]
    assert paths.split_routes(None) == []


def test_methods_are_split_and_upper_cased():
    assert paths.split_methods("get, Post  PUT,get") == ["GET", "POST", "PUT"]
    assert paths.split_methods(False) == []


@pytest.mark.parametrize(
    ("route", "shape"),
    [
        ("/a/", "/a"),
        ("/", "/"),
        ("/a/<int:x>", "/a/<int>"),
        ("/a/<x>/b/<path:rest>/", "/a/<default>/b/<path>"),
        ("/a/<whole_path:rest>", "/a/<path>"),
        ('/m/<model("res.partner"):p>', '/m/<model("res.partner")>'),
    ],
)
def test_shape_forgets_trailing_slash_and_names(route, shape):
    assert paths.shape(route) == shape


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (["GET"], ["GET", "POST"], True),
        (["GET"], ["POST"], False),
        (None, ["POST"], True),
        (["POST"], None, True),
        (["GET"], ["HEAD"], True),
        (["HEAD"], ["POST", "OPTIONS"], False),
    ],
)
def test_overlap(one, other, meet):
    assert paths.overlap(one, other) is meet


@pytest.mark.parametrize("route", ["/a", "/a/<int:x>", "/a/<x>/b", "/a/<path:x>.csv"])
def test_valid_routes_have_no_problem(route):
    assert paths.problem(route, {}) is None


@pytest.mark.parametrize(
    ("route", "part"),
    [
        ("/a/<date:x>", "unknown converter"),
        ("/a b", "spaces"),
        ("/a//b", "empty segments"),
        ("/a?x=1", "query strings"),
        ("/a/<int:x>/<int:x>", "x"),
        ("/a/<int(", "malformed"),
        ("/a/<int(nonsense=1):x>", "nonsense"),
    ],
)
def test_invalid_routes_have_a_reason(route, part):
    assert part in paths.problem(route, {})
