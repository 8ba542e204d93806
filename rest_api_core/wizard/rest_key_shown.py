"""Dialog that shows the value of a new key, once."""

import shlex

from odoo import api, fields, models

from ..access import credentials


class RestKeyShown(models.AbstractModel):
    """A form without a table.

    The value reaches the browser in the context of an action, and comes back as the
    default value of a form that is never saved. No part of Odoo stores or logs it: an
    abstract model has no table; Odoo logs the arguments of calls at level DEBUG, but
    not their context; the browser keeps no dialog in its address bar or session
    storage.
    """

    _name = "rest.key.shown"
    _description = "Value of a REST key"

    # the web client requests it in the onchange that returns the default value
    id = fields.Id()
    value = fields.Char(
        string="Key", readonly=True, help="Value of the key, which is shown only once."
    )
    oauth_client_id = fields.Char(
        string="Client ID",
        readonly=True,
        help="Name of the client in requests of OAuth2, where it is client_id.",
    )
    url = fields.Char(
        string="URL", readonly=True, help="URL of a list that the client can read."
    )
    curl = fields.Char(
        string="Shell", readonly=True, help="Command that sends a request with the key."
    )
    python = fields.Text(
        readonly=True, help="Python code that sends a request with the key."
    )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Store nothing. A browser that leaves the page while the dialog is open asks
        for it, and Odoo would log the statement that fails, with the key in it."""
        return self.browse()

    def _action(self, value, client):
        """The action that opens the dialog, with requests that the client may send."""
        values = {"value": value, **self._shown(value, client)}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Key"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{name}": text for name, text in values.items()},
        }

    def _shown(self, value, client):
        """What is shown beside the value."""
        if credentials.parse(value, credentials.OAUTH_SECRET):
            name, url = client.oauth_client_id, client._token_url()
            examples = _token_examples(url, name, value) if url else {}
            return {"oauth_client_id": name, **examples}
        url = client._example_url()
        return _examples(url, value) if url else {}


def _token_examples(url, client_id, secret):
    """The same request for a token, for a shell and for Python."""
    grant = "grant_type=client_credentials"
    python = (
        "import requests\n\n"
        f"response = requests.post(\n    {url!r},\n"
        "    data={'grant_type': 'client_credentials'},\n"
        f"    auth=({client_id!r}, {secret!r}),\n)\n"
        "print(response.json()['access_token'])"
    )
    curl = shlex.join(["curl", "-u", f"{client_id}:{secret}", "-d", grant, url])
    return {"curl": curl, "python": python}


def _examples(url, key):
    """The same request for a shell and for Python."""
    header = f"Authorization: Bearer {key}"
    python = (
        "import requests\n\n"
        f"response = requests.get(\n    {url!r},\n"
        f"    headers={{'Authorization': {f'Bearer {key}'!r}}},\n)\n"
        "print(response.json())"
    )
    return {
        "url": url,
        "curl": shlex.join(["curl", "-H", header, url]),
        "python": python,
    }
