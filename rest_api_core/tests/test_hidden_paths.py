"""Routes that would hide the paths of an API are refused, on both sides."""

from contextlib import contextmanager

from odoo.exceptions import ValidationError
from odoo.tests.common import TransactionCase, tagged

HIDDEN = ("res.partner", "res.partner/stats", "health", "<string:any>", "<any>/x")
FREE = ("webhooks", "v2", "no.such.model", "<int:number>")
BASE = "/rest/hidden"


@tagged("post_install", "-at_install")
class TestHiddenPaths(TransactionCase):
    def make_api(self, path=BASE, **values):
        return self.env["rest.api"].create(
            {"name": f"API {path}", "root_path": path, **values}
        )

    def make_route(self, path, **values):
        """A stored record with routes: endpoints are others of the kind."""
        return self.env["endpoint.route.handler.tool"].create(
            {"name": "Route", "route": path, "request_method": "GET", **values}
        )

    @contextmanager
    def refused(self, path, name=BASE):
        # assertRaises rolls back to a savepoint, assertRaisesRegex does not
        with self.assertRaises(ValidationError) as caught:
            yield
        reason = f"would hide the path {path}.* of the API “API {name}”"
        self.assertRegex(str(caught.exception), reason)

    def test_a_route_below_an_api_hides_no_path_of_it(self):
        self.make_api()
        for path in HIDDEN:
            segment = path.split("/", 1)[0]
            with self.subTest(path), self.refused(f"{BASE}/{segment}"):
                self.make_route(f"{BASE}/{path}")
        for path in FREE:
            with self.subTest(path):
                self.make_route(f"{BASE}/{path}")

    def test_additional_routes_hide_none_either(self):
        self.make_api(active=False)
        route = self.make_route("/elsewhere")
        with self.refused(f"{BASE}/res.partner"):
            route.additional_routes = f"/other, {BASE}/res.partner"

    def test_the_path_of_an_api_hides_none_of_another(self):
        self.make_api()
        self.make_api(f"{BASE}/v2")
        for path in ("res.partner", "health"):
            with self.subTest(path), self.refused(f"{BASE}/{path}"):
                self.make_api(f"{BASE}/{path}")
        moved = self.make_api("/hidden/elsewhere")
        with self.refused(f"{BASE}/res.partner"):
            moved.root_path = f"{BASE}/res.partner"

    def test_an_api_above_another_is_refused_if_it_would_be_hidden(self):
        self.make_api(f"{BASE}/res.partner")
        with self.refused(f"{BASE}/res.partner"):
            self.make_api()
        self.make_api("/rest")

    def test_an_api_is_refused_where_records_would_hide_its_paths(self):
        models = ["rest.api", "endpoint.route.handler.tool"]
        self.patch(
            type(self.env["rest.api"]),
            "_get_endpoint_route_consumer_models",
            lambda record: models,
        )
        self.make_route("/elsewhere", additional_routes=f"{BASE}/res.partner")
        with self.refused(f"{BASE}/res.partner"):
            self.make_api()

    def test_the_paths_of_all_dialects_count(self):
        self.make_api(token_dialect=True, token_root_path="/rest/tokens")
        with self.refused("/rest/tokens/auth"):
            self.make_route("/rest/tokens/auth")
        with self.refused("/rest/tokens/res.partner"):
            self.make_route("/rest/tokens/res.partner")
