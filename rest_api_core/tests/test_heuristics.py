"""Guesses at what a search of display names looks at, and what a wrong one does."""

from functools import partial
from unittest.mock import patch

from odoo.tests import tagged

from ..orm.heuristics import fields_searched
from .test_attacks import AttackCase

P, C = "res.partner", "res.country"
NAMES = ["barcode"]


def by_function(operator, value):
    return [("barcode", operator, value)]


class SearchCase(AttackCase):
    def search_by(self, search, model=P, **attributes):
        """Let a model search display names by a function, as an addon may; with other
        attributes that the function needs."""
        model_class = type(self.env[model])
        for name, value in {"_search_display_name": search, **attributes}.items():
            patcher = patch.object(model_class, name, value, create=True)
            patcher.start()
            self.addCleanup(patcher.stop)
        # what workers keep of fields
        self.env.registry.clear_all_caches()
        self.addCleanup(self.env.registry.clear_all_caches)


@tagged("post_install", "-at_install")
class TestFieldsSearched(SearchCase):
    def assert_searched(self, field, model=P):
        self.assertIn(field, fields_searched(self.env[P])[model])

    def test_a_model_without_a_search_of_its_own_names_what_odoo_searches(self):
        searched = fields_searched(self.env["res.partner.industry"])
        self.assertEqual(searched, {"res.partner.industry": {"name"}})

    def test_names_in_the_code_are_looked_at(self):
        self.search_by(lambda _model, operator, value: [("barcode", operator, value)])
        self.assert_searched("barcode")

    def test_names_in_functions_within_are_looked_at(self):
        def search(model, _operator, value):
            return [("id", "in", model.filtered(lambda one: one.barcode == value).ids)]

        self.search_by(search)
        self.assert_searched("barcode")

    def test_names_in_text_of_sql_are_looked_at(self):
        def search(model, _operator, value):
            model.env.cr.execute("SELECT id FROM res_partner WHERE barcode=%s", [value])

        self.search_by(search)
        self.assert_searched("barcode")

    def test_names_in_methods_that_it_calls_are_looked_at(self):
        def search(model, operator, value):
            return model._rest_domain(operator, value)

        def domain(_model, operator, value):
            return [("barcode", operator, value)]

        self.search_by(search, _rest_domain=domain)
        self.assert_searched("barcode")

    def test_names_in_functions_that_it_calls_are_looked_at(self):
        self.search_by(lambda _model, operator, value: by_function(operator, value))
        self.assert_searched("barcode")

    def test_names_around_it_are_looked_at(self):
        name = "ref"

        def search(model, operator, value):
            names = [*NAMES, *model._rest_names, name]
            return [(each, operator, value) for each in names]

        self.search_by(search, _rest_names=("comment",))
        for field in ("barcode", "comment", "ref"):
            self.assert_searched(field)

    def test_names_behind_relations_are_looked_at(self):
        self.search_by(
            lambda _m, operator, value: [("country_id.code", operator, value)]
        )
        self.assert_searched("country_id")
        self.assert_searched("code", C)

    def test_names_of_related_records_are_searched_in_their_own_way(self):
        self.search_by(lambda _m, operator, value: [("country_id", operator, value)])
        self.search_by(lambda _m, operator, value: [("vat_label", operator, value)], C)
        self.assert_searched("vat_label", C)

    def test_methods_of_other_models_are_looked_at(self):
        def search(model, _operator, value):
            return model.env["res.country"]._rest_find(value)

        def find(_model, value):
            return [("phone_code", "=", value)]

        self.search_by(search)
        self.search_by(lambda *_args: [], C, _rest_find=find)
        self.assert_searched("phone_code", C)

    def test_code_that_makes_names_cannot_be_read(self):
        def search(model, operator, value):
            return [(name, operator, value) for name in model._fields]

        self.search_by(search)
        self.assertIsNone(fields_searched(self.env[P]))

    def test_code_that_is_no_function_cannot_be_read(self):
        self.search_by(partial(by_function, "="))
        self.assertIsNone(fields_searched(self.env[P]))

    def test_words_of_a_docstring_are_not_looked_at(self):
        def search(_model, operator, value):
            """Not by barcode."""
            return [("name", operator, value)]

        self.search_by(search)
        self.assertNotIn("barcode", fields_searched(self.env[P])[P])


@tagged("post_install", "-at_install")
class TestWrongGuesses(SearchCase):
    """None lets a filter tell what a rule hides."""

    def setUp(self):
        super().setUp()
        country = self.env[C].create({"name": "Far away", "code": "ZZ"})
        hidden = {"ref": "471", "barcode": "471", "country_id": country.id}
        self.other = self.env[P].create({"name": "Other", **hidden})
        self.named = self.env[P].create({"name": "471"})

    def assert_by_name_alone(self, expected=True):
        """Whether a filter looks at the name of a record and nothing else."""
        found = self.filtered(P, [["display_name", "=", "471"]])
        self.assertEqual(found == {self.named.id}, expected, found)

    def test_rules_on_fields_that_are_not_looked_at_change_nothing(self):
        self.block(P, "street")
        self.search_by(lambda _model, operator, value: [("ref", operator, value)])
        self.assert_by_name_alone(False)

    def test_a_name_that_only_looks_like_a_field_finds_too_little(self):
        def search(model, operator, value):
            # a key of the context, which nobody searches by
            own = model.with_context(street=False)
            return [("ref", operator, value), ("id", "in", own.ids)]

        self.block(P, "street")
        self.search_by(search)
        self.assert_by_name_alone()

    def test_code_that_cannot_be_read_is_not_asked_where_rules_hide_anything(self):
        def search(model, operator, value):
            name = "ref"
            return [(name, operator, value), *getattr(model, "_rest_more", ())]

        self.search_by(search)
        self.assert_by_name_alone(False)
        self.block(C, "phone_code")
        self.assert_by_name_alone()

    def test_rules_of_other_models_count(self):
        self.block(C, "code")
        self.search_by(lambda _m, _operator, _value: [("country_id", "=", "Far away")])
        self.assert_by_name_alone()

    def test_rules_of_the_client_count(self):
        self.block(P, "barcode", client=self.client)
        self.search_by(lambda _model, operator, value: [("barcode", operator, value)])
        self.assert_by_name_alone()

    def test_groups_of_odoo_count(self):
        self.change(P, "barcode", groups="base.group_system")
        self.search_by(lambda _model, operator, value: [("barcode", operator, value)])
        self.assert_by_name_alone()

    def test_blocked_fields_among_the_names_count(self):
        self.block(P, "ref")
        self.assert_by_name_alone()

    def test_a_blocked_name_matches_nothing_at_all(self):
        self.block(P, "name", "barcode")
        self.search_by(lambda _model, operator, value: [("barcode", operator, value)])
        answer = self.rest.get(P, params={"filter[display_name]": "471"})
        self.assert_problem(answer, 400, "query.field")

    def change(self, model, name, **attributes):
        field = self.env[model]._fields[name]
        for attribute, value in attributes.items():
            patcher = patch.object(field, attribute, value)
            patcher.start()
            self.addCleanup(patcher.stop)
