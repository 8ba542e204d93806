"""What a client may have meant by a name that is unknown. No Odoo here.

Only names that the caller may use are proposed, and they follow from the text of the
request alone: an unknown and a forbidden name get the same kind of hint.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

MAX_NAMES = 3
# words of other APIs → parameter here, and what to write
_MEANINGS = {
    ("filter", "filter[name][contains]=…"): "q search query term keyword text",
    ("filter", "filter=[[…]]"): "domain where filters conditions criteria filter",
    ("filter", "filter[write_date][gte]=…"): (
        "updatedsince modifiedsince changedsince updatedafter modifiedafter since"
        " updatedatmin lastmodified"
    ),
    ("filter", "filter[create_date][gte]=…"): "createdsince createdafter createdatmin",
    ("sort", "sort"): "order orderby sortby ordering orders sorting sorts sortorder",
    ("limit", "limit"): (
        "pagesize perpage size top first take rows max maxresults resultsperpage"
        " pagelimit count limits"
    ),
    ("offset", "offset"): "start startindex from pageoffset",
    ("page", "page"): "pagenumber pageindex pageno",
    ("expand", "expand"): "include includes embed embeds populate with relations",
    (
        "fields",
        "fields",
    ): "select columns only attributes field properties returnfields",
    ("cursor", "cursor"): "after nextcursor startingafter pagetoken nextpage pageafter",
    ("lang", "lang"): "locale language languages",
    ("company", "company"): "companyid companies companyids allowedcompanyids",
    ("archived", "archived"): "active inactive activetest deleted withdeleted",
    ("count", "count"): "total includetotal withcount totalcount includetotals",
    ("ids", "ids"): "id",
    ("exclude_fields", "exclude_fields"): "exclude omit except",
    ("group_by", "group_by"): "groupby groups group dimensions dimension",
    ("aggregate", "aggregate"): "aggregates aggregations measures measure metrics",
}
PARAMETERS = {
    word: meaning for meaning, words in _MEANINGS.items() for word in words.split()
}


def parameter(name: str, known: Collection[str]) -> str:
    """The hint for an unknown parameter, with a space before it; empty for none.

    ``page[size]``, ``$orderby``, ``order_by`` and ``pageSize`` are words, too.
    """
    word = re.sub(r"[^a-z]", "", name[:100].lower())
    target, written = PARAMETERS.get(word, (word, word))
    if target in known:
        return f" Did you mean {written}?"
    return field(name.strip("$_[]"), known)


def field(name: str, usable: Collection[str]) -> str:
    """The hint for an unknown field: names that are spelled much the same."""
    near = difflib.get_close_matches(name[:100], usable, MAX_NAMES, 0.7)
    quoted = [f"'{each}'" for each in near]
    return f" Did you mean {' or '.join(quoted)}?" if quoted else ""
