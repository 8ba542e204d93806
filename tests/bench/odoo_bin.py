"""``python -m odoo`` as a file: prefork starts its evented process by that path."""

from odoo.cli.command import main

main()
