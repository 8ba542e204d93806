"""How far a job has come, written in the transaction of its data.

A row of its own, which heartbeats do not write: under REPEATABLE READ, a row that
another transaction has changed since cannot be written. Only the worker whose lease the
row names can write it, so a worker that has lost its lease cannot commit.
"""

from odoo import fields, models


class RestJobCheckpoint(models.Model):
    _name = "rest.job.checkpoint"
    _description = "Checkpoint of a REST job"
    _log_access = False

    job_id = fields.Many2one("rest.job", required=True, ondelete="cascade")
    lease_id = fields.Char()
    state = fields.Json()

    _job_unique = models.Constraint("unique(job_id)", "A job has one checkpoint.")
