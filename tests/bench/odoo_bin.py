"""``python -m odoo`` as a file: prefork starts its evented process by the path of its own."""

from odoo.cli.command import main

main()
