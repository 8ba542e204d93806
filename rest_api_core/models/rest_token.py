"""An issued token, and the table as a store of tokens (``access.tokens.Store``)."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.endpoint_route_handler import cache_epoch

from ..access import tokens

BATCH = 10_000  # rows of one deletion: a fraction of a second


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
    )
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade", readonly=True
    )
    client_id = fields.Many2one(
        "rest.client",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="Empty for logins with user name and password.",
    )
    kind = fields.Selection(
        [("access", "Access Token"), ("refresh", "Refresh Token")],
        string="Type",
        required=True,
        readonly=True,
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
    digest = fields.Char(
        required=True, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    scope = fields.Char(readonly=True)
    expires_at = fields.Datetime(
        string="Expires", required=True, index=True, readonly=True
    )
    revoked_at = fields.Datetime(
        string="Revoked", index="btree_not_null", readonly=True
    )
    last_used_at = fields.Datetime(
        string="Last Refresh",
        readonly=True,
        help="When an access token was last issued for this refresh token.",
    )
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )

    _prefix_unique = models.Constraint(
        "unique(kind, prefix)", "This prefix exists already."
    )

    @api.depends("kind", "prefix")
    def _compute_display_name(self):
        for token in self:
            token.display_name = f"{tokens.KEY_KINDS.get(token.kind)}_{token.prefix}_…"

    @api.depends("revoked_at", "expires_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for token in self:
            if token.revoked_at:
                token.state = "revoked"
            elif token.expires_at and token.expires_at <= now:
                token.state = "expired"
            else:
                token.state = "valid"

    def action_revoke(self):
        """Revoke these tokens and the others of the same logins, as of now."""
        self.check_access("unlink")
        self.sudo()._revoke_families()

    def _revoke_families(self):
        refresh = self.filtered(lambda token: token.kind == "refresh") | self.refresh_id
        family = refresh | self.search([("refresh_id", "in", refresh.ids)])
        live = family.filtered(lambda token: not token.revoked_at)
        live.revoked_at = fields.Datetime.now()

    # --- the store: see tokens.Store -----------------------------------------

    @api.private
    def add(self, refresh, access):
        record = self.create(self._values(refresh))
        self.create({**self._values(access), "refresh_id": record.id})

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
        """By its prefix, in one statement.

        A replica may lag behind: it may lack a token that was just issued, and still
        show a revoked one as valid. So the primary server is asked.
        """
        if self.env.cr.readonly:
            with cache_epoch.committed_cursor(self.env) as cr:
                return self._find_on(cr, kind, prefix)
        self.flush_model()
        return self._find_on(self.env.cr, kind, prefix)

    def _find_on(self, cr, kind, prefix):
        cr.execute(
            "SELECT digest, api_id, user_id, client_id, scope, expires_at, revoked_at,"
            " COALESCE(refresh_id, id), id"
            " FROM rest_token WHERE kind = %s AND prefix = %s",
            [kind, prefix],
        )
        row = cr.fetchone()
        if row is None:
            return None
        digest, api_id, user_id, client_id, scope, *states = row
        owner = tokens.Owner(api_id, user_id, client_id, scope or "")
        return tokens.Token(kind, prefix, digest, owner, *states)

    @api.private
    def renew(self, refresh, access):
        """Of simultaneous calls, all but the first fail and are retried by Odoo."""
        now = fields.Datetime.now()
        # Their snapshot does not show the access token that this call creates, so they
        # must not go on: a new version of the row makes them fail with 40001. The ORM
        # would skip the UPDATE where the value is that of the same second.
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
    def revoke(self, token):
        self.browse(token.family)._revoke_families()

    # --- the cron -------------------------------------------------------------

    @api.model
    def _delete_ended(self):
        """Delete expired and revoked tokens, in batches, each committed; for a cron.

        It stops when the cron's time is over, and goes on the next time.
        """
        deleted = BATCH
        while deleted == BATCH:
            deleted = self._delete_batch()
            if not self.env["ir.cron"]._commit_progress(deleted):
                return

    def _delete_batch(self):
        """How many were deleted, without those that go with their refresh token.

        The ids are an array, so that they are found once: as a set that rows are
        compared with, PostgreSQL may look for them again for each row.
        """
        self.flush_model()
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
