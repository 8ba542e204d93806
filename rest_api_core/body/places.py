"""Where a body says something of the records that were written. No Odoo here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from ..wire.problem import FieldError, LookupFailed


def unknown_record(pointer: str | None, record: int | None = None) -> FieldError:
    """The ``FieldError`` of records that do not exist or are out of reach, alike."""
    detail = "was not found or is not accessible"
    return FieldError(LookupFailed.code, detail, pointer, record=record)


class Places:
    """
    :param values: ``(model, id, values, pointer)`` of records that got values; several
        may have those of one pointer
    :param lines: ``(model, names, pointer)`` of new records in relations, whose ids
        nobody tells
    :param items: the pointers of the records that the body is about
    """

    def __init__(
        self,
        values: Iterable[tuple[str, int, Any, str]],
        lines: Iterable[tuple[str, Collection[str], str]],
        items: Iterable[str],
    ) -> None:
        self._known = {(model, each): at for model, each, _values, at in values}
        self._uses = Counter(self._known.values())
        self._lines, self._items = tuple(lines), tuple(items)

    def unknown(self, model: str, record: int, name: str) -> FieldError | None:
        """The error of a value that names a record out of reach; None where nobody
        knows in which of several records it is.

        :param record: the id of the record that has the value
        """
        at = self._known.get((model, record))
        if at is not None:
            shared = self._uses[at] > 1
            return unknown_record(f"{at}/{name}", record if shared else None)
        found = [
            at for owner, names, at in self._lines if owner == model and name in names
        ]
        if len(found) == 1:
            return unknown_record(f"{found[0]}/{name}")
        return unknown_record(self._items[0]) if len(self._items) == 1 else None
