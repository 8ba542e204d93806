"""The mode "Server Action": an action of Odoo, for records that the request names."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.writing import HONOURED
from ..query.field_types import MAX_ID
from ..wire.problem import NotFound, Overloaded, ValueInvalid
from ..wire.result import Result

IDS = ("ids", "id")  # variables of a path
_DIGITS = re.compile("[0-9]{1,10}")


class RestEndpoint(models.Model):
    _inherit = "rest.endpoint"  # pylint: disable=consider-merging-classes-inherited

    server_action_id = fields.Many2one(
        "ir.actions.server",
        # the endpoint then responds with 503
        ondelete="set null",
        help="Server action that the endpoint runs. Its context has active_ids of the"
        " records, rest_payload with the JSON of the request, and rest_params with the"
        " parameters of its URL. The response has the action that it returns, if any.",
    )

    def _selection_exec_mode(self):
        modes = super()._selection_exec_mode()
        return [*modes, ("server_action", "Run server action")]

    def _validate_exec__server_action(self):
        if not self.server_action_id:
            raise ValidationError(self.env._("Choose the server action to run."))

    @api.constrains("exec_mode", "server_action_id", "model_id")
    def _check_server_action(self):
        for record in self.filtered(lambda r: r.exec_mode == "server_action"):
            record._validate_exec__server_action()
            model = record.server_action_id.sudo().model_id
            if record.model_id and record.model_id != model:
                raise ValidationError(
                    self.env._(
                        "The server action “%(action)s” is for the model %(model)s."
                        " Choose this model, or none.",
                        action=record.server_action_id.sudo().name,
                        model=model.model,
                    )
                )

    # --- a request -------------------------------------------------------------------

    def _handle_exec__server_action(self, request):
        """The ``Result``: what the action returns as JSON, else nothing."""
        exchange = request.dispatcher.exchange
        context, call = exchange.context, exchange.call
        if not self.sudo().server_action_id:
            raise Overloaded("This endpoint is not available.")
        ids = self._named_ids(request.params, call.body)
        self._check_named(context, call, ids)
        values = {
            "active_model": self.sudo().server_action_id.model_name,
            "active_ids": list(ids),
            "active_id": ids[0] if ids else False,
            "rest_payload": call.body,
            "rest_params": request.params,
        }
        # not as superuser: the action checks the rights of the user
        action = self.env["ir.actions.server"].browse(self.sudo().server_action_id.id)
        returned = action.with_context(**values).run()
        self.env.flush_all()
        if not returned:
            return Result(outcome="empty", ids=ids, honoured=HONOURED)
        data = self.env["rest.calling"]._data(context, returned)
        return Result(data=data, ids=ids, honoured=HONOURED)

    def _named_ids(self, params, body):
        """The ids in the path, or else in the body: ``{"ids": [3, 5]}``."""
        for name in IDS:
            if name in self.sudo()._path_variables():
                return _ids_of_text(str(params[name]))
        named = body.get("ids") if isinstance(body, dict) else None
        if named is None:
            return ()
        if not isinstance(named, list) or not all(map(_is_id, named)):
            raise ValueInvalid.at_pointer("#/ids", "must be a list of ids")
        return tuple(dict.fromkeys(named))

    def _check_named(self, context, call, ids):
        """That the records are within the reach of the caller, as for an update."""
        most = call.preferences.max_affected
        self.env["rest.writer"]._spend(context, len(ids), most)
        if not ids:
            return
        if not call.model:
            raise ValueInvalid.at_pointer(
                "#/ids", "cannot be named: the endpoint has no model"
            )
        self.env["rest.preconditions"]._check(
            context,
            call.model,
            ids,
            call.conditions,
            lock=not call.operation.readonly,
            required=not call.operation.readonly,
        )


def _is_id(value):
    return type(value) is int and 0 < value <= MAX_ID


def _ids_of_text(text):
    """``3,1,3`` → ``(3, 1)``; raises NotFound, as a path does."""
    parts = list(dict.fromkeys(text.split(",")))
    if not all(_DIGITS.fullmatch(part) and _is_id(int(part)) for part in parts):
        raise NotFound()
    return tuple(dict.fromkeys(map(int, parts)))
