"""Rows of earlier versions, as this one would have written them."""

import json

from odoo.addons.endpoint_route_handler import paths


def migrate(cr, version):
    _empty_groups(cr)
    _rename_keys_of_tools(cr)


def _empty_groups(cr):
    """No group was stored as the text ``false``."""
    cr.execute(
        "UPDATE endpoint_route SET route_group = NULL WHERE route_group = 'false'"
    )


def _rename_keys_of_tools(cr):
    """Keys held the address of a record in memory, so nobody could find them again.

    The newest row of a route gets the key that the tool looks for today; older ones are
    what earlier registrations of the same route left.
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
    """See ``endpoint.route.handler.tool._endpoint_registry_unique_key``."""
    model = key.partition(":")[0]
    methods = ",".join(sorted(json.loads(routing).get("methods") or ()))
    return f"{model}:{methods} {paths.clean(route)}"
