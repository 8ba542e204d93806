"""Every relation of every model, with targets that the caller may see nothing of."""

import contextlib
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL

from ..engine.x2many import MAX_ARRAYS
from ..query.field_types import RELATIONS, TO_MANY
from ..query.sorting import SortKey
from ..wire.call import Caller
from . import enumeration
from .common import RestCase


@tagged("post_install", "-at_install", "rest_enumeration")
class TestReachOfRelations(TransactionCase):
    """A statement that names a table which it does not join is an error of PostgreSQL,
    whatever the rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api, cls.models = enumeration.expose_everything(cls.env)
        groups = "base.group_system"
        cls.user = new_test_user(cls.env, "rest_admin", groups)
        cls.client = cls.env["rest.client"].create(
            {"name": "Narrow", "user_id": cls.user.id}
        )

    def context(self, **values):
        self.client.write(values)
        settings = self.env["rest.configuration"]
        caller = Caller("key", self.user.id, self.client.id)
        return self.env["rest.context"]._make(settings._api(self.api.id), caller)

    def scope(self, **values):
        resources = self.api.resource_ids
        self.env["rest.client.scope"].create(
            [
                {"client_id": self.client.id, "resource_id": r.id, **values}
                for r in resources
            ]
        )

    def read_everything(self, context):
        """Each stored relation of each model that the user may read; their number."""
        count = 0
        models = enumeration.some(self.env, self.models, 9)
        for model_name in filter(context.catalog.readable, models):
            model = context.reading[model_name]
            for name, field in model._fields.items():
                if field.type not in RELATIONS or not field.store:
                    continue
                read = self.read_many if field.type in TO_MANY else self.read_one
                # that Odoo refuses a field to the user is no error of a statement
                refusal = contextlib.suppress(AccessError)
                with self.subTest(model=model_name, field=name), refusal:
                    read(context, model, field)
                    count += 1
        return count

    def read_many(self, context, model, field):
        """As arrays of a short list, and by a statement of its own for a long one."""
        x2many = context.env["rest.x2many"]
        ids = list(model._search(Domain.TRUE, limit=2, bypass_access=True))
        with self.env.cr.savepoint(flush=False):
            x2many._many(context, model, field.name, ids)
        query = model._search(Domain.TRUE, limit=1, bypass_access=True)
        with self.env.cr.savepoint(flush=False):
            array = x2many._array(context, model, field, query)
            if array is not None:
                model.env.execute_query(query.select(array))

    def read_one(self, context, model, field):
        """Its name, and an order by it."""
        search, names = context.env["rest.search"], context.env["rest.names"]
        with self.env.cr.savepoint(flush=False):
            names._names(context, field.comodel_name, {1})
        if not context.catalog.readable(field.comodel_name):
            return
        query = model._search(Domain.TRUE, limit=1, bypass_access=True)
        sort = (SortKey(field.name), SortKey("id"))
        with self.env.cr.savepoint(flush=False):
            query.order = SQL(", ").join(search._terms(context, model, sort, query))
            model.env.execute_query(query.select())

    def test_targets_with_an_empty_domain(self):
        self.scope(can_read=True, domain="[('id', '=', 0)]")
        self.assertGreater(self.read_everything(self.context()), 100)

    def test_targets_that_are_forbidden(self):
        self.assertGreater(self.read_everything(self.context()), 100)

    def test_targets_that_are_not_exposed(self):
        self.api.resource_ids.active = False
        context = self.context(all_resources=True)
        self.assertGreater(self.read_everything(context), 100)

    def test_targets_that_are_exposed(self):
        context = self.context(all_resources=True)
        self.assertGreater(self.read_everything(context), 100)


@tagged("post_install", "-at_install")
class TestNarrowClients(RestCase):
    """More is exposed than the client has scopes for."""

    def test_lists_of_any_size_show_nothing_of_other_models(self):
        key = self.key_for("res.partner")
        for limit in (3, MAX_ARRAYS, MAX_ARRAYS + 1, 1000):
            for fields in ("*", "category_id,child_ids"):
                params = {"fields": fields, "limit": limit, "count": "none"}
                with self.subTest(params):
                    answer = self.rest.get("res.partner", key=key, params=params)
                    found = {tuple(r["category_id"]) for r in self.data(answer)}
                    self.assertEqual(found, {()})

    def key_for(self, *models):
        client, key = self.make_client(self.user)
        for model in models:
            self.make_scope(client, model, can_read=True)
        return key


@tagged("post_install", "-at_install")
class TestKeptSubqueries(RestCase):
    """What is behind a relation is kept for callers with the same rights only where
    nothing but the rights decides."""

    def is_lasting(self, **scope):
        client = self.make_client(self.user)[0]
        for model in ("res.partner", "res.partner.category"):
            self.make_scope(client, model, can_read=True, **scope)
        settings = self.env["rest.configuration"]
        caller = Caller("key", self.user.id, client.id)
        context = self.env["rest.context"]._make(settings._api(self.api.id), caller)
        field = self.env["res.partner"]._fields["category_id"]
        return self.env["rest.x2many"]._is_lasting(context, field)

    def test_without_conditions(self):
        self.assertTrue(self.is_lasting())

    def test_not_with_the_domain_of_a_scope(self):
        self.assertFalse(self.is_lasting(domain="[('id', '>', 0)]"))

    def test_not_with_a_record_rule(self):
        model = self.env["ir.model"]._get_id("res.partner.category")
        domain = "[('create_uid', '=', user.id)]"
        rule = {"name": "Own", "model_id": model, "domain_force": domain}
        self.env["ir.rule"].create(rule)
        self.assertFalse(self.is_lasting())

    def test_not_with_the_domain_of_the_field(self):
        field = self.env["res.partner"]._fields["category_id"]
        with patch.object(field, "domain", [("create_date", ">", "today")]):
            self.assertFalse(self.is_lasting())
