"""Convert rows of earlier versions to what this version writes."""

import json

from odoo.addons.endpoint_route_handler import paths


def migrate(cr, version):
    _empty_groups(cr)
    _rename_keys_of_tools(cr)


def _empty_groups(cr):
    """Earlier versions stored an empty group as the text ``false``."""
    cr.execute(
        "UPDATE endpoint_route SET route_group = NULL WHERE route_group = 'false'"
    )


def _rename_keys_of_tools(cr):
    """Replace the keys of tool routes, which contained a memory address.

    The newest row of a route gets the key that the tool uses now. Older rows of the
    same route are leftovers of earlier registrations and are deleted.
    """
    cr.execute(
        "SELECT id, key, route, routing FROM endpoint_route"
        " WHERE strpos(key, ':NewId_') > 0 ORDER BY id DESC"
    )
    for row_id, key, route, routing in cr.fetchall():
        new_key = _stable_key(key, route, routing)
        cr.execute("SELECT 1 FROM endpoint_route WHERE key = %s", [new_key])
        if cr.fetchone():
            cr.execute("DELETE FROM endpoint_route WHERE id = %s", [row_id])
        else:
            cr.execute(
                "UPDATE endpoint_route SET key = %s WHERE id = %s", [new_key, row_id]
            )


def _stable_key(key, route, routing):
    """Return the key as ``endpoint.route.handler.tool`` computes it now."""
    model = key.partition(":")[0]
    methods = ",".join(sorted(json.loads(routing).get("methods") or ()))
    return f"{model}:{methods} {paths.clean(route)}"
