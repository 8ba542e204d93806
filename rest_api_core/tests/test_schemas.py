"""Response schemas as an administrator stores them, and where they are edited."""

import json

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from odoo.addons.rest_api_core.orm.cache import Cache
from odoo.addons.rest_api_core.orm.registry_catalog import RegistryCatalog
from odoo.addons.rest_api_core.query import schema
from odoo.addons.rest_api_core.query.query import Query

from .common import RestCase

PARTNER = """\
(
    'name',
    'ref',
    # many2one fields:
    'company_id',  # just the id
    ('parent_id', (
        'id',
        'name',
        ('country_id', ('code',)),
    )),
    # one2many fields:
    ('child_ids', [(
        'name',
        ('category_id', [('name', 'color')]),  # many2many
    )]),
)
"""


class SchemaCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.env["rest.api"].create(
            {"name": "Schemas", "root_path": "/rest/schemas"}
        )
        cls.api._expose("res.partner", "res.country")
        cls.partners = cls.api.resource_ids.filtered(lambda r: r.model == "res.partner")

    def refuse(self, reason, **values):
        """Writing the values must fail for this reason, which names a field."""
        with self.assertRaises(ValidationError) as caught:
            self.partners.write(values)
        self.assertEqual(str(caught.exception), reason)

    def frozen(self, resource=None):
        resource = resource or self.partners
        settings = self.env["rest.configuration"]
        return settings._resources(self.api.id)[resource.model]


@tagged("post_install", "-at_install")
class TestSchemas(SchemaCase):
    def test_schemas_are_part_of_the_configuration(self):
        self.partners.write({"list_schema": "('name',)", "read_schema": '["ref"]'})
        schemas = self.frozen().schemas
        self.assertEqual(schemas["list"].names, ("name",))
        self.assertEqual(schemas["read"].names, ("ref",))
        self.assertNotIn("create", schemas)

    def test_blanks_are_no_schema(self):
        self.partners.write({"list_schema": " \n", "create_defaults": "\n"})
        self.assertEqual(self.frozen().schemas, {})
        self.assertEqual(self.frozen().create_defaults, {})

    def test_code_is_no_schema(self):
        self.refuse(
            "Read Schema of res.partner: Line 2: getattr must be a field name in"
            " quotes.",
            read_schema="('name',\ngetattr('ref', 'x'))",
        )

    def test_a_field_must_exist(self):
        self.refuse(
            "List Schema of res.partner: Line 2: 'nme' is not a field of res.partner.",
            list_schema="('name',\n'nme')",
        )

    def test_a_field_that_a_rule_blocks_is_refused(self):
        fields = self.env["ir.model.fields"]._get("res.partner", "email")
        rule = {"mode": "block", "access": "read", "field_ids": fields.ids}
        self.partners.field_rule_ids = [Command.create(rule)]
        self.refuse(
            "Create Schema of res.partner: Line 1: 'email' of res.partner cannot be"
            " read through this API.",
            create_schema="('email',)",
        )

    def test_brackets_must_fit_the_field(self):
        self.refuse(
            "Read Schema of res.partner: Line 1: 'child_ids' holds several records:"
            " write ('child_ids', [( … )]).",
            read_schema="(('child_ids', ('name',)),)",
        )

    def test_related_records_must_be_those_of_a_resource(self):
        self.refuse(
            "Read Schema of res.partner: Line 1: 'category_id' leads to"
            " res.partner.category, which is not a resource of this API. Add one.",
            read_schema="(('category_id', [('name',)]),)",
        )
        self.api._expose("res.partner.category")
        self.partners.read_schema = "(('category_id', [('name',)]),)"

    def test_a_resource_of_the_same_transaction_counts(self):
        """Workers know it only after the commit."""
        model_ids = {
            name: self.env["ir.model"]._get_id(name)
            for name in ("res.country", "res.country.state")
        }
        states = "(('state_ids', [('code',)]),)"
        self.env["rest.api"].create(
            {
                "name": "At once",
                "root_path": "/rest/at-once",
                "resource_ids": [
                    Command.create(
                        {"model_id": model_ids["res.country"], "read_schema": states}
                    ),
                    Command.create({"model_id": model_ids["res.country.state"]}),
                ],
            }
        )

    def test_the_link_alone_needs_no_resource(self):
        self.partners.read_schema = "('user_id', ('company_id', ('display_name',)))"

    def test_relations_nest_as_deep_as_the_api_expands(self):
        self.api.max_expand_depth = 1
        self.refuse(
            "Read Schema of res.partner: Line 1: 'country_id' is nested deeper than 1"
            " relations.",
            read_schema="(('parent_id', ('name', ('country_id', ('code',)))),)",
        )

    def test_a_schema_outlives_a_lower_depth_of_the_api(self):
        self.partners.read_schema = "(('parent_id', ('name',)),)"
        self.api.max_expand_depth = 0
        self.assertEqual(self.frozen().schemas["read"].names, ("parent_id",))

    def test_a_resource_that_cannot_be_read_has_no_schema(self):
        self.partners.can_read = False
        self.refuse(
            "Create Schema of res.partner: Line 1: records of res.partner cannot be"
            " read through this API.",
            create_schema="('name',)",
        )


@tagged("post_install", "-at_install")
class TestCreateDefaults(SchemaCase):
    def test_values_are_part_of_the_configuration(self):
        values = {"color": 3, "country_id": {"code": "BE"}}
        self.partners.write(
            {"create_defaults": json.dumps(values), "create_status": "201"}
        )
        self.assertEqual(self.frozen().create_defaults, values)
        self.assertEqual(self.frozen().create_status, 201)

    def test_without_any_a_create_of_the_token_dialect_is_200(self):
        self.assertEqual(self.frozen().create_defaults, {})
        self.assertEqual(self.frozen().create_status, 200)

    def test_a_field_must_be_writable(self):
        for name in ("nme", "create_date", "commercial_partner_id"):
            with self.subTest(name):
                self.refuse(
                    f"Default Values of res.partner: Field '{name}' of res.partner"
                    " does not exist or cannot be written.",
                    create_defaults=json.dumps({name: 1}),
                )

    def test_a_value_must_fit_its_field(self):
        self.refuse(
            "Default Values of res.partner: Field 'color' must be an integer.",
            create_defaults='{"color": "red"}',
        )

    def test_values_are_a_json_object(self):
        self.refuse(
            "Default Values of res.partner: The text must be a JSON object:"
            ' {"field": value}.',
            create_defaults="[]",
        )


@tagged("post_install", "-at_install")
class TestModelForm(SchemaCase):
    def arch(self, *groups):
        user = new_test_user(self.env, "rest_schema_user", ",".join(groups))
        models = self.env["ir.model"].with_user(user)
        view = models.get_view(self.env.ref("base.view_model_form").id, "form")
        return etree.fromstring(view["arch"])

    def pages(self, arch):
        return arch.xpath("//page[@name='rest_api']")

    def test_administrators_of_the_api_see_the_tab(self):
        groups = "base.group_erp_manager", "rest_api_core.group_rest_manager"
        (page,) = self.pages(self.arch(*groups))
        self.assertEqual(page.get("string"), "REST API")

    def test_others_do_not(self):
        groups = "base.group_erp_manager", "rest_api_core.group_rest_user"
        self.assertFalse(self.pages(self.arch(*groups)))

    def test_others_read_models_without_their_resources(self):
        user = new_test_user(self.env, "rest_schema_erp", "base.group_erp_manager")
        fields = self.env["ir.model"].with_user(user).fields_get()
        self.assertNotIn("rest_resource_ids", fields)

    def test_resources_of_all_apis_are_listed(self):
        self.partners.active = False
        model = self.env["ir.model"]._get("res.partner")
        self.assertIn(self.partners, model.rest_resource_ids)

    def test_a_line_is_a_resource(self):
        model = self.env["ir.model"]._get("res.country.state")
        with Form(model, "base.view_model_form") as form:
            with form.rest_resource_ids.new() as line:
                line.api_id = self.api
                line.read_schema = "('name', ('country_id', ('code',)))"
        resource = self.api.resource_ids.filtered(
            lambda r: r.model == "res.country.state"
        )
        self.assertEqual(self.frozen(resource).schemas["read"].names[0], "name")


@tagged("post_install", "-at_install")
class TestReading(RestCase):
    """The query that a schema makes reads what a request with these fields reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {
                "name": "Azure",
                "ref": "A1",
                "parent_id": cls.env["res.partner"]
                .create({"name": "Group", "country_id": cls.env.ref("base.be").id})
                .id,
                "child_ids": [
                    Command.create(
                        {
                            "name": "Brandon",
                            "category_id": [
                                Command.create({"name": "VIP", "color": 4})
                            ],
                        }
                    )
                ],
            }
        )

    def read_with(self, text):
        """The record by the ``fields`` and ``expand`` of a schema."""
        self.resource("res.partner").read_schema = text
        resources = self.env["rest.configuration"]._resources(self.api.id)
        catalog = self.catalog()
        query = schema.apply(
            Query(limit=80),
            resources["res.partner"].schemas,
            "read",
            "res.partner",
            catalog.fields_of,
        )
        params = {"fields": ",".join(query.fields)}
        if query.expand:
            params["expand"] = json.dumps(_options(query.expand))
        return self.rest.get(f"res.partner/{self.partner.id}", params=params)

    def catalog(self):
        env = self.env(user=self.user)
        return RegistryCatalog(
            env, self.api.id, self.client.id, False, Cache(), Cache()
        )

    def test_a_record_with_all_that_belongs_to_it(self):
        child = self.partner.child_ids
        document = self.data(self.read_with(PARTNER))
        self.assertEqual(
            document,
            {
                "id": self.partner.id,
                "name": "Azure",
                "ref": "A1",
                "company_id": None,
                "parent_id": {
                    "id": self.partner.parent_id.id,
                    "name": "Group",
                    "country_id": {"id": self.env.ref("base.be").id, "code": "BE"},
                },
                "child_ids": [
                    {
                        "id": child.id,
                        "name": "Brandon",
                        "category_id": [
                            {"id": child.category_id.id, "name": "VIP", "color": 4}
                        ],
                    }
                ],
            },
        )

    def test_what_a_client_may_not_read_is_left_out(self):
        scoped, self.key = self.make_client(self.user)
        scope = self.make_scope(scoped, "res.partner")
        fields = self.env["ir.model.fields"]._get("res.partner", "ref")
        rule = {"mode": "block", "field_ids": fields.ids}
        scope.field_rule_ids = [Command.create(rule)]
        self.client = scoped
        document = self.data(self.read_with("('name', 'ref', ('child_ids', ['name']))"))
        self.assertNotIn("ref", document)


def _options(branches):
    """Branches as the JSON of the parameter ``expand``."""
    return {
        branch.field: {"fields": list(branch.fields), "expand": _options(branch.expand)}
        for branch in branches
    }
