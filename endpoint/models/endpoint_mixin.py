"""Execution of requests to endpoints."""

from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    NotFound,
    ServiceUnavailable,
)

from odoo import api, fields, models
from odoo.exceptions import (
    AccessDenied,
    AccessError,
    MissingError,
    UserError,
    ValidationError,
)

from odoo.addons.endpoint_route_handler import media_types

from .. import body_schema, caller_errors, openapi, received


class EndpointMixin(models.AbstractModel):
    """Steps of a request: ``_find_endpoint`` → ``_validate_request`` →
    ``_handle_request`` → ``_handle_exec__<mode>``.

    To add a mode, add a selection value and that method.
    """

    _name = "endpoint.mixin"
    _inherit = "endpoint.code.mixin"
    _description = "Endpoint Mixin"
    _disable_rpc = ("all",)

    # a method name: other addons override the method to add modes
    exec_mode = fields.Selection(
        string="Execution Mode",
        selection="_selection_exec_mode",
        required=True,
        default="code",
        help="How the endpoint handles a request.",
    )
    exec_as_user_id = fields.Many2one(
        string="Exec as User",
        comodel_name="res.users",
        help="The snippet runs with the rights of this user instead of those of the"
        " caller. Public endpoints require a user.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="The snippet runs in this company. Leave empty to use the company of the"
        " user.",
    )
    exec_lang = fields.Selection(
        string="Language",
        selection="_selection_exec_lang",
        help="Language of the texts that the snippet reads and writes. Leave empty to"
        " use the language of the user that the snippet runs as.",
    )
    # a new endpoint works without further settings
    request_method = fields.Selection(default="GET")

    # --- fields ------------------------------------------------------------------

    def _selection_exec_mode(self):
        return [("code", "Execute code")]

    def _selection_exec_lang(self):
        installed = self.env["res.lang"].get_installed()
        return [("request", self.env._("Accept-Language of the request")), *installed]

    # --- constraints -------------------------------------------------------------

    # Odoo checks a constraint only if a listed field is written: each constraint lists
    # all fields that it reads
    @api.constrains("exec_mode", "code_snippet")
    def _check_exec_mode(self):
        for record in self:
            record._validate_exec_mode()

    def _validate_exec_mode(self):
        validator = getattr(self, f"_validate_exec__{self.exec_mode}", None)
        if validator:
            validator()

    @api.constrains("auth_type", "exec_as_user_id")
    def _check_auth(self):
        for record in self:
            if record.auth_type == "public" and not record.exec_as_user_id:
                raise UserError(
                    self.env._("'Exec as user' is mandatory for public endpoints.")
                )

    @api.constrains("company_id", "exec_as_user_id")
    def _check_company_of_user(self):
        for record in self:
            user, company = record.exec_as_user_id, record.company_id
            if user and company and company not in user.company_ids:
                raise UserError(
                    self.env._(
                        "The user '%(user)s' in 'Exec as User' cannot access the"
                        " company '%(company)s'.",
                        user=user.name,
                        company=company.name,
                    )
                )

    # --- execution ---------------------------------------------------------------

    def _get_handler(self):
        handler = getattr(self, f"_handle_exec__{self.exec_mode}", None)
        if handler is None:
            raise UserError(
                self.env._("Missing handler for exec mode %s", self.exec_mode)
            )
        return handler

    def _bad_request_exceptions(self):
        return (UserError, ValidationError)

    def _handle_request(self, request):
        """Run the mode with the rights of the executing user; return a result dict."""
        endpoint = self._as_executing_user(request)
        try:
            result = endpoint._get_handler()(request)
            # an error of the database must be known before there is a response
            endpoint.env.flush_all()
            return result
        # these are subclasses of UserError, which _bad_request_exceptions contains
        except (AccessError, AccessDenied, MissingError) as error:
            # Odoo's message names models, records and fields: only the log gets it
            self._logger.info("%s: %s", self.route, error)
            message = self.env._("A record was not found or is not accessible.")
            http_error = NotFound if isinstance(error, MissingError) else Forbidden
            raise http_error(message) from error
        except self._bad_request_exceptions() as error:
            raise BadRequest(str(error)) from error
        except Exception as error:
            message = caller_errors.message(error, received.of(request))
            if not message:
                raise
            self._logger.info("%s: %s", self.route, error)
            raise BadRequest(message) from error

    def _as_executing_user(self, request):
        """Return the record in the environment of the snippet, never as superuser."""
        user_id = self.exec_as_user_id.id
        if user_id and not self._is_active_user(user_id):
            user_id = False
        if not user_id and (self.auth_type == "public" or self.exec_as_user_id):
            self._logger.error("%s: 'Exec as User' is archived or deleted", self.route)
            raise ServiceUnavailable(self.env._("This endpoint is not available."))
        # with_user leaves the superuser mode of _find_endpoint
        endpoint = self.with_user(user_id or self.env.uid)
        endpoint = endpoint.with_context(**endpoint._language_context())
        if self.company_id:
            endpoint = endpoint.with_company(self.company_id.id)
        return endpoint

    def _bind_variables(self, records, request):
        """Return records of the path in the environment of the snippet.

        :param records: ``{variable: recordset}``
        """
        env = self._as_executing_user(request).env
        bound = {name: record.with_env(env) for name, record in records.items()}
        for record in bound.values():
            readable = record.exists()._filtered_access("read")
            if len(readable) != len(record):
                # as for a record that does not exist: callers learn no ids
                raise NotFound(
                    self.env._("A record was not found or is not accessible.")
                )
        return bound

    def _code_snippet_log_func(self, message, level="info"):
        """Write a row to ``ir.logging`` that stays even if the request fails."""
        # another cursor: Odoo rolls back env.cr when the request fails
        with self.env.registry.cursor() as cr:
            cr.execute(
                "INSERT INTO ir_logging (create_date, create_uid, type, dbname, name,"
                " level, message, path, line, func)"
                " VALUES (NOW() AT TIME ZONE 'UTC', %s, %s, %s, %s, %s, %s, %s, %s,"
                " %s)",
                (
                    self.env.uid,
                    "server",
                    self.env.cr.dbname,
                    __name__,
                    level,
                    str(message),
                    "endpoint",
                    str(self.id),
                    self.name,
                ),
            )

    def _language_context(self):
        """Return the language and time zone of the snippet, for the context.

        Odoo takes the language of a public request from its Accept-Language. A record
        written with it would change in that language only.
        """
        if self.exec_lang == "request":
            return {}
        user = self.env["res.users"].context_get()
        lang = self.exec_lang or user.get("lang")
        return {"lang": lang, "tz": user.get("tz")}

    # --- routing -----------------------------------------------------------------

    def _default_endpoint_options_handler(self):
        base_path = "odoo.addons.endpoint.controllers.main"
        return {
            "klass_dotted_path": f"{base_path}.EndpointController",
            "method_name": "auto_endpoint",
            "default_pargs": (self._name, self.route),
        }

    def _registry_problems(self):
        problems = super()._registry_problems()
        for record in self.filtered(lambda r: r.ids and r.registry_sync):
            user = record.exec_as_user_id
            if record.auth_type == "public" and not user.active:
                message = self.env._(
                    "The user of 'Exec as User' is archived or deleted."
                )
                problems.setdefault(record.id, message)
        return problems

    def _synced_values(self):
        values = super()._synced_values()
        if self.exec_as_user_id:
            # another user takes effect on save, none only with its authentication
            values.pop("exec_as_user_id", None)
        return values

    def copy_data(self, default=None):
        """Give each copy an unused route, which the user replaces."""
        # route has copy=False and is required
        vals_list = super().copy_data(default=default)
        used = set()
        for record, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("route"):
                vals["route"] = record._unused_copy_route(used)
                used.add(vals["route"])
        return vals_list

    def _unused_copy_route(self, used):
        route, number = f"{self.route}/COPY_FIXME", 1
        # sudo: the unique constraint also covers records of other companies
        model = self.sudo().with_context(active_test=False)
        while route in used or model.search_count([("route", "=", route)], limit=1):
            number += 1
            route = f"{self.route}/COPY_FIXME_{number}"
        return route

    def _get_openapi_path_items(self):
        """Return ``{path: OpenAPI 3.1 path item}`` of all records in ``self``."""
        items = {}
        for record in self:
            for path, item in openapi.path_items(record._openapi_description()).items():
                items.setdefault(path, {}).update(item)
        return items

    def _openapi_description(self):
        return {
            "operation_id": f"{self._table}_{self.id}",
            "name": self.name,
            "help": "",
            "routes": self._get_routes(),
            "methods": self._get_request_methods(),
            "auth_type": self.auth_type,
            "content": self._openapi_content(),
            "tag": self.route_group or "",
        }

    def _openapi_content(self):
        """Return ``{media type: JSON Schema or None}``."""
        schema = None
        if self.request_content_schema and self._schema_type() == media_types.JSON:
            schema = body_schema.read(self.request_content_schema)
        return {
            name: schema if media_types.standard(name) == media_types.JSON else None
            for name in self._get_content_types()
        }
