{
    "name": "Endpoint",
    "summary": "Create HTTP endpoints in the user interface",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "development_status": "Beta",
    "category": "Technical",
    "author": "Odoo REST Suite Engineers, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/web-api",
    "depends": ["endpoint_route_handler"],
    "external_dependencies": {
        "python": ["jsonschema>=4.18", "PyYAML", "regex>=2022.10.31"],
    },
    "data": [
        "data/server_action.xml",
        "security/ir.model.access.csv",
        "security/ir_rule.xml",
        "wizard/endpoint_test_views.xml",
        "views/endpoint_view.xml",
    ],
    "demo": ["demo/endpoint_demo.xml"],
}
