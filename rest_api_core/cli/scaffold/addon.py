"""The addon that ``odoo-bin rest_scaffold`` writes: names, texts, files. No Odoo here.

The command loads this file by its path, as Odoo loads the command itself: neither
imports the addon. So nothing of the addon is imported here.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import Template

MAX_NAME = 128  # characters, as of the external ids that begin with it
_MODEL = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_BASE = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+")
_XML_ID = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z0-9_.-]+")

MANIFEST = """\
{
    "name": "REST API: $model",
    "summary": "Response schemas and custom routes of $model",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Technical",
    "author": "Your company",  # editable
    "depends": $depends,
    "data": ["data/resource.xml"],
}
"""
RESOURCE = """\
<?xml version="1.0" encoding="utf-8" ?>
<odoo>
    <!-- If the API has a resource of this model, the record below changes it -->
    <function model="rest.resource" name="_adopt">
        <value>$addon.resource</value>
        <value>$api</value>
        <value>$model</value>
    </function>

    <record id="resource" model="rest.resource">
        <field name="api_id" ref="$api" />
        <field name="model_id" search="[('model', '=', '$model')]" />

        <!-- editable: what requests may do besides reading -->
        <field name="can_create" eval="True" />
        <field name="can_update" eval="True" />

        <!-- editable: the fields of the response to "Read all"

             'name',                                  a simple field
             'country_id',                            a many2one field: its id
             ('country_id', ('id', 'code')),          with fields of its record
             ('child_ids', [('id', 'name')]),         one2many, many2many -->
        <field name="list_schema">
$list_schema
        </field>

        <!-- editable: the fields of the response to "Read one" -->
        <field name="read_schema">
$read_schema
        </field>

        <!-- editable: the fields of the response to "Create one" -->
        <field name="create_schema">
$create_schema
        </field>

        <!-- editable: values of new records that a request leaves out, as JSON -->
        <field name="create_defaults">{}</field>

        <!-- editable: status of the response to "Create one", 200 or 201 -->
        <field name="create_status">200</field>
    </record>
</odoo>
"""
CONTROLLER = '''\
"""Custom routes of $model."""

from odoo import http
from odoo.http import request

from odoo.addons.rest_api_core.controllers.custom import (
    error_response,
    rest_context,
    rest_route,
    successful_response,
)


class $class_name(http.Controller):
    # checks the credentials, the limits and the rights of the caller
    @rest_route(
        "$route",  # editable
        methods=["GET"],  # editable
        model="$model",
        rights=["read"],  # editable: read, create, update, delete, archive, restore
        readonly=True,  # editable: False for a route that writes
    )
    def summary(self, **kw):
        # the environment of the caller: user, language, companies
        records = request.env["$model"]
        # the records that the API and the client permit
        domain = rest_context().domain("$model")
        newest = records.search(domain, order="id desc", limit=1)
        if not newest:
            return error_response(404, "no_records", "There are no records yet.")
        # editable: computations, other models, any JSON
        values = {"count": records.search_count(domain), "newest": newest.id}
        return successful_response(status=200, dict_data=values)  # editable
'''


class ScaffoldError(Exception):
    """What the user of the command has to change, as a sentence."""


# --- what was asked for --------------------------------------------------------------


def checked(model: str, base: str, api: str) -> tuple[str, str, str]:
    """The three, cleaned; raises ScaffoldError for one that cannot be right."""
    base = "/" + base.strip().strip("/")
    if not _MODEL.fullmatch(model) or len(addon_name(model)) > MAX_NAME:
        raise ScaffoldError(f"'{model}' is not a model name, such as res.partner.")
    if not _BASE.fullmatch(base):
        raise ScaffoldError(f"'{base}' is not a base path, such as /api.")
    if not _XML_ID.fullmatch(api):
        detail = "is not the external id of an API, such as rest_api_core.api_v1."
        raise ScaffoldError(f"'{api}' {detail}")
    return model, base, api


def addon_name(model: str) -> str:
    """``res.partner`` → ``rest_res_partner``."""
    return "rest_" + model.replace(".", "_").strip("_")


def route_of(model: str, base: str) -> str:
    """The path of the example of a custom route."""
    return f"{base}/{model}/summary"


# --- the addon that defines the model ------------------------------------------------


def defining_addon(model: str, folders: Iterable[Path]) -> str:
    """The name of the addon below these folders that defines a model; its Python is
    read and not imported. Raises ScaffoldError where there is none."""
    for folder in folders:
        for manifest in sorted(folder.glob("*/__manifest__.py")):
            if any(_defines(path, model) for path in _model_files(manifest.parent)):
                return manifest.parent.name
    detail = "Check the name, or name the addon of the model with --depends."
    raise ScaffoldError(f"No addon of the addons path defines '{model}'. {detail}")


def _model_files(addon: Path) -> Iterator[Path]:
    for path in addon.rglob("*.py"):
        if not {"tests", "migrations", "static"} & {*path.relative_to(addon).parts}:
            yield path


def _defines(path: Path, model: str) -> bool:
    """Whether a class of the file has this ``_name`` and does not extend the model."""
    text = path.read_text("utf-8", "replace")
    if f'"{model}"' not in text and f"'{model}'" not in text:
        return False
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return False  # not ours to report
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return any(
        names.get("_name") == [model] and model not in names.get("_inherit", ())
        for names in map(_names, classes)
    )


def _names(node: ast.ClassDef) -> dict[str, list[str]]:
    """The texts that a class assigns to ``_name`` and ``_inherit``."""
    found = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name) and target.id in ("_name", "_inherit"):
                    found[target.id] = _texts(statement.value)
    return found


def _texts(value: ast.expr) -> list[str]:
    items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
    constants = (item.value for item in items if isinstance(item, ast.Constant))
    return [text for text in constants if isinstance(text, str)]


# --- the texts -----------------------------------------------------------------------


def files(
    model: str, base: str, api: str, depends: Iterable[str], fields: Sequence[str] = ()
) -> dict[str, str]:
    """``{path below the addon: text}``.

    :param depends: names of addons, besides rest_api_core and that of the API
    :param fields: those that lists and records show, besides the id and the name
    """
    names = ["rest_api_core", api.partition(".")[0], *depends]
    values = {
        "model": model,
        "api": api,
        "addon": addon_name(model),
        "depends": json.dumps(list(dict.fromkeys(names))),
        "route": route_of(model, base),
        "class_name": _class_name(model),
        "list_schema": _schema(fields),
        "read_schema": _schema(fields),
        "create_schema": _schema(),
    }
    texts = {
        "__init__.py": "from . import controllers\n",
        "__manifest__.py": MANIFEST,
        "controllers/__init__.py": "from . import main\n",
        "controllers/main.py": CONTROLLER,
        "data/resource.xml": RESOURCE,
    }
    return {path: Template(text).substitute(values) for path, text in texts.items()}


def _class_name(model: str) -> str:
    """``res.partner_bank`` → ``ResPartnerBankRest``."""
    return "".join(map(str.capitalize, re.split(r"[._]", model))) + "Rest"


def _schema(fields: Sequence[str] = ()) -> str:
    names = dict.fromkeys(["id", "display_name", *fields])
    return "\n".join(["(", *(f"    '{name}'," for name in names), ")"])


# --- the folder ----------------------------------------------------------------------


def check_is_new(name: str, folders: Iterable[Path]) -> None:
    """Raise ScaffoldError for the name of an addon that Odoo finds already."""
    for folder in folders:
        if (folder / name).exists():
            raise ScaffoldError(f"An addon {name} exists already, in {folder}.")


def write(folder: Path, name: str, texts: dict[str, str]) -> Path:
    """Write a new addon and return its folder; nothing is ever overwritten, and nothing
    is left of an addon that could not be written. Raises ScaffoldError."""
    addon = folder / name
    if not folder.is_dir():
        raise ScaffoldError(f"The folder {folder} does not exist.")
    try:
        addon.mkdir()
    except FileExistsError as error:
        raise ScaffoldError(f"{addon} exists already. Remove it first.") from error
    except OSError as error:
        raise _not_written(addon, error) from error
    try:
        for path, text in texts.items():
            (addon / path).parent.mkdir(exist_ok=True)
            (addon / path).write_text(text, "utf-8")
    except OSError as error:
        shutil.rmtree(addon, ignore_errors=True)
        raise _not_written(addon, error) from error
    return addon


def _not_written(addon: Path, error: OSError) -> ScaffoldError:
    return ScaffoldError(f"{addon} cannot be written: {error.strerror}.")


def next_steps(addon: Path, model: str, base: str) -> str:
    """What the command prints at the end."""
    route = route_of(model, base)
    return f"""\
Created {addon}

1. Edit data/resource.xml and controllers/main.py where they say "editable".
2. Install it: odoo-bin --addons-path=...,{addon.parent} -d DATABASE -i {addon.name}
3. Custom routes need an API at {base}. /api is served when "Token Routes" is on:
   REST API > APIs.
4. Try it: curl -H "Access-Token: TOKEN" http://localhost:8069{route}"""
