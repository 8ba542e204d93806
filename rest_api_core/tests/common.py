"""The test kit of the REST API, for the tests of other addons too."""

from odoo.tests import HttpCase, new_test_user

from ..access.policy import RIGHTS
from .client import RestClient
from .in_thread import InThreadAdapter


class RestCase(HttpCase):
    """Requests to an API of its own at ``/rest/test``, with keys of its own.

    ``self.rest.get("res.partner", params={"limit": 1})`` sends the key of ``client``,
    whose user is a plain employee who may also create contacts.

    Requests go to Odoo in the thread of the test. With ``over_http = True`` they go
    through a socket to the server of the test run, for tests of HTTP itself.
    """

    over_http = False

    root = "/rest/test"
    models = ("res.partner", "res.partner.category", "res.country")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.env["rest.api"].create(
            # no limits: a test sends as many requests in a minute as it can
            {
                "name": "Test API",
                "root_path": cls.root,
                "rate_limit": 0,
                "anonymous_rate_limit": 0,
            }
        )
        for model in cls.models:
            cls.expose(model)
        cls.user = new_test_user(
            cls.env, "rest_user", "base.group_user,base.group_partner_manager"
        )
        cls.client, cls.key = cls.make_client(cls.user, all_resources=True)

    @classmethod
    def expose(cls, model, **values):
        """A resource of the API with all rights unless ``values`` say otherwise."""
        model_id = cls.env["ir.model"]._get_id(model)
        rights = {f"can_{right}": True for right in RIGHTS}
        return cls.env["rest.resource"].create(
            {"api_id": cls.api.id, "model_id": model_id, **rights, **values}
        )

    @classmethod
    def resource(cls, model):
        return cls.api.resource_ids.filtered(lambda r: r.model == model)

    @classmethod
    def extra_writable(cls, model, *names):
        """Let requests write these read-only or computed fields of a resource."""
        domain = [("model", "=", model), ("name", "in", names)]
        fields = cls.env["ir.model.fields"].search(domain)
        cls.resource(model).unlocked_field_ids = fields

    @classmethod
    def make_client(cls, user, **values):
        """A client and the value of its key."""
        client = cls.env["rest.client"].create(
            {"name": f"Client of {user.login}", "user_id": user.id, **values}
        )
        return client, client._generate_key()[1]

    @classmethod
    def make_scope(cls, client, model, **values):
        """A scope that permits nothing but reading unless ``values`` say so."""
        return cls.env["rest.client.scope"].create(
            {"client_id": client.id, "resource_id": cls.resource(model).id, **values}
        )

    def setUp(self):
        super().setUp()
        self.rest = RestClient(self)
        if not self.over_http:
            self.opener.mount(self.base_url(), InThreadAdapter())

    def data(self, answer, status=200):
        """The ``data`` of an answer of this status."""
        self.assertEqual(answer.status_code, status, answer.text)
        return answer.json()["data"]

    def assert_problem(self, answer, status, code, place=None):
        """Check a problem, and where it says the fault is (pointer or parameter)."""
        self.assertEqual(answer.status_code, status, answer.text)
        kind = answer.headers["Content-Type"]
        self.assertEqual(kind, "application/problem+json", answer.text)
        problem = answer.json()
        self.assertEqual(problem["code"], code, answer.text)
        self.assertEqual(problem["status"], status)
        self.assertEqual(problem["request_id"], answer.headers["X-Request-ID"])
        if place is not None:
            field_errors = problem.get("errors", [])
            places = {f.get("pointer") or f.get("parameter") for f in field_errors}
            self.assertIn(place, places, answer.text)
        return problem
