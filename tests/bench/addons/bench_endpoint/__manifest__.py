{
    "name": "Benchmark of endpoints",
    "summary": "Bare controllers and endpoints that do the same work; never released.",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/web-api",
    "depends": ["endpoint"],
    "installable": True,
}
