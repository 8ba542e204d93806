"""Where the ORM changes rows: the innermost methods of every model (``capture/``)."""

from odoo import models

from ..capture import cascades, recording, watching


class Base(models.AbstractModel):
    _inherit = "base"

    def _create(self, data_list):
        records = super()._create(data_list)
        watched = watching.of_model(self)
        if watched is not None:
            recording.created(self.env, watched, records._ids)
        return records

    def _write_multi(self, vals_list):
        # all that is written comes here when it is flushed, also computed values
        watched = watching.of_model(self)
        if watched is not None:
            recording.writing(self, watched, vals_list)
        return super()._write_multi(vals_list)

    def _update_field_translations(self, field_name, translations, *args, **options):
        # Odoo writes the translations of a field by SQL
        watched = watching.of_model(self)
        if watched is not None and field_name in watched.columns:
            recording.touch(self.env, watched, self._ids, (field_name,))
        return super()._update_field_translations(
            field_name, translations, *args, **options
        )

    def unlink(self):
        watch = watching.watch(self.env)
        if self._name in watch.deletions:
            cascades.before_deletion(self.env, watch, self._name, self.ids)
        return super().unlink()
