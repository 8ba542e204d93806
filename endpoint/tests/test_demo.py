from odoo.addons.endpoint_route_handler import cache_epoch

from .common import CommonEndpoint, EndpointHttpCase


class TestDemo(EndpointHttpCase):
    """The demo endpoints, which the documentation uses as examples."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        CommonEndpoint._setup_demo_records.__func__(cls)
        cls.env["endpoint.endpoint"].search([]).write({"registry_sync": True})
        cache_epoch.mark_changed(cls.env, "default")

    def test_hello(self):
        self.assertEqual(self.call("/demo/hello").text, "Hello, World!")
        self.assertEqual(self.call("/demo/hello?name=Ada").text, "Hello, Ada!")

    def test_order(self):
        line = {"product": "p", "qty": 2, "price": 1.5}
        order = {"customer": "Ada", "lines": [line]}
        response = self.call("/demo/order", "POST", json=order)
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.json(), {"customer": "Ada", "total": 3.0})
        line["qty"] = 0
        detail = self.call("/demo/order", "POST", json=order).json()["detail"]
        self.assertEqual(detail[0]["loc"], ["body", "lines", 0, "qty"])

    def test_greeting(self):
        headers = {"Content-Type": "application/xml"}
        good = self.call(
            "/demo/greeting", "POST", data="<greeting>hi</greeting>", headers=headers
        )
        self.assertEqual(good.text, "<greeting>hi</greeting>")
        bad = self.call("/demo/greeting", "POST", data="<other/>", headers=headers)
        self.assertEqual(bad.json()["detail"][0]["type"], "xml_schema")

    def test_me(self):
        self.assertEqual(self.call("/demo/me").status_code, 401)
        self.authenticate("admin", "admin")
        self.assertEqual(self.call("/demo/me").json()["login"], "admin")

    def test_as_demo_user(self):
        response = self.call("/demo/as_demo_user").json()
        self.assertEqual(response, {"runs_as": "demo", "superuser": False})

    def test_partners(self):
        headers = self.bearer(self.env.ref("base.user_admin"))
        partners = self.call("/demo/partners", headers=headers).json()
        self.assertEqual(set(partners[0]), {"id", "name", "email"})

    def test_echo(self):
        response = self.call("/demo/echo", "PATCH", json={"a": 1}).json()
        self.assertEqual(response, {"method": "PATCH", "word": None, "body": {"a": 1}})
        self.assertEqual(self.call("/demo/echo/hi").json()["word"], "hi")

    def test_redirect(self):
        response = self.call("/demo/redirect")
        self.assertEqual(response.status_code, 302)
        self.assertTrue(response.headers["Location"].endswith("/demo/hello"))

    def test_csv(self):
        response = self.call("/demo/countries.csv")
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn('BE,"Belgium"', response.text)

    def test_error(self):
        response = self.call("/demo/error")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(response.json()["detail"][0]["msg"], "Not today.")
