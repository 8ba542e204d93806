"""The file that an import reads: parts as they were sent, each in slices.

Bytes of a job that is deleted go with it, by the foreign key. ``rest.import.parts``
writes and reads them by SQL: the column has plain bytes.
"""

from odoo import fields, models


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
