"""No commit in the middle of a call: ``orm/commits.py``."""

import pytest

from rest_api_core.orm import commits
from rest_api_core.wire.problem import CommitRefused


class Cursor:
    def __init__(self):
        self.committed = 0

    def commit(self):
        self.committed += 1


def test_commits_are_refused_until_the_end():
    cr = Cursor()
    with commits.refused(cr), pytest.raises(CommitRefused):
        cr.commit()
    cr.commit()
    assert cr.committed == 1


def test_what_watched_the_cursor_before_does_so_again():
    cr = Cursor()
    cr.commit = watching = lambda: None
    with commits.refused(cr):
        pass
    assert cr.commit is watching
