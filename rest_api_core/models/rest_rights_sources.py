"""Models of Odoo's whose records say what a user may do.

Odoo forgets what it has kept of them before it commits. A thread that looks again too
early would keep what was; so it is forgotten after the commit once more.
"""

from odoo import models


class IrModelAccess(models.Model):
    _name = "ir.model.access"
    _inherit = ["ir.model.access", "rest.cached.mixin"]


class IrRule(models.Model):
    _name = "ir.rule"
    _inherit = ["ir.rule", "rest.cached.mixin"]


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["res.groups", "rest.cached.mixin"]


class ResCompany(models.Model):
    """Whose users may be changed from here, of which Odoo forgets nothing at all."""

    _name = "res.company"
    _inherit = ["res.company", "rest.cached.mixin"]
