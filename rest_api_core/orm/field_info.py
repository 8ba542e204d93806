"""Fields and models of Odoo as frozen values, for the catalog."""

from odoo.models import BaseModel
from odoo.tools import SQL

from ..access.catalog import FieldInfo
from ..body import inputs, values
from ..query.aggregate import AGGREGATABLE, GROUPABLE
from ..query.volume import LONG
from . import heuristics

MODEL_NAME = ("ir.model", "model")
_NOT_SEARCHED = frozenset(("binary", "image", "properties", "properties_definition"))
_PLAIN_TYPES = frozenset(
    "char text html selection integer float monetary boolean date datetime"
    " many2one many2one_reference reference json".split()
)


def value_field(env, field, writable):
    """``values.Field`` of a field of Odoo."""
    return values.Field(
        name=field.name,
        type=field.type,
        comodel=field.comodel_name or env["rest.json.ids"]._comodel(env, field),
        writable=writable,
        # a computed field of a parent is none of the record's own values
        stored=bool(field.base_field.store if field.inherited else field.store),
        choices=_choices(env, field),
        size=getattr(field, "size", None) or None,
        required=bool(field.required),
        is_model_name=names_model(env, field),
        link=_model_link(field),
    )


def _choices(env, field):
    if field.type not in ("selection", "reference"):
        return None
    return frozenset(key for key in field.get_values(env) if isinstance(key, str))


def describe(recordset, field, unlocked, names=()):
    """``catalog.FieldInfo`` of a field of Odoo, for the user of the recordset.

    :param unlocked: the read-only fields that the resource permits to write
    :param names: the paths that a filter on ``display_name`` looks at
    """
    return FieldInfo(
        name=field.name,
        type=field.type,
        relation=field.comodel_name if field.relational else None,
        # the name of a model is told with the many2one that leads to it
        related=_chain_to_model(field) or field.related or None,
        inherited=bool(field.inherited),
        groups_ok=recordset._has_field_access(field, "read"),
        stored=bool(field.store),
        searchable=_is_searchable(field),
        sortable=_is_sortable(recordset.env, field),
        groupable=_is_groupable(recordset.env, field),
        aggregatable=_is_aggregatable(recordset.env, field),
        readonly=_is_readonly(recordset.env, field, unlocked),
        safe=_safe(recordset, field),
        behind=_behind(recordset, field, names),
    )


# --- technical names of models -----------------------------------------------


def names_model(env, field):
    """Whether the value is the technical name of a model that a many2one leads to."""
    if not field.related or field.type != "char":
        return False
    *_others, origin = heuristics.same_values(env, field.model_name, field.name)
    return origin == MODEL_NAME


def _chain_to_model(field):
    """``"res_model_id"`` for a field that is related to ``res_model_id.model``; empty
    for others."""
    if not field.related or field.inherited or field.type != "char":
        return ""
    target = field.related_field
    is_name = (target.model_name, target.name) == MODEL_NAME
    return field.related.rpartition(".")[0] if is_name else ""


def _model_link(field):
    """The many2one of the record itself that takes the name; None for other fields."""
    chain = _chain_to_model(field)
    return chain if chain and "." not in chain else None


# --- uses --------------------------------------------------------------------


def _is_searchable(field):
    return field._description_searchable and field.type not in _NOT_SEARCHED


def _is_sortable(env, field):
    if names_model(env, field):
        return False  # rows whose model is hidden would have their place, too
    plain = field.column_type and field.type not in ("json", *_NOT_SEARCHED)
    return bool(plain and field._description_sortable(env))


def _is_groupable(env, field):
    usable = field.type in GROUPABLE and not names_model(env, field)
    return bool(usable and field._description_groupable(env))


def _is_aggregatable(env, field):
    """Whether the field is a column, also of a parent. Odoo has one function for it."""
    column = field.base_field if field.inherited else field
    plain = column.store and column.column_type
    return bool(plain and field.type in AGGREGATABLE and not names_model(env, field))


def is_unlockable(field):
    """Whether a resource may list the field as extra writable: a read-only column, or
    a computed field to which Odoo's forms write. What is written to the latter is kept
    by code, which may write other fields and records than the rules of the resource
    have in mind."""
    if _publishes(field):
        return True
    if field.related or _takes_base64(field):
        return False
    if field.compute:
        return not field.readonly and bool(field.inverse or not field.store)
    return bool(field.readonly and field.store)


def _is_readonly(env, field, unlocked):
    """As Odoo has it, and computed fields, unless they are plain columns to edit.
    Fields of types that we cannot read are read-only, and so are one2many fields
    without a stored link. The resource may unlock what ``is_unlockable``. The name of a
    model is as its many2one, to which it is written."""
    if not field.relational and field.type not in inputs.READERS:
        return True
    if _model_link(field):
        return False
    if is_unlockable(field):
        return field.name not in unlocked
    if field.readonly or _takes_bytes(field):
        return True
    return field.type == "one2many" and link_of(env, field) is None


def link_of(env, one2many):
    """The link behind a one2many; None if there is none that is stored."""
    comodel = env.get(one2many.comodel_name)
    link = None if comodel is None else comodel._fields.get(one2many.inverse_name or "")
    is_link = link is not None and link.type in ("many2one", "many2one_reference")
    return link if is_link and link.store else None


def _takes_bytes(field):
    """JSON has no bytes; ``datas`` is the same content in base64."""
    return _is_of_attachment(field, "raw")


def _takes_base64(field):
    """The content of a file in base64: its inverse writes that file alone."""
    return _is_of_attachment(field, "datas")


def _publishes(field):
    """Who sees a file, or is led elsewhere by it, is not for callers to say. Files are
    also the records of models that inherit from attachments, as product documents."""
    return _is_of_attachment(field, "public", "type", "url", "res_field")


def _is_of_attachment(field, *names):
    origin = field.base_field
    return origin.model_name == "ir.attachment" and origin.name in names


def _safe(recordset, field):
    """The positions where a computed or related field may be used.

    ``display_name`` may be searched: the search reads the fields that are ``behind``
    it. A stored related field that is not read-only may be written, as the name of an
    employee: Odoo writes it to the record behind the many2one.
    """
    if field.name == "display_name":
        return frozenset(("filter",))
    if _model_link(field):
        return frozenset(("body",))
    link, _dot, name = (field.related or "").partition(".")
    leads = "." not in name and recordset._fields.get(link)
    if field.store and not field.readonly and leads and leads.type == "many2one":
        return frozenset(("body",))
    return frozenset()


def _behind(recordset, field, names):
    if field.name == "display_name":
        return {"filter": names}
    if field.type == "many2one" and field.comodel_name in recordset.env:
        return {"sort": tuple(_order_names(recordset.env[field.comodel_name]))}
    return {}


def _order_names(model):
    """``"sequence, name desc, id"`` → ``["sequence", "name"]``."""
    names = map(order_name, (model._order or "").split(","))
    return [name for name in dict.fromkeys(names) if name not in ("id", "")]


def end_of(model, path):
    """The last field of a dotted path."""
    for name in path.split("."):
        field = model._fields[name]
        model = model.env.get(field.comodel_name)
    return field


def order_name(term):
    """The field of a term of an order: ``"name desc"`` → ``"name"``."""
    word = (term.split() or [""])[0]
    return word.partition(":")[0].partition(".")[0].strip('"')


def fills_itself(model, name):
    """Whether Odoo has a value for a required field that nobody has given one: it is
    computed, or the link to a parent (``_inherits``) that each record has."""
    computed = bool(model._fields[name].base_field.compute)
    return computed or name in model._inherits.values()


def lacking(model, fields):
    """The required ones among fields that have no value unless somebody gives one.

    :param fields: ``{name: values.Field}``
    """
    needed = [
        name
        for name, field in fields.items()
        if field.required and not fills_itself(model, name)
    ]
    defaults = model.default_get(needed)
    return [name for name in needed if name not in defaults]


# --- models ------------------------------------------------------------------


def plain_names(model):
    """The names of fields that SQL can read from a column, without a method of Odoo."""
    names = frozenset(("display_name",) if _has_plain_name(model) else ())
    columns = (name for name, field in model._fields.items() if _is_plain(field))
    return names.union(columns)


def text_size(model):
    """SQL of the bytes in the texts of a row that Odoo reads along with other fields;
    None where there are none, or no table."""
    if not model._auto or model._table_query:
        return None
    sizes = [
        SQL("COALESCE(octet_length(%s::text), 0)", SQL.identifier(name))
        for name, field in model._fields.items()
        if field.store and field.column_type and field.prefetch and field.type in LONG
    ]
    return SQL(" + ").join(sizes) if sizes else None


def is_original(model, method):
    """Whether no addon overrides a method of BaseModel."""
    return getattr(type(model), method) is getattr(BaseModel, method)


def _is_plain(field):
    # a company-dependent field is a column of JSON, by company
    stored = field.store and field.column_type and not field.company_dependent
    return bool(stored and field.type in _PLAIN_TYPES)


def _has_plain_name(model):
    """Whether the display name is a text column of the model, or of a parent: that of
    a user is the name of its contact."""
    if not is_original(model, "_compute_display_name") or not model._rec_name:
        return False
    field = model._fields[model._rec_name]
    return field.type == "char" and _is_plain(field.inherited_field or field)
