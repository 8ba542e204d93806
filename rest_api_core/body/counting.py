"""How much a body may be about, counted while it is read. No Odoo here."""

from __future__ import annotations

from ..wire.problem import BodyTooLarge, TooManyAffected

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


class Budget:
    """How many records a request may affect, over all of its operations.

    :param records: the limit of the API; :param most: that of the caller, or None
    """

    def __init__(self, records: int, most: int | None = None) -> None:
        self._records, self._most = records, most
        self.spent = 0

    def spend(self, count: int) -> None:
        """Raise BodyTooLarge or TooManyAffected if so many more are too many."""
        affected = self.spent + count
        check_count(affected, self._records)
        if self._most is not None and affected > self._most:
            raise TooManyAffected(
                f"{affected} records would be affected. Allowed: {self._most}."
            )
        self.spent = affected


def check_count(count: int, most: int) -> None:
    """Raise BodyTooLarge if a request is about more than ``most`` records."""
    if count > most:
        raise BodyTooLarge(f"A request may be about {most} records at most.")
