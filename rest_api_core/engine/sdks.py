"""The clients of an API, as files for the programs of its callers."""

from urllib.parse import urlsplit

from odoo import models

from ..documents.model import Api
from ..documents.sdk.files import FILES
from ..orm import databases
from ..wire import etag
from ..wire.auth_problems import CredentialsMissing
from ..wire.problem import NotFound
from ..wire.result import Content, Result


class RestSdks(models.AbstractModel):
    _name = "rest.sdks"
    _description = "REST clients in several languages"

    def _operation__sdk(self, context, call):
        """The file of a language, with what the caller may use."""
        api = self.env["rest.configuration"]._api(call.api_id)
        if context is None and not api.docs_public:
            raise CredentialsMissing()
        file = FILES.get(call.target.name)
        if file is None:
            raise NotFound()
        text = file.render(
            self._described(context, api, call.url), self._database(call)
        )
        media_type = f"{file.media_type}; charset=utf-8"
        return Result(
            content=Content(text.encode(), media_type, file.name),
            version=etag.version("sdk", file.name),
        )

    def _described(self, context, api, url):
        """Anonymous callers get the client without resources."""
        if context is None:
            return Api(title=api.name, url=url, root=api.root)
        return self.env["rest.documents"]._described(context, api, url)

    def _database(self, call):
        """The name that requests must have, None where their address decides."""
        name = self.env.cr.dbname
        host = urlsplit(call.url).netloc
        return name if databases.must_be_named(name, host) else None
