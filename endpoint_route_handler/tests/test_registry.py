from psycopg2 import errors

from odoo import sql_db
from odoo.tools import SQL, mute_logger

from odoo.addons.endpoint_route_handler import cache_epoch, schema
from odoo.addons.endpoint_route_handler.registry import EndpointRegistry

from .common import CommonEndpoint


class TestRegistry(CommonEndpoint):
    def setUp(self):
        super().setUp()
        self.registry_ = self.registry_of_routes

    def make(self, number, **values):
        return self.registry_.make_rule(
            **{
                "key": f"route{number}",
                "route": f"/test/{number}",
                "options": self.options(),
                "routing": {"routes": [f"/test/{number}"], "methods": ["GET"]},
                "endpoint_hash": f"hash{number}",
                **values,
            }
        )

    def store(self, *numbers, **values):
        self.registry_.update_rules([self.make(n, **values) for n in numbers])

    def test_rules_are_read_by_key_group_and_condition(self):
        self.store(1, 2)
        self.store(3, route_group="it's")
        keys = [
            rule.key for rule in self.registry_.get_rules(keys=["route2", "route1"])
        ]
        self.assertEqual(keys, ["route1", "route2"])
        by_group = self.registry_.get_rules_by_group("it's")
        self.assertEqual([rule.key for rule in by_group], ["route3"])
        by_sql = self.registry_.get_rules(where=SQL("route = %s", "/test/2"))
        self.assertEqual([rule.key for rule in by_sql], ["route2"])
        by_text = self.registry_.get_rules(where="route LIKE '/test/%1'")
        self.assertEqual([rule.key for rule in by_text], ["route1"])

    def test_a_group_cannot_inject_sql(self):
        self.store(1)
        self.assertFalse(list(self.registry_.get_rules_by_group("' OR 1=1 --")))

    def test_one_rule_or_none(self):
        self.store(1)
        self.assertEqual(self.registry_._get_rule("route1").route, "/test/1")
        self.assertIsNone(self.registry_._get_rule("unknown"))

    def test_update_returns_whether_rows_were_written(self):
        self.assertTrue(self.registry_.update_rules([self.make(1)]))
        self.assertFalse(self.registry_.update_rules([self.make(1)]))
        changed = self.make(1, route="/other")
        self.assertTrue(self.registry_.update_rules([changed]))
        self.assertEqual(self.registry_._get_rule("route1").route, "/other")

    def test_an_empty_update_is_accepted(self):
        self.assertFalse(self.registry_.update_rules([]))

    def test_two_rules_can_swap_their_hashes(self):
        self.store(1, 2)
        swapped = [
            self.make(1, endpoint_hash="hash2"),
            self.make(2, endpoint_hash="hash1"),
        ]
        self.registry_.update_rules(swapped)
        self.assertEqual(self.registry_._get_rule("route1").endpoint_hash, "hash2")

    @mute_logger("odoo.sql_db")
    def test_two_keys_cannot_have_the_same_hash(self):
        self.store(1)
        twin = self.make(2, endpoint_hash="hash1")
        with (
            self.assertRaisesRegex(
                errors.UniqueViolation, "endpoint_route__endpoint_hash_uniq"
            ),
            self.env.cr.savepoint(),
        ):
            self.registry_._create({twin.key: twin.to_row()})

    @mute_logger("odoo.sql_db")
    def test_creating_an_existing_key_fails_or_replaces_it(self):
        self.store(1)
        rule = self.make(1, route="/late")
        with (
            self.assertRaisesRegex(errors.UniqueViolation, "endpoint_route__key_uniq"),
            self.env.cr.savepoint(),
        ):
            self.registry_._create({rule.key: rule.to_row()})
        self.registry_._create({rule.key: rule.to_row()}, replace=True)
        self.assertEqual(self.registry_._get_rule("route1").route, "/late")

    def test_drop_accepts_empty_and_unknown_keys(self):
        self.store(1, 2)
        self.assertTrue(self.registry_.drop_rules(()))
        self.assertTrue(self.registry_.drop_rules(["route1", "unknown"]))
        self.assertIsNone(self.registry_._get_rule("route1"))
        self.assertTrue(self.registry_._get_rule("route2"))

    def test_drop_by_model_keeps_models_with_similar_names(self):
        self.store(1, key="my.model:1")
        self.store(2, key="my.model.line:1")
        self.registry_.drop_rules_of_model("my.model")
        self.assertIsNone(self.registry_._get_rule("my.model:1"))
        self.assertTrue(self.registry_._get_rule("my.model.line:1"))

    def test_the_version_counts_every_change(self):
        versions = [self.registry_.last_version()]
        self.store(1)
        versions.append(self.registry_.last_version())
        self.store(1, route="/other")
        versions.append(self.registry_.last_version())
        self.registry_.drop_rules(["route1"])
        versions.append(self.registry_.last_version())
        self.assertEqual(versions, sorted(set(versions)))

    def test_a_new_sequence_counts_the_first_insert(self):
        schema.drop(self.env.cr)
        self.assertEqual(self.registry_.last_version(), -1)
        EndpointRegistry._setup_db(self.env.cr)
        self.assertEqual(self.registry_.last_version(), 0)
        self.store(1)
        self.assertEqual(self.registry_.last_version(), 1)

    def test_last_update(self):
        EndpointRegistry.wipe_registry_for(self.env.cr)
        self.assertEqual(self.registry_.last_update(), 0.0)
        self.store(1)
        self.assertGreater(self.registry_.last_update(), 0)

    def test_wiping_lets_other_transactions_read(self):
        EndpointRegistry.wipe_registry_for(self.env.cr)
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '100ms'")
            cr.execute("SELECT count(*) FROM endpoint_route")
            self.assertTrue(cr.fetchone())

    def test_a_second_setup_keeps_rows_and_upgrades_an_older_table(self):
        self.store(1)
        EndpointRegistry._setup_db(self.env.cr)
        self.env.cr.execute(
            "DROP TRIGGER delete_endpoint_route_version_trigger ON endpoint_route"
        )
        EndpointRegistry._setup_db(self.env.cr)
        self.assertTrue(schema.is_current(self.env.cr))
        self.assertTrue(self.registry_._get_rule("route1"))

    def test_a_transaction_that_upgrades_the_table_reads_routes_itself(self):
        self.env.cr.execute(
            "DROP TRIGGER delete_endpoint_route_version_trigger ON endpoint_route"
        )
        self.route_handler.init()
        self.assertTrue(schema.is_current(self.env.cr))
        self.assertTrue(cache_epoch.is_changed(self.env, "routing"))

    def test_columns_have_the_public_order(self):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'endpoint_route' ORDER BY ordinal_position"
        )
        names = [row[0] for row in self.env.cr.fetchall()]
        expected = "id key route opts routing endpoint_hash route_group updated_at"
        self.assertEqual(names, expected.split())
