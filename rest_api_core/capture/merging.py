"""What a transaction has done to a record: the difference between its start and now.

Nothing is replayed. A value is kept when it first changes, which is that of the start
of the transaction whatever is written or rolled back later, and it is compared with the
row as it is when the transaction is about to be committed. No Odoo here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

Values = Mapping[str, Any]
# {name: (old value, new value)}
Difference = Mapping[str, tuple[Any, Any]]

# bytes of a value in ``old_values``; larger ones are left out
LARGEST = 65_536
# a value that is compared only: a secret, a file, or a large one
DIGEST = "$digest"
MARK = "\x01"  # begins the digest of a large text
# lines by id, each with a digest
LINES = "$lines"


class Change(NamedTuple):
    """One row of the outbox. ``fields`` is None for all of them."""

    operation: str
    fields: list[str] | None = None
    old_values: dict[str, Any] | None = None


def difference(olds: Values, currents: Values) -> Difference:
    """The values that differ between the start of the transaction and now."""
    pairs = ((name, old, currents.get(name)) for name, old in olds.items())
    return {name: (old, new) for name, old, new in pairs if old != new}


def created(exists: bool) -> Change | None:
    """A record that was not there at the start."""
    return Change("create") if exists else None


def deleted(frozen: Values, olds: Values, hidden: Collection[str] = ()) -> Change:
    """A record that was deleted; :param frozen: its row before the deletion."""
    values = {**frozen, **olds}
    return Change("delete", None, visible(values, hidden))


def updated(
    changed: Difference, active: str | None, hidden: Collection[str] = ()
) -> Change | None:
    """A record that is still there; None if it is as it was.

    :param active: the name of the field that archives records, if there is one
    """
    if not changed:
        return None
    olds = {name: old for name, (old, _new) in changed.items()}
    return Change(_operation(changed, active), sorted(changed), visible(olds, hidden))


def _operation(changed: Difference, active: str | None) -> str:
    if active is None or active not in changed:
        return "update"
    old, new = map(bool, changed[active])
    if old == new:  # NULL is archived, too
        return "update"
    return "restore" if new else "archive"


def visible(values: Values, hidden: Collection[str] = ()) -> dict[str, Any]:
    """The values that may be kept: neither secrets nor files nor large ones. Lines are
    told by their ids."""
    shown = {}
    for name, value in values.items():
        if name in hidden:
            continue
        kind = type(value)
        # most values: this loop is what a write costs
        if kind is str:
            if not _is_large(value):
                shown[name] = value
        elif kind is not dict and kind is not list:
            shown[name] = value
        elif not _is_left_out(value):
            shown[name] = _told(value)
    return shown


def _is_large(text: str) -> bool:
    if text.startswith(MARK):
        return True
    # no character has more than four bytes
    return len(text) * 4 > LARGEST and len(text.encode()) > LARGEST


def _told(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {LINES}:
        return sorted(map(int, value[LINES]))
    return value


def _is_left_out(value: Any) -> bool:
    if isinstance(value, dict) and value.keys() == {DIGEST}:
        return True
    return len(json.dumps(value)) > LARGEST
