"""For tests of the change feed: the outbox of a test's transaction."""

from odoo.addons.rest_api_core.capture import changes


def start(env):
    """Begin anew, as if all until now had been committed before."""
    env.cr.flush()
    env.cr.execute("DELETE FROM rest_change")
    env.cr.postrollback.data.pop(changes.KEY, None)


def rows(env):
    """``[(model, id, operation, fields)]`` of what would be committed now."""
    return [
        (row["model"], row["res_id"], row["operation"], row["fields"])
        for row in full_rows(env)
    ]


def full_rows(env):
    env.cr.flush()
    env.cr.execute("SELECT * FROM rest_change ORDER BY xid, id")
    return env.cr.dictfetchall()
