"""The table of operations, and those that tell what there is: the API, its fields.

Another addon adds a row, and a method of the service that the row names:

    class RestOperations(models.AbstractModel):
        _inherit = "rest.operations"

        def _operations(self):
            return [*super()._operations(), Operation("neighbours", …)]

        def _operation__neighbours(self, context, call):
            return Result(…)
"""

from odoo import models

from ..operations import ROWS
from ..orm import external_ids
from ..query import aggregate
from ..query.field_types import EXTERNAL_ID
from ..wire.problem import ParameterInvalid
from ..wire.result import Result

# What Odoo asks for, so that a right is worth something
_MODEL_ACCESS = {
    "read": "read",
    "create": "create",
    "update": "write",
    "delete": "unlink",
    "archive": "write",
    "restore": "write",
}
# What a field can be used for, besides being read: position → word in ``/fields``
_USES = {
    "body": "writable",
    "filter": "filterable",
    "sort": "sortable",
    "expand": "expandable",
    "group_by": "groupable",
}


class RestOperations(models.AbstractModel):
    _name = "rest.operations"
    _description = "REST operations"

    # --- the table -----------------------------------------------------------

    def _operations(self):
        """All rows; their order is that of the documentation."""
        return list(ROWS)

    def _by_name(self):
        """``{name: Operation}`` of this database, made once by each worker."""

        def fill(env):
            return {row.name: row for row in env["rest.operations"]._operations()}

        return self.env["rest.configuration"]._kept("operations", fill)

    # --- the API -------------------------------------------------------------

    def _operation__about(self, context, call):
        """Name and links; known callers are told their resources and endpoints."""
        api = self.env["rest.configuration"]._api(call.api_id)
        links = {"self": f"{call.url}/", "health": f"{call.url}/health"}
        about = {"name": api.name, "version": "1", "links": links}
        if context is not None:
            about["user"] = self._user(context)
            about["resources"] = self.env["rest.offers"]._resources(context)
            about["endpoints"] = self.env["rest.custom.routes"]._endpoints(context)
        return Result(about)

    def _user(self, context):
        """Whom the API takes the caller for, in which companies and languages."""
        user = context.env.user.sudo()
        companies = [
            {"id": company.id, "name": company.name}
            for company in context.env["res.company"].sudo().browse(context.company_ids)
        ]
        return {
            "id": user.id,
            "name": user.name,
            "login": user.login,
            "companies": companies,
            "lang": context.env.lang,
            "languages": self.env["rest.context"]._installed_languages(),
            "tz": context.env.context["tz"],
        }

    def _operation__health(self, _context, _call):
        self.env.cr.execute("SELECT 1")
        return Result({"status": "ok"})

    # --- fields --------------------------------------------------------------

    def _operation__fields(self, context, call):
        """What the caller may read or write, as Odoo describes it."""
        resolved = self.env["rest.resolver"]._resolved(context, call.model, call.query)
        if resolved.expand:
            raise ParameterInvalid.at_parameter("fields", "takes no dots here")
        shown = context.fields_of(call.model)
        names = sorted(shown) if "*" in (resolved.fields or "*") else resolved.fields
        model = context.env[call.model]
        described = model.fields_get(list(names))
        if external_ids.is_virtual(model, EXTERNAL_ID):
            described[EXTERNAL_ID] = external_ids.DESCRIPTION
        usable = {
            use: self._usable(context, call.model, position)
            for position, use in _USES.items()
        }
        measures = context.fields_of(call.model, "aggregate")
        return Result(
            {
                name: {
                    **_described(described[name]),
                    **{use: name in fields for use, fields in usable.items()},
                    "aggregates": _functions(measures.get(name)),
                    "masked": shown[name].mask,
                }
                for name in names
                if name in described
            }
        )

    def _usable(self, context, model, position):
        """The fields of the model that this caller may name there."""
        if position == "body":
            return self.env["rest.offers"]._writable(context, model)
        return context.fields_of(model, position)


class RestOffers(models.AbstractModel):
    """What a caller may do with each resource of an API."""

    _name = "rest.offers"
    _description = "REST offers"

    def _resources(self, context):
        """``[{"model", "name", "rights", "methods", "url"}]``, without those with which
        the caller may do nothing."""
        resources = self.env["rest.configuration"]._resources(context.api.id)
        # all at once: their names are then read by one statement
        known = context.env["ir.model"].sudo()
        known = known.browse([known._get_id(model) for model in sorted(resources)])
        offers = (self._offer(context, each) for each in known)
        return [
            {**offer, "url": f"{context.url}/{offer['model']}"}
            for offer in offers
            if offer["rights"] or offer["methods"]
        ]

    def _offer(self, context, known):
        """:param known: the model in ``ir.model``"""
        policy = context.catalog.policy(known.model)
        methods = policy.resource.methods if policy else ()
        return {
            "model": known.model,
            "name": known.name,
            "rights": sorted(self._rights(context, known.model, policy)),
            "methods": sorted(m.name for m in methods if policy.method(m.name)),
        }

    def _writable(self, context, model_name):
        """The fields of which a body may have values: those that the resolver lets it
        name, if there is any value that the writer takes from this caller."""
        catalog, guard = context.catalog, self.env["rest.write.guard"]
        if not catalog.writable(model_name):
            return ()
        return {
            name
            for name, field in context.fields_of(model_name, "body").items()
            if field.type != "one2many" or catalog.changeable(field.comodel)
            if guard._may_set_active(context, model_name, name)
        }

    def _rights(self, context, model, policy):
        """Those of resource and scope that the user has in Odoo, too."""
        recordset, needed = context.env[model], dict(_MODEL_ACCESS)
        if not recordset._active_name:
            del needed["archive"], needed["restore"]
        elif policy and policy.resource.delete_mode == "archive":
            needed["delete"] = "write"
        return [
            right
            for right, access in needed.items()
            if policy and policy.may(right) and recordset.has_access(access)
        ]


def _functions(field):
    """The functions of an aggregate of the field; none where the caller may not."""
    return list(aggregate.functions(field.name, field.type)) if field else []


def _described(field):
    """``type, string, help, required, readonly, selection, relation``."""
    selection = field.get("selection")
    return {
        "type": field["type"],
        "string": field.get("string"),
        "help": field.get("help") or None,
        "required": bool(field.get("required")),
        "readonly": bool(field.get("readonly")),
        "selection": selection and [list(pair) for pair in selection],
        "relation": field.get("relation"),
    }
