"""The caches of queries: limited, and never mixed up."""

from unittest.mock import patch

from odoo.tests import tagged

from ..orm import registry_catalog
from ..orm.cache import Cache
from ..orm.registry_catalog import RegistryCatalog
from .common import RestCase


@tagged("post_install", "-at_install")
class TestMemory(RestCase):
    def memo(self):
        """A catalog of our own, and what it keeps."""
        kept = Cache()
        catalog = RegistryCatalog(self.env, self.api.id, self.client.id, False, kept)
        return catalog, kept

    def test_a_plan_is_for_the_types_that_it_was_made_for(self):
        domain = 'res.partner?fields=id&filter=[["color","=",%s]]'
        self.data(self.rest.get(domain % "1"))
        self.assert_problem(self.rest.get(domain % "true"), 400, "query.filter")

    def test_names_that_are_no_fields_are_not_kept(self):
        catalog, kept = self.memo()
        for number in range(5):
            self.assertIsNone(catalog.field("res.partner", f"nothing_{number}"))
        self.assertEqual(len(kept), 0)

    def test_queries_with_long_filters_are_not_kept(self):
        """They would fill the memory with what a caller has sent."""
        names = [f"{number}{'x' * 1000}" for number in range(500)]
        body = {"filter": [["name", "in", names]], "fields": ["id"]}
        caches = []
        original = RegistryCatalog.cache

        def cache(catalog, purpose, model):
            caches.append((purpose, original(catalog, purpose, model)))
            return caches[-1][1]

        with patch.object(RegistryCatalog, "cache", cache):
            self.data(self.rest.post("res.partner/search", {"fields": ["id"]}))
            self.data(self.rest.post("res.partner/search", body))
        plans = next(kept for purpose, kept in caches if purpose == "plans")
        self.assertEqual(len(plans), 1)

    def test_the_cache_of_queries_is_limited(self):
        catalog, _kept = self.memo()
        with patch.object(registry_catalog, "MAX_KEPT", 3):
            for purpose in ("plans", "columns"):
                cache = catalog.cache(purpose, "res.partner")
                for number in range(9):
                    cache.get(number, object)
                self.assertLessEqual(len(cache), 3)
