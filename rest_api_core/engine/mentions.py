"""The records that a body names, within the limits of the API."""

from collections.abc import Container
from functools import partial
from itertools import islice

from ..body.changes import Changes, Mention, mentions
from ..body.counting import MENTIONS, check_count
from ..orm.context import Context


def named_in(context: Context, changes: Changes) -> list[Mention]:
    """All records that changes name; raises BodyTooLarge."""
    fields_of = partial(context.fields_of, position="body")
    every = (
        mention
        for change in changes.items
        for parent in change.parents
        for mention in mentions(
            changes.model, change.values, fields_of, change.pointer, parent
        )
    )
    most = context.api.max_records * MENTIONS
    named = list(islice(every, most + 1))
    check_count(len(named), most)
    return named


def deleted_in(context: Context, changes: Changes, ids: Container[str]) -> list[str]:
    """The pointers to records with these ids, as texts, that a body deletes."""
    return [
        mention.pointer
        for mention in named_in(context, changes)
        if mention.act == "delete" and str(mention.target.id) in ids
    ]
