"""What a copy brings besides the records: lines of their own, as ``create`` makes."""

from odoo import models

from ..access import policy
from ..body.counting import check_count
from ..orm import copies as orm_copies
from ..wire.problem import Forbidden, pointer
from .guard import Written

MAX_DEPTH = 5  # lines of lines


class RestCopies(models.AbstractModel):
    _name = "rest.copies"
    _description = "REST copies"

    def _lines(self, context, model_name, ids, named):
        """``Written`` of the lines that copies have got, of which the caller needs the
        right to create them.

        :param named: the fields that a body has values for: these were checked
        Raises Forbidden and ScopeInsufficient.
        """
        lines = list(self._below(context, model_name, ids, named, MAX_DEPTH))
        count = len(ids) + sum(len(one.ids) for one in lines)
        check_count(count, context.api.max_records)
        return lines

    def _below(self, context, model_name, ids, named, depth):
        for lines in self._copied(model_name):
            # sudo: what code has copied counts, whoever may see it
            comodel = context.reading[lines.comodel].sudo()
            comodel = comodel.with_context(active_test=False)
            found = comodel.search([(lines.link, "in", ids)], order="id")
            if lines.name not in named and found:
                self._require(context, lines)
                yield Written(comodel._name, found._ids, frozenset())
                if depth:
                    below = found._ids
                    yield from self._below(context, comodel._name, below, (), depth - 1)

    def _copied(self, model_name):
        def fill(env):
            return orm_copies.copied_lines(env[model_name])

        kept = self.env["rest.configuration"]._kept
        return kept(("copied lines", model_name), fill)

    def _require(self, context, lines):
        rights = context.catalog.policy(lines.comodel)
        if rights is None:
            raise Forbidden("A copy has lines of its own, and you may not create them.")
        policy.require(rights, "create", pointer(lines.name))
