"""Random transactions: the outbox is the difference between two states of the tables.

The seed is printed; CHANGE_SEED repeats one, CHANGE_ROUNDS tries more.
"""

import contextlib
import os
import random

from odoo.fields import Command
from odoo.tests import tagged

from . import changes
from .test_change_capture import CaptureCase

TAG = "res.partner.category"
COLUMNS = {
    TAG: ("name", "color", "parent_id", "active"),
    "res.partner": ("name", "complete_name", "city", "active", "parent_id"),
}
LISTS = {
    TAG: ("category_id", "partner_id"),
    "res.partner": ("partner_id", "category_id"),
}
NAMES_OF_LISTS = {TAG: "partner_ids", "res.partner": "category_id"}


class Undo(Exception):
    """What happened in a savepoint is rolled back."""


@tagged("post_install", "-at_install")
class TestRandomChanges(CaptureCase):
    models = (TAG, "res.partner")
    mode = "orm"

    @classmethod
    def track(cls, model, **values):
        return super().track(model, track_changes=cls.mode, **values)

    def state(self):
        """``{(model, id): {name: value}}``"""
        self.env.flush_all()
        found = {}
        for model, names in COLUMNS.items():
            own, theirs = LISTS[model]
            self.env.cr.execute(
                f"SELECT id, {', '.join(names)}, ARRAY(SELECT {theirs}"
                f" FROM res_partner_res_partner_category_rel WHERE {own} = t.id"
                f" ORDER BY 1) FROM {self.env[model]._table} t"
            )
            for each, *values in self.env.cr.fetchall():
                keys = (*names, NAMES_OF_LISTS[model])
                found[model, each] = dict(zip(keys, values, strict=True))
        return found

    def expected(self, before, after):
        found = set()
        for key in {*before, *after}:
            if key not in before:
                found.add((*key, "create", None))
            elif key not in after:
                found.add((*key, "delete", None))
            else:
                old, new = before[key], after[key]
                names = tuple(sorted(n for n in old if old[n] != new[n]))
                if names:
                    kind = ("archive", "restore")[new["active"]]
                    kind = kind if "active" in names else "update"
                    found.add((*key, kind, names))
        return found

    def captured(self):
        known = {
            model: {*names, NAMES_OF_LISTS[model]} for model, names in COLUMNS.items()
        }
        found = []
        for model, each, operation, fields in changes.rows(self.env):
            names = fields and tuple(sorted(known[model] & set(fields)))
            if names != ():
                found.append((model, each, operation, names))
        self.assertEqual(len(found), len(set(found)))
        return set(found)

    # --- what happens ------------------------------------------------------------

    def all_of(self, model):
        return (
            self.env[model]
            .with_context(active_test=False)
            .search(
                [("id", "in", [each for name, each in self.state() if name == model])]
                + ([("name", "=like", "R%")])
            )
        )

    def one_of(self, model):
        records = self.all_of(model)
        return records and self.random.choice(records)

    def do_create(self):
        model = self.random.choice((TAG, "res.partner"))
        lists = [Command.link(each.id) for each in self.all_of(self.other(model))[:2]]
        values = {"name": f"R{self.random.random()}"}
        if self.random.random() < 0.5:
            values[NAMES_OF_LISTS[model]] = lists
        self.env[model].create(values)

    def other(self, model):
        return TAG if model == "res.partner" else "res.partner"

    def do_write(self):
        record = self.one_of(self.random.choice((TAG, "res.partner")))
        name = "city" if record._name == "res.partner" else "color"
        values = {"color": [0, 1, 2], "city": ["A", "B", False]}[name]
        record.write({name: self.random.choice(values)})

    def do_rename(self):
        record = self.one_of(TAG)
        record.name = self.random.choice(("R1", "R2", "R3"))

    def do_archive(self):
        record = self.one_of(self.random.choice((TAG, "res.partner")))
        record.active = self.random.random() < 0.5

    def do_link(self):
        model = self.random.choice((TAG, "res.partner"))
        record, others = self.one_of(model), self.all_of(self.other(model))
        ids = self.random.sample(others.ids, min(len(others), 2))
        commands = self.random.choice(
            (
                [Command.set(ids)],
                [Command.clear()],
                [Command.link(each) for each in ids],
                [Command.unlink(each) for each in ids],
            )
        )
        record.write({NAMES_OF_LISTS[model]: commands})

    def do_move(self):
        # a parent is older than its children: circles cannot arise
        tags = self.all_of(TAG).sorted("id")
        number = self.random.randrange(len(tags))
        tags[number].parent_id = self.random.choice((*tags[:number].ids, False))

    def do_delete(self):
        self.one_of(self.random.choice((TAG, "res.partner"))).unlink()

    def do_flush(self):
        self.env.cr.flush()

    def do_savepoint(self):
        undone = self.random.random() < 0.5
        if self.random.random() < 0.5:
            with contextlib.suppress(Undo), self.env.cr.savepoint():
                self.act(3)
                if undone:
                    raise Undo
            return
        savepoint = self.env.cr.savepoint(flush=False)
        self.act(3)
        self.env.flush_all()
        savepoint.close(rollback=undone)
        if undone:
            self.env.invalidate_all()

    def act(self, times):
        acts = (
            self.do_create,
            self.do_write,
            self.do_rename,
            self.do_archive,
            self.do_link,
            self.do_move,
            self.do_delete,
            self.do_flush,
            self.do_savepoint,
        )
        for _number in range(times):
            is_possible = self.all_of(TAG) and self.all_of("res.partner")
            self.random.choice(acts if is_possible else acts[:1])()

    def test_outbox_is_the_difference(self):
        seed = int(os.environ.get("CHANGE_SEED") or random.randrange(10**6))
        for number in range(int(os.environ.get("CHANGE_ROUNDS", "12"))):
            self.random = random.Random(seed + number)
            with self.subTest(seed=seed + number):
                # changes that are not flushed are of the transaction before
                self.act(6)
                self.start()
                before = self.state()
                self.act(self.random.randrange(1, 12))
                after = self.state()
                self.assertEqual(self.captured(), self.expected(before, after))


@tagged("post_install", "-at_install")
class TestRandomChangesByTrigger(TestRandomChanges):
    mode = "trigger"
