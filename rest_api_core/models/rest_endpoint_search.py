"""The mode "Search": a list of records, as ``GET <model>`` gives it, narrowed."""

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import paths
from ..query import endpoint_parameters
from ..query import query as queries
from ..query.filters import ALL
from ..wire.problem import Problem
from .rest_rights_mixin import domain_error, frozen_domain

# of the parameters of a list, those that say which page, and for whom
PARAMETERS = queries.PAGE - {"sort"} | {"lang", "company"}
# what shows the records, as parameters of a list
SHOWN = {"search_fields": "fields", "search_order": "sort"}
LIMIT = frozenset(("limit", "per_page"))


class RestEndpoint(models.Model):
    _inherit = "rest.endpoint"  # pylint: disable=consider-merging-classes-inherited

    search_domain = fields.Char(
        string="Domain",
        help="Only records that match this domain are in the list. It can use uid,"
        " company_id and company_ids of the request. Callers cannot change it.",
    )
    search_fields = fields.Char(
        string="Fields",
        help="Fields of each record, separated by commas: name, city, country_id.code."
        " Leave empty for those of the list schema of the resource. Fields that the"
        " caller may not read are an error.",
    )
    search_order = fields.Char(
        string="Order",
        help="Order of the list: name, -create_date. Leave empty for the order of the"
        " model.",
    )
    search_limit = fields.Integer(
        string="Page Size",
        help="Records of a page if the request names no limit. 0 is the default of the"
        " API.",
    )
    search_params = fields.Text(
        string="Parameters",
        help="Query parameters that filter the list, one per line: name, colon, field"
        " and operator. With “town: city ilike”, the request ?town=ghent lists records"
        " whose city contains ghent.",
    )

    def _selection_exec_mode(self):
        return [*super()._selection_exec_mode(), ("search", "Search records")]

    # --- constraints -----------------------------------------------------------------

    @api.constrains(
        "exec_mode",
        "api_id",
        "model_id",
        "request_method",
        "additional_methods",
        "exec_as_user_id",
        "company_id",
        "search_domain",
        "search_fields",
        "search_order",
        "search_limit",
        "search_params",
    )
    def _check_search(self):
        for record in self.filtered(lambda r: r.exec_mode == "search"):
            record._check_search_settings()
            record._check_search_domain()
            record._check_search_names()

    def _check_search_settings(self):
        if not self.model_id:
            raise ValidationError(self.env._("Choose the model to search in."))
        if self._get_request_methods() != ["GET"]:
            raise ValidationError(self.env._("Searches have the method GET."))
        if self.exec_as_user_id or self.company_id:
            raise ValidationError(
                self.env._(
                    "Searches show what the caller may see. Remove “Exec as User” and"
                    " the company."
                )
            )
        self._check_search_limit()

    def _check_search_limit(self):
        if self.search_limit < 0:
            raise ValidationError(self.env._("The page size must not be negative."))
        if self.search_limit > self.api_id.max_limit:
            raise ValidationError(
                self.env._(
                    "The page size %(size)s is larger than the maximum page size"
                    " %(maximum)s of the API. Enter a smaller one.",
                    size=self.search_limit,
                    maximum=self.api_id.max_limit,
                )
            )

    def _check_search_domain(self):
        names = self.env["rest.resource"]._domain_names(self.env)
        text = self.search_domain
        error = text and domain_error(self.env[self.model], text, names)
        if error:
            raise ValidationError(self.env._("Domain: %s.", error)) from error

    def _check_search_names(self):
        """The names are those of fields that the API can show to somebody."""
        resource = self.api_id.resource_ids.filtered(lambda r: r.model == self.model)
        catalog = resource[:1]._catalog()
        with self._mistakes_in("search_params"):
            for declared in self._declared().values():
                paths.resolve(catalog, self.model, declared.path, "filter")
        limits = self.api_id.sudo()._frozen().limits
        context = SimpleNamespace(catalog=catalog)
        for name in SHOWN:
            with self._mistakes_in(name):
                shown = self._shown(limits, (name,))
                self.env["rest.resolver"]._resolved(context, self.model, shown)

    @contextmanager
    def _mistakes_in(self, name):
        """Raise mistakes as errors of the field ``name`` of the form."""
        try:
            yield
        except (Problem, ValueError) as error:
            errors = getattr(error, "errors", None)
            detail = errors[0].detail if errors else str(error)
            label = self._fields[name].get_description(self.env, ["string"])["string"]
            raise ValidationError(
                self.env._("%(field)s: %(error)s", field=label, error=detail)
            ) from error

    # --- the query -------------------------------------------------------------------

    def _declared(self):
        return endpoint_parameters.parse(self.search_params or "")

    def _shown(self, limits, names=tuple(SHOWN)):
        """A ``Query`` with fields, expansions and order of the endpoint."""
        pairs = [(SHOWN[name], _joined(self[name])) for name in names if self[name]]
        return queries.parse(pairs, limits, frozenset(SHOWN.values()))

    def _search_parameters(self):
        """The names of all that a request can send."""
        return PARAMETERS | self._declared().keys()

    def _parameters__search(self, pairs):
        own, others = endpoint_parameters.split(pairs, self._declared())
        if self.search_limit and not LIMIT.intersection(dict(others)):
            # the API may allow less than when the endpoint was saved
            most = min(self.search_limit, self.api_id.max_limit)
            others = [*others, ("limit", str(most))]
        return own, others

    def _query__search(self, query, own, limits):
        shown, condition = self._shown(limits), ALL
        if own:
            condition = endpoint_parameters.tree(own, self._declared(), limits.caps)
        return replace(
            query,
            fields=shown.fields,
            expand=shown.expand,
            sort=shown.sort,
            filter=condition,
        )

    # --- a request -------------------------------------------------------------------

    def _handle_exec__search(self, request):
        """The ``Result`` of a list under the rights of the caller."""
        record, exchange = self.sudo(), request.dispatcher.exchange
        context, call = exchange.context, exchange.call
        within = context.evaluated(frozen_domain(record.search_domain))
        query, model = call.query, context.env[call.model]
        active = model._active_name
        if active and any(
            leaf.field_expr == active for leaf in within.iter_conditions()
        ):
            query = replace(query, archived="include")
        return self.env["rest.reader"].list_records(
            context, call.model, query, call.conditions, within
        )


def _joined(names):
    """``name, city`` → ``name,city``; ``name desc`` stays as it is."""
    return ",".join(each.strip() for each in names.split(","))
