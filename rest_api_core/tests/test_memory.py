"""The caches of queries: limited, and never mixed up."""

from collections import defaultdict
from unittest.mock import patch

from odoo.tests import tagged

from ..models.rest_cached_mixin import CACHE
from ..orm import registry_catalog
from ..orm.cache import Cache
from ..orm.registry_catalog import RegistryCatalog
from .common import RestCase


@tagged("post_install", "-at_install")
class TestMemory(RestCase):
    def memo(self):
        """A catalog of our own, and what it keeps."""
        kept = Cache()
        rights = (self.api.id, self.client.id, False)
        return RegistryCatalog(self.env, *rights, kept, Cache()), kept

    def test_a_plan_is_for_the_types_that_it_was_made_for(self):
        domain = 'res.partner?fields=id&filter=[["color","=",%s]]'
        self.data(self.rest.get(domain % "1"))
        self.assert_problem(self.rest.get(domain % "true"), 400, "query.filter")

    def test_names_that_are_no_fields_are_not_kept(self):
        catalog, kept = self.memo()
        for number in range(5):
            self.assertIsNone(catalog.field("res.partner", f"nothing_{number}"))
        self.assertEqual(len(kept), 0)

    def weights(self, *bodies):
        """What these requests for contacts keep: ``{what: [weights]}``."""
        kept = defaultdict(list)

        def of_query(_catalog, key, make, weigh):
            value = make()
            kept[key[0]].append(weigh(value))
            return value

        with patch.object(RegistryCatalog, "of_query", of_query):
            for body in bodies:
                self.data(self.rest.post("res.partner/search", body))
        return kept

    def test_queries_with_long_filters_are_not_kept(self):
        """They would fill the memory with what a caller has sent."""
        names = [f"{number}{'x' * 1000}" for number in range(500)]
        short = {"fields": ["id"]}
        kept = self.weights(short, {**short, "filter": [["name", "in", names]]})
        self.assertEqual(len(kept["plan"]), 1)

    def test_a_query_weighs_as_much_as_it_has_fields(self):
        condition = [["name", "=", "x" * 1000]]
        kept = self.weights(
            {"fields": ["id"]},
            {"fields": ["id", "name", "parent_id.name", "parent_id.city"]},
            {"fields": ["id"], "filter": condition},
        )
        few, many, filtered = kept["plan"]
        self.assertGreaterEqual(many - few, 5)
        self.assertGreater(filtered - few, 15)
        self.assertGreater(kept["columns"][1], kept["columns"][0])

    def test_all_callers_share_one_limit_of_queries(self):
        queries = Cache(20)
        rights = (self.api.id, self.client.id, False)
        for model in ("res.partner", "res.country"):
            for _caller in range(5):
                catalog = RegistryCatalog(self.env, *rights, Cache(), queries)
                for number in range(9):
                    key = ("plan", model, number)
                    catalog.of_query(key, object, lambda _plan: 4)
                    self.assertLessEqual(len(queries) * 4, 20)

    def test_callers_with_other_rights_have_plans_of_their_own(self):
        queries = Cache(20)
        rights = (self.api.id, self.client.id, False)
        plans = {
            RegistryCatalog(self.env, *rights, Cache(), queries).of_query(
                ("plan", "res.partner"), object, lambda _plan: 1
            )
            for _caller in range(3)
        }
        self.assertEqual(len(plans), 3)

    def test_ever_new_queries_of_many_callers_stay_within_the_limit(self):
        """The attack: other fields with each request, of each model."""
        with patch.object(registry_catalog, "MAX_QUERIES", 60):
            self.env.registry.clear_cache(CACHE)
            for number in range(12):
                params = {"fields": "id,name,city", "limit": 1, "offset": number}
                self.data(self.rest.get("res.partner", params=params))
            kept = self.env["rest.configuration"]._epoch().get("catalogs", self.fail)
        self.assertLessEqual(kept.queries._weight, 30)
        self.assertGreater(len(kept.queries), 0)
