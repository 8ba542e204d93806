"""The environment that a request runs in: user, language, companies."""

from odoo import models

from ..orm.context import Scope
from ..orm.registry_catalog import RegistryCatalog
from ..wire import languages, negotiation
from ..wire.problem import CompanyForbidden, CredentialsInvalid, ParameterInvalid


class RestContext(models.AbstractModel):
    _name = "rest.context"
    _description = "REST context"

    def _scope(self, call, query, rights=None):
        """The ``Scope`` of a call; ``query`` (``query.Query``) may name language and
        companies. Raises CompanyForbidden and ParameterInvalid."""
        settings = self.env["rest.configuration"]
        user = settings._user(call.caller.user_id)
        if user is None or not user.active:
            raise CredentialsInvalid()
        context = {"lang": self._language(call, query, user), "tz": user.tz}
        wanted = self._companies_wanted(call, query, user)
        if wanted:
            context["allowed_company_ids"] = list(wanted)
        env = self.env(user=user.id, su=False, context=context)
        scope = Scope(env, call, query, rights)
        scope.api = settings._api(call.api_id)
        scope.catalog = self._catalog(env, call, user)
        scope.company_ids = wanted or self._companies_of(user)
        return scope

    def _catalog(self, env, call, user):
        caller = (call.api_id, call.caller.client_id, call.caller.read_only)
        key = ("catalog", *caller, user.group_ids)
        memo = self.env["rest.configuration"]._kept(key, lambda _env: {})
        return RegistryCatalog(env, *caller, memo)

    def _language(self, call, query, user):
        """``lang``, which must exist, else the best for ``Accept-Language``."""
        wanted = query.lang or call.headers.accept_language
        if not wanted:
            return user.lang
        installed = self._installed_languages()
        best = languages.best_language(wanted.replace("_", "-"), installed)
        if best is None and query.lang:
            detail = f"is none of the languages {', '.join(installed)}"
            raise ParameterInvalid.at_parameter("lang", detail)
        return best or user.lang

    def _installed_languages(self):
        def fill(env):
            return tuple(code for code, _name in env["res.lang"].get_installed())

        return self.env["rest.configuration"]._kept("languages", fill)

    def _companies_wanted(self, call, query, user):
        wanted = query.company or negotiation.companies(call.headers.company)
        if not set(user.company_ids).issuperset(wanted):
            raise CompanyForbidden()
        return tuple(wanted)

    def _companies_of(self, user):
        """All companies of the user, the current one first."""
        others = (c for c in user.company_ids if c != user.company_id)
        return (user.company_id, *others)
