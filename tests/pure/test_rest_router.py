"""The table of operations, and the paths that lead to them."""

import pytest

from rest_api_core import operations
from rest_api_core.wire import call, router
from rest_api_core.wire.call import Call, Caller, Target
from rest_api_core.wire.problem import MethodNotAllowed, NotFound, PageTooLarge
from rest_api_core.wire.router import Router, below, following

V1 = Router((route, row.name) for row in operations.ROWS for route in row.routes)
P = "res.partner"


def led(path, method):
    """The name of the operation, and the target."""
    found = V1.find(path)
    return found.operation(method), found.target


@pytest.mark.parametrize(
    ("request_line", "operation", "target"),
    [
        ("GET ", "about", Target()),
        ("GET /", "about", Target()),
        ("GET health", "health", Target()),
        ("GET res.partner", "list", Target("res.partner")),
        ("QUERY res.partner", "list", Target("res.partner")),
        ("POST res.partner/search", "list", Target("res.partner")),
        ("GET res.partner/count", "count", Target("res.partner")),
        ("GET res.partner/fields", "fields", Target("res.partner")),
        ("GET res.partner/bulk", "bulk", Target("res.partner")),
        ("POST res.partner/bulk", "bulk", Target("res.partner")),
        ("GET res.partner/7", "read", Target("res.partner", (7,))),
        ("POST res.partner", "create", Target("res.partner")),
        ("PATCH res.partner", "update", Target("res.partner")),
        ("PATCH res.partner/7", "update", Target("res.partner", (7,))),
        ("PUT res.partner/7", "replace", Target("res.partner", (7,))),
        ("POST res.partner/import", "import", Target("res.partner")),
        ("PUT jobs/7/parts/12", "import_part", Target("", (7,), "12")),
        ("POST jobs/7/start", "import_start", Target("", (7,))),
        ("DELETE res.partner/7", "delete", Target("res.partner", (7,))),
        ("DELETE res.partner/7,1,3", "delete", Target("res.partner", (7, 1, 3))),
        ("POST res.partner/7/archive", "archive", Target("res.partner", (7,))),
        ("POST res.partner/7,8/restore", "restore", Target("res.partner", (7, 8))),
        ("POST res.partner/7/copy", "copy", Target("res.partner", (7,))),
        ("POST sale.order/call/ping", "call", Target("sale.order", (), "ping")),
        (
            "POST sale.order/7/call/action_confirm",
            "call",
            Target("sale.order", (7,), "action_confirm"),
        ),
        ("GET x_custom", "list", Target("x_custom")),
        ("GET account.account.tag", "list", Target("account.account.tag")),
    ],
)
def test_method_and_path_lead_to_an_operation(request_line, operation, target):
    method, _, path = request_line.partition(" ")
    assert led(path, method) == (operation, target)


def test_a_slash_at_the_end_does_not_matter():
    assert led("res.partner/7/", "GET") == led("res.partner/7", "GET")


def test_head_is_get():
    assert led("res.partner/7", "HEAD") == led("res.partner/7", "GET")


def test_an_id_that_comes_twice_counts_once():
    assert led("res.partner/3,1,3", "DELETE")[1].ids == (3, 1)


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
        "<model>",
        "<model>/<ids>",
        "res.partner\n",
    ],
)
def test_other_paths_do_not_exist(path):
    with pytest.raises(NotFound):
        led(path, "GET" if "call" not in path else "POST")


def test_the_largest_id_of_the_database_is_an_id():
    assert led("res.partner/2147483647", "GET")[1].ids == (2**31 - 1,)


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
        led(path, method)
    assert caught.value.headers == (("Allow", allowed),)


def test_methods_of_a_path_for_preflights():
    assert V1.find("res.partner/7/copy").methods == ["OPTIONS", "POST"]


def test_a_path_names_a_bounded_number_of_records():
    most = ",".join(map(str, range(1, router.MAX_IDS + 1)))
    assert len(led(f"res.partner/{most}", "DELETE")[1].ids) == router.MAX_IDS
    with pytest.raises(PageTooLarge):
        led(f"res.partner/{most},5000", "DELETE")


@pytest.mark.parametrize(
    ("path", "base", "rest"),
    [
        ("/api/v1/res.partner/3", "/api/v1", "res.partner/3"),
        ("/api/v1/res.partner/3", "/api/v1/", "res.partner/3"),
        ("/api/v1", "/api/v1", ""),
        ("/api/v1/", "/api/v1", ""),
        ("/res.partner", "/", "res.partner"),
    ],
)
def test_paths_are_seen_from_the_base_path(path, base, rest):
    assert below(path, base) == rest


@pytest.mark.parametrize("path", ["/api/v10/res.partner", "/api", "/web", ""])
def test_other_base_paths_do_not_exist(path):
    with pytest.raises(NotFound):
        below(path, "/api/v1")


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


def test_a_call_is_about_its_target_and_cannot_be_changed():
    one = Call(operations.ROWS[0], api_id=1, target=Target(P, (3,)))
    assert (one.model, one.ids) == (P, (3,))
    assert one.caller == Caller()
    with pytest.raises(AttributeError):
        one.target = Target()


def test_each_operation_has_a_path_of_its_own():
    routes = [route for row in operations.ROWS for route in row.routes]
    assert len(set(routes)) == len(routes)
    with pytest.raises(ValueError, match="two operations for GET a/b"):
        Router([("GET a/b", "one"), ("GET a/b", "other")])


CONTRACT = Router(
    [
        ("POST oauth/token", "token"),
        ("GET user/me", "me"),
        ("GET .well-known/oauth-protected-resource", "metadata"),
        ("GET admin/clients/<id>", "client"),
        ("GET attachments/<id>/content", "content"),
        ("GET reports/<report>/<ids>", "report"),
        ("GET <model>/<ids>", "read"),
        ("PUT <model>/<ids>/<any name>", "call"),
        ("GET files/<path>", "file"),
    ]
)


@pytest.mark.parametrize(
    ("path", "template", "target"),
    [
        ("oauth/token", "oauth/token", Target()),
        ("user/me", "user/me", Target()),
        (
            ".well-known/oauth-protected-resource",
            ".well-known/oauth-protected-resource",
            Target(),
        ),
        ("admin/clients/3", "admin/clients/<id>", Target(ids=(3,))),
        ("attachments/7/content", "attachments/<id>/content", Target(ids=(7,))),
        (
            "reports/account.report_invoice/3,4",
            "reports/<report>/<ids>",
            Target(ids=(3, 4), name="account.report_invoice"),
        ),
        ("res.partner/3/_email", "<model>/<ids>/<any name>", Target(P, (3,), "_email")),
        ("user/3", "<model>/<ids>", Target("user", (3,))),
        ("files/a/b.txt", "files/<path>", Target(path="a/b.txt")),
    ],
)
def test_paths_of_the_contract_can_be_told(path, template, target):
    found = CONTRACT.find(path)
    assert (found.template, found.target) == (template, target)


@pytest.mark.parametrize("path", ["oauth", "user/you", "admin/clients/3,4", "files"])
def test_literals_that_lead_nowhere_are_tried_as_variables(path):
    with pytest.raises(NotFound):
        CONTRACT.find(path)


@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("/api/v1/res.partner/<int:id>", "res.partner"),
        ("/api/v1/<string:any>/", "<string:any>"),
        ("/api/v1", ""),
        ("/api/v1/", ""),
        ("/api/v10/x", ""),
        ("/other/v1/x", ""),
    ],
)
def test_the_segment_after_a_base_path(path, segment):
    assert following(path, "/api/v1") == segment


def test_literals_begin_paths_and_models_do_not():
    assert V1.has_literal("health")
    assert not V1.has_literal("res.partner")
