from odoo.tools import mute_logger

from odoo.addons.endpoint_route_handler import conflicts

from .common import EndpointHttpCase

SCHEMA = "required: [a]"
CONTENT = "Content-Type"
ORIGIN = "Access-Control-Allow-Origin"
# changes that wait for the synchronization: nothing of what is served changes before
UNSYNCHRONIZED = {
    "route": {"route": "/test/moved"},
    "additional routes": {"additional_routes": "/test/more"},
    "swapped routes": {"route": "/test/other", "additional_routes": "/test/served"},
    "method": {"request_method": "PUT"},
    "several methods": {"request_method": "GET", "additional_methods": "PUT"},
    "authentication": {"auth_type": "bearer", "exec_as_user_id": False},
    "content type": {"request_content_type": "text/csv"},
    "content type with its schema": {
        "request_content_type": "application/xml",
        "request_content_schema": False,
    },
    "no content type": {"request_method": "GET", "request_content_type": False},
    "more content types": {"additional_content_types": "text/plain"},
    "cors": {"cors": "https://other.example"},
    "cors headers": {"cors_headers": "X-Api-Key"},
    "read-only": {"readonly": True},
    "csrf": {"csrf": True},
    "route type": {"route_type": "json"},
    "group": {"route_group": "g"},
    "archived and back": {"active": False},
}


class TestLife(EndpointHttpCase):
    """What is served after create, change, archive and delete."""

    def status(self, path="/test/endpoint", method="GET"):
        return self.call(path, method).status_code

    def test_an_endpoint_is_served_after_the_sync(self):
        endpoint = self.make_endpoint(registry_sync=False)
        self.assertEqual(self.status(), 404)
        endpoint.registry_sync = True
        self.assertEqual(self.status(), 200)

    def test_the_action_synchronizes(self):
        endpoint = self.make_endpoint(registry_sync=False)
        action = self.env.ref("endpoint.server_action_registry_sync")
        action.with_context(
            active_model="endpoint.endpoint", active_ids=endpoint.ids
        ).run()
        self.assertEqual(self.status(), 200)

    def test_a_changed_route_is_served_after_the_sync(self):
        endpoint = self.make_endpoint()
        self.assertEqual(self.status(), 200)
        endpoint.route = "/test/moved"
        self.assertEqual((self.status(), self.status("/test/moved")), (200, 404))
        endpoint.registry_sync = True
        self.assertEqual((self.status(), self.status("/test/moved")), (404, 200))

    def served(self, headers=None):
        """Return what a caller can observe of the endpoint made for this."""
        cases = [
            ("/test/served", "POST", {"json": {"a": 1}}),
            ("/test/served", "POST", {"json": {}}),
            ("/test/served", "POST", {"data": "a"}),
            ("/test/other", "POST", {"json": {"a": 1}}),
            ("/test/served", "GET", {}),
            ("/test/served", "PUT", {"json": {"a": 1}}),
        ]
        responses = [self.call(path, method, **kw) for path, method, kw in cases]
        return [
            # Odoo's page for 404 has a token in it
            (r.status_code, r.status_code != 404 and r.text, r.headers.get(ORIGIN))
            for r in responses
        ]

    def test_an_unsynchronized_change_does_not_change_what_is_served(self):
        for name, values in UNSYNCHRONIZED.items():
            endpoint = self.make_endpoint(
                route="/test/served",
                additional_routes="/test/other",
                request_method="POST",
                request_content_schema=SCHEMA,
            )
            before = self.served()
            endpoint.write(values)
            if not endpoint.active:
                endpoint.active = True
            with self.subTest(name):
                self.assertEqual(self.served(), before)
                in_sync = name == "archived and back"
                self.assertEqual(endpoint.registry_sync, in_sync)
            endpoint.unlink()

    def test_the_served_record_is_validated_by_its_synchronized_values(self):
        """Overrides of ``_validate_request`` read them too, and so does a snippet."""
        names = ("route", "request_method", "request_content_type", "auth_type")
        read = ", ".join(f"endpoint.{name}" for name in names)
        endpoint = self.make_endpoint(
            f'result = {{"payload": [{read}]}}', request_method="POST"
        )
        served = [endpoint[name] for name in names]
        validated = []
        klass = type(endpoint)
        validate = klass._validate_request

        def record_values(record, request):
            validated.append([record[name] for name in names])
            return validate(record, request)

        self.patch(klass, "_validate_request", record_values)
        endpoint.write(
            {
                "route": "/test/moved",
                "request_method": "PUT",
                "request_content_type": "application/xml",
                "auth_type": "bearer",
            }
        )
        response = self.call(method="POST", json={})
        self.assertEqual((response.status_code, response.json()), (200, served))
        self.assertEqual(validated, [served])
        for method, kind in (("PUT", "application/xml"), ("POST", "application/xml")):
            response = self.call(method=method, data="<a/>", headers={CONTENT: kind})
            expected = 405 if method == "PUT" else 415
            self.assertEqual(response.status_code, expected)
        endpoint.registry_sync = True
        self.assertEqual(self.status(method="POST"), 404)
        user = self.new_user("caller")
        headers = {CONTENT: "application/xml", **self.bearer(user)}
        response = self.call("/test/moved", "PUT", data="<a/>", headers=headers)
        self.assertEqual(response.json(), [endpoint[name] for name in names])

    def test_all_routing_fields_are_tested_above(self):
        tested = set().union(*UNSYNCHRONIZED.values())
        fields = self.env["endpoint.endpoint"]._routing_impacting_fields()
        self.assertLessEqual(set(fields), tested)

    def test_a_changed_authentication_is_served_after_the_sync(self):
        endpoint = self.make_endpoint()
        endpoint.auth_type = "bearer"
        self.assertEqual(self.status(), 200)
        endpoint.registry_sync = True
        self.assertEqual(self.status(), 401)

    def test_a_schema_is_kept_until_its_content_type_is_synchronized(self):
        endpoint = self.make_endpoint(
            request_method="POST", request_content_schema=SCHEMA
        )
        endpoint.request_content_schema = "required: [b]"
        endpoint.write(
            {"request_content_type": "text/csv", "request_content_schema": False}
        )
        statuses = [
            self.call(method="POST", json=j).status_code for j in ({}, {"b": 1})
        ]
        self.assertEqual(statuses, [400, 200])
        endpoint.write(
            {
                "request_content_type": "application/json",
                "request_content_schema": "required: [c]",
            }
        )
        self.assertEqual(self.call(method="POST", json={"c": 1}).status_code, 200)

    def test_what_takes_effect_on_save_needs_no_sync(self):
        endpoint = self.make_endpoint(
            request_method="POST", request_content_schema=SCHEMA
        )
        user = self.new_user("other")
        for values in (
            {"name": "Other"},
            {"description": "x"},
            {"request_content_schema": "required: [b]"},
            {"exec_as_user_id": user.id},
            {"company_id": self.env.company.id},
            {"code_snippet": 'result = {"payload": user.login}'},
        ):
            endpoint.write(values)
            with self.subTest(values):
                self.assertEqual(endpoint.registry_state, "synced")
        response = self.call(method="POST", json={"b": 1})
        self.assertEqual(response.json(), "other")

    def test_a_route_of_an_earlier_version_is_served_as_it_is_stored(self):
        endpoint = self.make_endpoint()
        endpoint.synced_values = False
        endpoint.write({"request_method": "DELETE", "additional_methods": "PATCH"})
        self.assertEqual([self.status(), self.status(method="DELETE")], [200, 405])

    def test_a_snippet_finds_other_endpoints(self):
        self.make_endpoint(
            'found = endpoint._find_endpoint("/test/other")\n'
            'result = {"payload": found.name}'
        )
        self.make_endpoint(name="Other", route="/test/other")
        self.assertEqual(self.call().json(), "Other")

    def test_a_snippet_can_synchronize_its_own_endpoint(self):
        endpoint = self.make_endpoint(
            'endpoint.sudo().write({"registry_sync": True})\nresult = {}'
        )
        endpoint.route = "/test/moved"
        self.assertEqual(self.status(), 200)
        self.assertEqual((self.status(), self.status("/test/moved")), (404, 200))

    def test_an_archived_endpoint_is_404_at_once(self):
        endpoint = self.make_endpoint()
        endpoint.active = False
        self.assertEqual(self.status(), 404)
        endpoint.active = True
        self.assertEqual(self.status(), 200)
        endpoint.active = False
        endpoint.registry_sync = True
        endpoint.active = True
        self.assertEqual(self.status(), 404)

    def test_a_deleted_endpoint_is_404_at_once(self):
        endpoint = self.make_endpoint()
        self.assertEqual(self.status(), 200)
        endpoint.unlink()
        self.assertEqual(self.status(), 404)

    def test_a_changed_snippet_is_served_at_once(self):
        endpoint = self.make_endpoint('result = {"payload": 1}')
        self.assertEqual(self.call().json(), 1)
        endpoint.code_snippet = 'result = {"payload": 2}'
        self.assertEqual(self.call().json(), 2)

    def test_with_auto_sync_a_saved_endpoint_is_served(self):
        endpoint = self.make_endpoint(registry_sync=False, registry_auto_sync=True)
        self.assertEqual(self.status(), 200)
        endpoint.route = "/test/moved"
        self.assertEqual((self.status(), self.status("/test/moved")), (404, 200))
        endpoint.active = False
        self.assertEqual(self.status("/test/moved"), 404)

    def test_swapped_routes_can_be_synchronized_together(self):
        one = self.make_endpoint('result = {"payload": 1}', route="/test/1")
        two = self.make_endpoint('result = {"payload": 2}', route="/test/2")
        one.route = "/test/tmp"
        two.route = "/test/1"
        one.route = "/test/2"
        (one | two).registry_sync = True
        self.assertEqual(self.call("/test/1").json(), 2)
        self.assertEqual(self.call("/test/2").json(), 1)

    def test_a_route_that_another_endpoint_still_serves_cannot_be_synchronized(self):
        old = self.make_endpoint(name="Old", route="/test/<int:a>/x")
        old.route = "/test/moved"
        new = self.make_endpoint(route="/test/<int:b>/x", registry_sync=False)
        for maximum in (20, 0):
            self.patch(conflicts, "MAX_PATTERNS", maximum)
            with self.assertRejected("still served by `Old`.*Synchronize that"):
                new.registry_sync = True
        (new | old).registry_sync = True
        self.assertEqual(new.registry_state, "synced")

    @mute_logger("odoo.addons.endpoint_route_handler.routing")
    def test_a_broken_route_does_not_affect_others(self):
        endpoint = self.make_endpoint()
        broken = self.make_endpoint(route="/test/broken")
        self.env.cr.execute(
            "UPDATE endpoint_route SET routing ="
            " replace(routing, '/test/broken', '/test/<date:x>')"
            " WHERE key = %s",
            [f"endpoint.endpoint:{broken.id}"],
        )
        self.env["ir.http"]._endpoint_routes_changed()
        self.assertEqual(self.status(), 200)
        self.assertEqual(self.status("/web/health"), 200)
        self.assertEqual(self.status("/test/broken"), 404)
        self.assertEqual(broken.registry_state, "broken")
        self.assertIn("date", broken.registry_state_message)
        self.assertEqual(endpoint.registry_state, "synced")

    @mute_logger("odoo.addons.endpoint_route_handler.routing")
    def test_a_row_with_broken_json_affects_no_other_record(self):
        broken = self.make_endpoint(route="/test/broken")
        for column, text in (("opts", "{"), ("routing", '"/test/'), ("opts", "{}")):
            self.env.cr.execute(
                f"UPDATE endpoint_route SET {column} = %s WHERE key = %s",
                [text, f"endpoint.endpoint:{broken.id}"],
            )
            self.env["ir.http"]._endpoint_routes_changed()
            with self.subTest(column, text=text):
                endpoint = self.make_endpoint()
                self.assertEqual(self.status(), 200)
                broken.write({"active": False})
                broken.write({"active": True, "registry_sync": True})
                self.assertEqual(self.status("/test/broken"), 200)
                endpoint.unlink()

    def test_rows_of_earlier_versions_are_served(self):
        endpoint = self.make_endpoint()
        self.env.cr.execute(
            "UPDATE endpoint_route SET endpoint_hash = '-123', route_group = 'false',"
            " routing = regexp_replace(routing, ', \"readonly\": false', '')"
            " WHERE key = %s",
            [f"endpoint.endpoint:{endpoint.id}"],
        )
        self.env["ir.http"]._endpoint_routes_changed()
        self.assertEqual(self.status(), 200)
