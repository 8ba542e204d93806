"""What an endpoint does with a request."""

import textwrap

from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    ServiceUnavailable,
    UnsupportedMediaType,
)

from odoo import _, api, fields, models
from odoo.exceptions import (
    AccessDenied,
    AccessError,
    MissingError,
    UserError,
    ValidationError,
)

from .. import body_schema, openapi, sandbox
from ..exceptions import RequestValidationError

BODY_METHODS = ("POST", "PUT", "PATCH")


class EndpointMixin(models.AbstractModel):
    """Way of a request: ``_find_endpoint`` → ``_validate_request`` → ``_handle_request`` →
    ``_handle_exec__<mode>``. Another mode is a selection value and that one method.
    """

    _name = "endpoint.mixin"
    _inherit = "endpoint.definition.mixin"
    _description = "Endpoint mixin"
    _disable_rpc = ("all",)

    exec_mode = fields.Selection(selection="_selection_exec_mode", required=True)
    request_content_schema = fields.Text(
        help="What bodies must look like: a JSON Schema (Draft 2020-12, as YAML or JSON)"
        " for JSON, an XML Schema (XSD) for XML. Others are refused with the reasons.",
    )
    request_content_schema_applicable = fields.Boolean(
        compute="_compute_request_content_schema_applicable"
    )
    code_snippet = fields.Text()
    code_snippet_docs = fields.Text(
        compute="_compute_code_snippet_docs",
        default=lambda self: self._default_code_snippet_docs(),
    )
    exec_as_user_id = fields.Many2one(
        comodel_name="res.users",
        help="The snippet runs with this user's rights instead of the caller's.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="The snippet runs in this company; empty for the user's own.",
    )

    # --- fields ------------------------------------------------------------------

    def _selection_exec_mode(self):
        return [("code", "Execute code")]

    def _get_request_content_schema_applicable_for_types(self):
        return ["application/json", "application/xml"]

    @api.depends("request_method", "additional_methods", "request_content_type")
    def _compute_request_content_schema_applicable(self):
        types = self._get_request_content_schema_applicable_for_types()
        for record in self:
            has_body = not set(BODY_METHODS).isdisjoint(record._get_request_methods())
            record.request_content_schema_applicable = (
                has_body and _media_type(record.request_content_type) in types
            )

    def _compute_code_snippet_docs(self):
        for record in self:
            record.code_snippet_docs = textwrap.dedent(
                record._default_code_snippet_docs()
            )

    def _default_code_snippet_docs(self):
        return sandbox.DOCS

    @api.onchange("request_content_type")
    def _onchange_request_content_type_clear_schema(self):
        self.request_content_schema = False

    # --- constraints -------------------------------------------------------------

    @api.constrains("exec_mode", "code_snippet")
    def _check_exec_mode(self):
        for record in self:
            record._validate_exec_mode()

    def _validate_exec_mode(self):
        validator = getattr(self, f"_validate_exec__{self.exec_mode}", None)
        if validator:
            validator()

    def _validate_exec__code(self):
        if not self._code_snippet_valued():
            raise UserError(
                _("Exec mode is set to `Code`: you must provide a piece of code")
            )
        problem = sandbox.problem(self.code_snippet)
        if problem:
            raise UserError(_("The code snippet cannot run, %s", problem))

    def _code_snippet_valued(self):
        return bool((self.code_snippet or "").strip())

    @api.constrains("auth_type", "exec_as_user_id")
    def _check_auth(self):
        for record in self:
            if record.auth_type == "public" and not record.exec_as_user_id:
                raise UserError(_("'Exec as user' is mandatory for public endpoints."))

    @api.constrains("request_content_schema", "request_content_type")
    def _check_request_content_schema(self):
        checks = {
            "application/json": self._check_request_content_schema_json,
            "application/xml": self._check_request_content_schema_xml,
        }
        for record in self.filtered("request_content_schema"):
            media_type = _media_type(record.request_content_type)
            if media_type in checks:
                getattr(record, checks[media_type].__name__)()

    def _check_request_content_schema_json(self):
        try:
            body_schema.compiled("application/json", self.request_content_schema)
        except body_schema.SchemaError as error:
            if error.kind == "syntax":
                message = _("Invalid YAML/JSON in request content schema: %s", error)
            else:
                message = _("Invalid JSON Schema in request content schema: %s", error)
            raise UserError(message) from error

    def _check_request_content_schema_xml(self):
        try:
            body_schema.compiled("application/xml", self.request_content_schema)
        except body_schema.SchemaError as error:
            if error.kind == "syntax":
                message = _("Invalid XML in request content schema: %s", error)
            else:
                message = _(
                    "Invalid XML Schema (XSD) in request content schema: %s", error
                )
            raise UserError(message) from error

    # --- request checks ----------------------------------------------------------

    def _validate_request(self, request):
        """Raise what werkzeug has for a wrong method, content type or body."""
        self._validate_request_method(request)
        self._validate_request_content_type(request)
        self._validate_request_content(request)

    def _validate_request_method(self, request):
        method = request.httprequest.method
        allowed = self._get_request_methods()
        if method not in allowed and not (method == "HEAD" and "GET" in allowed):
            raise MethodNotAllowed(valid_methods=allowed)

    def _validate_request_content_type(self, request):
        if not self.request_content_type or self._may_lack_body(request):
            return
        headers = request.httprequest.headers
        sent = headers.get("Content-Type") or headers.get("Content-type")
        if _media_type(sent) != _media_type(self.request_content_type):
            raise UnsupportedMediaType()

    def _may_lack_body(self, request):
        """A record of several methods asks for a type only where a body is usual."""
        return self.additional_methods and request.httprequest.method not in BODY_METHODS

    def _validate_request_content(self, request):
        if not self.request_content_schema or self._may_lack_body(request):
            return
        if self.request_content_schema_applicable:
            media_type = _media_type(self.request_content_type)
            kind = media_type.partition("/")[2]
            getattr(self, f"_validate_request_content_{kind}")(request)

    def _validate_request_content_json(self, request):
        self._validate_body("application/json", request)

    def _validate_request_content_xml(self, request):
        self._validate_body("application/xml", request)

    def _validate_body(self, media_type, request):
        schema = body_schema.compiled(media_type, self.request_content_schema)
        errors = schema.errors(request.httprequest.get_data())
        if errors:
            raise RequestValidationError(errors)

    # --- execution ---------------------------------------------------------------

    def _get_handler(self):
        handler = getattr(self, f"_handle_exec__{self.exec_mode}", None)
        if handler is None:
            raise UserError(_("Missing handler for exec mode %s", self.exec_mode))
        return handler

    def _bad_request_exceptions(self):
        return (UserError, ValidationError)

    def _handle_request(self, request):
        """Run the mode as the right user; returns the result dict."""
        endpoint = self._as_executing_user(request)
        try:
            return endpoint._get_handler()(request)
        except (AccessError, AccessDenied) as error:
            self._logger.info("%s: %s", self.route, error)
            raise Forbidden(_("You are not allowed to do this.")) from error
        except MissingError as error:
            raise NotFound(_("The record does not exist.")) from error
        except self._bad_request_exceptions() as error:
            raise BadRequest(str(error)) from error

    def _as_executing_user(self, request):
        """The record in the environment that the snippet gets: never the superuser's."""
        user_id = self.exec_as_user_id.id
        if user_id and not self._is_active_user(user_id):
            user_id = False
        if not user_id and (self.auth_type == "public" or self.exec_as_user_id):
            self._logger.error("%s: the user to execute as is gone", self.route)
            raise ServiceUnavailable(_("This endpoint is not available."))
        endpoint = self.with_user(user_id or self.env.uid)
        if self.company_id:
            endpoint = endpoint.with_company(self.company_id.id)
        return endpoint

    def _handle_exec__code(self, request):
        if not self._code_snippet_valued():
            return {}
        names = self._get_code_snippet_eval_context(request)
        filename = f"{self._name}:{self.id}"
        code = sandbox.compile_snippet(self.code_snippet, filename)
        result = sandbox.run(code, names).get("result")
        if not isinstance(result, dict):
            raise UserError(
                _("code_snippet should return a dict into `result` variable.")
            )
        return result

    def _get_code_snippet_eval_context(self, request):
        """Names of the snippet; extend by ``super() | {…}``. No modules, see safe_eval."""
        return {
            **sandbox.NAMES,
            "env": self.env,
            "user": self.env.user,
            "endpoint": self,
            "request": request,
            "log": self._code_snippet_log_func,
        }

    def _code_snippet_log_func(self, message, level="info"):
        """A row in ``ir.logging`` that stays when the request fails."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                "INSERT INTO ir_logging (create_date, create_uid, type, dbname, name,"
                " level, message, path, line, func)"
                " VALUES (NOW() AT TIME ZONE 'UTC', %s, %s, %s, %s, %s, %s, %s, %s, %s)",
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
                problems.setdefault(record.id, _("The user to execute as is gone."))
        return problems

    def copy_data(self, default=None):
        """A copy gets a route of its own, to be put right by hand."""
        vals_list = super().copy_data(default=default)
        taken = set()
        for record, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("route"):
                vals["route"] = record._free_copy_route(taken)
                taken.add(vals["route"])
        return vals_list

    def _free_copy_route(self, taken):
        route, number = f"{self.route}/COPY_FIXME", 1
        model = self.sudo().with_context(active_test=False)
        while route in taken or model.search_count([("route", "=", route)], limit=1):
            number += 1
            route = f"{self.route}/COPY_FIXME_{number}"
        return route

    def _get_openapi_path_items(self):
        """``{path: OpenAPI 3.1 path item}`` of all records in ``self``."""
        items = {}
        for record in self:
            for path, item in openapi.path_items(record._openapi_description()).items():
                items.setdefault(path, {}).update(item)
        return items

    def _openapi_description(self):
        is_json = _media_type(self.request_content_type) == "application/json"
        schema = self.request_content_schema if is_json else None
        return {
            "operation_id": f"{self._table}_{self.id}",
            "name": self.name,
            "help": "",
            "routes": self._get_routes(),
            "methods": self._get_request_methods(),
            "auth_type": self.auth_type,
            "content_type": self.request_content_type or "",
            "schema": body_schema.parse_json_schema(schema) if schema else None,
            "tag": self.route_group or "",
        }


def _media_type(content_type):
    """``application/json`` of ``Application/JSON; charset=utf-8``."""
    return (content_type or "").partition(";")[0].strip().lower()
