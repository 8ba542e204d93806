"""The default order of a model follows nothing that the caller may not read."""

from unittest.mock import patch

from odoo.tests import tagged

from ..access.policy import EffectivePolicy
from ..orm import field_info
from ..orm.cache import Cache
from ..orm.registry_catalog import RegistryCatalog
from ..wire.call import Caller
from .enumeration import expose_everything, some
from .test_attacks import AttackCase

INDUSTRY = "res.partner.industry"


@tagged("post_install", "-at_install")
class TestOrders(AttackCase):
    models = ("res.partner", "res.partner.category")

    def order(self, records, params=None):
        ids = ",".join(map(str, records.ids))
        params = {"filter[id][in]": ids, "fields": "id", **(params or {})}
        return [
            row["id"] for row in self.data(self.rest.get(records._name, params=params))
        ]

    def test_a_blocked_name_orders_nothing(self):
        tags = self.env["res.partner.category"].create([{"name": "Z"}, {"name": "A"}])
        self.assertEqual(self.order(tags), tags[::-1].ids)
        self.block("res.partner.category", "name", access="read")
        self.assertEqual(self.order(tags), tags.ids)

    def test_nor_does_the_blocked_name_of_a_parent(self):
        """Users are ordered by the names of their contacts."""
        self.expose("res.users", sensitive=True)
        users = self.env["res.users"].create(
            [{"name": name, "login": f"rest_order_{name}"} for name in "ZA"]
        )
        self.assertEqual(self.order(users), users[::-1].ids)
        self.block("res.partner", "name", access="read")
        users.invalidate_recordset()
        users[0].login, users[1].login = "rest_order_a", "rest_order_b"
        self.assertEqual(self.order(users), users.ids)

    def test_nor_where_the_child_is_no_resource(self):
        self.block("res.partner", "name", access="read")
        context = self.env["rest.context"]._make(
            self.env["rest.configuration"]._api(self.api.id),
            Caller("key", self.user.id, self.client.id),
        )
        terms, _links = context.catalog.default_order("res.users")
        self.assertNotIn("name", terms)


@tagged("post_install", "-at_install", "rest_enumeration")
class TestAllOrders(AttackCase):
    """Sweep: each field of the order of each model, blocked."""

    def test_no_order_follows_a_blocked_field(self):
        api, exposed = expose_everything(self.env)
        followed = []
        for model in some(self.env, exposed, 9):
            terms = (self.env[model]._order or "").split(",")
            for name in {*map(field_info.order_name, terms)} - {"id", ""}:
                if name in self._ordering(api, model, name):
                    followed.append((model, name))
        self.assertFalse(followed)

    def _ordering(self, api, model, blocked):
        """The fields of the order of a model for a caller who may not read one."""

        def may_read(_policy, name):
            return name != blocked

        client = self.client
        with patch.object(EffectivePolicy, "may_read", may_read):
            rights = (api.id, client.id, False)
            catalog = RegistryCatalog(self.env, *rights, Cache(), Cache())
            terms, _links = catalog.default_order(model)
        return [field_info.order_name(term) for term in terms.split(",")]


@tagged("post_install", "-at_install")
class TestColumns(AttackCase):
    """Views of PostgreSQL may lack the column of a field."""

    models = (INDUSTRY,)

    def setUp(self):
        super().setUp()
        self.record = self.env[INDUSTRY].create({"name": "A"})
        self.env.flush_all()
        model_class = type(self.env[INDUSTRY])
        self.enterContext(patch.object(model_class, "_auto", False))
        self.env.cr.execute("ALTER TABLE res_partner_industry DROP COLUMN full_name")

    def test_a_field_without_a_column_is_unknown(self):
        for params in ({"fields": "full_name"}, {"sort": "full_name"}):
            answer = self.rest.get(INDUSTRY, params=params)
            self.assert_problem(answer, 400, "query.field")
        self.assertNotIn("full_name", self.data(self.rest.get(f"{INDUSTRY}/fields")))

    def test_the_others_are_read(self):
        for params in (
            {},
            {"fields": "*"},
            {"sort": "name"},
            {"fields": "display_name"},
        ):
            rows = self.data(self.rest.get(INDUSTRY, params=params))
            self.assertIn(self.record.id, [row["id"] for row in rows])
        path = f"{INDUSTRY}/{self.record.id}"
        self.assertEqual(self.data(self.rest.get(path))["name"], "A")

    def test_an_id_that_is_text_is_unknown_too(self):
        """In a view whose parts say NULL, or an id."""
        self.env.cr.execute(
            "ALTER TABLE res_partner_industry DROP COLUMN create_uid;"
            "ALTER TABLE res_partner_industry ADD COLUMN create_uid text"
        )
        params = {"filter[create_uid]": self.user.id}
        answer = self.rest.get(INDUSTRY, params=params)
        self.assert_problem(answer, 400, "query.field")

    def test_records_that_are_named_by_their_id_are_not_found_by_name(self):
        self.enterContext(patch.object(type(self.env[INDUSTRY]), "_rec_name", "id"))
        key = self.make_client(self.user, all_resources=True)[1]
        params = {"filter[display_name]": "a"}
        answer = self.rest.get(INDUSTRY, params=params, key=key)
        self.assert_problem(answer, 400, "query.field")
