"""Columns of JSON that the statement of the rows selects beside the plain ones."""

from odoo import SUPERUSER_ID, models

RAW = " raw"  # in a row, ends the key of properties without their definition


class RestJsonColumns(models.AbstractModel):
    _name = "rest.json.columns"
    _description = "REST columns of JSON"

    def _terms(self, context, model, level, query):
        """Keys and SQL of properties, whose definition is elsewhere, and of values that
        each company has for itself. Odoo's defaults for all are part of the SQL."""
        known = context.catalog.columns_of_json(level.model)
        if not known:
            return (), ()

        def make():
            fields = [field for field in level.fields if field.name in known]
            raw = {field.name: field.type == "properties" for field in fields}
            keys = [name + RAW if raw[name] else name for name in raw]
            return keys, [model._field_to_sql(query.table, n, query) for n in raw]

        defaults = self.env["ir.default"].with_user(SUPERUSER_ID)
        defaults = defaults.with_company(context.company_ids[0])
        defaults = repr(defaults._get_model_defaults(level.model))
        key = ("json", level.model, level.names, context.company_ids[0], defaults)
        return context.catalog.of_query(key, make, lambda found: 1 + len(found[0]))
