from collections import deque
from types import SimpleNamespace

import pytest

from rest_api_core.orm.marks import Mark


class Queue:
    def __init__(self):
        self._funcs, self.data = deque(), {}


class Registry:
    def __init__(self, *names):
        self.cache_invalidated, self.cleared = set(names), []

    def clear_cache(self, *names):
        self.cleared += names


class Cursor:
    transaction = None

    def __init__(self):
        self.calls = []
        self.precommit, self.postcommit = Queue(), Queue()
        self.postrollback = Queue()

    def execute(self, query):
        self.calls.append(query.split(" rest_")[0])

    def commit(self):
        self.calls.append("commit")

    def clear(self):
        self.calls.append("clear")


def test_what_went_well_stays():
    cursor = Cursor()
    Mark(cursor).release()
    assert cursor.calls == ["SAVEPOINT", "RELEASE SAVEPOINT"]
    assert "commit" not in vars(cursor)


def test_what_failed_is_forgotten():
    cursor = Cursor()
    assert Mark(cursor).rolled_back()
    assert cursor.calls == [
        "SAVEPOINT",
        "clear",
        "ROLLBACK TO SAVEPOINT",
        "RELEASE SAVEPOINT",
    ]
    assert "commit" not in vars(cursor)


@pytest.mark.parametrize("failed", [False, True])
def test_there_is_no_way_back_behind_a_commit(failed):
    cursor = Cursor()
    mark = Mark(cursor)
    cursor.commit()
    assert mark.rolled_back() is False if failed else mark.release() is None
    assert cursor.calls == ["SAVEPOINT", "commit", *(["clear"] if failed else [])]


@pytest.mark.parametrize("end", [Mark.release, Mark.rolled_back])
def test_somebody_else_may_watch_commits_too(end):
    cursor, seen = Cursor(), []

    def commit():
        seen.append(True)

    cursor.commit = commit
    mark = Mark(cursor)
    cursor.commit()
    end(mark)
    assert cursor.commit is commit
    assert seen == [True]


def test_marks_within_marks_have_names_of_their_own():
    cursor, names = Cursor(), []
    cursor.execute = names.append
    Mark(cursor), Mark(cursor)
    assert len(set(names)) == 2


def test_what_failed_does_nothing_after_the_commit():
    cursor = Cursor()
    queue = cursor.postcommit
    first, second = print, repr
    queue._funcs.append(first)
    queue.data.update(ids=[1], name="before")
    mark = Mark(cursor)
    queue._funcs.append(second)
    queue.data["ids"].append(2)
    queue.data["more"] = True
    mark.rolled_back()
    assert list(queue._funcs) == [first]
    assert queue.data == {"ids": [1], "name": "before"}


def test_what_went_well_is_done_after_the_commit():
    cursor = Cursor()
    mark = Mark(cursor)
    cursor.postcommit._funcs.append(print)
    mark.release()
    assert list(cursor.postcommit._funcs) == [print]


@pytest.mark.parametrize("names", [(), ("default",)])
def test_caches_forget_rows_that_are_gone(names):
    cursor, registry = Cursor(), Registry(*names)
    cursor.transaction = SimpleNamespace(registry=registry)
    Mark(cursor).rolled_back()
    assert registry.cleared == list(names)
