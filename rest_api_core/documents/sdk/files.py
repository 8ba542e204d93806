"""The files of the clients, by the name of the language. No Odoo here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..model import Api
from . import dart, javascript, php, python


class File(NamedTuple):
    """How a file is made, and as what it is sent.

    :param render: its text for an API and the database that requests name, None where
        they need not
    """

    name: str
    media_type: str
    render: Callable[[Api, str | None], str]


FILES: Mapping[str, File] = {
    "python": File(python.TEMPLATE, "text/x-python", python.render),
    "javascript": File(javascript.TEMPLATE, "text/javascript", javascript.render),
    # saved beside the module
    "typescript": File(
        javascript.TYPES, "application/typescript", javascript.render_types
    ),
    "php": File(php.TEMPLATE, "application/x-php", php.render),
    "flutter": File(dart.TEMPLATE, "application/dart", dart.render),
}
