"""OAuth2 of an API: its endpoints and its issuer."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access.configuration import V1
from ..wire import oauth_metadata

SEGMENT = "oauth"
OAUTH = "rest.dialect.oauth"
METADATA = {
    oauth_metadata.SERVER_PATH: "rest.dialect.oauth.server",
    oauth_metadata.RESOURCE_PATH: "rest.dialect.oauth.resource",
}


class RestApi(models.Model):
    _inherit = "rest.api"  # pylint: disable=consider-merging-classes-inherited

    auth_oauth = fields.Boolean(
        string="OAuth2",
        default=True,
        help="Clients can get OAuth2 tokens below <base path>/oauth, and send them in"
        " the header Authorization: Bearer rat_….",
    )
    issuer = fields.Char(
        copy=False,
        help="URL of this API as OAuth2 clients know it, with its base path. Without"
        " it, the URL begins with the system parameter web.base.url.",
    )
    oauth_refresh_days = fields.Integer(
        string="Sign-In Lifetime (Days)",
        default=30,
        help="Users of an application that may act for them stay signed in for this"
        " time after they last used it.",
    )

    _oauth_refresh_days_range = models.Constraint(
        "CHECK (oauth_refresh_days BETWEEN 1 AND 366)",
        "The lifetime of sign-ins must be 1 to 366 days.",
    )

    def _mounts(self):
        mounts = super()._mounts()
        if self.auth_oauth:
            base = self._base_path()
            mounts[f"{base}/{SEGMENT}"] = OAUTH
            for path, dialect in METADATA.items():
                mounts[f"{path}{base}"] = dialect
                if self._is_default():
                    mounts[path] = dialect
        return mounts

    def _is_default(self):
        """Whether it is the API that this addon creates: it also has the paths of
        metadata that name no API."""
        return self == self.env.ref("rest_api_core.api_v1", raise_if_not_found=False)

    def _is_path(self, dialect, segment):
        if dialect in METADATA.values():
            return False  # below it are the base paths of other APIs
        is_ours = dialect == V1 and segment == SEGMENT
        return is_ours or super()._is_path(dialect, segment)

    def _routing_impacting_fields(self, options=None):
        return (*super()._routing_impacting_fields(options), "auth_oauth")

    def _frozen(self):
        frozen = super()._frozen()
        # not get_base_url(), which websites may change with the request
        own = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        issuer = self.issuer or f"{own.rstrip('/')}{frozen.root}"
        return replace(
            frozen,
            auth_oauth=self.auth_oauth,
            issuer=issuer,
            refresh_seconds=self.oauth_refresh_days * 24 * 3600,
        )

    @api.constrains("issuer", "root_path")
    def _check_issuer(self):
        for record in self.filtered("issuer"):
            try:
                oauth_metadata.check_issuer(record.issuer, record._base_path())
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%(issuer)s” is not an issuer. Enter a URL that begins with"
                        " https:// and ends with the base path, such as"
                        " https://erp.example.com%(path)s.",
                        issuer=record.issuer,
                        path=record._base_path(),
                    )
                ) from error
