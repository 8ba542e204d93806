"""Field masks: forms, dependent fields, and errors in a body."""

from collections import defaultdict
from datetime import date
from types import SimpleNamespace

import pytest

from rest_api_core.access import masking, paths
from rest_api_core.access.catalog import FieldInfo
from rest_api_core.access.field_rules import FieldRule, field_set, masks_of
from rest_api_core.access.policy import ResourcePolicy, ScopePolicy, field_masks
from rest_api_core.body.items import Item, Items
from rest_api_core.body.reading import Reading
from rest_api_core.body.values import NULL, Field, Reference, write
from rest_api_core.orm import field_masks as field_masks_of
from rest_api_core.query.projection import Level, assemble
from rest_api_core.wire.csv_text import Table
from rest_api_core.wire.formats import CsvForm
from rest_api_core.wire.method_results import Results
from rest_api_core.wire.problem import Problem, QueryFieldRefused

SECRET, OTHER = b"one", b"other"
EMAIL = "jane@example.com"


def mask(mask_as, *names, access="read"):
    return FieldRule("mask", access, frozenset(names), mask_as)


# --- rules -------------------------------------------------------------------


def test_the_strictest_of_several_rules_holds():
    rules = [
        mask("partial", "email", "phone"),
        mask("hash", "email"),
        mask("null", "x"),
    ]
    assert masks_of(rules) == {"email": "hash", "phone": "partial", "x": "null"}
    assert masking.strictest("partial", "null", "hash") == "null"


def test_the_id_is_never_masked_and_neither_is_what_is_only_written():
    assert masks_of([mask("null", "id"), mask("hash", "name", access="write")]) == {}


def test_masked_fields_are_read_and_are_written_unless_the_rule_is_for_both():
    rules = [mask("hash", "email"), mask("hash", "phone", access="both")]
    assert "email" in field_set(rules, "read") and "phone" in field_set(rules, "read")
    assert "email" in field_set(rules, "write")
    assert "phone" not in field_set(rules, "write")


def test_resource_and_scopes_mask_together():
    resource = ResourcePolicy("res.partner", rules=(mask("partial", "email", "city"),))
    scope = ScopePolicy(rules=(mask("null", "email"), mask("hash", "ref")))
    found = field_masks(resource, [scope])
    assert found == {"email": "null", "city": "partial", "ref": "hash"}
    assert field_masks(resource) == {"email": "partial", "city": "partial"}


# --- what depends on masked fields ---------------------------------------------


def test_what_depends_on_a_masked_field_is_null_however_far_away():
    graph = {"name": ["display_name"], "display_name": ["label"], "label": ["name"]}
    found = masking.spread(
        {"name": "partial"}, lambda k: [(o, False) for o in graph[k]]
    )
    # it is stricter because the name depends on a field that is made of it
    assert found == {"name": "null", "display_name": "null", "label": "null"}


def test_the_same_value_of_a_child_has_the_same_mask():
    graph = {"email": [("child", True)], "child": [("formatted", False)]}
    found = masking.spread({"email": "hash"}, lambda key: graph.get(key, ()))
    assert found == {"email": "hash", "child": "hash", "formatted": "null"}


def test_a_stricter_mask_of_the_child_stays():
    graph = {"email": [("child", True)]}
    masks = {"email": "partial", "child": "hash"}
    assert masking.spread(masks, lambda key: graph.get(key, ())) == masks


# --- forms -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask_as", "field_type", "shown"),
    [
        ("hash", "char", "hash"),
        ("hash", "many2one", "hash"),
        ("hash", "boolean", "null"),
        ("hash", "one2many", "null"),
        ("partial", "text", "partial"),
        ("partial", "html", "null"),
        ("partial", "integer", "null"),
        ("null", "char", "null"),
    ],
)
def test_types_without_a_form_are_null(mask_as, field_type, shown):
    assert masking.effective(mask_as, field_type) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (EMAIL, "j***e@example.com"),
        ("joe@example.com", "***@example.com"),
        ("Azure Interior", "A***r"),
        ("abcd", "a***d"),
        ("abc", "***"),
        ("@bcd", "***"),
        ("abc@", "***"),
        ("Jane <jane@example.com>", "J***>"),
    ],
)
def test_a_part_of_a_text(text, shown):
    assert masking.partial(text) == shown
    assert masking.masked("partial", text, "char", SECRET, "f") == shown
    assert masking.is_masked("partial", shown)


def test_the_same_value_has_the_same_hash_for_one_caller_and_field():
    one = masking.masked("hash", EMAIL, "char", SECRET, "res.partner.email")
    assert one == masking.masked("hash", EMAIL, "char", SECRET, "res.partner.email")
    assert one != masking.masked("hash", EMAIL, "char", OTHER, "res.partner.email")
    assert one != masking.masked("hash", EMAIL, "char", SECRET, "res.partner.phone")
    assert one != masking.masked("hash", "x", "char", SECRET, "res.partner.email")
    assert len(one) == 39 and masking.is_masked("hash", one)


def test_numbers_dates_and_links_have_hashes():
    values = [(3, "integer"), (0.5, "float"), (date(2026, 1, 31), "date")]
    for value, field_type in values:
        shown = masking.masked("hash", value, field_type, SECRET, "f")
        assert masking.is_masked("hash", shown)
    one = masking.masked("hash", 3, "many2one", SECRET, "f")
    assert one == masking.masked("hash", (3, "Azure"), "many2one", SECRET, "f")


@pytest.mark.parametrize("mask_as", masking.STRICT)
def test_what_is_not_set_is_null(mask_as):
    for value in (None, False, ""):
        assert masking.masked(mask_as, value, "char", SECRET, "f") is None
    assert masking.masked("null", EMAIL, "char", SECRET, "f") is None


def test_each_client_and_each_user_has_a_secret():
    owners = [(1, 2), (2, 2), (None, 2), (None, 1)]
    assert len({masking.secret(b"pepper", *owner) for owner in owners}) == 4
    assert masking.secret(b"a", 1, 1) != masking.secret(b"b", 1, 1)


# --- bodies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask_as", "value"),
    [
        ("null", "x"),
        ("null", 0),
        ("hash", None),
        ("hash", "masked-0"),
        ("hash", 3),
        ("partial", None),
        ("partial", "joan@example.com"),
        ("partial", "****"),
        ("partial", "see *** below"),
    ],
)
def test_other_values_can_be_written(mask_as, value):
    assert not masking.is_masked(mask_as, value)


@pytest.mark.parametrize("value", [None, ""])
def test_null_is_what_null_shows(value):
    assert masking.is_masked("null", value)


def test_a_body_with_a_mask_is_refused_and_nothing_else():
    field = Field("email", "char", mask="partial", required=True)
    reading = Reading(lambda _model: {"email": field})
    bodies = [{"email": "j***e@example.com"}, {"email": EMAIL}]
    changes = [Item(body, path=(n,)) for n, body in enumerate(bodies)]
    with pytest.raises(Problem) as refused:
        reading.changes("res.partner", Items(tuple(changes)))
    (error,) = refused.value.errors
    assert (error.code, error.pointer) == ("body.value", "#/0/email")


# --- documents -----------------------------------------------------------------------

EMAIL_FIELD = Field("email", "char", mask="hash")
COUNTRY = Field("country_id", "many2one", "res.country", mask="hash")
TAGS = Field("tag_ids", "many2many", "res.tag", mask="null")
LEVEL = Level("res.partner", (EMAIL_FIELD, COUNTRY, TAGS))
ROW = {"email": "masked-1", "country_id": "masked-2", "tag_ids": None}


def test_masks_are_on_the_wire_as_they_are():
    assert assemble(LEVEL, {(): [ROW]}) == [ROW]
    assert LEVEL.named == ()


def test_a_mask_is_one_cell_of_csv():
    table = Table(LEVEL, CsvForm())
    assert table.head() == b"email,country_id,tag_ids\r\n"
    assert table.rows([ROW]) == b"masked-1,masked-2,\r\n"


def test_names_can_be_null():
    assert write((3, NULL), "many2one") == {"id": 3, "display_name": None}
    shown = write(Reference("res.partner", 3, NULL), "reference")
    assert shown == {"model": "res.partner", "id": 3, "display_name": None}


def test_values_of_masked_fields_are_null_in_results_of_methods():
    results = Results(lambda _value: None, {"email"})
    value = [{"id": 1, "email": EMAIL, "lines": {"email": EMAIL, "name": "A"}}]
    shown = [{"id": 1, "email": None, "lines": {"email": None, "name": "A"}}]
    assert results.plain(value) == shown


def test_names_beside_ids_are_null_in_results_of_methods():
    results = Results(lambda _value: None, {"email"}, unnamed=True)
    value = [{"parent_id": (3, "Azure"), "ids": [3, 4]}, (4, "Ada"), (True, "Ada")]
    shown = [{"parent_id": [3, None], "ids": [3, 4]}, [4, None], [True, "Ada"]]
    assert results.plain(value) == shown
    assert Results(lambda _value: None).plain((3, "Azure")) == [3, "Azure"]


def test_conditions_on_masked_fields_have_no_values_in_results_of_methods():
    results = Results(lambda _value: None, {"email"})
    domain = ["&", ("email", "=", EMAIL), ("email.x", "=", EMAIL), ("name", "=", "A")]
    shown = ["&", ["email", "=", None], ["email.x", "=", None], ["name", "=", "A"]]
    assert results.plain({"__domain": domain, "some": [1, 2, 3]}) == {
        "__domain": shown,
        "some": [1, 2, 3],
    }


# --- paths ---------------------------------------------------------------------------


class World:
    """A catalog of partners, of whom email and country are masked."""

    FIELDS = {
        "name": FieldInfo("name", "char"),
        "email": FieldInfo("email", "char").masked(mask="partial"),
        "country_id": FieldInfo("country_id", "many2one", "res.partner").masked(
            mask="hash"
        ),
        "copy": FieldInfo("copy", "char", related="country_id.name").masked(
            mask="null"
        ),
    }

    def field(self, _model, name):
        return self.FIELDS.get(name)

    def rules(self, _model):
        return self

    write_rules = rules

    def may_read(self, _name):
        return True

    may_write = readable = may_read

    def usable_names(self, _model, _position):
        return ()


def works(path, position):
    try:
        paths.resolve(World(), "res.partner", path, position)
    except QueryFieldRefused:
        return False
    return True


@pytest.mark.parametrize("name", ["email", "country_id", "copy"])
def test_masked_fields_are_shown_and_named_nowhere_else(name):
    assert works(name, "fields")
    for position in ("filter", "sort", "group_by", "aggregate", "expand"):
        assert not works(name, position)


def test_masked_relations_lead_nowhere():
    assert not works("country_id.name", "fields")
    assert not works("country_id.name", "filter")


def test_masked_fields_are_written():
    assert works("email", "body")


def test_a_field_that_its_model_masks_can_be_filtered_where_that_tells_nothing():
    info = FieldInfo("name", "char")
    assert info.masked(searchable=True).searchable
    assert not info.masked().searchable and info.masked().mask is None


# --- the registry ------------------------------------------------------------------


class Env(dict):
    """``env[model]``, with a registry: users inherit partners, who have tags."""

    def __init__(self):
        self.registry = self
        self.field_depends = defaultdict(tuple)
        self.field_inverses = defaultdict(tuple)
        partners, users, tags = (
            self.model(name) for name in ("res.partner", "res.users", "res.tag")
        )
        self.model("abstract", _abstract=True)._fields["x"] = object()
        self.add(partners, "email")
        self.add(partners, "parent_id", "many2one", "res.partner")
        self.add(partners, "child_ids", "one2many", "res.partner", inverse="parent_id")
        self.add(partners, "label", depends=["parent_id.email", "gone.away"])
        mine = self.add(partners, "tag_ids", "many2many", "res.tag", store=True)
        theirs = self.add(tags, "partner_ids", "many2many", "res.partner", store=True)
        self.field_inverses.update({mine: (theirs,), theirs: (mine,)})
        self.add(users, "partner_id", "many2one", "res.partner")
        chain = "partner_id.email"
        self.add(users, "email", depends=[chain], related=chain, inherited=True)
        self.add(users, "shown", depends=[chain], related=chain)
        self.add(users, "is_linked", depends=["partner_id"])

    def model(self, name, _abstract=False):
        self[name] = SimpleNamespace(_name=name, _fields={}, _abstract=_abstract)
        return self[name]

    def add(self, model, name, type_="char", comodel=None, depends=(), **more):
        field = _OdooField(model._name, name, type_, comodel, **more)
        model._fields[name] = field
        self.field_depends[field] = depends
        return field


class _OdooField:
    def __init__(self, model_name, name, type_, comodel, **more):
        self.model_name, self.name, self.type = model_name, name, type_
        self.comodel_name, self.inverse_name = comodel, more.get("inverse")
        self.store, self.related = more.get("store"), more.get("related")
        self.inherited = more.get("inherited", False)


def masks_in(**rules):
    """The masks of the registry where rules mask ``{partner field: mask}``."""
    env = Env()
    settings = SimpleNamespace(_kept=lambda _key, fill: fill(env))
    catalog = SimpleNamespace(
        env=env, settings=settings, named_masks=lambda: {"res.partner": rules}
    )
    return field_masks_of.of_caller(catalog)


def test_fields_that_depend_on_a_masked_one_are_found_in_all_models():
    assert masks_in(email="partial") == {
        "res.partner": {"email": "partial", "label": "null"},
        "res.users": {"email": "partial", "shown": "null"},
    }


def test_lists_tell_what_masked_links_are():
    nulls = dict.fromkeys(("child_ids", "label"), "null")
    assert masks_in(parent_id="hash") == {"res.partner": {"parent_id": "hash", **nulls}}
    assert masks_in(tag_ids="hash") == {
        "res.partner": {"tag_ids": "null"},
        "res.tag": {"partner_ids": "null"},
    }


def test_without_rules_and_for_fields_that_are_gone_nothing_is_masked():
    assert masks_in() == masks_in(gone="hash") == {}
