"""The pages on which users let clients act for them: no scripts, in no frame."""

from urllib.parse import urlencode

from odoo import models

from ..wire import oauth_flow
from ..wire.received import Reply

HTML = "text/html; charset=utf-8"
# nothing but a style sheet of ours and the form; Chromium looks at where it leads, too
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action {targets}; base-uri 'none';"
    " frame-ancestors 'none'"
)


class RestDialectOauth(models.AbstractModel):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.dialect.oauth"

    def _page(self, received, call, document):
        """The ``Reply`` for what became of a request of a user.

        :param document: ``Redirect``, ``Consent`` or, to sign in first, None
        """
        sent = {n: v for n, v in call.body.items() if n in oauth_flow.PARAMETERS}
        back = urlencode({"redirect": f"{received.path}?{urlencode(sent)}"})
        if document is None:
            document = oauth_flow.Redirect(f"/web/login?{back}")
        if isinstance(document, oauth_flow.Redirect):
            return Reply(303, headers=(("Location", document.url), *_headers("'none'")))
        values = {
            "page": document,
            "action": received.path,
            "csrf_token": received.csrf_token(),
            "sign_out": f"/web/session/logout?{back}",
        }
        targets = f"'self' {oauth_flow.source(document.sent['redirect_uri'])}"
        return self._html(200, "rest_api_core.oauth_consent", values, targets)

    def _error_page(self, problem):
        """For errors that the client must not be told: nobody knows who it is."""
        values = {"detail": problem.detail}
        return self._html(problem.status, "rest_api_core.oauth_error", values)

    def _html(self, status, template, values, targets="'none'"):
        language = (self.env.context.get("lang") or "en").partition("_")[0]
        html = (
            self.env["ir.qweb"]
            .sudo()
            ._render(template, {**values, "language": language})
        )
        content = f"<!DOCTYPE html>\n{html}".encode()
        return Reply(status, content, HTML, _headers(targets))


def _headers(targets):
    return (
        ("Content-Security-Policy", _POLICY.format(targets=targets)),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
    )
