"""Models of Odoo that define the rights of users.

Odoo clears its cache before it commits a change. A concurrent request could then fill
the cache with the old rights, so it is cleared once more after the commit.
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
    """Its form can change users, for which Odoo does not clear the cache at all."""

    _name = "res.company"
    _inherit = ["res.company", "rest.cached.mixin"]
