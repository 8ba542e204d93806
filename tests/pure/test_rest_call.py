import pytest

from rest_api_core.wire import call
from rest_api_core.wire.call import (
    Call,
    Caller,
    Headers,
    Target,
    methods,
    parse,
    relative,
)
from rest_api_core.wire.problem import MethodNotAllowed, NotFound, PageTooLarge


@pytest.mark.parametrize(
    ("request_line", "target"),
    [
        ("GET ", Target("about")),
        ("GET /", Target("about")),
        ("GET health", Target("health")),
        ("GET res.partner", Target("list", "res.partner")),
        ("QUERY res.partner", Target("list", "res.partner")),
        ("POST res.partner/search", Target("list", "res.partner")),
        ("GET res.partner/count", Target("count", "res.partner")),
        ("GET res.partner/fields", Target("fields", "res.partner")),
        ("GET res.partner/bulk", Target("bulk", "res.partner")),
        ("POST res.partner/bulk", Target("bulk", "res.partner")),
        ("GET res.partner/7", Target("read", "res.partner", (7,))),
        ("POST res.partner", Target("create", "res.partner")),
        ("PATCH res.partner", Target("update", "res.partner")),
        ("PATCH res.partner/7", Target("update", "res.partner", (7,))),
        ("PUT res.partner/7", Target("replace", "res.partner", (7,))),
        ("DELETE res.partner/7", Target("delete", "res.partner", (7,))),
        ("DELETE res.partner/7,1,3", Target("delete", "res.partner", (7, 1, 3))),
        ("POST res.partner/7/archive", Target("archive", "res.partner", (7,))),
        ("POST res.partner/7,8/restore", Target("restore", "res.partner", (7, 8))),
        ("POST res.partner/7/copy", Target("copy", "res.partner", (7,))),
        ("POST sale.order/call/ping", Target("call", "sale.order", (), "ping")),
        (
            "POST sale.order/7/call/action_confirm",
            Target("call", "sale.order", (7,), "action_confirm"),
        ),
        ("GET x_custom", Target("list", "x_custom")),
        ("GET account.account.tag", Target("list", "account.account.tag")),
    ],
)
def test_method_and_path_name_a_target(request_line, target):
    method, _, path = request_line.partition(" ")
    assert parse(path, method) == target


def test_a_slash_at_the_end_does_not_matter():
    assert parse("res.partner/7/", "GET") == parse("res.partner/7", "GET")


def test_head_is_get():
    assert parse("res.partner/7", "HEAD") == parse("res.partner/7", "GET")


def test_several_ids_are_read_in_bulk():
    assert parse("res.partner/7,1", "GET").verb == "bulk"


def test_an_id_that_comes_twice_counts_once():
    assert parse("res.partner/3,1,3", "DELETE").ids == (3, 1)


@pytest.mark.parametrize(
    "path",
    [
        "res.partner/abc",
        "res.partner/0",
        "res.partner/-1",
        "res.partner/01",
        "res.partner/1,",
        "res.partner/,1",
        "res.partner/1,0",
        "res.partner/١",
        "res.partner/2147483648",
        "res.partner/99999999999999999999999",
        "res.partner/1/unknown",
        "res.partner/1/count",
        "res.partner/call",
        "res.partner/call/_private",
        "res.partner/call/__class__",
        "res.partner/call/a.b",
        "res.partner/1/call/a/b",
        "res.partner//1",
        "/res.partner",
        "res.partner//",
        "Res.Partner",
        "res..partner",
        ".partner",
        "res.partner;",
        "res.partner/1 or 1=1",
        "res.partner/../res.users",
        "health/1",
        "<model>",
        "<model>/<ids>",
        "res.partner\n",
    ],
)
def test_other_paths_do_not_exist(path):
    with pytest.raises(NotFound):
        parse(path, "GET" if "call" not in path else "POST")


def test_the_largest_id_of_the_database_is_an_id():
    assert parse("res.partner/2147483647", "GET").ids == (2**31 - 1,)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "", "GET, HEAD, OPTIONS"),
        ("DELETE", "res.partner", "GET, HEAD, OPTIONS, PATCH, POST, QUERY"),
        ("POST", "res.partner/7", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("GET", "res.partner/7/archive", "OPTIONS, POST"),
        ("get", "res.partner", "GET, HEAD, OPTIONS, PATCH, POST, QUERY"),
        ("TRACE", "res.partner/count", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(method, path, allowed):
    with pytest.raises(MethodNotAllowed) as caught:
        parse(path, method)
    assert caught.value.headers == (("Allow", allowed),)


def test_methods_of_a_path_for_preflights():
    assert methods("res.partner/7/copy") == ["OPTIONS", "POST"]
    with pytest.raises(NotFound):
        methods("res.partner/7/unknown")


def test_a_path_names_a_bounded_number_of_records():
    most = ",".join(map(str, range(1, call.MAX_IDS + 1)))
    assert len(parse(f"res.partner/{most}", "DELETE").ids) == call.MAX_IDS
    with pytest.raises(PageTooLarge):
        parse(f"res.partner/{most},5000", "DELETE")


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("/api/v1/res.partner/3", "/api/v1", "res.partner/3"),
        ("/api/v1/res.partner/3", "/api/v1/", "res.partner/3"),
        ("/api/v1", "/api/v1", ""),
        ("/api/v1/", "/api/v1", ""),
        ("/res.partner", "/", "res.partner"),
    ],
)
def test_paths_are_seen_from_the_root(path, root, below):
    assert relative(path, root) == below


@pytest.mark.parametrize("path", ["/api/v10/res.partner", "/api", "/web", ""])
def test_other_roots_do_not_exist(path):
    with pytest.raises(NotFound):
        relative(path, "/api/v1")


@pytest.mark.parametrize("given", ["a", "A-1._z", "x" * 128])
def test_the_clients_request_id_is_kept(given):
    assert call.request_id(given, "fresh") == given


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "x" * 129,
        "a b",
        "a\n",
        "é",
        "<a>",
        "rak_abcdefgh_secret",
        "x.rat_abcdefgh_s",
    ],
)
def test_other_request_ids_are_replaced(given):
    assert call.request_id(given, "fresh") == "fresh"


def test_headers_are_a_small_view():
    sent = {"X-Company-Id": "2,1", "If-None-Match": '"a"', "X-Other": "1"}
    view = Headers.of(sent.get)
    assert (view.company, view.if_none_match, view.prefer) == ("2,1", '"a"', "")


def a_call(verb):
    return Call(*Target(verb, "res.partner"), api_id=1, root="/api/v1", path="")


def test_a_call_is_its_target_and_cannot_be_changed():
    one = a_call("list")
    assert (one.verb, one.model, one.ids, one.name) == ("list", "res.partner", (), "")
    assert one.caller == Caller()
    with pytest.raises(AttributeError):
        one.model = "res.users"


def test_reading_verbs_are_known():
    assert a_call("list").reads
    assert not a_call("update").reads
    assert not a_call("call").reads


def test_each_verb_has_a_path():
    verbs = {verb for row in call.ROUTES.values() for verb in row.values()}
    assert verbs == set(call.Verb.__args__)
