from odoo import fields, models


class RestApi(models.Model):
    _inherit = "rest.api"

    jsonrpc_root_path = fields.Char(string="JSON-RPC Base Path")

    def _mounts(self):
        mounts = super()._mounts()
        if self.jsonrpc_root_path:
            mounts[self.jsonrpc_root_path] = "rest.dialect.jsonrpc"
        return mounts

    def _routing_impacting_fields(self, options=None):
        known = super()._routing_impacting_fields(options)
        return (*known, "jsonrpc_root_path")
