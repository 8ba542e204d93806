"""Helpers for tests of addons that depend on endpoint."""

import contextlib
import datetime

from odoo.exceptions import UserError
from odoo.tests.common import HttpCase, tagged
from odoo.tools.convert import convert_file

from odoo.addons.endpoint_route_handler.tests.common import (
    CommonEndpoint as CommonEndpointRoute,
)

SNIPPET = 'result = {"payload": "ok"}'


class EndpointMaker:
    @contextlib.contextmanager
    def assertRejected(self, regex=""):
        """Expect a UserError and roll back to the state before it."""
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            yield

    def make_endpoint(self, snippet=SNIPPET, **values):
        """Create an endpoint, by default public and synchronized."""
        values = {
            "name": "Test",
            "route": "/test/endpoint",
            "request_method": "GET",
            "auth_type": "public",
            "exec_as_user_id": self.env.ref("base.user_admin").id,
            "exec_mode": "code",
            "code_snippet": snippet,
            "registry_sync": True,
            **values,
        }
        if values["request_method"] in ("POST", "PUT", "PATCH"):
            values.setdefault("request_content_type", "application/json")
        return self.env["endpoint.endpoint"].create(values)


class CommonEndpoint(EndpointMaker, CommonEndpointRoute):
    @classmethod
    def _setup_demo_records(cls):
        """The demo endpoints, also on a database without demo data."""
        if not cls.env.ref("endpoint.endpoint_demo_1", raise_if_not_found=False):
            convert_file(
                cls.env, "endpoint", "demo/endpoint_demo.xml", {}, "init", noupdate=True
            )


@tagged("-at_install", "post_install")
class EndpointHttpCase(EndpointMaker, HttpCase):
    def call(self, path="/test/endpoint", method="GET", **kwargs):
        """Send a request; ``kwargs`` are those of ``requests.request``."""
        kwargs.setdefault("allow_redirects", False)
        return self.opener.request(method, self.base_url() + path, timeout=30, **kwargs)

    def new_user(self, login, groups="base.group_user"):
        group_ids = [self.env.ref(name).id for name in groups.split(",")]
        return self.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": f"{login} password",
                "group_ids": [(6, 0, group_ids)],
            }
        )

    def api_key(self, user):
        keys = self.env["res.users.apikeys"].with_user(user)
        tomorrow = datetime.datetime.now() + datetime.timedelta(days=1)
        return keys._generate("rpc", "k", tomorrow)

    def bearer(self, user):
        return {"Authorization": f"Bearer {self.api_key(user)}"}
