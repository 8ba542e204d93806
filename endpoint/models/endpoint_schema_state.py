"""Stored schemas that the checks of this version refuse.

An earlier version, with fewer checks, saved them. Their endpoints are marked as broken;
the log names them when Odoo starts.
"""

import contextlib

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, sql

from .. import body_schema
from .endpoint_synced import CONTENT_TYPES

CHECKED = frozenset(["request_content_schema", *CONTENT_TYPES])


class EndpointSchemaStateMixin(models.AbstractModel):
    _name = "endpoint.schema.state.mixin"
    _inherit = "endpoint.request.mixin"
    _description = "Endpoint Schema State Mixin"

    schema_checks = fields.Integer(
        copy=False, help="Version of the checks that the request schema has passed."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_schema_checks(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_schema_checks(vals))

    def _with_schema_checks(self, vals):
        """Add the version of the checks: a constraint makes them in the same save."""
        if CHECKED.isdisjoint(vals):
            return vals
        return {**vals, "schema_checks": body_schema.CHECKS}

    def _schema_problem(self):
        """Return why the checks refuse the schema, or None."""
        media_type = self._schema_type()
        if not self.request_content_schema or self.schema_checks == body_schema.CHECKS:
            return None
        if media_type not in body_schema.TYPES:
            return None
        return body_schema.problem(media_type, self.request_content_schema)

    def _registry_problems(self):
        problems = super()._registry_problems()
        for record in self.filtered(lambda r: r.ids and r.registry_sync and r.active):
            problem = record._schema_problem()
            if problem:
                message = self.env._("Invalid request schema: %s", problem)
                problems.setdefault(record.id, message)
        return problems

    # --- when Odoo starts --------------------------------------------------------

    def _register_hook(self):
        result = super()._register_hook()
        # Odoo also starts on a database that was not upgraded yet
        if not self._abstract and sql.column_exists(
            self.env.cr, self._table, "schema_checks"
        ):
            self._check_stored_schemas()
        return result

    def _check_stored_schemas(self):
        """Log the schemas that are refused; do not check the others again."""
        unchecked = Domain("schema_checks", "!=", body_schema.CHECKS)
        records = self.sudo().search(
            unchecked & Domain("request_content_schema", "!=", False)
        )
        problems = {record: record._schema_problem() for record in records}
        for record, problem in problems.items():
            if problem:
                self._logger.error(
                    "%s: invalid request schema: %s", record.route, problem
                )
        passed = records.filtered(lambda record: not problems[record])
        if passed:
            passed._store_schema_checks()

    def _store_schema_checks(self):
        """Store the version, unless another worker is doing the same."""
        statement = SQL(
            "UPDATE %s SET schema_checks = %s WHERE id = ANY(%s)",
            SQL.identifier(self._table),
            body_schema.CHECKS,
            self.ids,
        )
        with contextlib.suppress(psycopg2.Error), self.env.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '1s'")
            cr.execute(statement, log_exceptions=False)
