"""What data files of other addons need of resources."""

from odoo import api, models


class RestResource(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "rest.resource"

    @api.model
    def _adopt(self, xml_id, api_xml_id, model):
        """Let a record of a data file change the resource that the API has already, of
        which it takes only one for each model.

        :param xml_id: of the record, ``"my_addon.resource"``
        :param api_xml_id: of the API; :param model: the name of the model
        """
        if self.env.ref(xml_id, raise_if_not_found=False):
            return
        everyone = self.with_context(active_test=False)
        known = everyone.search(
            [("api_id", "=", self.env.ref(api_xml_id).id), ("model", "=", model)]
        )
        if known:
            rows = [{"xml_id": xml_id, "record": known}]
            if not known.get_external_id()[known.id]:
                # Odoo uninstalls records with the last addon that has an id for them
                own = f"__custom__.rest_resource_{known.id}"
                rows.append({"xml_id": own, "record": known, "noupdate": True})
            self.env["ir.model.data"]._update_xmlids(rows)
