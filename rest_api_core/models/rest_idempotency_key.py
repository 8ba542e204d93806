"""Responses of requests that may be sent again; see ``rest.idempotency``."""

from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 10_000  # rows of one deletion


class RestIdempotencyKey(models.Model):
    _name = "rest.idempotency.key"
    _description = "REST idempotency key"
    _rec_name = "key"
    _order = "create_date desc, id desc"

    api_id = fields.Many2one(
        "rest.api",
        string="API",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="API that received the request.",
    )
    client_id = fields.Many2one(
        "rest.client",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="Client that sent the request. Others do not see its keys.",
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="User who sent the request.",
    )
    key = fields.Char(
        required=True,
        readonly=True,
        help="Value of the header Idempotency-Key that the client chose.",
    )
    operation = fields.Char(readonly=True, help="Operation that was requested.")
    model = fields.Char(readonly=True, help="Technical name of the model, if any.")
    status = fields.Integer(
        readonly=True, help="Status of the stored response. It is 0 without one."
    )
    expires_at = fields.Datetime(
        required=True,
        readonly=True,
        index=True,
        help="Until then the same request gets the stored response. After that it is"
        " performed again.",
    )
    # for ``rest.idempotency`` alone: a response shows what its caller may see
    fingerprint = fields.Char(required=True, readonly=True, groups="base.group_system")
    response = fields.Binary(
        readonly=True, attachment=False, groups="base.group_system"
    )

    _caller_key = models.UniqueIndex(
        "(api_id, COALESCE(client_id, 0), user_id, key)",
        "A caller sends a key with one request only.",
    )

    @api.autovacuum
    def _delete_expired(self):
        """Whether there may be more is returned as Odoo wants it."""
        statement = SQL(
            "DELETE FROM rest_idempotency_key WHERE id IN (SELECT id FROM"
            " rest_idempotency_key WHERE expires_at < NOW() AT TIME ZONE 'UTC'"
            " LIMIT %s)",
            BATCH,
        )
        self.env.cr.execute(statement)
        return self.env.cr.rowcount, self.env.cr.rowcount == BATCH
