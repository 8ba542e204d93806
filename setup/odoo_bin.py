"""``python -m odoo`` as a file that can start itself once more, as prefork does."""

from odoo.cli.command import main

main()
