"""All verbs: ``_answer__<verb>(call, rights) → Answer``."""

from odoo import models

from ..answer import Answer


class RestOperation(models.AbstractModel):
    _name = "rest.operation"
    _inherit = ["rest.writing", "rest.calling"]
    _description = "REST operations"

    def _answer__about(self, call, _rights):
        api = self.env["rest.configuration"]._api(call.api_id)
        root = call.url.partition("?")[0].rstrip("/")
        links = {"self": f"{root}/", "health": f"{root}/health"}
        return Answer({"data": {"name": api.name, "version": "1", "links": links}})

    def _answer__health(self, call, _rights):
        self.env.cr.execute("SELECT 1")
        return Answer({"data": {"status": "ok"}})
