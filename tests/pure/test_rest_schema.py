"""Response schemas: both forms of text, what they may show, what queries they make.

The world is that of orders: partners are a resource, countries are not, and of journals
a caller may not read.
"""

from dataclasses import dataclass, field
from itertools import count

import pytest

from rest_api_core.access.catalog import FieldInfo
from rest_api_core.access.paths import resolve
from rest_api_core.body.values import Field
from rest_api_core.query import literal, projection, schema
from rest_api_core.query.expansion import Branch, Limits
from rest_api_core.query.query import Query
from rest_api_core.query.schema import Entry, Schema
from rest_api_core.wire.problem import ParameterInvalid, Problem

# "sale.order - Read one" as the documentation of the AVS addon has it, with the name
# that taxes of a line have in Odoo 19
SALE_ORDER = """\
(
    # simple fields (non relational):
    'id',
    'name',
    'date_order',
    'create_date',
    'amount_tax',
    'amount_total',
    'state',

    # many2one fields:
    ('partner_id', (
        'id',
        'name',
        'city',
    )),
    ('user_id', (
        'id',
        'name',
    )),
    ('payment_term_id', (
        'id',
        'name',
    )),

    # one2many fields:
    ('order_line', [(
        'id',
        ('product_id', (    # many2one
            'id',
            'name',
            'type',
            'barcode',
            ('categ_id', (    # many2one
                'id',
                'name',
            )),
            ('attribute_line_ids', [(    # one2many
                'id',
                'display_name',
            )]),
        )),
        'name',
        'product_uom_qty',
        'price_unit',
        ('tax_ids', [(    # many2many
            'id',
            'name',
        )]),
        'price_subtotal',
    )]),
)
"""
RELATIONS = {
    "sale.order": {
        "partner_id": ("many2one", "res.partner"),
        "user_id": ("many2one", "res.users"),
        "payment_term_id": ("many2one", "account.payment.term"),
        "order_line": ("one2many", "sale.order.line"),
        "journal_id": ("many2one", "account.journal"),
    },
    "sale.order.line": {
        "product_id": ("many2one", "product.product"),
        "tax_ids": ("many2many", "account.tax"),
    },
    "product.product": {
        "categ_id": ("many2one", "product.category"),
        "attribute_line_ids": ("one2many", "product.template.attribute.line"),
    },
    "res.partner": {
        "country_id": ("many2one", "res.country"),
        "child_ids": ("one2many", "res.partner"),
    },
    "res.country": {"state_ids": ("one2many", "res.country.state")},
}
PLAIN = (
    "id name display_name date_order create_date amount_tax amount_total state city"
    " type barcode product_uom_qty price_unit price_subtotal secret"
).split()
NOT_EXPOSED = frozenset({"res.country", "res.country.state"})


class Rules:
    def may_read(self, name):
        return name != "secret"

    def may_write(self, name):
        return False


@dataclass
class World:
    """A catalog of the models above, and the fields that a caller may use of them.

    :param hidden: models without the right to read, although they are exposed
    """

    hidden: frozenset = frozenset({"account.journal"})
    without: frozenset = field(default_factory=frozenset)

    def field(self, model, name):
        if name in self.without:
            return None
        if name in RELATIONS.get(model, ()):
            return FieldInfo(name, *RELATIONS[model][name])
        return FieldInfo(name, "char") if name in PLAIN else None

    def rules(self, model):
        return Rules() if self.exposed(model) and model not in self.hidden else None

    def exposed(self, model):
        return model not in NOT_EXPOSED

    def readable(self, model):
        return True

    def usable_names(self, model, position):
        return ()

    def usable(self, model, position="fields"):
        found = {}
        for name in (*PLAIN, *RELATIONS.get(model, ())):
            try:
                info = resolve(self, model, name, position).field
            except Problem:
                continue
            found[name] = Field(name, info.type, info.relation)
        return found


def names(*words):
    """A level of fields without inner ones."""
    return Schema(tuple(Entry(word) for word in words))


def refusal(text, limits=None):
    with pytest.raises(ValueError) as caught:
        schema.parse(text, limits)
    return str(caught.value)


def check(text, model="res.partner"):
    schema.check(schema.parse(text), model, World())


def misfit(text, model="res.partner"):
    with pytest.raises(ValueError) as caught:
        check(text, model)
    return str(caught.value)


def apply(query, schemas, default="list", model="sale.order", world=None):
    parsed = {key: schema.parse(text) for key, text in schemas.items()}
    return schema.apply(query, parsed, default, model, (world or World()).usable)


# --- text ----------------------------------------------------------------------------

COUNTRY = Entry("country_id", names("id", "code"), False)
CHILDREN = Entry("child_ids", names("id", "name"), True)
TREE = Schema((Entry("name"), COUNTRY, CHILDREN))


@pytest.mark.parametrize(
    "text",
    [
        "('name', ('country_id', ('id','code')), ('child_ids', [('id','name')]))",
        "('name', ('country_id', ('id','code',),), ('child_ids', [('id','name',),],),)",
        "(('name', ('country_id', ('id','code')), ('child_ids', [('id','name')])))",
        "(('name', ('country_id', (('id','code'))), ('child_ids',[(('id','name'))])),)",
        "\n# first\r\n('name', # second\n ('country_id', ('id','code')),\n"
        " ('child_ids', ([('id','name')])), # 'last'\n)# end",
        "[\"name\", ['country_id', ('id', 'code')], ('child_ids', [['id', 'name']])]",
        "\ufeff('name', ('country_id', ('id','code')), ('child_ids', [('id','name')]))",
    ],
)
def test_the_form_of_nested_tuples(text):
    assert schema.parse(text) == TREE


@pytest.mark.parametrize(
    "text",
    [
        '["name", {"country_id": ["id", "code"]}, {"child_ids": ["id", "name"]}]',
        '["name", {"country_id": ["id", "code"], "child_ids": ["id", "name"]}]',
        "('name', {'country_id': ('id', 'code'), 'child_ids': [('id', 'name')],})",
        '["name", ["country_id", ["id", "code"]], ["child_ids", ["id", "name"]]]',
    ],
)
def test_json_leaves_open_how_many_records_there_are(text):
    country, children = names("id", "code"), names("id", "name")
    entries = Entry("country_id", country), Entry("child_ids", children)
    assert schema.parse(text) == Schema((Entry("name"), *entries))


@pytest.mark.parametrize(
    "text", ["('name')", "('name',)", "'name'", '["name"]', "[('name',)]", "[('name')]"]
)
def test_one_field_alone(text):
    assert schema.parse(text) == names("name")


@pytest.mark.parametrize("inner", ["('id')", "('id',)", "['id']", "(('id',),)"])
def test_one_inner_field(inner):
    (entry,) = schema.parse(f"(('country_id', {inner}),)").entries
    assert entry.schema == names("id")


@pytest.mark.parametrize(
    "text",
    [
        "(('country_id', ('id', 'code')),)",
        "(('country_id', ('id', 'code')))",
        "('country_id', ('id', 'code'))",
        "[('country_id', ('id', 'code'))]",
        "[(('country_id', ('id', 'code')),)]",
    ],
)
def test_one_relation_alone(text):
    assert schema.parse(text) == Schema((COUNTRY,))


@pytest.mark.parametrize(
    "text",
    [
        "('name', ('country_id', ('id', 'code')))",
        "(('name', ('country_id', ('id', 'code'))))",
        "[('name', ('country_id', ('id', 'code')))]",
    ],
)
def test_a_field_before_one_relation_is_not_followed(text):
    assert schema.parse(text) == Schema((Entry("name"), COUNTRY))


def test_a_relation_without_inner_fields_is_a_field():
    assert schema.parse("('name', 'country_id')") == names("name", "country_id")


def test_the_example_of_the_seed():
    tree = schema.parse(SALE_ORDER)
    assert tree.names == (
        *("id", "name", "date_order", "create_date", "amount_tax", "amount_total"),
        *("state", "partner_id", "user_id", "payment_term_id", "order_line"),
    )
    lines = tree.entries[-1]
    assert (lines.many, lines.line) == (True, 27)
    product = lines.schema.entries[1]
    assert product.many is False
    assert product.schema.names[-2:] == ("categ_id", "attribute_line_ids")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Line 1: expected a field name or a bracket"),
        ("# nothing", "Line 1: expected a field name or a bracket"),
        ("()", "Line 1: a list of fields is empty"),
        ("('id',\n ('x_id', ()))", "Line 2: a list of fields is empty"),
        ("('id',\n name)", "Line 2: name must be a field name in quotes"),
        ("(u'id')", "Line 1: u'id' must be a field name in quotes"),
        ("('id', 3)", "Line 1: 3 must be a field name in quotes"),
        ("SCHEMA = ('id',)", "Line 1: SCHEMA must be a field name in quotes"),
        ("(print('x'),)", "Line 1: print must be a field name in quotes"),
        ("('id',\n\n'name,)", "Line 3: the quote that opens 'name is not closed"),
        ("('id', 'a.b')", "Line 1: 'a.b' is not a field name"),
        ("('id', 'näme')", "Line 1: 'näme' is not a field name"),
        ("('id', '')", "Line 1: '' is not a field name"),
        ("('id', *)", "Line 1: * must be a field name in quotes"),
        ("('id'\n 'name')", "Line 2: expected a comma or ')', not 'name'"),
        ("('id',, 'name')", "Line 1: expected a field name or a bracket, not ','"),
        ("(,)", "Line 1: expected a field name or a bracket, not ','"),
        ("('id', ['name')", "Line 1: expected a comma or ']', not ')'"),
        ("('id',\n('x_id', ('id',\n)", "Line 2: the bracket '(' is not closed"),
        ("( # all of it is a comment: 'id')", "Line 1: the bracket '(' is not closed"),
        ("('id',) 'x'", "Line 1: expected the end of the text, not 'x'"),
        ("[{'x_id' ['id']}]", "Line 1: expected a colon, not '['"),
        ("[{['id']: 'x_id'}]", "Line 1: expected a field name, not '['"),
        ("{'x_id': ['id']}", "Line 1: a list of fields is in brackets, ( ) or [ ]"),
        ("[{'x_id': {'a': 'b'}}]", "Line 1: a list of fields is in brackets"),
        ("('id', 'x_id', ('a', 'b'))", "Line 1: expected a field name or a rel"),
        (
            "('id', ('a', ('b',), 'c'), 'x')",
            "Line 1: expected a field name or a rel",
        ),
        (
            "('id', 'x', ('a', {'b': 'c'}))",
            "Line 1: expected a field name or a rel",
        ),
        ("('id',\n'name',\n'id')", "Line 3: 'id' is there twice in one list"),
        ("('x_id', ('x_id', ('id',)))", "Line 1: 'x_id' is there twice in one list"),
        ("(" * 41, "Line 1: brackets are nested deeper than 40 levels"),
        ("#" * 65537, "The text has more than 65536 characters"),
    ],
)
def test_what_is_no_schema_is_told_with_its_line(text, reason):
    assert refusal(text).startswith(reason)


def test_a_level_has_at_most_so_many_fields():
    limits = Limits(max_names=2)
    assert schema.parse("('a', 'b')", limits).names == ("a", "b")
    assert refusal("('a', 'b', 'c')", limits) == (
        "Line 1: a list has more than 2 fields."
    )


def test_all_levels_have_at_most_so_many_relations():
    limits = Limits(max_branches=2)
    text = "('id', ('a', ('id', ('b', ('id',)))), {0})"
    schema.parse(text.format("'c'"), limits)
    reason = refusal(text.format("\n('c', ('id',))"), limits)
    assert reason == "Line 2: there are more than 2 relations."


def test_relations_nest_as_deep_as_the_api_expands():
    text = "('id', ('a', ('id', ('b', ('id',)))))"
    schema.parse(text, Limits(max_expand_depth=2))
    reason = refusal(text, Limits(max_expand_depth=1))
    assert reason == "Line 1: 'b' is nested deeper than 1 relations."


def test_reading_text_takes_linear_time():
    """Each character is looked at once: pathological text has as many tokens."""
    text = "'" * literal.MAX_TEXT
    seen = count()
    with pytest.raises(ValueError, match="Line 1: '' is not a field name"):
        for _token in literal._tokens(text):
            next(seen)
    assert next(seen) == 0


# --- against the models --------------------------------------------------------------


def test_the_example_of_the_seed_fits_its_models():
    check(SALE_ORDER, "sale.order")


@pytest.mark.parametrize(
    "text",
    [
        "('country_id',)",
        "(('country_id', ('id',)),)",
        "(('country_id', ('id', 'display_name')),)",
        '[{"country_id": ["display_name"]}]',
        "(('child_ids', [('id', ('child_ids', [('id',)]))]),)",
    ],
)
def test_schemas_that_fit(text):
    check(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("('id',\n'nme')", "Line 2: 'nme' is not a field of res.partner."),
        (
            "('id',\n('child_ids', [(\n'nme',)]))",
            "Line 3: 'nme' is not a field of res.partner.",
        ),
        (
            "('secret',)",
            "Line 1: 'secret' of res.partner cannot be read through this API.",
        ),
        (
            "(('name', ('id',)),)",
            "Line 1: 'name' is not a relation and has no inner fields.",
        ),
        (
            "('id',\n ('child_ids', ('id',)))",
            "Line 2: 'child_ids' holds several records: write ('child_ids', [( … )]).",
        ),
        (
            "(('country_id', [('id',)]),)",
            "Line 1: 'country_id' holds one record: write ('country_id', ( … )),"
            " without [ ].",
        ),
        (
            "(('country_id', ('id', 'name')),)",
            "Line 1: 'country_id' leads to res.country, which is not a resource of this"
            " API. Add one, or name only 'id' and 'display_name'.",
        ),
        (
            "(('country_id', ('id', ('state_ids', [('id',)]))),)",
            "Line 1: 'country_id' leads to res.country, which is not a resource of this"
            " API. Add one, or name only 'id' and 'display_name'.",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(text, reason):
    assert misfit(text) == reason


def test_several_records_need_a_resource_even_for_their_ids():
    world = World(hidden=frozenset({"sale.order.line"}))
    with pytest.raises(ValueError) as caught:
        schema.check(schema.parse("(('order_line', [('id',)]),)"), "sale.order", world)
    assert str(caught.value) == (
        "Line 1: 'order_line' leads to sale.order.line, which callers of this API may"
        " not read. Permit it."
    )


def test_the_model_itself_must_be_readable():
    reason = misfit("\n('id',)", "account.journal")
    assert reason == (
        "Line 2: records of account.journal cannot be read through this API."
    )


# --- into a query --------------------------------------------------------------------


def test_a_schema_becomes_fields_and_expand():
    wanted = apply(Query(limit=80), {"list": SALE_ORDER})
    assert wanted.fields == schema.parse(SALE_ORDER).names
    partner, user, _term, lines = wanted.expand
    assert partner == Branch("partner_id", fields=("id", "name", "city"))
    assert user == Branch("user_id", fields=("id", "name"))
    product, taxes = lines.expand
    assert taxes == Branch("tax_ids", fields=("id", "name"))
    assert product.expand[1].fields == ("id", "display_name")


def test_a_response_has_the_order_of_the_schema():
    text = "('name', ('order_line', [('name', ('tax_ids', [('name',)]))]), 'state')"
    wanted = apply(Query(limit=80), {"list": text})
    level = projection.plan("sale.order", wanted, World().usable)
    assert level.names == ("id", "name", "order_line", "state")
    assert level.relations[0].level.names == ("id", "name", "tax_ids")


def test_the_operation_says_which_schema_is_the_default():
    schemas = {"list": "('name',)", "read": "('state',)"}
    assert apply(Query(limit=80), schemas).fields == ("name",)
    assert apply(Query(limit=80), schemas, "read").fields == ("state",)
    assert apply(Query(limit=80), schemas, "create") == Query(limit=80)


def test_a_request_may_name_another_schema():
    schemas = {"list": "('name',)", "read": "('state',)"}
    query = Query(limit=80, schema="read")
    assert apply(query, schemas).fields == ("state",)


@pytest.mark.parametrize(
    ("schemas", "stored"),
    [({"read": "'id'", "create": "'id'"}, "create, read"), ({}, "none")],
)
def test_a_schema_that_is_not_stored_is_refused(schemas, stored):
    with pytest.raises(ParameterInvalid) as caught:
        apply(Query(limit=80, schema="list"), schemas)
    (fault,) = caught.value.errors
    assert fault.parameter == "schema"
    assert fault.detail == f"this resource has no schema 'list'. Stored: {stored}"


@pytest.mark.parametrize(
    "named", [{"fields": ("state",)}, {"fields": ()}, {"expand": (Branch("user_id"),)}]
)
def test_what_the_request_names_itself_wins(named):
    query = Query(limit=80, schema="list", **named)
    assert apply(query, {"list": "('name',)"}) == query


def test_excluded_fields_are_left_out_of_the_schema():
    out = ("state", "order_line")
    text = "('name', 'state', ('user_id', ('name',)), ('order_line', [('name',)]))"
    wanted = apply(Query(limit=80, exclude_fields=out), {"list": text})
    assert wanted.fields == ("name", "user_id")
    assert wanted.expand == (Branch("user_id", fields=("name",)),)
    assert wanted.exclude_fields == out


def test_fields_that_the_caller_may_not_read_are_left_out():
    text = "('name', 'secret', 'gone', ('order_line', [('secret', 'name')]))"
    wanted = apply(Query(limit=80), {"list": text})
    assert wanted.fields == ("name", "order_line")
    assert wanted.expand == (Branch("order_line", fields=("name",)),)


def test_a_schema_of_which_nothing_is_left_shows_no_default_fields():
    wanted = apply(Query(limit=80), {"list": "('secret', ('order_line', ['secret']))"})
    assert wanted.expand == (Branch("order_line", fields=()),)
    hidden = World(without=frozenset({"order_line"}))
    wanted = apply(Query(limit=80), {"list": "('secret',)"}, world=hidden)
    assert (wanted.fields, wanted.expand) == ((), ())


def test_records_out_of_reach_are_shown_by_their_link_alone():
    text = "(('journal_id', ('id', 'name')), ('order_line', [('id',)]))"
    world = World(hidden=frozenset({"account.journal", "sale.order.line"}))
    wanted = apply(Query(limit=80), {"list": text}, world=world)
    assert (wanted.fields, wanted.expand) == (("journal_id",), ())
