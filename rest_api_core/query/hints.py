"""What a client may have meant by a name that is unknown. No Odoo here.

Only names that the caller may use are proposed, and they follow from the text of the
request alone: an unknown and a forbidden name get the same kind of hint.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection

MAX_NAMES = 3
# word of other APIs → parameter here, and what to write
PARAMETERS = {
    **dict.fromkeys(("q", "search", "query"), ("filter", "filter[name][contains]=…")),
    **dict.fromkeys(("domain", "where", "filters"), ("filter", "filter=[[…]]")),
    **dict.fromkeys(
        ("order", "order_by", "orderby", "sort_by", "ordering"), ("sort", "sort")
    ),
    **dict.fromkeys(("page_size", "pageSize", "size", "top"), ("limit", "limit")),
    **dict.fromkeys(("include", "embed", "populate", "with"), ("expand", "expand")),
    **dict.fromkeys(("select", "columns", "only"), ("fields", "fields")),
    **dict.fromkeys(("after", "next_cursor", "starting_after"), ("cursor", "cursor")),
    **dict.fromkeys(("locale", "language"), ("lang", "lang")),
    **dict.fromkeys(
        ("updated_since", "modified_since", "updated_after", "since"),
        ("filter", "filter[write_date][gte]=…"),
    ),
}


def parameter(name: str, known: Collection[str]) -> str:
    """The hint for an unknown parameter, with a space before it; empty for none."""
    target, written = PARAMETERS.get(name, ("", ""))
    if target in known:
        return f" Did you mean {written}?"
    return field(name, known)


def field(name: str, usable: Collection[str]) -> str:
    """The hint for an unknown field: names that are spelled much the same."""
    near = difflib.get_close_matches(name[:100], usable, MAX_NAMES, 0.7)
    quoted = [f"'{each}'" for each in near]
    return f" Did you mean {' or '.join(quoted)}?" if quoted else ""
