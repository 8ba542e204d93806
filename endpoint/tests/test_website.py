from .common import EndpointHttpCase


class TestWebsite(EndpointHttpCase):
    """Rewrites of website, where it is installed, hold for endpoints too."""

    def rewrite(self, kind, **values):
        if "website.rewrite" not in self.env:
            self.skipTest("website is not installed")
        self.make_endpoint()
        self.env["website.rewrite"].create(
            {
                "name": "Moved",
                "redirect_type": kind,
                "url_from": "/test/endpoint",
                **values,
            }
        )

    def test_a_rewritten_endpoint_answers_at_its_new_path(self):
        self.rewrite("308", url_to="/test/moved")
        self.assertEqual(self.call("/test/moved").json(), "ok")
        response = self.call()
        self.assertEqual(response.status_code, 308)
        self.assertTrue(response.headers["Location"].endswith("/test/moved"))

    def test_a_hidden_endpoint_is_404(self):
        self.rewrite("404")
        self.assertEqual(self.call().status_code, 404)

    def test_website_lists_endpoints_among_its_routes(self):
        if "website.route" not in self.env:
            self.skipTest("website is not installed")
        self.make_endpoint()
        self.env["website.route"]._refresh()
        self.assertTrue(self.env["website.route"].search([("path", "=", "/test/endpoint")]))
