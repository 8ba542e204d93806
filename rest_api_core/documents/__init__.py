"""What the API tells about itself: OpenAPI and what is made of the same description.

``model.Api`` describes an API as one caller may use it; ``rest.documents._described``
makes it of the table of operations and the real fields. The modules here write it down
in the form of a standard. No Odoo here.
"""
