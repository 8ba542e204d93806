"""Reports of Odoo as documents: PDF where wkhtmltopdf is installed, HTML and text."""

from odoo import models
from odoo.fields import Domain

from ..access.policy import FieldSet
from ..wire.problem import (
    Forbidden,
    NotFound,
    PageTooLarge,
    ParameterInvalid,
    RendererMissing,
)
from ..wire.result import Content, Result

FORMATS = {
    "application/pdf": ("pdf", "qweb-pdf"),
    "text/html": ("html", None),  # every report has it
    "text/plain": ("text", "qweb-text"),
}


class RestReports(models.AbstractModel):
    _name = "rest.reports"
    _description = "REST reports"

    def _operation__report(self, context, call):
        """The report of this name (``account.report_invoice``) about the records.

        Raises NotFound for reports and records out of reach, Forbidden where field
        rules hide fields, which a report would show, and RendererMissing.
        """
        report = self._report(context, call.target.name)
        records = self._records(context, report.model, call.ids)
        short, type_ = FORMATS[call.media_type]
        if type_ and report.report_type not in (type_, "qweb-html"):
            detail = f"'{short}' is not offered by this report"
            raise ParameterInvalid.at_parameter("format", detail)
        content = self._rendered(context, report, records, short)
        name = f"{report.name}.{'txt' if short == 'text' else short}"
        return Result(content=Content(content, call.media_type, name), ids=call.ids)

    def _report(self, context, name):
        """The report, as superuser; unknown and forbidden get the same error."""
        found = self.env["ir.actions.report"].sudo()
        found = found.search([("report_name", "=", name)], limit=1)
        groups = found.group_ids
        allowed = not groups or bool(groups & context.env.user.all_group_ids)
        policy = context.catalog.policy(found.model) if found else None
        if not (policy and policy.may("read") and allowed):
            raise NotFound(f"Report '{name}' was not found or is not accessible.")
        if policy.grant.readable != FieldSet():
            raise Forbidden("Field rules hide fields that a report would show.")
        return found

    def _records(self, context, model_name, ids):
        most = context.api.limits.max_limit
        if not ids:
            raise ParameterInvalid.at_parameter("ids", "is required")
        if len(ids) > most:
            raise PageTooLarge.at_parameter("ids", f"has more than {most} ids")
        if not context.catalog.readable(model_name):
            raise Forbidden()
        domain = Domain("id", "in", list(ids)) & context.domain(model_name)
        search = self.env["rest.search"]
        seen = set(search._query(context, model_name, domain, (), archived=True))
        for record_id in ids:
            if record_id not in seen:
                raise NotFound.of_records(model_name, (record_id,))
        return context.env[model_name].browse(ids)

    def _rendered(self, context, report, records, short):
        """The bytes, rendered with the rights of the user."""
        actions = context.env["ir.actions.report"]
        if short == "pdf" and actions.get_wkhtmltopdf_state() == "install":
            raise RendererMissing()
        render = {
            "pdf": actions._render_qweb_pdf,
            "html": actions._render_qweb_html,
            "text": actions._render_qweb_text,
        }[short]
        return render(report.report_name, records.ids)[0]
