"""Rights and records of a resource, or of a scope on it."""

import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..access.policy import RIGHTS


class RestRightsMixin(models.AbstractModel):
    _name = "rest.rights.mixin"
    _description = "REST rights"

    can_read = fields.Boolean(
        string="Read", default=True, help="Requests can read, search and count records."
    )
    can_create = fields.Boolean(string="Create", help="Requests can create records.")
    can_update = fields.Boolean(string="Update", help="Requests can change records.")
    can_delete = fields.Boolean(
        string="Delete", help="Requests can send DELETE for records."
    )
    can_archive = fields.Boolean(string="Archive", help="Requests can archive records.")
    can_restore = fields.Boolean(
        string="Restore", help="Requests can restore archived records."
    )
    domain = fields.Char(
        help="Only records that match this domain are accessible. It can use uid,"
        " company_id and company_ids of the request.",
    )
    domain_problem = fields.Char(
        string="Domain Error",
        compute="_compute_domain_problem",
        help="Error of the domain, which is evaluated again for each request.",
    )
    # api.depends needs the field here; the models that inherit the mixin override it
    model_id = fields.Many2one("ir.model")
    is_accessible = fields.Boolean(compute="_compute_is_accessible")

    @api.depends("model_id")
    @api.depends_context("uid")
    def _compute_is_accessible(self):
        """Whether the current user can read the model: the domain widget counts."""
        for record in self:
            model = self.env.get(record._rest_model_name())
            record.is_accessible = model is None or model.has_access("read")

    def _rest_model_name(self):
        """To implement: the name of the model that the domain is for."""
        raise NotImplementedError()

    def _rights(self):
        """The granted rights, as ``policy.Right``."""
        return frozenset(right for right in RIGHTS if self[f"can_{right}"])

    def _frozen_domain(self):
        """A tuple, or the text of a domain that is evaluated for each user."""
        return frozen_domain(self.domain)

    @api.constrains("domain")
    def _check_domain(self):
        for record in self:
            problem = record._domain_problem()
            if problem:
                raise ValidationError(problem)

    @api.depends("domain", "model_id")
    def _compute_domain_problem(self):
        for record in self:
            record.domain_problem = record._domain_problem()

    def _domain_problem(self):
        """The error of the domain, or False.

        A saved domain is valid until the addon of one of its fields is uninstalled.
        """
        model = self.env.get(self._rest_model_name())
        if not (self.domain and model is not None):
            return False
        error = domain_error(model, self.domain, self._domain_names(self.env))
        if error:
            return self.env._(
                "The domain of %(model)s is not valid: %(error)s. Correct the domain.",
                model=model._name,
                error=error,
            )
        return False

    @api.model
    def _domain_names(self, env):
        """The names that a domain can use, with the values of ``env``."""
        return {
            "uid": env.uid,
            "company_id": env.company.id,
            "company_ids": list(env.companies.ids),
        }


def frozen_domain(text):
    """A tuple, or the text of a domain that is evaluated for each user."""
    text = (text or "").strip()
    try:
        return tuple(ast.literal_eval(text)) if text else ()
    except (ValueError, SyntaxError):
        return text


def domain_error(model, text, names):
    """What is wrong with the text of a domain of a model; None if nothing is.

    :param names: ``{name: value}`` that the text can use
    """
    try:
        # sudo: the domain is valid for fields that this user cannot read, too
        Domain(safe_eval(text.strip(), names)).validate(model.sudo())
    except Exception as error:
        # safe_eval and Domain raise many types for a text that is not a domain
        return error
    return None
