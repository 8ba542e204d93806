"""One caller's view on the models of an API, during one request."""

from functools import cached_property

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..wire import preferences


class Scope:
    """What operations work with.

    :param env: the environment of the caller: user, language, companies if asked for
    :param call: ``call.Call``; :param query: ``query.Query``
    :param rights: ``EffectivePolicy`` on the model of the call
    ``api`` is its ``configuration.Api``, ``catalog`` its ``RegistryCatalog``,
    ``company_ids`` what it acts for, the current one first, and ``wishes`` its
    ``preferences.Preferences``; ``rest.context`` sets them.
    """

    def __init__(self, env, call, query, rights):
        self.env = env
        self.call = call
        self.query = query
        self.rights = rights
        self.api = self.catalog = None
        self.company_ids = ()
        self.wishes = preferences.parse(call.headers.prefer)

    @property
    def model(self):
        """The empty recordset of the call's model."""
        return self.env[self.call.model]

    @cached_property
    def reading(self):
        """The same environment, where reading a field reads no other fields and the
        user is not read to know of companies.

        Odoo fetches all columns of a table when one is missing; on a write, whose
        dependencies need many of them, that is quicker (performance.md). There the
        companies are better left to Odoo, too: named, they make it change environments.
        """
        context = {"allowed_company_ids": list(self.company_ids)}
        return self.env(
            context={**self.env.context, **context, "prefetch_fields": False}
        )

    def fields_of(self, model, position="fields"):
        return self.catalog.fields_of(model, position)

    def domain(self, model):
        """The domains of resource and scope; nothing where the caller has no policy."""
        policy = self.catalog.policy(model)
        if policy is None:
            return Domain.FALSE
        own = Domain.AND(self._evaluated(each) for each in policy.domains)
        return own & self._domain_of_parents(model)

    def _domain_of_parents(self, model):
        """A record is out of reach with its parent (``_inherits``), as Odoo has it
        with record rules."""
        found = Domain.TRUE
        for parent, link in self.env[model]._inherits.items():
            if self.catalog.policy(parent) is not None:
                inner = self.domain(parent)
                found &= inner if inner.is_true() else Domain(link, "any", inner)
        return found

    def visible(self, model):
        """The domain for records that are merely named: of models that the API does
        not expose too, whatever the user's own rights let through."""
        return self.domain(model) if self.catalog.exposed(model) else Domain.TRUE

    def _evaluated(self, domain):
        if not isinstance(domain, str):
            return Domain(list(domain))
        names = {
            "uid": self.env.uid,
            "company_id": self.company_ids[0],
            "company_ids": list(self.company_ids),
        }
        return Domain(safe_eval(domain, names))
