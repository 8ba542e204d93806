"""The mode "Search": a list of records, as ``GET <model>`` gives it, narrowed."""

from dataclasses import replace
from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import paths
from ..engine.reading import HONOURED
from ..query import endpoint_parameters
from ..query import query as queries
from ..query.filters import ALL
from ..wire.problem import Problem
from .rest_rights_mixin import domain_error, frozen_domain

# of the parameters of a list, those that say which page, and for whom
PARAMETERS = queries.PAGE - {"sort"} | {"lang", "company"}
SHOWN = frozenset(("fields", "sort"))
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
        if self.search_limit < 0:
            raise ValidationError(self.env._("The page size must not be negative."))

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
        try:
            for declared in self._declared().values():
                paths.resolve(catalog, self.model, declared.path, "filter")
            limits = self.api_id.sudo()._frozen().limits
            shown, context = self._shown(limits), SimpleNamespace(catalog=catalog)
            self.env["rest.resolver"]._resolved(context, self.model, shown)
        except (Problem, ValueError) as error:
            raise ValidationError(getattr(error, "detail", str(error))) from error

    # --- the query -------------------------------------------------------------------

    def _declared(self):
        return endpoint_parameters.parse(self.search_params or "")

    def _shown(self, limits):
        """A ``Query`` with fields, expansions and order of the endpoint."""
        named = {"fields": self.search_fields, "sort": self.search_order}
        pairs = [(n, text.replace(" ", "")) for n, text in named.items() if text]
        return queries.parse(pairs, limits, SHOWN)

    def _parameters__search(self, pairs):
        own, others = endpoint_parameters.split(pairs, self._declared())
        if self.search_limit and not LIMIT.intersection(dict(others)):
            others = [*others, ("limit", str(self.search_limit))]
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
        result = self.env["rest.reader"].list_records(
            context, call.model, query, call.conditions, within
        )
        unchanged = result.outcome == "unchanged"
        return result if unchanged else replace(result, honoured=HONOURED)
