"""How much a response may contain. No Odoo here.

Values and bytes are counted while a response is built, as often as it shows them: of
records that refer to each other in a circle, a short query shows the same ones many
thousand times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..body.values import Reference
from ..wire.problem import PageTooLarge
from .field_types import FILES, TO_MANY
from .projection import Level, Path, Relation, Row, Rows, one_id, walk

MAX_VALUES = 1_000_000  # JSON of some 20 MB, which takes about a second to build
MAX_BYTES = 64 * 2**20
_NUMBER = 8  # bytes of a number, a date or an id
_OTHERS = 256  # of a value without its texts: at most those of a descriptor of a file
# their values cannot be long, or are counted as they are read: all others are weighed
_NUMBERS = "integer float monetary boolean date datetime selection many2one_reference"
_SHORT = FILES | TO_MANY | frozenset(_NUMBERS.split())
_TEXTS = frozenset(("char", "text", "html"))
LONG = _TEXTS | {"json", "properties", "properties_definition"}


class Weight(NamedTuple):
    """Of a record in a response, with all that is nested in it."""

    values: int = 0
    size: int = 0


_ID_ALONE = Weight(1, _NUMBER)


class Volume:
    """What one response has so far. Raises PageTooLarge above one of the limits."""

    def __init__(
        self, max_values: int = MAX_VALUES, max_bytes: int = MAX_BYTES
    ) -> None:
        self._max_values, self._max_bytes = max_values, max_bytes
        self._values = self._size = 0

    @property
    def values_left(self) -> int:
        return self._max_values - self._values

    def allow(self, values: int) -> None:
        """Before so many more values are read."""
        self._check(self._values + values, self._size)

    def add(self, values: int = 0, size: int = 0) -> None:
        self._values += values
        self._size += size
        self._check(self._values, self._size)

    def add_rows(
        self, level: Level, rows: Sequence[Row], known: Collection[str] = ()
    ) -> None:
        """Rows that were read; ``add`` counts files, and the ids behind x2many fields.

        :param known: fields whose values were weighed before
        """
        names = {f.name: f.type for f in level.fields if f.type not in _SHORT}
        sizes = (
            _text_size(rows, name) if field_type in _TEXTS else _total(rows, name)
            for name, field_type in names.items()
            if name not in known
        )
        self.add(len(rows) * len(level.fields), sum(sizes))

    def check(self, level: Level, rows: Rows) -> None:
        """The documents of ``projection.assemble``, before they are built."""
        if level.relations and not self._is_small(_most_shown(level, rows)):
            weights = _weights(level, rows, ())
            self._check(sum(w.values for w in weights), sum(w.size for w in weights))

    def _is_small(self, times: int) -> bool:
        """Whether all that was read may be shown so many times: for most responses
        this is known without a look at each value."""
        size = self._size + self._values * _OTHERS
        return times * self._values <= self._max_values and (
            times * size <= self._max_bytes
        )

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


def _most_shown(level: Level, rows: Rows) -> int:
    """How many times a record may be shown, by all levels together, if all records
    above refer to it."""
    shown: dict[Path, int] = {(): 1}
    for path, _relation in walk(level):
        shown[path] = shown[path[:-1]] * len(rows.get(path[:-1], ()))
    return sum(shown.values())


def _weights(level: Level, rows: Rows, path: Path) -> list[Weight]:
    """The weights of the records of a level, in their order."""
    below = [
        (relation, _by_id(relation, rows, (*path, relation.name)))
        for relation in level.relations
    ]
    expanded = {relation.name for relation in level.relations}
    lists = [f.name for f in level.fields if f.type in TO_MANY]
    lists = [name for name in lists if name not in expanded]
    return [_weight(level, row, below, lists) for row in rows.get(path, ())]


def _by_id(relation: Relation, rows: Rows, path: Path) -> dict[int, Weight]:
    ids = [row["id"] for row in rows.get(path, ())]
    return dict(zip(ids, _weights(relation.level, rows, path), strict=True))


def _weight(
    level: Level,
    row: Row,
    below: Iterable[tuple[Relation, Mapping[int, Weight]]],
    lists: Iterable[str],
) -> Weight:
    """:param lists: the x2many fields that show ids"""
    values = len(level.fields) + sum(len(row[name] or ()) for name in lists)
    size = sum(map(size_of, row.values()))
    for relation, known in below:
        value = row[relation.name]
        for record_id in (value or ()) if relation.many else one_id(value):
            nested = known.get(record_id, _ID_ALONE)
            values += nested.values
            size += nested.size
    return Weight(values, size)


def _text_size(rows: Iterable[Row], name: str) -> int:
    """As ``_total``, for the most values, and so in little time."""
    return sum([len(row[name]) for row in rows if row[name]])


def _total(rows: Iterable[Row], name: str) -> int:
    return sum([size_of(row[name]) for row in rows])


def size_of(value: Any) -> int:
    """About the bytes of a value in JSON, whatever is in it."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Reference):
        return _NUMBER + len(value.display_name or "")
    if isinstance(value, (list, tuple)):
        return _NUMBER + sum(map(size_of, value))
    if isinstance(value, dict):
        return _NUMBER + sum(map(size_of, (*value, *value.values())))
    return _NUMBER


def weight_of(document: Any) -> Weight:
    """That of JSON which is there already."""
    if isinstance(document, dict):
        below = [weight_of(each) for each in document.values()]
    elif isinstance(document, list):
        below = [weight_of(each) for each in document]
    else:
        return Weight(1, size_of(document))
    return Weight(sum(w.values for w in below), sum(w.size for w in below))
