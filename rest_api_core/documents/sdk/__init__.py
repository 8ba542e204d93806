"""Clients of an API for its users' programs: one file each, without dependencies.

``files.render(api, "python")`` fills the template of a language with the resources that
a caller may use. What does not depend on the API is in the templates. No Odoo here.
"""
