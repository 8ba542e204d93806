"""All verbs: ``_answer__<verb>(call, rights) → Answer``.

Here are those that tell what there is: the API, its fields.
"""

from odoo import models

from ..query import query
from ..wire.problem import ParameterInvalid
from ..wire.result import Answer

# What Odoo asks for, so that a right is worth something
_OPERATIONS = {
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
}


class RestOperation(models.AbstractModel):
    _name = "rest.operation"
    _inherit = ["rest.writing", "rest.calling"]
    _description = "REST operations"

    def _answer__about(self, call, _rights):
        """Name and links; whoever is known is told its resources, too."""
        api = self.env["rest.configuration"]._api(call.api_id)
        wanted = query.parse(call.query, api.limits, query.SHAPE & {"lang", "company"})
        root = call.url.partition("?")[0].rstrip("/")
        links = {"self": f"{root}/", "health": f"{root}/health"}
        about = {"name": api.name, "version": "1", "links": links}
        if call.caller.user_id is not None:
            about["resources"] = self._offers(call, wanted, root)
        return Answer({"data": about})

    def _offers(self, call, wanted, root):
        """What the caller may do, with each model that it may do anything with."""
        scope = self.env["rest.context"]._scope(call, wanted)
        resources = self.env["rest.configuration"]._resources(call.api_id)
        known = scope.env["ir.model"].sudo()
        known = known.browse([known._get_id(model) for model in sorted(resources)])
        offers = [self._offer(scope, each) for each in known]
        return [
            {**offer, "url": f"{root}/{offer['model']}"}
            for offer in offers
            if offer["rights"] or offer["methods"]
        ]

    def _offer(self, scope, known):
        """:param known: the model in ``ir.model``, of many, whose names come at once"""
        model = known.model
        rights = scope.catalog.policy(model)
        methods = rights.resource.methods if rights else ()
        return {
            "model": model,
            "name": known.name,
            "rights": sorted(self._rights_within(scope, model, rights)),
            "methods": sorted(m.name for m in methods if rights.method(m.name)),
        }

    def _rights_within(self, scope, model, rights):
        """Those of resource and scope that the user has in Odoo, too."""
        recordset, operations = scope.env[model], dict(_OPERATIONS)
        if not recordset._active_name:
            del operations["archive"], operations["restore"]
        elif rights and rights.resource.delete_mode == "archive":
            operations["delete"] = "write"
        return [
            right
            for right, operation in operations.items()
            if rights and rights.may(right) and recordset.has_access(operation)
        ]

    def _answer__health(self, call, _rights):
        self.env.cr.execute("SELECT 1")
        return Answer({"data": {"status": "ok"}})

    # --- fields --------------------------------------------------------------

    def _answer__fields(self, call, rights):
        """What the caller may read or write, as Odoo describes it."""
        scope = self._open(call, rights, query.SHAPE & {"lang", "company", "fields"})
        wanted = self._checked(scope, call.model, scope.query)
        if wanted.expand:
            raise ParameterInvalid.at_parameter("fields", "takes no dots here")
        shown = scope.fields_of(call.model)
        names = sorted(shown) if "*" in (wanted.fields or "*") else wanted.fields
        usable = {use: self._usable(scope, place) for place, use in _USES.items()}
        described = scope.model.fields_get(list(names))
        documents = {
            name: {
                **self._describe(described[name]),
                **{use: name in fields for use, fields in usable.items()},
            }
            for name in names
            if name in described
        }
        return Answer({"data": documents})

    def _usable(self, scope, position):
        """The fields of the model that this caller may name there."""
        if position == "body" and not scope.catalog.writable(scope.call.model):
            return ()
        return scope.fields_of(scope.call.model, position)

    def _describe(self, given):
        """``type, string, help, required, readonly, selection, relation``."""
        selection = given.get("selection")
        return {
            "type": given["type"],
            "string": given.get("string"),
            "help": given.get("help") or None,
            "required": bool(given.get("required")),
            "readonly": bool(given.get("readonly")),
            "selection": selection and [list(pair) for pair in selection],
            "relation": given.get("relation"),
        }
