"""What the code of a model masks is not told by filters, sorts, cursors and lists."""

import base64
import logging
from itertools import repeat
from unittest.mock import patch

from odoo import Command
from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from ..access import paths
from ..engine.masks import Mask
from ..orm import masks
from ..orm.administrator_catalog import AdministratorCatalog
from ..wire.problem import Problem
from .test_attacks import AttackCase

P = "res.partner"
NAMES = frozenset(
    ("name", "complete_name", "display_name", "ref", "category_id", "child_ids")
)
_logger = logging.getLogger(__name__)


def fetch_query(model, query, fields):
    """As ``calendar.event`` does it: contacts of the function "Secret" are masked."""
    records = super(type(model), model)._fetch_query(query, fields)
    hidden = records.sudo().filtered(lambda r: r.function == "Secret")
    hidden = hidden.with_env(model.env)
    for field in fields:
        if not model.env.su and field.name in NAMES:
            value = "Busy" if field.name == "name" else False
            cached = field.convert_to_cache(value, hidden)
            model.env.cache.update(hidden, field, repeat(cached))
    return records


class MaskCase(AttackCase):
    def setUp(self):
        super().setUp()
        self.change(type(self.env[P]), "_fetch_query", fetch_query)
        tag = self.env["res.partner.category"].create({"name": "Tag"})
        self.seen, self.secret = self.env[P].create(
            [
                {"name": "Seen", "ref": "b", "function": "Open"},
                {
                    "name": "Veiled",
                    "ref": "a",
                    "function": "Secret",
                    "category_id": [Command.set(tag.ids)],
                    "child_ids": [Command.create({"name": "C", "function": "Open"})],
                },
            ]
        )
        self.tag, self.child = tag, self.secret.child_ids

    def change(self, owner, name, value):
        patcher = patch.object(owner, name, value, create=True)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.env.registry.clear_all_caches()
        self.addCleanup(self.env.registry.clear_all_caches)

    def declare(self):
        """Say what is masked, as an addon does."""

        def shown(_model):
            return Domain("function", "!=", "Secret")

        hook = lambda _service, _model: Mask(NAMES, shown)  # noqa: E731
        self.change(type(self.env["rest.masks"]), "_mask__res_partner", hook)

    def found(self, **params):
        rows = self.data(self.rest.get(P, params={"fields": "id", **params}))
        return {row["id"] for row in rows} & {*(self.seen + self.secret).ids}


@tagged("post_install", "-at_install")
class TestUnknownMasks(MaskCase):
    """Nobody said what an override masks: it may be any field."""

    def test_values_are_those_of_the_model(self):
        params = {"fields": "name,ref,category_id,child_ids"}
        shown = self.data(self.rest.get(f"{P}/{self.secret.id}", params=params))
        self.assertEqual(
            shown,
            {
                "id": self.secret.id,
                "name": "Busy",
                "ref": None,
                "category_id": [],
                "child_ids": [],
            },
        )

    def test_nothing_but_the_id_can_be_searched_or_sorted(self):
        for params in (
            {"filter[name][ilike]": "veil"},
            {"filter[category_id.name]": "Tag"},
            {"filter[child_ids]": "1"},
            {"filter[display_name]": "Veiled"},
            {"sort": "name"},
            {"sort": "name", "cursor": "", "limit": "1"},
            {"sort": "parent_id"},
        ):
            with self.subTest(str(params)):
                answer = self.rest.get(P, params=params)
                self.assert_problem(answer, 400, "query.field")
        self.assertEqual(self.found(**{"filter[id]": self.secret.id}), {self.secret.id})

    def test_nor_from_other_models(self):
        link = "partner_ids"
        for params in ({f"filter[{link}.name]": "Veiled"}, {"sort": "parent_id.name"}):
            with self.subTest(str(params)):
                model = "res.partner.category" if "sort" not in params else P
                answer = self.rest.get(model, params=params)
                self.assert_problem(answer, 400, "query.field")

    def test_lookups_find_nothing_by_it(self):
        body = {"name": "New", "parent_id": {"ref": "a"}}
        answer = self.rest.post(P, body)
        self.assert_problem(answer, 422, "body.lookup")


@tagged("post_install", "-at_install")
class TestDeclaredMasks(MaskCase):
    def setUp(self):
        super().setUp()
        self.declare()

    def test_filters_match_only_what_is_shown(self):
        self.assertEqual(self.found(**{"filter[ref][in]": "a,b"}), {self.seen.id})
        self.assertEqual(self.found(**{"filter[name][ilike]": "veil"}), set())
        self.assertEqual(self.found(**{"filter[category_id.name]": "Tag"}), set())
        self.assertEqual(self.found(**{"filter[category_id]": self.tag.id}), set())
        self.assertEqual(self.found(**{"filter[child_ids]": self.child.id}), set())
        self.assertEqual(self.found(**{"filter[display_name]": "Veiled"}), set())

    def test_the_opposite_does_not_tell_either(self):
        for name in ("a", "zz"):
            found = self.filtered(P, ["!", ["ref", "=", name]])
            self.assertIn(self.secret.id, found)
            found = self.filtered(P, [["ref", "!=", name]])
            self.assertNotIn(self.secret.id, found)

    def test_filters_from_other_models_match_only_what_is_shown(self):
        found = self.filtered("res.partner.category", [["partner_ids.ref", "=", "a"]])
        self.assertFalse(found)

    def test_counts_do_not_tell(self):
        params = {"filter[ref]": "a"}
        counted = self.data(self.rest.get(f"{P}/count", params=params))
        self.assertEqual(counted, {"count": 0})

    def test_lookups_find_only_what_is_shown(self):
        for ref, status in (("a", 422), ("b", 201)):
            answer = self.rest.post(P, {"name": "New", "parent_id": {"ref": ref}})
            self.assertEqual(answer.status_code, status, answer.text)

    def test_nothing_sorts_by_it(self):
        for sort in ("name", "ref", "parent_id"):
            answer = self.rest.get(P, params={"sort": sort, "cursor": ""})
            self.assert_problem(answer, 400, "query.field", "sort")

    def test_what_is_not_masked_stays_usable(self):
        self.assertEqual(self.found(**{"filter[function]": "Secret"}), {self.secret.id})
        self.assertEqual(
            self.found(sort="function", limit="1000"), {self.seen.id, self.secret.id}
        )

    def test_lists_behind_relations_are_those_of_the_model(self):
        answer = self.rest.get(f"{P}/{self.secret.id}", params={"expand": "child_ids"})
        self.assertEqual(self.data(answer)["child_ids"], [])

    def test_the_default_order_does_not_follow_it(self):
        # the model has "complete_name ASC, id DESC"
        ids = (self.seen + self.secret).ids
        params = {"filter[id][in]": ",".join(map(str, ids)), "fields": "id"}
        rows = self.data(self.rest.get(P, params=params))
        self.assertEqual([row["id"] for row in rows], sorted(ids, reverse=True))


@tagged("post_install", "-at_install", "rest_enumeration")
class TestMasksOfOdoo(TransactionCase):
    """Run it with large apps installed too."""

    def masked(self):
        return {
            name: self.env["rest.masks"]._mask(model)
            for name, model in self.env.items()
            if not model._abstract and self.env["rest.masks"]._mask(model).names
        }

    def test_all_overrides_of_the_fetching_are_known(self):
        """Each was read, or has a hook that says what it masks."""
        unknown = {}
        for name, model in self.env.items():
            strange = masks.overrides(model) - self.env["rest.masks"]._harmless()
            hook = f"_mask__{name.replace('.', '_')}"
            if strange and not hasattr(self.env["rest.masks"], hook):
                unknown[name] = strange
        self.assertFalse(unknown)

    def test_masked_fields_sort_nothing_and_are_no_columns(self):
        masked = self.masked()
        api = self.env["rest.api"].create({"name": "M", "root_path": "/rest/masks"})
        resources = self.env["rest.resource"].create(
            [
                {
                    "api_id": api.id,
                    "model_id": self.env["ir.model"]._get_id(name),
                    "sensitive": True,
                }
                for name in masked
            ]
        )
        catalog = AdministratorCatalog(resources)
        for model, mask in masked.items():
            self.assertFalse(mask.names & catalog.plain(model))
            self.assertFalse(mask.names & catalog.fields_of(model, "sort").keys())
            for name in mask.names:
                with self.assertRaises(Problem):
                    paths.resolve(catalog, model, name, "sort")
        _logger.info("Masked fields: %s", {m: len(f.names) for m, f in masked.items()})


@tagged("post_install", "-at_install", "rest_enumeration")
class TestPrivateMeetings(AttackCase):
    """The attacks on ``calendar.event``, where it is installed."""

    def setUp(self):
        super().setUp()
        if "calendar.event" not in self.env:
            self.skipTest("calendar is not installed")
        for model in ("calendar.event", "calendar.attendee", "mail.followers"):
            self.resource(model) or self.expose(model)
        admin = self.env.ref("base.user_admin")
        vals = {
            "name": "Merger with Initech",
            "location": "Attic",
            "privacy": "private",
            "user_id": admin.id,
            "partner_ids": [Command.set(admin.partner_id.ids)],
            "start": "2026-01-01 10:00:00",
            "stop": "2026-01-01 11:00:00",
        }
        events = self.env["calendar.event"].with_user(admin)
        self.event = events.create(vals).sudo()
        self.event.message_subscribe(admin.partner_id.ids)
        own = {**vals, "name": "Mine", "user_id": self.user.id, "privacy": "private"}
        own["partner_ids"] = [Command.set(self.user.partner_id.ids)]
        self.own = self.env["calendar.event"].with_user(self.user).create(own)

    def list(self, **params):
        return self.rest.get("calendar.event", params=params)

    def test_values_and_relations_are_masked(self):
        names = "name,location,partner_ids,attendee_ids,message_follower_ids"
        answer = self.rest.get(
            f"calendar.event/{self.event.id}", params={"fields": names}
        )
        shown = self.data(answer)
        self.assertEqual(shown.pop("name"), "Busy")
        self.assertEqual(shown.pop("location"), None)
        self.assertEqual(
            shown,
            {
                "id": self.event.id,
                "partner_ids": [],
                "attendee_ids": [],
                "message_follower_ids": [],
            },
        )

    def test_no_cursor_and_no_order_tells_the_name(self):
        self.assert_problem(self.list(sort="name", cursor=""), 400, "query.field")
        answer = self.rest.get(
            "calendar.attendee", params={"sort": "event_id.name", "cursor": ""}
        )
        self.assert_problem(answer, 400, "query.field")
        body = self.list(sort="start", cursor="", limit="1", fields="name").json()
        cursor = body["meta"]["next_cursor"]
        opened = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        self.assertNotIn(b"2026", opened)

    def test_no_filter_tells_the_name(self):
        for name, value in (
            ("filter[name][ilike]", "merger"),
            ("filter[display_name][ilike]", "merger"),
            ("filter[location]", "Attic"),
            ("filter[attendee_ids.state]", "accepted"),
        ):
            rows = self.data(self.list(**{name: value, "fields": "id"}))
            self.assertNotIn(self.event.id, [row["id"] for row in rows], name)
        rows = self.rest.get(
            "calendar.attendee", params={"filter[event_id.name][ilike]": "merger"}
        )
        self.assertEqual(self.data(rows), [])

    def test_own_meetings_are_found_by_name(self):
        rows = self.data(self.list(**{"filter[name]": "Mine", "fields": "id"}))
        self.assertEqual([row["id"] for row in rows], self.own.ids)
