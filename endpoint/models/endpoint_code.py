"""The mode "Execute code": a snippet of Python handles the request."""

import textwrap

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import json_response, received, sandbox, sendable, snippet_docs

# Context key: fill new records with a snippet that works
NEW_IN_FORM = "endpoint_new_in_form"


class EndpointCodeMixin(models.AbstractModel):
    """Validate, describe and run snippets."""

    _name = "endpoint.code.mixin"
    _inherit = "endpoint.schema.state.mixin"
    _description = "Endpoint Code Mixin"

    code_snippet = fields.Text(
        default=lambda self: self._default_code_snippet(),
        help="Python code that handles the request and assigns a dict to `result`.",
    )
    code_snippet_docs = fields.Text(
        string="Code Help",
        compute="_compute_code_snippet_docs",
        default=lambda self: self._default_code_snippet_docs(),
        help="Names that the code can use, and examples.",
    )

    # --- fields ------------------------------------------------------------------

    def _default_code_snippet(self):
        # only the form: created by a program, an endpoint without code is a mistake
        return snippet_docs.DEFAULT if self.env.context.get(NEW_IN_FORM) else False

    def _compute_code_snippet_docs(self):
        for record in self:
            record.code_snippet_docs = textwrap.dedent(
                record._default_code_snippet_docs()
            )

    def _default_code_snippet_docs(self):
        return snippet_docs.DOCS

    # --- validation --------------------------------------------------------------

    def _validate_exec__code(self):
        if not self._code_snippet_valued():
            raise UserError(
                self.env._(
                    "The execution mode is 'Execute code': you must provide a piece of"
                    " code in the field 'Code Snippet'."
                )
            )
        problems = sandbox.problems(self.code_snippet, self._code_snippet_names())
        if problems:
            raise UserError(self.env._("Invalid code snippet, %s", "\n".join(problems)))

    @api.onchange("code_snippet", "exec_mode")
    def _onchange_code_snippet(self):
        """Warn of a snippet that cannot respond; whoever saves it may complete it."""
        is_code = self.exec_mode == "code" and self._code_snippet_valued()
        if not is_code or not sandbox.lacks_result(self.code_snippet):
            return None
        message = self.env._(
            "The snippet does not assign a dict to 'result'. Requests get status 500."
        )
        return {"warning": {"title": self.env._("Code Snippet"), "message": message}}

    def _code_snippet_valued(self):
        return bool((self.sudo().code_snippet or "").strip())

    # --- execution ---------------------------------------------------------------

    def _handle_exec__code(self, request):
        if not self._code_snippet_valued():
            return {}
        names, code = self._get_code_snippet_eval_context(request), self._compiled()
        result = sandbox.run(code, names).get("result")
        with sandbox.errors_of(code):
            self._complete_result(result)
        return result

    def _compiled(self):
        # sudo: other addons restrict who can read the field, not who runs the code.
        # sandbox.run finds the failing line by the name
        source = self.sudo().code_snippet
        return sandbox.compile_snippet(source, f"{self._name}:{self.id}")

    def _complete_result(self, result):
        """Check the result of a snippet and finish what it left undone."""
        if not isinstance(result, dict):
            raise TypeError(
                f"The snippet must assign a dict to 'result', not {result!r:.80}."
            )
        response = sendable.response_of(result)
        if response is not None:
            result["response"] = response
            sendable.read_body(response)

    def _check_result(self, result):
        """Reject keys of a result that have no effect on the response.

        ``_handle_request`` leaves them: other addons call it and use keys of their own.
        """
        if self.exec_mode == "code" and self._code_snippet_valued():
            with sandbox.errors_of(self._compiled()):
                json_response.check_keys(result)

    def _get_code_snippet_eval_context(self, request):
        """Return the names of the snippet.

        Extend with ``super() | {…}``. Modules are rejected unless they are wrapped.
        """
        return {
            **sandbox.NAMES,
            **received.names(request, self.sudo().code_snippet or ""),
            "env": self.env,
            "user": self.env.user,
            "endpoint": self,
            "request": request,
            "log": self._code_snippet_log_func,
        }

    def _code_snippet_names(self):
        """Return the names that a snippet can use, or None if they are not known."""
        try:
            return set(self._get_code_snippet_eval_context(None))
        except Exception:
            # other addons override the method and can need a request
            self._logger.debug("Names of snippets are unknown", exc_info=True)
            return None
