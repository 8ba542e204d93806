"""The environment that the engine works in: user, language, companies."""

from odoo import models

from ..orm.cache import Cache
from ..orm.context import Context
from ..orm.registry_catalog import Kept, RegistryCatalog
from ..wire import languages
from ..wire.problem import (
    CompanyForbidden,
    CredentialsInvalid,
    Forbidden,
    ParameterInvalid,
    Rejection,
)


class RestContext(models.AbstractModel):
    _name = "rest.context"
    _description = "REST context"

    def _make(self, api, caller, *, lang=None, accept="", company_ids=(), url=""):
        """The ``Context`` of a caller.

        :param api: ``configuration.Api``, as ``rest.configuration._api(id)`` has it
        :param caller: ``call.Caller`` with a user
        :param lang: a language that must be installed; :param accept: what is
            preferred, in the form of ``Accept-Language``; else that of the user
        :param company_ids: the companies to act for, () for all of the user
        :param url: the absolute URL of the API's base path; else by ``web.base.url``
        Raises CredentialsInvalid, CompanyForbidden and ParameterInvalid.
        """
        user = self.env["rest.configuration"]._user(caller.user_id)
        if user is None or not user.active:
            raise CredentialsInvalid(rejection=Rejection("user archived"))
        values = {"lang": self._language(lang, accept, user), "tz": user.tz}
        if company_ids:
            if not set(user.company_ids).issuperset(company_ids):
                raise CompanyForbidden()
            values["allowed_company_ids"] = list(company_ids)
        env = self.env(user=user.id, su=False, context=values)
        companies = tuple(company_ids) or self._companies_of(user)
        catalog = self._catalog(env, api, caller, user)
        return Context(env, api, caller, companies, catalog, url or self._url(api))

    def _of_call(self, call):
        """The ``Context`` of a ``Call``. Raises also Forbidden: callers without access
        to a model are not told either which fields it has."""
        context = self._make(
            self.env["rest.configuration"]._api(call.api_id),
            call.caller,
            lang=call.query.lang,
            accept=call.languages,
            company_ids=call.query.company or call.company_ids,
            url=call.url,
        )
        self._check_model(context, call)
        return context

    def _check_model(self, context, call):
        """Raise Forbidden for users without access to the model of a call."""
        if call.model and not self._may_learn(context, call):
            raise Forbidden()

    def _may_learn(self, context, call):
        if call.operation.access == "any":
            return True
        if call.operation.access == "read":
            return context.catalog.readable(call.model)
        return context.env[call.model].has_access(call.operation.access)

    def _url(self, api):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        return f"{base}{api.root}"

    def _catalog(self, env, api, caller, user):
        rights = (api.id, caller.client_id, caller.read_only)
        key = (*rights, user.group_ids)
        kept = self.env["rest.configuration"]._kept("catalogs", lambda _env: Kept())
        own = kept.catalogs.get(key, Cache)
        return RegistryCatalog(env, *rights, own, kept.queries)

    def _language(self, lang, accept, user):
        """``lang``, which must exist, else the best for ``accept``."""
        requested = lang or accept
        if not requested:
            return user.lang
        installed = self._installed_languages()
        best = languages.best_language(requested.replace("_", "-"), installed)
        if best is None and lang:
            detail = f"is none of the languages {', '.join(installed)}"
            raise ParameterInvalid.at_parameter("lang", detail)
        return best or user.lang

    def _installed_languages(self):
        def fill(env):
            return tuple(code for code, _name in env["res.lang"].get_installed())

        return self.env["rest.configuration"]._kept("languages", fill)

    def _companies_of(self, user):
        """All companies of the user, the current one first."""
        others = (c for c in user.company_ids if c != user.company_id)
        return (user.company_id, *others)
