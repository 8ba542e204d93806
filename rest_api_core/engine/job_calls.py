"""The call that a job is: its caller as of now, and what it asks for.

Rights are those of the present: of the key, the client, the user and the resource. They
are checked when the job is started, when it begins, and when its files are asked for.
"""

from datetime import datetime, timezone

from odoo import models

from ..access import credentials, fingerprint
from ..access.credentials import Validity
from ..capture import origin
from ..query.query import Query
from ..wire import jobs
from ..wire.call import Call, Caller, Target
from ..wire.job_problems import RightsChanged
from ..wire.problem import CredentialsInvalid, NotFound, Rejection


class RestJobCalls(models.AbstractModel):
    _name = "rest.job.calls"
    _description = "REST calls of jobs"

    # --- who -----------------------------------------------------------------

    def _caller(self, job):
        """The ``Caller`` of a job, if the credentials would still do; raises
        CredentialsInvalid.

        :param job: record of ``rest.job``, as superuser
        """
        validity, read_only = self._validity(job)
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        ip = job.request["call"]["ip"]
        reason = credentials.rejection_reason(validity, now, ip)
        own = job.client_id and job.scheme != "token"  # tokens may be of other users
        if reason is None and own and job.client_id.user_id != job.user_id:
            reason = "another user"
        if reason is not None:
            raise CredentialsInvalid(rejection=Rejection(reason))
        return Caller(
            scheme=job.scheme,
            user_id=job.user_id.id,
            client_id=job.client_id.id or None,
            credential_id=job.credential_id.id or None,
            read_only=read_only or job.request["call"].get("read_only", False),
        )

    def _validity(self, job):
        """``(Validity, whether the key is read-only)``."""
        if job.credential_id:
            known = job.credential_id._frozen()
            return known.validity, known.read_only
        if job.scheme == "key":  # it was deleted
            raise CredentialsInvalid(rejection=Rejection("revoked"))
        client, user = job.client_id, job.user_id
        validity = Validity(
            client_active=client.active if client else True,
            client_expires_at=client.expires_at or None,
            networks=credentials.parse_networks(client.allowed_ips or None),
            user_active=user.active,
        )
        return validity, False

    # --- what ----------------------------------------------------------------

    def _stored(self, call):
        """What a job keeps of its call, beside the request."""
        made_by = origin.current(self.env.cr)
        return {
            "operation": call.operation.name,
            "model": call.model,
            "ids": list(call.ids),
            "name": call.target.name,
            "lang": call.query.lang,
            "languages": call.languages,
            "company_ids": list(call.query.company or call.company_ids),
            "url": call.url,
            "ip": call.ip,
            "read_only": call.caller.read_only,
            "request_id": made_by and made_by.request_id,
            "traceparent": made_by and made_by.traceparent,
        }

    def _call(self, job, caller):
        """The ``Call``, as if it came now. Raises the errors that it has by now."""
        api = self.env["rest.configuration"]._api(job.api_id.id)
        if api is None:
            raise NotFound()
        if job.sent:
            return self._parsed(bytes(job.sent), api, caller)
        return self._plain(job.request["call"], api, caller)

    def _parsed(self, sent, api, caller):
        """That of a request of another operation, which the dialect reads again."""
        received = jobs.restored(sent)
        dialect = self.env[api.mount(received.path)[1]]
        found = dialect._find(received)
        row = self.env["rest.operations"]._by_name()[found.operation(received.method)]
        return dialect._call(received, row.as_job(), found.target, api, caller)

    def _plain(self, stored, api, caller):
        """That of an operation of jobs alone."""
        target = Target(stored["model"], tuple(stored["ids"]), stored["name"])
        return Call(
            operation=self.env["rest.operations"]._by_name()[stored["operation"]],
            api_id=api.id,
            caller=caller,
            target=target,
            query=Query(lang=stored["lang"]),
            languages=stored["languages"],
            company_ids=tuple(stored["company_ids"]),
            url=stored["url"],
            ip=stored["ip"],
        )

    # --- whether it may ------------------------------------------------------

    def _checked(self, job, caller):
        """``(Context, Call)`` of a job; raises all that a request would be told before
        its work begins."""
        call = self._call(job, caller)
        self.env["rest.pipeline"]._check(call)
        context = self.env["rest.context"]._of_call(call)
        self._check_operation(context, call)
        return context, call

    def _rights(self, context):
        """A digest of what the caller may see, which changes with it."""
        settings, caller = self.env["rest.configuration"], context.caller
        user = settings._user(caller.user_id)
        policies = {
            model: context.catalog.policy(model)
            for model in settings._resources(context.api.id)
        }
        masks = context.catalog.named_masks()
        groups, companies = user.group_ids, tuple(user.company_ids)
        rules = self._rules(caller.user_id)
        return fingerprint.of((policies, masks, groups, companies, rules))

    def _rules(self, user_id):
        """The models that Odoo lets the user read, and the record rules for it: as they
        are written, because values such as the time of day are no change of rights."""
        user = self.env["res.users"].sudo().browse(user_id)
        access = self.env["ir.model.access"].with_user(user)
        theirs = ("groups", "in", user.all_group_ids.ids)
        domain = [("perm_read", "=", True), "|", ("groups", "=", False), theirs]
        rules = self.env["ir.rule"].sudo().search(domain)
        domains = {
            (each.model_id.id, each.domain_force, not each.groups) for each in rules
        }
        return access._get_allowed_models("read"), domains

    def _check_rights(self, context, job):
        """Raise RightsChanged for a result that others had the rights for."""
        if self._rights(context) != job.result["rights"]:
            raise RightsChanged()

    def _check_operation(self, context, call):
        """What the operation checks before it does anything."""
        service = self.env[call.operation.service]
        if call.operation.deferred:
            with self.env["rest.texts"]._checked(context, call):
                getattr(service, f"_check__{call.operation.name}")(context, call)
