from odoo import models

from odoo.addons.rest_api_core.access import policy
from odoo.addons.rest_api_core.body.changes import Change, Changes
from odoo.addons.rest_api_core.query.query import Query
from odoo.addons.rest_api_core.wire.call import Caller

TICKET = "third.party.ticket"


class TicketIntake(models.AbstractModel):
    """Tickets that come without HTTP, from a job or a mailbox."""

    _name = "third.party.ticket.intake"
    _description = "Ticket Intake"

    def _context(self, api_id, client):
        api = self.env["rest.configuration"]._api(api_id)
        caller = Caller("key", client.user_id.id, client.id)
        return self.env["rest.context"]._make(api, caller)

    def _take(self, api_id, client, rows):
        """Create tickets with the rights of a client, and show them as the API does.

        :param rows: values by field; :returns: documents, in the same order
        """
        context = self._context(api_id, client)
        create = self.env["rest.operations"]._by_name()["create"]
        policy.check(create, context.catalog.policy(TICKET))
        changes = Changes(TICKET, tuple(Change(values) for values in rows), many=True)
        ids = self.env["rest.writer"].create_records(context, changes)
        query = Query(fields=("id", "name", "hours"))
        reader = self.env["rest.reader"]
        return reader.read_records(context, TICKET, ids, query).data
