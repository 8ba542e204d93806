"""How much a response may contain. No Odoo here.

Values and bytes are counted while a response is built, as often as it shows them: of
records that refer to each other in a circle, a short query shows the same ones many
thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..wire.problem import PageTooLarge
from .projection import Level, Path, Relation, Row, Rows, one_id

MAX_VALUES = 1_000_000  # JSON of some 20 MB, which takes about a second to build
MAX_BYTES = 64 * 2**20
_TEXTS = frozenset(("text", "html", "json", "properties"))


class Weight(NamedTuple):
    """Of a record in a response, with all that is nested in it."""

    values: int = 0
    size: int = 0


_ID_ALONE = Weight(1, 8)


class Volume:
    """What one response has so far. Raises PageTooLarge above one of the limits."""

    def __init__(
        self, max_values: int = MAX_VALUES, max_bytes: int = MAX_BYTES
    ) -> None:
        self._max_values, self._max_bytes = max_values, max_bytes
        self._values = self._size = 0

    def allow(self, values: int) -> None:
        """Before so many more values are read."""
        self._check(self._values + values, self._size)

    def add(self, values: int = 0, size: int = 0) -> None:
        self._values += values
        self._size += size
        self._check(self._values, self._size)

    def add_rows(self, level: Level, rows: Sequence[Row]) -> None:
        """Rows that were read: long texts are weighed, others are too short."""
        names = [field.name for field in level.fields if field.type in _TEXTS]
        texts = (row[name] for row in rows for name in names)
        self.add(len(rows) * len(level.fields), sum(map(_size, texts)))

    def check(self, level: Level, rows: Rows) -> None:
        """The documents of ``projection.assemble``, before they are built."""
        if level.relations:
            weights = _weights(level, rows, ())
            self._check(sum(w.values for w in weights), sum(w.size for w in weights))

    def _check(self, values: int, size: int) -> None:
        if values > self._max_values:
            raise PageTooLarge(
                f"The response would have more than {self._max_values} values."
                " Request fewer records, fields or relations."
            )
        if size > self._max_bytes:
            raise PageTooLarge(
                f"The response would be larger than {self._max_bytes >> 20} MB."
                " Request fewer records, fields or relations."
            )


def _weights(level: Level, rows: Rows, path: Path) -> list[Weight]:
    """The weights of the records of a level, in their order."""
    below = [
        (relation, _by_id(relation, rows, (*path, relation.name)))
        for relation in level.relations
    ]
    return [_weight(level, row, below) for row in rows.get(path, ())]


def _by_id(relation: Relation, rows: Rows, path: Path) -> dict[int, Weight]:
    ids = [row["id"] for row in rows.get(path, ())]
    return dict(zip(ids, _weights(relation.level, rows, path), strict=True))


def _weight(
    level: Level, row: Row, below: Iterable[tuple[Relation, Mapping[int, Weight]]]
) -> Weight:
    values = len(level.fields)
    size = sum(map(_size, row.values()))
    for relation, known in below:
        value = row[relation.name]
        for record_id in (value or ()) if relation.many else one_id(value):
            nested = known.get(record_id, _ID_ALONE)
            values += nested.values
            size += nested.size
    return Weight(values, size)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str) else 8
