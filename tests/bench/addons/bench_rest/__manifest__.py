{
    "name": "Benchmark of the REST API",
    "summary": "Controllers that do the work of the REST API by hand; never released.",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/web-api",
    "depends": ["rest_api_core", "rpc"],
    "installable": True,
}
