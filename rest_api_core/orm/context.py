"""One caller's view on the models of an API."""

import copy
from functools import cached_property

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..query.volume import Volume
from .deadline import Deadline


class Context:
    """What the parts of the engine work with; it knows neither HTTP nor a query.

    :param env: the environment of the caller: user, language, companies if asked for
    :param api: ``configuration.Api``; :param caller: ``call.Caller``
    :param company_ids: what the caller acts for, the current one first
    :param catalog: ``RegistryCatalog``: models and fields, as the caller may use them
    :ivar volume: what the response to the present read contains so far
    :ivar deadline: when the request has to be over; loops that run long without a query
        look at it
    :ivar sent: the body of the request, whose words are no secret to the caller
    :ivar budget: ``Budget`` of a batch, None where each write has its own
    :ivar explains: whether a list that cannot be written is tried again, to tell which
        records fail
    :ivar record_rules: those of Odoo by model, as ``rest.search`` has found them
    :param url: the absolute URL of the API's base path, which links begin with

    ``env["rest.context"]._make(…)`` makes it, the same in a request, a job or a shell.
    """

    def __init__(self, env, api, caller, company_ids, catalog, url):
        self.env = env
        self.api = api
        self.caller = caller
        self.company_ids = company_ids
        self.catalog = catalog
        self.url = url
        self.begin_read()
        self.deadline = Deadline()
        self.sent = None
        self.budget = None
        self.explains = True
        self.record_rules = {}

    def begin_read(self):
        """Forget what the read before has counted and asked."""
        self.volume = Volume()
        # of filters, what search methods of Odoo answer: (model, leaf, Domain)
        self.searched = []

    @property
    def seal(self):
        """What entity tags depend on besides the content: bytes that differ by company
        and client, whatever is shown."""
        return repr((self.company_ids, self.caller.client_id)).encode()

    def with_values(self, values):
        """The same, where Odoo's code finds these values in its context when it writes;
        what is read does not depend on them."""
        changed = copy.copy(self)
        changed.reading = self.reading
        changed.env = self.env(context={**self.env.context, **values})
        return changed

    @cached_property
    def reading(self):
        """The same environment, where reading a field reads no other fields and the
        user is not read to know of companies.

        Odoo fetches all columns of a table when one is missing; on a write, whose
        dependencies need many of them, that is quicker (performance.md). There the
        companies are better left to Odoo, too: named, they make it change environments.
        """
        return self._in_companies({"prefetch_fields": False})

    @cached_property
    def naming(self):
        """The same environment, where the user is not read to know of companies; code
        that computes names needs many fields of a record, which Odoo reads at once."""
        return self._in_companies({})

    def _in_companies(self, values):
        companies = {"allowed_company_ids": list(self.company_ids)}
        return self.env(context={**self.env.context, **companies, **values})

    def fields_of(self, model, position="fields"):
        return self.catalog.fields_of(model, position)

    def domain(self, model):
        """The domains of resource and scope; nothing where the caller has no policy."""
        policy = self.catalog.policy(model)
        return Domain.FALSE if policy is None else self._domain(model, policy)

    def _domain(self, model, policy):
        own = Domain.AND(self.evaluated(each) for each in policy.domains)
        return own & self._domain_of_parents(model)

    def _domain_of_parents(self, model):
        """A record is out of reach with its parent (``_inherits``), as Odoo has it
        with record rules."""
        found = Domain.TRUE
        for parent, link in self.env[model]._inherits.items():
            policy = self.catalog.parent_policy(parent)
            if policy is not None:
                inner = self._domain(parent, policy)
                found &= inner if inner.is_true() else Domain(link, "any", inner)
        return found

    def visible(self, model):
        """The domain for records that are merely named: of models that the API does
        not expose too, whatever the user's own rights let through."""
        return self.domain(model) if self.catalog.exposed(model) else Domain.TRUE

    def evaluated(self, domain):
        """The ``Domain`` of a tuple, or of a text with ``uid``, ``company_id`` and
        ``company_ids`` of the caller."""
        if not isinstance(domain, str):
            return Domain(list(domain))
        names = {
            "uid": self.env.uid,
            "company_id": self.company_ids[0],
            "company_ids": list(self.company_ids),
        }
        return Domain(safe_eval(domain, names))
