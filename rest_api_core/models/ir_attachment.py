"""Attachments that are the values of fields: their changes are those of the records."""

from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..capture import recording, watching


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _create(self, data_list):
        if watching.watch(self.env).has_files:
            owners = (data["stored"] for data in data_list)
            self._touch_owners(
                (o.get("res_model"), o.get("res_field"), o.get("res_id"))
                for o in owners
            )
        return super()._create(data_list)

    def _write_multi(self, vals_list):
        if watching.watch(self.env).has_files:
            self._touch_owners(self._owners())
        return super()._write_multi(vals_list)

    def unlink(self):
        if watching.watch(self.env).has_files:
            self._touch_owners(self._owners())
        return super().unlink()

    def _owners(self):
        """``(model, field, id)`` of the records that have these as values."""
        statement = SQL(
            "SELECT res_model, res_field, res_id FROM ir_attachment"
            " WHERE id IN %s AND res_field IS NOT NULL",
            tuple(self.ids) or (0,),
        )
        return self.env.execute_query(statement)

    def _touch_owners(self, owners):
        models_by_name = watching.watch(self.env).models
        ids = defaultdict(list)
        for model, name, each in owners:
            watched = models_by_name.get(model)
            if watched is not None and name in watched.files and each:
                ids[model, name].append(each)
        for (model, name), touched in ids.items():
            recording.touch(self.env, models_by_name[model], touched, (name,))
