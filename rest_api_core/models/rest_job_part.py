"""The file that an import reads: parts as they were sent, each in slices.

Bytes of a job that is deleted go with it, by the foreign key. ``rest.import.parts``
writes and reads them by SQL: the column has plain bytes.
"""

from odoo import api, fields, models


class RestJobPart(models.Model):
    _name = "rest.job.part"
    _description = "Part of the file of a REST job"
    _order = "job_id, number, slice"
    _log_access = False

    job_id = fields.Many2one("rest.job", required=True, ondelete="cascade")
    number = fields.Integer(required=True)
    slice = fields.Integer(required=True)
    content = fields.Binary(attachment=False, required=True)

    _slice_unique = models.Constraint(
        "unique(job_id, number, slice)", "A part has one slice of each number."
    )


class RestJob(models.Model):
    """Parts go when the job is cancelled, or expires."""

    _inherit = "rest.job"

    def _end(self):
        result = super()._end()
        self.env["rest.import.parts"]._delete(self.ids)
        return result

    @api.model
    def _delete_expired(self):
        """Also of imports that were never started: these are cancelled."""
        expired = [("expires_at", "<", fields.Datetime.now())]
        kept = [("state", "not in", ("queued", "running"))]
        ended = self.search([("kind", "=", "import"), *expired, *kept])
        self.env["rest.import.parts"]._delete(ended.ids)
        ended.filtered(lambda job: job.state == "parts").write({"state": "cancelled"})
        return super()._delete_expired()
