"""Issued tokens: the table is a store of tokens (``access.tokens.Store``)."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.endpoint_route_handler import cache_epoch

from ..access import tokens

BATCH = 10_000  # rows of one deletion, which takes a fraction of a second


class RestToken(models.Model):
    _name = "rest.token"
    _description = "REST token"
    _order = "create_date desc, id desc"
    _rec_names_search = ("prefix",)

    api_id = fields.Many2one(
        "rest.api",
        string="API",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="API that issued the token.",
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="User whose rights requests with the token have.",
    )
    client_id = fields.Many2one(
        "rest.client",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="Client that the token was issued to. It is empty for logins with username"
        " and password.",
    )
    kind = fields.Selection(
        [("access", "Access Token"), ("refresh", "Refresh Token")],
        string="Type",
        required=True,
        readonly=True,
        help="An access token authenticates requests. A refresh token gets new"
        " access tokens.",
    )
    refresh_id = fields.Many2one(
        "rest.token",
        string="Refresh Token",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="The refresh token that this access token was issued with.",
    )
    prefix = fields.Char(required=True, readonly=True, copy=False)
    # NO_ACCESS: not even administrators read it through Odoo, only code as superuser
    digest = fields.Char(
        required=True, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    scope = fields.Char(readonly=True, help="Rights that the token was issued for.")
    expires_at = fields.Datetime(
        string="Expiration Date",
        required=True,
        index=True,
        readonly=True,
        help="The token stops working at this time.",
    )
    revoked_at = fields.Datetime(
        string="Revocation Date",
        index="btree_not_null",
        readonly=True,
        help="The token stopped working at this time.",
    )
    rotated_at = fields.Datetime(
        string="Rotation Date",
        readonly=True,
        help="The refresh token was used at this time, and replaced by another one. Its"
        " second use revokes all tokens of the login.",
    )
    last_used_at = fields.Datetime(
        string="Last Refresh",
        readonly=True,
        help="Last time an access token was issued for this refresh token.",
    )
    state = fields.Selection(
        [
            ("valid", "Valid"),
            ("rotated", "Rotated"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
        help="Requests with an expired or revoked token are rejected.",
    )

    _prefix_unique = models.Constraint(
        "unique(kind, prefix)", "A token with this prefix already exists."
    )

    @api.depends("kind", "prefix")
    def _compute_display_name(self):
        for token in self:
            token.display_name = f"{tokens.KEY_KINDS.get(token.kind)}_{token.prefix}_…"

    @api.depends("revoked_at", "expires_at", "rotated_at")
    def _compute_state(self):
        # not stored: it changes with time, without a write that Odoo could depend on
        now = fields.Datetime.now()
        for token in self:
            if token.revoked_at:
                token.state = "revoked"
            elif token.expires_at and token.expires_at <= now:
                token.state = "expired"
            elif token.rotated_at:
                token.state = "rotated"
            else:
                token.state = "valid"

    def action_revoke(self):
        """Revoke these tokens and all others of the same logins."""
        # nobody has the right to write tokens: who can delete them can revoke them
        self.check_access("unlink")
        self.sudo()._revoke_families()

    def _revoke_families(self):
        # after a rotation, refresh tokens have one as well: the first of the family
        refresh = self.filtered(lambda token: token.kind == "refresh") | self.refresh_id
        family = self | refresh | self.search([("refresh_id", "in", refresh.ids)])
        live = family.filtered(lambda token: not token.revoked_at)
        live.revoked_at = fields.Datetime.now()

    # --- the store: see tokens.Store -----------------------------------------

    @api.private
    def add(self, refresh, access):
        record = self.create(self._values(refresh))
        self.create({**self._values(access), "refresh_id": record.id})

    @api.private
    def add_access(self, access):
        self.create(self._values(access))

    def _values(self, token):
        return {
            "kind": token.kind,
            "prefix": token.prefix,
            "digest": token.digest,
            "expires_at": token.expires_at,
            "api_id": token.owner.api_id,
            "user_id": token.owner.user_id,
            "client_id": token.owner.client_id,
            "scope": token.owner.scope,
        }

    @api.private
    def find(self, kind, prefix, _digest):
        """The token with this prefix, read by one SQL statement from the primary
        server.

        A replica can lag behind: it could miss a token that was just issued, and show a
        revoked one as valid.
        """
        if self.env.cr.readonly:
            with cache_epoch.committed_cursor(self.env) as cr:
                return self._find_on(cr, kind, prefix)
        # SQL does not see changes that the ORM has not written yet
        self.flush_model()
        return self._find_on(self.env.cr, kind, prefix)

    def _find_on(self, cr, kind, prefix):
        cr.execute(
            "SELECT digest, api_id, user_id, client_id, scope, expires_at, revoked_at,"
            " COALESCE(refresh_id, id), id, create_date, rotated_at IS NOT NULL"
            " FROM rest_token WHERE kind = %s AND prefix = %s",
            [kind, prefix],
        )
        row = cr.fetchone()
        if row is None:
            return None
        digest, api_id, user_id, client_id, scope, *states, issued_at, rotated = row
        owner = tokens.Owner(api_id, user_id, client_id, scope or "")
        issued_at = issued_at and issued_at.replace(microsecond=0)
        return tokens.Token(kind, prefix, digest, owner, *states, issued_at, rotated)

    @api.private
    def renew(self, refresh, access):
        """The first of concurrent calls succeeds; Odoo retries the others."""
        now = fields.Datetime.now()
        # The snapshot of concurrent calls does not contain the access token created
        # here, so they must fail: the new row version causes error 40001 for them. The
        # ORM would skip an UPDATE to the same value, within the same second.
        self.env.cr.execute(
            "UPDATE rest_token SET last_used_at = %s"
            " WHERE id = %s AND revoked_at IS NULL",
            [now, refresh.id],
        )
        if not self.env.cr.rowcount:
            return False
        record = self.browse(refresh.id)
        record.invalidate_recordset(["last_used_at"], flush=False)
        domain = [("refresh_id", "=", record.id), ("revoked_at", "=", False)]
        self.search(domain).revoked_at = now
        self.create({**self._values(access), "refresh_id": record.id})
        return True

    @api.private
    def rotate(self, before, refresh, access):
        """As in ``renew``, simultaneous calls fail on the version of the row."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE rest_token SET rotated_at = %s, last_used_at = %s WHERE id = %s"
            " AND rotated_at IS NULL AND revoked_at IS NULL",
            [now, now, before.id],
        )
        if not self.env.cr.rowcount:
            return False
        self.browse(before.id).invalidate_recordset(["rotated_at", "last_used_at"])
        first = self.browse(before.family)
        of_family = [("refresh_id", "=", first.id), ("revoked_at", "=", False)]
        self.search([*of_family, ("kind", "=", "access")]).revoked_at = now
        # it is deleted when it expires, and the whole family with it
        first.expires_at = max(first.expires_at, refresh.expires_at)
        for token in (refresh, access):
            self.create({**self._values(token), "refresh_id": first.id})
        return True

    @api.private
    def revoke(self, token):
        self.browse(token.family)._revoke_families()

    @api.private
    def revoke_of(self, user_id):
        self.search([("user_id", "=", user_id)])._revoke_families()

    @api.private
    def revoke_of_client(self, client_id):
        self.search([("client_id", "=", client_id)])._revoke_families()

    # --- the cron -------------------------------------------------------------

    @api.model
    def _delete_ended(self):
        """Delete expired and revoked tokens, for a cron.

        Each batch is committed. What is left when the time of the cron is over is
        deleted by its next run.
        """
        deleted = BATCH
        while deleted == BATCH:
            deleted = self._delete_batch()
            if not self.env["ir.cron"]._commit_progress(deleted):
                return

    def _delete_batch(self):
        """Delete tokens; return their number, without access tokens that were deleted
        with their refresh token."""
        self.flush_model()
        # ARRAY: PostgreSQL could run the subquery of "IN (SELECT …)" again for each
        # row. SKIP LOCKED: do not wait for rows that another worker is deleting
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                "DELETE FROM rest_token WHERE id = ANY(ARRAY("
                " SELECT id FROM rest_token WHERE expires_at <= %s OR revoked_at <= %s"
                " LIMIT %s FOR UPDATE SKIP LOCKED))",
                now,
                now,
                BATCH,
            )
        )
        self.invalidate_model(flush=False)
        return self.env.cr.rowcount
