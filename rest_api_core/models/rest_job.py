"""Work that takes longer than a request: a row of the queue of jobs, and its result.

``lease_…``, ``attempts`` and ``next_at`` belong to ``leases/``, which writes them by
SQL. ``rest.jobs`` starts and shows jobs, ``rest.job.runner`` performs them.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..wire import jobs

DAYS = 7  # that administrators see a job after it has expired
AS_NEW = {
    **dict.fromkeys(("error", "finished_at", "expires_at"), False),
    **dict.fromkeys(("attempts", "lease_losses", "progress"), 0),
    "state": "queued",
}
ACTIVE = ("parts", "queued", "running")


class RestJob(models.Model):
    _name = "rest.job"
    _description = "REST job"
    _order = "id desc"

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
        help="Client that started the job. Other clients do not see it.",
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
        help="User whose rights the job has.",
    )
    credential_id = fields.Many2one(
        "rest.credential",
        string="Key",
        ondelete="set null",
        readonly=True,
        help="Key of the request. The job fails if the key is revoked before it ends.",
    )
    kind = fields.Selection(
        [
            ("export", "Export"),
            ("import", "Import"),
            ("batch", "Batch"),
            ("report", "Report"),
            ("aggregate", "Aggregate"),
        ],
        string="Type",
        required=True,
        readonly=True,
        help="Operation that the job performs.",
    )
    model = fields.Char(readonly=True, help="Technical name of the model, if any.")
    url = fields.Char(
        string="URL", readonly=True, help="URL of the request that started the job."
    )
    state = fields.Selection(
        [
            ("parts", "Waiting for Parts"),
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        readonly=True,
        help="Jobs are performed in the order of their start.",
    )
    progress = fields.Integer(readonly=True, help="Number of records done so far.")
    total = fields.Integer(
        readonly=True, help="Number of records of the job. It is 0 if it is not known."
    )
    percentage = fields.Integer(
        compute="_compute_percentage", help="Part of the job that is done."
    )
    # what the request was; ``sent`` is ``wire.jobs.stored``, with the body
    scheme = fields.Char(readonly=True, groups="base.group_system")
    request = fields.Json(readonly=True, groups="base.group_system")
    sent = fields.Binary(attachment=False, readonly=True, groups="base.group_system")
    # ``transaction_time, errors, next_since, files``; of a failed job a problem
    result = fields.Json(readonly=True, groups="base.group_system")
    error = fields.Json(string="Problem", readonly=True, groups="base.group_system")
    error_text = fields.Char(
        string="Error",
        compute="_compute_error_text",
        help="Error that the job failed with. The client gets the same.",
    )
    result_ids = fields.One2many(
        "rest.job.file",
        "job_id",
        string="Files",
        readonly=True,
        help="Files of the result. They are deleted at the expiration date.",
    )
    started_at = fields.Datetime(
        string="Start", readonly=True, help="Time when the job was last begun."
    )
    finished_at = fields.Datetime(
        string="End", readonly=True, help="Time when the job ended."
    )
    expires_at = fields.Datetime(
        string="Expiration Date",
        readonly=True,
        index=True,
        help="The client can no longer see the job, and its files are deleted, from"
        " this time on.",
    )
    slot = fields.Integer(readonly=True, groups=fields.NO_ACCESS)
    next_at = fields.Datetime(readonly=True, groups="base.group_system")
    lease_until = fields.Datetime(readonly=True, groups="base.group_system")
    lease_id = fields.Char(readonly=True, groups="base.group_system")
    attempts = fields.Integer(
        readonly=True, help="Number of times that a worker has begun the job."
    )
    lease_losses = fields.Integer(
        string="Lost Workers",
        readonly=True,
        help="Number of workers that ended during the job. After the third one, the"
        " job fails.",
    )

    _active_slot = models.UniqueIndex(
        "(api_id, COALESCE(client_id, -user_id), slot)"
        " WHERE state IN ('parts', 'queued', 'running')",
        "The client has too many jobs.",
    )
    _ready = models.Index("(next_at, id) WHERE state = 'queued'")
    _leased = models.Index("(lease_until) WHERE state = 'running'")

    # --- buttons -------------------------------------------------------------

    def action_cancel(self):
        """Cancel jobs that have not ended, and delete the files of the others."""
        self.check_access("unlink")
        for job in self.sudo():
            job._end()

    def action_retry(self):
        """Perform failed jobs again, with the rights of now; an import goes on behind
        its last checkpoint."""
        self.check_access("unlink")
        for job in self.sudo().filtered(lambda job: job.state == "failed"):
            owner = (job.api_id.id, job.client_id.id, job.user_id.id)
            slot = self.sudo()._free_slot(*owner)
            if slot is None:
                raise UserError(
                    self.env._(
                        "The client already has %s jobs that have not ended. Retry this"
                        " one later.",
                        jobs.MAX_ACTIVE,
                    )
                )
            job.write({**AS_NEW, "slot": slot, "next_at": self.env.cr.now()})
        self.env["rest.job.host"]._wake()

    @api.model
    def _free_slot(self, api_id, client_id, user_id):
        """The first slot of a caller that has no job; None where all have one."""
        self.flush_model(["slot", "state"])
        owner = [("api_id", "=", api_id), ("client_id", "=", client_id or False)]
        active = [("user_id", "=", user_id), ("state", "in", ACTIVE)]
        taken = {*self.search([*owner, *active]).mapped("slot")}
        return min({*range(1, jobs.MAX_ACTIVE + 1)} - taken, default=None)

    # --- fields --------------------------------------------------------------

    @api.depends("kind", "model")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for job in self:
            name = kinds.get(job.kind, "")
            job.display_name = f"{name} {job.model}" if job.model else name

    @api.depends("progress", "total", "state")
    def _compute_percentage(self):
        for job in self:
            part = jobs.percentage(job.progress, job.total)
            job.percentage = 100 if job.state == "done" else part

    def _end(self):
        """The client no longer sees the job, and nothing of it is kept; a worker that
        performs it can commit nothing more."""
        self.ensure_one()
        cr = self.env.cr
        fence = "UPDATE rest_job_checkpoint SET lease_id = NULL WHERE job_id = %s"
        cr.execute(SQL(fence, self.id), log_exceptions=False)
        values = {"expires_at": fields.Datetime.now()}
        if self.state in ACTIVE:
            values.update(state="cancelled", finished_at=values["expires_at"])
            values.update(lease_id=False, lease_until=False, sent=False)
        self.write(values)
        self.result_ids.unlink()

    @api.model
    def _delete_expired(self):
        """Delete the files of expired jobs, and later the jobs."""
        now = fields.Datetime.now()
        expired = self.search(
            [("expires_at", "<", now), ("state", "not in", ("queued", "running"))]
        )
        expired.result_ids.unlink()
        # what was sent can be personal; a failed job needs it for a retry
        done = [("state", "!=", "failed"), ("sent", "!=", False)]
        self.search([("id", "in", expired.ids), *done]).write({"sent": False})
        old = now - timedelta(days=DAYS)
        expired.filtered(lambda job: job.expires_at < old).unlink()
        self._delete_lost_attachments()

    def _delete_lost_attachments(self):
        """PostgreSQL deletes files with the client or user of their job, and knows of
        no attachments."""
        self.env.cr.execute(
            SQL(
                "SELECT a.id FROM ir_attachment a WHERE a.res_model = 'rest.job.file'"
                " AND NOT EXISTS (SELECT FROM rest_job_file f WHERE f.id = a.res_id)"
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env["ir.attachment"].browse(ids).unlink()

    @api.depends("error")
    def _compute_error_text(self):
        for job in self:
            error = job.sudo().error or {}
            job.error_text = error and f"{error['code']}: {error['detail']}"
