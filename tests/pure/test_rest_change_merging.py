"""What a transaction has done to a record."""

import pytest

from rest_api_core.capture import changes, merging, origin
from rest_api_core.capture.merging import DIGEST, LINES, MARK, Change


def test_differences_are_those_between_start_and_now():
    olds = {"name": "A", "city": "X", "tags": [1]}
    found = merging.difference(olds, {"name": "B", "city": "X", "tags": [1]})
    assert found == {"name": ("A", "B")}


def test_created():
    assert merging.created(True) == Change("create", None, None)


def test_created_and_deleted_is_nothing():
    assert merging.created(False) is None


def test_deleted_keeps_the_first_values():
    found = merging.deleted({"name": "B", "city": "X"}, {"name": "A"})
    assert found == Change("delete", None, {"name": "A", "city": "X"})


def test_nothing_changed():
    assert merging.updated({}, "active") is None


@pytest.mark.parametrize(
    ("old", "new", "operation"),
    [
        (True, False, "archive"),
        (True, None, "archive"),
        (False, True, "restore"),
        (None, True, "restore"),
        (None, False, "update"),
    ],
)
def test_operation_of_the_archiving_field(old, new, operation):
    changed = {"x_active": (old, new), "city": ("X", "Y")}
    found = merging.updated(changed, "x_active")
    assert found == Change(
        operation, ["city", "x_active"], {"x_active": old, "city": "X"}
    )


@pytest.mark.parametrize("active", [None, "active"])
def test_other_fields_are_updates(active):
    found = merging.updated({"city": ("X", "Y")}, active)
    assert found == Change("update", ["city"], {"city": "X"})


@pytest.mark.parametrize(
    "value",
    [
        "x" * 65_537,
        "é" * 32_769,
        ["x" * 65_536],
        {"a": "x" * 65_536},
        {DIGEST: "abc"},
        f"{MARK}abc",
    ],
)
def test_values_that_are_left_out(value):
    assert merging.visible({"name": value, "city": "X"}) == {"city": "X"}


@pytest.mark.parametrize("value", ["x" * 65_536, ["x"], {"en_US": "x"}, None, 5, True])
def test_values_that_are_kept(value):
    assert merging.visible({"name": value}) == {"name": value}


def test_hidden_values_are_left_out():
    found = merging.updated({"token": ("a", "b")}, None, {"token"})
    assert found == Change("update", ["token"], {})


def test_lines_are_told_by_their_ids():
    assert merging.visible({"lines": {LINES: {"10": "a", "9": "b"}}}) == {
        "lines": [9, 10]
    }


# --- what was touched ----------------------------------------------------------------


class Callbacks:
    def __init__(self):
        self.data, self.functions = {}, []

    def add(self, function):
        self.functions.append(function)


class Cursor:
    def __init__(self):
        self.cache, self.flushed = {}, 0
        self.precommit, self.postrollback = Callbacks(), Callbacks()

    def flush(self):
        self.flushed += 1


def test_changes_are_kept_with_the_cursor():
    cr = Cursor()
    assert changes.of(cr) is changes.of(cr)
    assert changes.of(cr) is not changes.of(Cursor())


def test_only_unknown_values_are_read():
    known = changes.ModelChanges()
    known.created.add(1)
    known.learn({2: {"name": "A"}})
    assert known.unknown([1, 2, 3], {"name"}) == [3]
    assert known.unknown([1, 2, 3], {"name", "city"}) == [2, 3]


def test_the_first_value_stays():
    known = changes.ModelChanges()
    known.learn({2: {"name": "A"}})
    known.learn({2: {"name": "B", "city": "X"}})
    assert known.olds == {2: {"name": "A", "city": "X"}}
    known.forget("name")
    assert known.olds == {2: {"city": "X"}}


def test_dirty_ids_are_taken_once_in_order():
    found = changes.Changes()
    found.of("a").touch([3, 1])
    found.of("b").touch([])
    found.of("a").touch([2, 3])
    assert found.dirty() == ["a"]
    assert found.of("a").take() == [3, 1, 2]
    assert found.dirty() == []


def test_outbox_is_written_once():
    cr = Cursor()
    changes.schedule(cr, print)
    changes.schedule(cr, print)
    assert cr.precommit.functions == [print]


def test_rollback_without_changes():
    cr = Cursor()
    changes.rolled_back(cr)
    changes.of(cr)
    changes.rolled_back(cr)
    assert cr.precommit.functions == []


def test_all_records_are_looked_at_again_after_a_rollback():
    cr = Cursor()
    changes.schedule(cr, print)
    known = changes.of(cr).of("a")
    known.created.add(1)
    known.learn({2: {"name": "A"}})
    known.frozen[3] = known.inherited[4] = {}
    known.written.add(5)
    cr.precommit = Callbacks()
    changes.rolled_back(cr)
    assert cr.precommit.functions == [print]
    assert changes.of(cr).dirty() == ["a"]
    assert known.take() == [1, 2, 3, 4, 5]
    assert changes.of(cr).dirty() == []


def test_context_of_changes():
    found = changes.Changes()
    found.noted(5, {})
    found.noted(6, {"import_file": True})
    found.noted(7, {"cron_id": 1})
    assert (found.user_id, found.is_import, found.is_cron) == (5, True, True)


# --- origin --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_cron", "is_import", "name"),
    [
        (False, False, "user"),
        (True, False, "cron"),
        (False, True, "import"),
        (True, True, "import"),
    ],
)
def test_origin_by_context(is_cron, is_import, name):
    assert origin.by_context(3, is_cron, is_import) == origin.Origin(name, user_id=3)


@pytest.mark.parametrize(("client_id", "name"), [(7, "client"), (None, "user")])
def test_origin_of_a_caller(client_id, name):
    found = origin.of_caller(3, client_id, "id", "trace")
    assert found == origin.Origin(name, client_id, 3, "id", "trace")


def test_origin_that_is_set_comes_before_that_of_the_transaction():
    cr, of_cursor, once = Cursor(), origin.Origin("cron"), origin.Origin("client", 1)
    assert origin.current(cr) is None
    origin.act_once(cr, once)
    assert origin.current(cr) is once
    origin.act(cr, of_cursor)
    assert origin.current(cr) is of_cursor


def test_origin_of_a_block():
    cr, outer, inner = Cursor(), origin.Origin("cron"), origin.Origin("webhook")
    origin.act(cr, outer)
    with origin.acting(cr, inner):
        assert origin.current(cr) is inner
    assert origin.current(cr) is outer
    assert cr.flushed == 2


def test_origin_of_a_block_that_fails():
    cr = Cursor()
    with pytest.raises(ZeroDivisionError), origin.acting(cr, origin.Origin("webhook")):
        raise ZeroDivisionError
    assert origin.current(cr) is None
    assert cr.flushed == 1
