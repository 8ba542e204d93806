"""How much a body may be about, counted while it is read. No Odoo here."""

from __future__ import annotations

from ..wire.problem import BodyTooLarge

MENTIONS = 100  # records that a body may name for each that it may change


class Room:
    """What is left of the limits; raises BodyTooLarge before anything is made of more.

    :param records: so many may be created, changed or deleted
    """

    def __init__(self, records: int) -> None:
        self._records, self._changed, self._named = records, 0, 0

    def change(self) -> None:
        self._changed += 1
        check_count(self._changed, self._records)

    def name(self, count: int) -> None:
        self._named += count
        check_count(self._named, self._records * MENTIONS)


def check_count(count: int, most: int) -> None:
    """Raise BodyTooLarge if a request is about more than ``most`` records."""
    if count > most:
        raise BodyTooLarge(f"A request may be about {most} records at most.")
