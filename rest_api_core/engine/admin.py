"""What the lists of administrators have in common, and who may use them.

Everything is done with the rights of the user, so that Odoo's access rights hold, too.
"""

from odoo import fields, models
from odoo.fields import Domain

from ..query import paging
from ..wire.problem import Forbidden, NotFound, RecordInvalid, ScopeInsufficient
from ..wire.result import Result

GROUP = "rest_api_core.group_rest_manager"
MAX_TOTAL = 10_000  # more are not counted: a log has millions of entries


class RestAdmin(models.AbstractModel):
    """The services of single lists have the model of their records in ``_rest_model``,
    and ``_shown(record)``."""

    _name = "rest.admin"
    _description = "REST administration"

    _rest_model = ""

    def _check_may_administer(self, call):
        """Raise Forbidden or ScopeInsufficient, whatever the path names."""
        caller = call.caller
        user = self.env["res.users"].sudo().browse(caller.user_id)
        if not user.has_group(GROUP):
            raise Forbidden("Only administrators of the API may do this.")
        client = caller.client_id and self._client(caller.client_id)
        if not client:
            return
        # a client that a user has let act in his name, or that has only some scopes,
        # could grant itself what it has not
        is_delegated = client.user_id != caller.user_id
        if is_delegated or not client.policy.all_resources:
            raise ScopeInsufficient()
        only_reads = caller.read_only or client.policy.read_only
        if only_reads and not call.operation.readonly:
            raise ScopeInsufficient()

    def _client(self, client_id):
        return self.env["rest.configuration"]._client(client_id)

    def _records(self, context):
        """The model, with the rights of the user; archived records exist, too."""
        return context.env[self._rest_model].with_context(active_test=False)

    def _found(self, context, call):
        """The record of the path; raises NotFound."""
        found = self._records(context).search([("id", "=", call.ids[0])])
        if not found:
            raise NotFound()
        return found

    def _page(self, context, call, domain):
        """The ``Result`` of a list."""
        query, records = call.query, self._records(context)
        page = paging.Page(query.limit, query.offset, query.page is not None)
        # one more tells whether there is another page
        found = records.search(Domain(domain), page.offset, page.limit + 1)
        shown = found[: page.limit]
        total = records.search_count(Domain(domain), limit=MAX_TOTAL + 1)
        known = total if total <= MAX_TOTAL else None
        return Result(
            data=[self._shown(record) for record in shown],
            many=True,
            meta=paging.offset_meta(page, len(shown), known),
            pages=paging.OffsetPages(page, len(found) > page.limit, known),
        )

    def _shown(self, record):
        """To implement: a document of a record, without secrets."""
        raise NotImplementedError()

    def _check_not_own(self, record, own_id):
        """The log of a request tells its client and key."""
        if record.id == own_id:
            raise RecordInvalid("A request cannot delete its own client or key.")


def equal(fields_of, criteria):
    """The domain of those criteria that are the values of fields."""
    listed = (
        Domain(fields_of[name], "=", value)
        for name, value in criteria.items()
        if name in fields_of
    )
    return Domain.AND(listed)


def times_domain(criteria):
    """The domain of ``state``, which is not stored."""
    state = criteria.get("state")
    if state is None:
        return Domain.TRUE
    now = fields.Datetime.now()
    if state == "revoked":
        return Domain("revoked_at", "<=", now)
    lives = Domain("revoked_at", "=", False) | Domain("revoked_at", ">", now)
    if state == "expired":
        return lives & Domain("expires_at", "<=", now)
    unended = Domain("expires_at", "=", False) | Domain("expires_at", ">", now)
    return lives & unended
