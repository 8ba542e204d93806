{
    "name": "REST third party",
    "summary": "The example of rest_api_core/readme/DEVELOP.md; for tests.",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Technical",
    "author": "Odoo REST Suite Engineers, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/web-api",
    "depends": ["rest_api_core"],
    "data": ["security/ir.model.access.csv", "data/resources.xml"],
}
