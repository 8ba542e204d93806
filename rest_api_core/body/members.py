"""Objects whose members are named in advance, as of a login. No Odoo here."""

from __future__ import annotations

from typing import Any

from ..wire.problem import ValueInvalid, ValueRequired, pointer
from .inputs import storable


def texts(body: Any, *names: str) -> dict[str, str]:
    """The members of a body that may only have these, each a text or missing.

    Raises ValueInvalid.
    """
    members = known(body, *names)
    for name, value in members.items():
        if not isinstance(value, str):
            raise ValueInvalid.at_pointer(pointer(name), "must be text")
    return members


def known(body: Any, *names: str) -> dict[str, Any]:
    """The members of a body that may only have these; no text that cannot be stored.

    Raises ValueInvalid.
    """
    members = {} if body is None else body
    if not isinstance(members, dict):
        raise ValueInvalid.at_pointer("#", "must be an object")
    for name, value in members.items():
        if name not in names:
            allowed = ", ".join(names)
            detail = f"is unknown. Allowed: {allowed}."
            raise ValueInvalid.at_pointer(pointer(name), detail)
        if isinstance(value, str):
            _check_storable(name, value)
    return members


def required(members: dict[str, Any], name: str) -> Any:
    """The value of a member; raises ValueRequired."""
    if name not in members:
        raise ValueRequired.at_pointer(pointer(name), "is required")
    return members[name]


def _check_storable(name: str, value: str) -> None:
    try:
        storable(value)
    except ValueError as error:
        raise ValueInvalid.at_pointer(pointer(name), str(error)) from error
