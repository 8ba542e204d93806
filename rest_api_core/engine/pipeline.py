"""The story of a call, a line a step; see ``_respond``."""

from contextlib import nullcontext

from odoo import models

from ..access import policy
from ..capture import origin
from ..orm import dry_run
from ..orm.deadline import Deadline, bounded
from ..wire.problem import AccountForbidden, CredentialsMissing
from ..wire.result import DryRun


class RestPipeline(models.AbstractModel):
    _name = "rest.pipeline"
    _description = "REST pipeline"

    def _respond(self, call):
        """The ``Result`` of a ``Call``; problems rise to whoever called.

        Raises DryRun, with the result, for a call that shall change nothing: the
        transaction is to be rolled back.
        """
        return self._performed(self._admitted(call), call)

    def _performed(self, context, call):
        """The second half of ``_respond``, with what ``_admitted`` gave."""
        texts = self.env["rest.texts"]._checked(context, call)
        return self._performed_by(self._handler(call.operation), context, call, texts)

    def _performed_by(self, handler, context, call, within=None):
        """What ``handler(context, call)`` gives, within the time of the request.

        :param within: a context manager around the handler, if there is one
        Raises DryRun as ``_respond`` does.
        """
        caller = call.caller
        made_by = origin.of_caller(caller.user_id, caller.client_id)
        origin.act_once(self.env.cr, made_by)
        dry = call.preferences.rollback and not call.operation.readonly
        limit = Deadline(self.env["rest.limiter"]._seconds(call))
        if context is not None:
            context.deadline = limit
        with bounded(self.env.cr, limit), within or nullcontext():
            result = self._handled(handler, context, call, dry)
        if dry:
            raise DryRun(result)
        return result

    def _handled(self, handler, context, call, dry):
        """The ``Result``; code can only commit where something shall be kept."""
        if not dry and not self._is_readonly(call.api_id, call.operation, call.target):
            return handler(context, call)
        with dry_run.keeping_nothing(self.env.cr, dry):
            return handler(context, call)

    def _part(self, context, call):
        """The ``Result`` of a call that is part of another, such as a batch: limits,
        deadline and transaction are those of the whole."""
        self._check_part(context, call)
        handler = self._handler(call.operation)
        return self._handled(handler, context, call, dry_run.is_dry())

    def _check_part(self, context, call):
        """Raise a problem for a call of a part that the caller may not make."""
        self._check(call)
        self.env["rest.context"]._check_model(context, call)

    def _admitted(self, call):
        """The ``Context`` of a call that its caller may make now; None for anonymous
        callers."""
        self._check(call)
        self.env["rest.limiter"]._apply(call)
        return self._context(call)

    def _check(self, call):
        """Whether the caller may do this with the model, if there is one."""
        if call.caller.user_id is None and not call.operation.anonymous:
            raise CredentialsMissing()
        if call.operation.personal and call.caller.client_id:
            raise AccountForbidden()
        if call.operation.administrative:
            self.env["rest.admin"]._check_may_administer(call)
        if call.model:
            policy.check(call.operation, self._policy(call))

    def _policy(self, call):
        caller = call.caller
        return self.env["rest.configuration"]._policy(
            call.api_id, caller.client_id, call.model, caller.read_only
        )

    def _context(self, call):
        """None for anonymous callers."""
        if call.caller.user_id is None:
            return None
        return self.env["rest.context"]._of_call(call)

    def _handler(self, operation):
        """The method of an operation; its name comes from the table."""
        if operation.deferred:
            return self.env["rest.jobs"]._begin
        return getattr(self.env[operation.service], f"_operation__{operation.name}")

    def _is_readonly(self, api_id, operation, target):
        """Whether a call of this operation never writes."""
        if operation.readonly is not None:
            return operation.readonly
        service = self.env[operation.service]
        return getattr(service, f"_is_readonly__{operation.name}")(api_id, target)
