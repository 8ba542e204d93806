"""All problems of a stage at once, and not the first alone. No Odoo here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .problem import BodyProblem, Problem


class Collected:
    """
    found = Collected()
    for mention in mentions:
        with found.one():
            check(mention)
    found.check()
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        """Keep the problem that is raised herein."""
        try:
            yield
        except Problem as problem:
            self._problems.append(problem)

    def check(self) -> None:
        """Raise the problem that stands for all that were kept."""
        if self._problems:
            raise BodyProblem.joined(self._problems)
