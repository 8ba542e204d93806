"""``odoo-bin rest_scaffold res.partner ./addons``.

Odoo loads commands by the paths of their files, before any addon is imported.
"""

import sys
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.modules.module import load_script
from odoo.modules.registry import Registry
from odoo.tools import config

import odoo.addons

SOURCE = Path(__file__).with_name("scaffold") / "addon.py"
scaffold = load_script(str(SOURCE), "odoo.cli.rest_scaffold_addon")
# what a response leaves out unless it is asked for
HEAVY = ("binary", "one2many", "many2many", "properties", "properties_definition")


class RestScaffold(Command):
    """Write an addon with the response schemas and a custom route of one model.

    The schemas are data, the route is a controller: edit them where they say
    "editable", and debug them in your IDE. No database is needed.
    """

    name = "rest_scaffold"

    def run(self, cmdargs):
        arguments = self._arguments(cmdargs)
        try:
            self._write(arguments)
        except scaffold.ScaffoldError as error:
            sys.exit(f"rest_scaffold: {error}")

    def _arguments(self, cmdargs):
        add = self.parser.add_argument
        add("model", help="technical name of the model, such as res.partner")
        add("folder", type=Path, help="an existing folder, which gets the addon")
        add(
            "--base",
            default="/api",
            help="base path of the custom route (%(default)s)",
        )
        add(
            "--api",
            default="rest_api_core.api_v1",
            help="external id of the API that gets the resource (%(default)s)",
        )
        add(
            "--depends",
            help="addons that the new one depends on, with commas between; by default"
            " the one of the addons path that defines the model",
        )
        add("-d", "--database", help="list the fields that this database stores")
        add("-c", "--config", help="configuration file, to connect to the database")
        return self.parser.parse_args(args=cmdargs)

    def _write(self, arguments):
        model, base, api = scaffold.checked(
            arguments.model, arguments.base, arguments.api
        )
        name = scaffold.addon_name(model)
        scaffold.check_is_new(name, _addons_path())
        fields = _stored_fields(arguments, model, api) if arguments.database else ()
        depends = _depends(arguments, model)
        texts = scaffold.files(model, base, api, depends, fields)
        addon = scaffold.write(arguments.folder, name, texts)
        sys.stdout.write(scaffold.next_steps(addon, model, base) + "\n")


def _addons_path():
    return [Path(path) for path in odoo.addons.__path__]


def _depends(arguments, model):
    if arguments.depends is None:
        return [scaffold.defining_addon(model, _addons_path())]
    return filter(None, map(str.strip, arguments.depends.split(",")))


def _stored_fields(arguments, model, api):
    """The names of the simple fields that the API shows of the model."""
    with _environment(arguments) as env:
        if "rest.resource" not in env:
            detail = f"The database {arguments.database} does not have the addon"
            raise scaffold.ScaffoldError(f"{detail} rest_api_core.")
        if model not in env:
            detail = f"The database {arguments.database} does not have the model"
            raise scaffold.ScaffoldError(f"{detail} {model}.")
        values = {"api_id": env.ref(api).id, "model_id": env["ir.model"]._get_id(model)}
        shown = env["rest.resource"].new(values)._catalog().fields_of(model)
        # not all that is shown is a field of Odoo
        known = [f for name, f in env[model]._fields.items() if name in shown]
        return sorted(f.name for f in known if f.store and f.type not in HEAVY)


@contextmanager
def _environment(arguments):
    options = ["--no-http", "-d", arguments.database]
    options += ["-c", arguments.config] if arguments.config else []
    config.parse_config(options, setup_logging=True)
    with Registry(arguments.database).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})
