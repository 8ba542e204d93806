"""Which database a request reaches."""

from odoo import http


def must_be_named(name, host):
    """Whether requests to a host reach this database only if they name it, by the
    header ``X-Odoo-Database`` or a session."""
    return http.db_list(force=True, host=host) != [name]
