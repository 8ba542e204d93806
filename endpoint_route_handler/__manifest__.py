{
    "name": "Endpoint route handler",
    "summary": "Turn records into HTTP routes in all workers, without a restart",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "development_status": "Beta",
    "category": "Technical",
    "author": "Odoo REST Suite Engineers, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/web-api",
    "depends": ["base"],
    "data": ["security/ir.model.access.csv"],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
