"""An API as one caller may use it, as a value of ``documents.model``."""

from odoo import models

from ..documents.model import Api, Bounds, Choice, Field, Method, Resource, Route
from ..orm import external_ids, field_info
from ..query import aggregate, projection
from ..query.field_types import EXTERNAL_ID, FILES

_USES = ("filter", "sort", "expand", "group_by")


class RestDescription(models.AbstractModel):
    """What callers may use: resources with their fields, operations, endpoints.

    Names, labels and rights are those that ``rest.offers`` and the path resolver let
    the caller use. What they refuse is not in the description.
    """

    _name = "rest.description"
    _description = "REST description of APIs"

    def _of(self, context, api, url):
        """``documents.model.Api``.

        :param context: ``Context`` of the caller; :param api: ``configuration.Api``
        :param url: the absolute URL of the API's base path
        """
        operations = self.env["rest.operations"]._by_name()
        resources = tuple(self._resources(context, operations))
        routes = tuple(self._routes(api, operations, resources))
        used = {route.operation for route in routes}
        return Api(
            title=api.name,
            url=url,
            root=api.root,
            operations={n: row for n, row in operations.items() if n in used},
            routes=routes,
            resources=resources,
            endpoints=self.env["rest.custom.routes"]._documented(context),
            bounds=self._bounds(api),
            languages=self.env["rest.context"]._installed_languages(),
        )

    def _bounds(self, api):
        return Bounds(
            default_limit=api.limits.default_limit,
            max_limit=api.limits.max_limit,
            max_offset=api.limits.max_offset,
            max_records=api.max_records,
            max_body=api.max_body,
        )

    # --- routes --------------------------------------------------------------

    def _routes(self, api, operations, resources):
        """Those of all dialects, without the ones that the caller may use with no
        resource."""
        usable = {name for each in resources for name in each.operations}
        for base, dialect in reversed(api.mounts):
            for text, name in self.env[dialect]._routes(operations):
                method, _space, below = text.partition(" ")
                path = f"{base}/{below}"
                route = Route(method, path, name, below, dialect)
                if not route.has_model or name in usable:
                    yield route

    # --- resources -----------------------------------------------------------

    def _resources(self, context, operations):
        offers = self.env["rest.offers"]
        names = {each["model"]: each for each in offers._resources(context)}
        for model, offer in names.items():
            yield self._resource(context, operations, model, offer)

    def _resource(self, context, operations, model, offer):
        resource = context.catalog.resource(model)
        policy, rights = context.catalog.policy(model), frozenset(offer["rights"])
        rules = (policy.method(name) for name in offer["methods"])
        methods = tuple(Method(m.name, m.readonly, m.on_records) for m in rules)
        archives = resource.policy.delete_mode == "archive"
        fields = self._described_fields(context, model, resource)
        return Resource(
            model=model,
            name=offer["name"],
            rights=rights,
            operations=frozenset(
                name
                for name, row in operations.items()
                if self._may_use(context, row, model, rights, methods)
                if _has_files(fields.values(), name)
            ),
            methods=methods,
            fields=fields,
            archives=archives and bool(context.env[model]._active_name),
            etag_required=resource.etag_required,
        )

    def _may_use(self, context, row, model, rights, methods):
        """Whether a call of the operation for the model would be admitted."""
        if not (row.one_of & rights or row.calls and methods):
            if row.one_of or row.calls:
                return False
        if row.access == "any":
            return row.rights <= rights
        if row.access == "read":
            return row.rights <= rights and context.catalog.readable(model)
        return row.rights <= rights and context.env[model].has_access(row.access)

    # --- fields --------------------------------------------------------------

    def _described_fields(self, context, model, resource):
        """``{name: Field}`` of those that the caller may read or write, sorted."""
        readable = context.fields_of(model)
        readable = readable if context.catalog.rules(model) else {}
        writable = self.env["rest.offers"]._writable(context, model)
        names = sorted({*readable, *writable})
        described = context.env[model].fields_get(
            names, ["string", "help", "selection"]
        )
        if external_ids.is_virtual(context.env[model], EXTERNAL_ID):
            described[EXTERNAL_ID] = external_ids.DESCRIPTION
        uses = {use: context.fields_of(model, use) for use in _USES}
        measures = context.fields_of(model, "aggregate")
        in_body = context.fields_of(model, "body")
        shown = frozenset(projection.default_names(readable.values()))
        needed = self._needed(context, model, resource, writable)
        return {
            name: Field(
                readable=name in readable,
                writable=name in writable,
                needed=name in needed,
                shown=name == "id" or name in shown,
                uses=frozenset(use for use in _USES if name in uses[use]),
                aggregates=_functions(measures.get(name)),
                **_told(described[name], readable.get(name) or in_body[name]),
            )
            for name in names
            if name in described
        }

    def _needed(self, context, model, resource, writable):
        """The fields without which no record is created: nothing has a value for them.

        What a default gives depends on the moment: those with one are not needed.
        """
        recordset, defaults = context.env[model], resource.create_defaults
        return {
            name
            for name in writable
            if name in recordset._fields and name not in defaults
            if recordset._fields[name].required and not recordset._fields[name].default
            if not field_info.fills_itself(recordset, name)
        }


def _has_files(fields, operation):
    """Whether there is a field for operations that are about the bytes of one."""
    if operation not in ("content", "store"):
        return True
    files = [each for each in fields if each.type in FILES]
    return any(
        each.readable if operation == "content" else each.writable for each in files
    )


def _functions(field):
    return tuple(aggregate.functions(field.name, field.type)) if field else ()


def _told(described, field):
    """The members of a ``Field`` that do not depend on rights.

    :param described: as Odoo's ``fields_get`` has it; :param field: ``values.Field``
    """
    choices = described.get("selection")
    return {
        "name": field.name,
        "type": field.type,
        "label": described.get("string") or field.name,
        "help": described.get("help") or "",
        "relation": field.comodel,
        "choices": choices and tuple(Choice(str(v), str(lbl)) for v, lbl in choices),
        "size": field.size,
        "required": field.required,
        "mask": field.mask,
        "virtual": field.virtual,
    }
