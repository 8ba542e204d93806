"""What the API tells about itself: documents for people, programs and generators."""

from odoo import models


class RestDocuments(models.AbstractModel):
    _name = "rest.documents"
    _description = "REST documents about APIs"

    def _described(self, context, api, url):
        """``documents.model.Api``: what the caller may use of an API.

        :param context: ``Context`` of the caller; :param api: ``configuration.Api``
        :param url: the absolute URL of the API's base path
        """
        return self.env["rest.description"]._of(context, api, url)
