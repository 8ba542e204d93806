{
    "name": "Endpoint third party",
    "summary": "Stands on the public contract of endpoint alone; for tests.",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Technical",
    "author": "Odoo REST Suite Engineers, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/web-api",
    "depends": ["endpoint"],
    "data": [
        "security/ir.model.access.csv",
        "data/server_action.xml",
        "views/third_party_endpoint_views.xml",
        "data/endpoints.xml",
    ],
}
