"""``/fields`` promises nothing that a query or a body refuses; no request is a 500."""

import logging
from collections import Counter

from odoo.tests import TransactionCase, new_test_user, tagged

from . import enumeration
from .promises import Promises, Survey

_logger = logging.getLogger(__name__)

# of the normal run; with large apps, some of all models, and in full all of them
SAMPLE = (
    "res.partner",
    "res.users",
    "res.country",
    "res.currency.rate",
    "ir.attachment",
    "ir.ui.menu",
)
# without its resource a many2many, a one2many and a many2one lead out of the API
UNEXPOSED = ("res.users", "res.partner.bank", "res.company")


@tagged("post_install", "-at_install", "rest_enumeration")
class TestPromises(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api, cls.models = enumeration.expose_everything(cls.env)
        cls.all = cls.api.resource_ids
        is_large = "hr.employee" in cls.env
        cls.some = enumeration.some(cls.env, cls.models, 20) if is_large else ()

    def models_of(self, turn):
        """All that are asked for; or partners and a share of the others, where three
        users share the models of large apps, unless in full."""
        found = sorted({*SAMPLE, *self.some})
        is_shared = turn is not None and self.some and not enumeration.IS_FULL
        return {"res.partner", *found[turn::3]} if is_shared else found

    def enumerate(self, cls, user, turn=None, **client):
        client = self.env["rest.client"].create(
            {"name": "All", "user_id": user.id, "all_resources": True, **client}
        )
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = enumeration.as_user(self.env(cr=cr), user)
            found = cls(env, self.api.id, client.id)
            models = self.models_of(turn)
            found.run(set(models) & set(self.api.resource_ids.mapped("model")))
        _logger.info("%s: %s", cls.__name__, dict(found.counts))
        return found

    def plain_user(self):
        groups = "base.group_user,base.group_partner_manager"
        return new_test_user(self.env, "rest_plain", groups)

    def assert_kept(self, user, **options):
        found = self.enumerate(Promises, user, **options)
        self.assertGreater(found.counts["fields"], 100)
        uses = Counter((use, promised) for _m, _n, use, promised, _came in found.broken)
        self.assertFalse(found.broken[:20], uses)

    def test_an_administrator_gets_what_is_promised(self):
        self.assert_kept(self.env.ref("base.user_admin"))

    def test_a_plain_user_gets_what_is_promised(self):
        self.assert_kept(self.plain_user())

    def test_a_reader_gets_what_is_promised(self):
        self.assert_kept(self.plain_user(), turn=0, read_only=True)

    def test_with_few_resources_too(self):
        self.all.filtered(lambda r: r.model in UNEXPOSED).active = False
        self.assert_kept(self.plain_user(), turn=1)

    def test_with_few_rights_too(self):
        partners = self.all.filtered(lambda r: r.model == "res.partner")
        partners.write(
            {"can_create": False, "can_archive": False, "can_restore": False}
        )
        self.assert_kept(self.plain_user(), turn=2)

    def test_no_list_count_or_read_is_a_500(self):
        for user in (self.env.ref("base.user_admin"), self.plain_user()):
            found = self.enumerate(Survey, user)
            self.assertFalse(found.failures[:20], len(found.failures))
