import pytest

from rest_api_core.orm.deadline import Deadline, bounded
from rest_api_core.wire.problem import TimeExceeded


class Cursor:
    def execute(self, query, log=True):
        return query, log


def test_queries_run_until_the_time_is_over():
    cr, now = Cursor(), [100.0]
    with bounded(cr, Deadline(60, lambda: now[0])):
        assert cr.execute("SELECT 1", log=False) == ("SELECT 1", False)
        now[0] = 160.0
        cr.execute("SELECT 1")
        now[0] = 160.5
        with pytest.raises(TimeExceeded, match="longer than 60 seconds"):
            cr.execute("SELECT 1")
    assert cr.execute("SELECT 1") == ("SELECT 1", True)
    assert "execute" not in vars(cr)


def test_without_a_bound_the_cursor_stays_as_it_is():
    cr = Cursor()
    with bounded(cr, Deadline()):
        assert "execute" not in vars(cr)


def test_somebody_else_may_watch_the_cursor_as_well():
    cr, seen = Cursor(), []
    cr.execute = seen.append
    with bounded(cr, Deadline(60, lambda: 0.0)):
        cr.execute("SELECT 1")
    assert seen == ["SELECT 1"]
    assert cr.execute == seen.append


def test_an_error_frees_the_cursor():
    cr = Cursor()
    with pytest.raises(ZeroDivisionError), bounded(cr, Deadline(60)):
        raise ZeroDivisionError
    assert "execute" not in vars(cr)


def test_loops_without_queries_look_at_the_clock():
    now = [100.0]
    deadline = Deadline(60, lambda: now[0])
    now[0] = 160.0
    deadline.check()
    now[0] = 160.5
    with pytest.raises(TimeExceeded, match="longer than 60 seconds"):
        deadline.check()
    Deadline(0, lambda: now[0]).check()
