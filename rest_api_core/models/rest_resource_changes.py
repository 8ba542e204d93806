"""How changes of the records of a resource come into the change feed."""

from odoo import fields, models


class RestResource(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.resource"

    _rest_capture_fields = frozenset(("active", "track_changes"))

    track_changes = fields.Selection(
        [
            ("none", "Off"),
            ("orm", "Changes by Odoo"),
            ("trigger", "All Changes in the Database"),
        ],
        default="orm",
        required=True,
        help="Which changes the change feed contains. Changes by Odoo are those of"
        " users, requests, imports and scheduled actions. The database can also"
        " record those of SQL statements, with a trigger on the table.",
    )
