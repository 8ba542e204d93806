"""Sets of Odoo's field types, and the numbers that their columns hold. No Odoo here."""

from __future__ import annotations

TO_MANY = frozenset({"one2many", "many2many"})
RELATIONS = TO_MANY | {"many2one"}
FILES = frozenset({"binary", "image"})
TEXT = frozenset({"char", "text", "html", "selection", "reference"})
NUMBERS = frozenset({"integer", "float", "monetary", "many2one_reference"})
TIMES = frozenset({"date", "datetime"})

# a field of every resource that its model does not have; see ``orm/external_ids.py``
EXTERNAL_ID = "external_id"

# PostgreSQL's type integer, which is also that of ids
MAX_ID = 2**31 - 1
INTEGERS = range(-MAX_ID - 1, MAX_ID + 1)
IDS = range(1, MAX_ID + 1)
