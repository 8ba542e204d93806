"""Reports of Odoo as documents: PDF where wkhtmltopdf works, HTML and text."""

from odoo import models
from odoo.fields import Domain
from odoo.tools.mail import html2plaintext

from ..access.field_rules import FieldSet
from ..wire import etag
from ..wire.operation import HTML, PDF, TEXT
from ..wire.problem import (
    Forbidden,
    NotFound,
    PageTooLarge,
    ParameterInvalid,
    RendererMissing,
)
from ..wire.result import Content, Result

FORMATS = {PDF: "pdf", HTML: "html", TEXT: "text"}
SUFFIXES = {"text": "txt"}
WORKING = ("ok", "upgrade", "workers")  # states of wkhtmltopdf that can make PDF
TYPES = ("qweb-pdf", "qweb-html", "qweb-text")


class RestReports(models.AbstractModel):
    _name = "rest.reports"
    _description = "REST reports"

    # --- which there are -----------------------------------------------------

    def _operation__reports(self, context, call):
        """Those that ``report`` would render for some records, by model and name; of
        one model with ``model``."""
        most = context.api.limits.max_limit
        allowed = {
            report.report_name: report
            for report in self._known(context, call.query.model)
            if self._is_allowed(context, report)
            if not self._shows_hidden(context, report)
        }
        reports = [self._offer(context, each) for each in allowed.values()][:most]
        return Result(
            data=reports,
            meta={"count": len(reports), "total": len(allowed)},
            version=etag.version("reports"),
            seal=context.seal,
        )

    def _known(self, context, model):
        """Of models that the API exposes, as superuser: Odoo lets no user read groups
        of reports."""
        resources = self.env["rest.configuration"]._resources(context.api.id)
        names = [name for name in resources if model in ("", name)]
        domain = Domain("model", "in", names) & Domain("report_type", "in", TYPES)
        reports = context.env["ir.actions.report"].sudo()
        return reports.search(domain, order="model, report_name, id")

    def _offer(self, context, report):
        return {
            "name": report.report_name,
            "string": report.name,
            "model": report.model,
            "formats": self._formats(report),
            "url": f"{context.url}/reports/{report.report_name}",
        }

    def _formats(self, report):
        pdf = report.report_type != "qweb-text" and self._makes_pdf()
        return ["pdf", "html", "text"] if pdf else ["html", "text"]

    def _makes_pdf(self):
        return self.env["ir.actions.report"].get_wkhtmltopdf_state() in WORKING

    # --- one of them ---------------------------------------------------------

    def _operation__report(self, context, call):
        """The report of this name (``account.report_invoice``) about the records.

        Raises NotFound for reports and records out of reach, Forbidden where field
        rules hide fields, which a report would show, and RendererMissing.
        """
        report, records = self._found(context, call)
        short = FORMATS[call.media_type]
        content = self._rendered(context, report, records, short)
        name = f"{report.name}.{SUFFIXES.get(short, short)}"
        document = Content(content, call.media_type, name)
        # Odoo stores some reports when it renders them
        return Result(content=document, ids=call.ids, honoured=("tx",))

    def _check__report(self, context, call):
        """Raise the errors of the call before anything is rendered."""
        report, _records = self._found(context, call)
        if FORMATS[call.media_type] == "pdf":
            self._check_pdf(report)

    def _found(self, context, call):
        """``(report, records)``; raises as ``_operation__report`` does."""
        report = self._report(context, call.target.name)
        return report, self._records(context, report.model, call.ids)

    def _report(self, context, name):
        """The report, as superuser; unknown and forbidden get the same error."""
        found = context.env["ir.actions.report"].sudo()
        domain = Domain("report_name", "=", name) & Domain("report_type", "in", TYPES)
        allowed = (r for r in found.search(domain) if self._is_allowed(context, r))
        report = next(allowed, None)
        if report is None:
            raise NotFound(f"Report '{name}' was not found or is not accessible.")
        if self._shows_hidden(context, report):
            raise Forbidden("Field rules hide fields that a report would show.")
        return report

    def _is_allowed(self, context, report):
        policy, groups = context.catalog.policy(report.model), report.group_ids
        of_user = not groups or bool(groups & context.env.user.sudo().all_group_ids)
        exposed = bool(policy) and policy.may("read")
        return exposed and of_user and context.catalog.readable(report.model)

    def _shows_hidden(self, context, report):
        """Whether field rules hide fields of the model, or mask fields of any: a report
        shows values of all records around its own."""
        policy = context.catalog.policy(report.model)
        hides = policy.grant.readable != FieldSet()
        return hides or bool(context.catalog.all_field_masks())

    def _records(self, context, model_name, ids):
        most = context.api.limits.max_limit
        if not ids:
            raise ParameterInvalid.at_parameter("ids", "is required")
        if len(ids) > most:
            raise PageTooLarge.at_parameter("ids", f"has more than {most} ids")
        domain = Domain("id", "in", list(ids)) & context.domain(model_name)
        search = self.env["rest.search"]
        seen = set(search._query(context, model_name, domain, (), archived=True))
        for record_id in ids:
            if record_id not in seen:
                raise NotFound.of_records(model_name, (record_id,))
        return context.env[model_name].browse(ids)

    # --- documents -----------------------------------------------------------

    def _rendered(self, context, report, records, short):
        """The bytes, rendered with the rights of the user."""
        actions = context.env["ir.actions.report"]
        if short == "text":
            return self._text(actions, report, records.ids)
        if short == "html":
            return actions._render_qweb_html(report, records.ids)[0]
        self._check_pdf(report)
        return actions._render_qweb_pdf(report, records.ids)[0]

    def _check_pdf(self, report):
        if report.report_type == "qweb-text":
            detail = "'pdf' is not offered by this report"
            raise ParameterInvalid.at_parameter("format", detail)
        if not self._makes_pdf():
            raise RendererMissing()

    def _text(self, actions, report, ids):
        """The report's own text, else that of its HTML."""
        if report.report_type == "qweb-text":
            return actions._render_qweb_text(report, ids)[0]
        html = actions._render_qweb_html(report, ids)[0]
        return html2plaintext(html, include_references=False).encode()
