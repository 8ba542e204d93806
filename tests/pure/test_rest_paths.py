"""The resolver against a small world: partners, countries, users, orders.

``res.users`` inherits ``res.partner``; ``hr.secret`` is no resource of the API.
"""

from dataclasses import dataclass, field, replace

import pytest

from rest_api_core.access import filter_paths, paths
from rest_api_core.access.catalog import MAGIC, FieldInfo
from rest_api_core.orm.external_ids import INFO as EXTERNAL_ID
from rest_api_core.query import filters
from rest_api_core.query.filters import Leaf
from rest_api_core.wire.problem import (
    BodyFieldRefused,
    FilterInvalid,
    QueryFieldRefused,
)

QUERY_POSITIONS = ["fields", "filter", "sort", "group_by", "aggregate", "expand"]


def computed(name, type_="char", **more):
    return FieldInfo(name, type_, stored=False, readonly=True, **more)


def inherited(name, type_, link):
    return FieldInfo(
        name, type_, related=f"{link}.{name}", inherited=True, stored=False
    )


SEARCHES = {"filter": ("name", "email")}
PARTNER = [
    FieldInfo("id", "integer", readonly=True),
    FieldInfo("name", "char"),
    FieldInfo("email", "char"),
    replace(EXTERNAL_ID, name="xid"),
    FieldInfo("token", "char", groups_ok=False),
    computed("display_name", safe=frozenset({"filter"}), behind=SEARCHES),
    computed("credit", "float"),
    computed("age", "integer", safe=frozenset({"filter"})),
    FieldInfo("create_date", "datetime"),
    FieldInfo("image", "binary", sortable=False),
    FieldInfo("parent_id", "many2one", "res.partner"),
    FieldInfo("country_id", "many2one", "res.country", behind={"sort": ("name",)}),
    FieldInfo("secret_id", "many2one", "hr.secret", behind={"sort": ("name",)}),
    FieldInfo("locked_id", "many2one", "ir.locked", behind={"sort": ()}),
    FieldInfo("child_ids", "one2many", "res.partner"),
    FieldInfo("secret_ids", "many2many", "hr.secret"),
    FieldInfo("res_ref", "reference"),
    FieldInfo("country_code", "char", related="country_id.code"),
    FieldInfo("loose_code", "char", related="country_id.code", stored=False),
    FieldInfo("secret_name", "char", related="secret_id.name"),
    FieldInfo("secret_copy", "char", related="secret_name"),
    FieldInfo("parent_token", "char", related="parent_id.token"),
    FieldInfo("loop", "char", related="parent_id.loop"),
    FieldInfo(
        "parent_name",
        "char",
        related="parent_id.name",
        safe=frozenset({"body"}),
    ),
]
COUNTRY = [
    FieldInfo("id", "integer", readonly=True),
    FieldInfo("name", "char"),
    FieldInfo("code", "char"),
    FieldInfo(
        "region_id", "many2one", "res.country", behind={"sort": ("region_id", "name")}
    ),
]
USERS = [
    FieldInfo("id", "integer", readonly=True),
    FieldInfo("login", "char"),
    FieldInfo("partner_id", "many2one", "res.partner"),
    FieldInfo("hidden_id", "many2one", "res.partner", groups_ok=False),
    inherited("name", "char", "partner_id"),
    inherited("token", "char", "partner_id"),
    inherited("credit", "float", "partner_id"),
    inherited("country_id", "many2one", "partner_id"),
    inherited("email", "char", "hidden_id"),
    inherited("city", "char", "gone_id"),
]
SECRET = [FieldInfo("id", "integer"), FieldInfo("name", "char")]
FIELDS = {
    "res.partner": PARTNER,
    "res.country": COUNTRY,
    "res.users": USERS,
    "hr.secret": SECRET,
    "ir.locked": SECRET,
}


@dataclass(frozen=True)
class Rules:
    hidden: frozenset = frozenset()
    fixed: frozenset = frozenset()

    def may_read(self, name):
        return name not in self.hidden

    def may_write(self, name):
        return name not in self.hidden | self.fixed


@dataclass
class World:
    """A catalog of the tables above; resources with their rules, as one caller has."""

    resources: dict = field(
        default_factory=lambda: {
            "res.partner": Rules(),
            "res.country": Rules(),
            "res.users": Rules(),
            "ir.locked": Rules(),
        }
    )
    out_of_scope: frozenset = frozenset()
    read_only: frozenset = frozenset()
    unreadable: frozenset = frozenset()
    without_access: frozenset = frozenset({"ir.locked"})

    def field(self, model, name):
        infos = [info for info in FIELDS.get(model, ()) if info.name == name]
        return infos[0] if infos else None

    def rules(self, model):
        return None if model in self.out_of_scope else self.resources.get(model)

    def write_rules(self, model):
        return self.rules(model)

    def parent_rules(self, model):
        return self.resources[model] if model not in self.unreadable else None

    def exposed(self, model):
        return model in self.resources

    def readable(self, model):
        return model not in self.without_access

    def writable(self, model):
        return model not in self.read_only

    def usable_names(self, model, position):
        return ()

    def parent_field(self, model):
        return {"res.partner": "parent_id", "hr.secret": "name"}.get(model)


def without(*models, **rules):
    """The world without some resources."""
    world = World()
    world.resources = {m: r for m, r in world.resources.items() if m not in models}
    return world


def with_rules(model, hidden=(), fixed=()):
    world = World()
    world.resources[model] = Rules(frozenset(hidden), frozenset(fixed))
    return world


def test_usable_is_what_resolves():
    world = World()
    assert paths.is_usable(world, "res.partner", "name", "fields")
    assert not paths.is_usable(world, "res.partner", "token", "fields")


def works(path, position, world=None, model="res.partner"):
    try:
        paths.resolve(world or World(), model, path, position)
    except (QueryFieldRefused, BodyFieldRefused):
        return False
    return True


def test_a_path_is_resolved_into_its_steps():
    path = paths.resolve(World(), "res.partner", "country_id.code", "fields")
    assert [step.model for step in path.steps] == ["res.partner", "res.country"]
    assert (path.model, path.field.name) == ("res.country", "code")
    assert (path.path, path.position) == ("country_id.code", "fields")


@pytest.mark.parametrize("position", [*QUERY_POSITIONS, "body"])
@pytest.mark.parametrize(
    "path",
    ["nothing", "token", "parent_token", "secret_name", "secret_copy", "loop", "a b"],
)
def test_unknown_and_forbidden_fields_get_one_and_the_same_answer(path, position):
    with pytest.raises((QueryFieldRefused, BodyFieldRefused)) as caught:
        paths.resolve(World(), "res.partner", path, position)
    known, unknown = caught.value, paths.unusable(path, position)
    assert type(known) is type(unknown)
    assert (known.detail, known.errors) == (unknown.detail, unknown.errors)


def test_the_error_in_a_query_names_the_parameter():
    problem = paths.unusable("token", "filter", "expand.child_ids.filter")
    assert problem.status == 400
    assert problem.errors[0].parameter == "expand.child_ids.filter"
    assert paths.unusable("token", "sort").errors[0].parameter == "sort"


def test_the_error_in_a_body_points_at_the_field():
    assert paths.unusable("token", "body").status == 422
    assert paths.unusable("token", "body").errors[0].pointer == "#/token"
    assert paths.unusable("a", "body", "#/lines/0/a").errors[0].pointer == "#/lines/0/a"


@pytest.mark.parametrize("position", ["fields", "filter", "sort", "group_by"])
@pytest.mark.parametrize("path", ["name", "country_id", "country_id.code", "parent_id"])
def test_plain_fields_work_everywhere(path, position):
    assert works(path, position)


@pytest.mark.parametrize("position", QUERY_POSITIONS)
@pytest.mark.parametrize("path", ["secret_id.name", "locked_id.name", "res_ref.name"])
def test_a_model_is_entered_only_with_resource_scope_and_access(path, position):
    assert not works(path, position)


@pytest.mark.parametrize("path", ["country_id.code", "country_code"])
def test_a_model_outside_the_scope_is_not_entered_even_by_a_related_field(path):
    world = World(out_of_scope=frozenset({"res.country"}))
    assert works(path, "fields")
    assert not works(path, "fields", world)
    assert works("country_id", "fields", world)


def test_the_model_itself_must_be_a_resource():
    assert not works("name", "fields", model="hr.secret")


@pytest.mark.parametrize("position", QUERY_POSITIONS)
@pytest.mark.parametrize("path", ["email", "parent_id.email", "child_ids.email"])
def test_field_rules_hold_on_each_segment(path, position):
    world = with_rules("res.partner", hidden=["email"])
    assert not works(path, position, world)


def test_field_rules_hold_for_the_chain_behind_a_related_field():
    assert not works("country_code", "fields", with_rules("res.country", ["code"]))
    assert not works(
        "country_code", "fields", with_rules("res.partner", ["country_id"])
    )


@pytest.mark.parametrize(
    ("path", "works_in"),
    [
        ("credit", ["fields"]),
        ("loose_code", ["fields"]),
        ("age", ["fields", "filter"]),
        ("display_name", ["fields", "filter"]),
        ("image", ["fields", "filter", "group_by", "aggregate"]),
        ("country_id", QUERY_POSITIONS),
        ("child_ids.name", ["fields", "filter"]),
        ("child_ids", QUERY_POSITIONS),
        ("country_id.region_id", QUERY_POSITIONS),
    ],
)
def test_computed_fields_are_read_but_not_filtered_sorted_or_grouped(path, works_in):
    assert [p for p in QUERY_POSITIONS if works(path, p)] == works_in


def test_the_fields_that_a_search_reads_are_checked_too():
    world = with_rules("res.partner", hidden=["email"])
    assert works("display_name", "fields", world)
    assert not works("display_name", "filter", world)


def test_the_order_of_a_comodel_is_checked_too():
    world = with_rules("res.country", hidden=["name"])
    assert works("country_id", "group_by", world)
    assert not works("country_id", "sort", world)


def test_a_model_that_is_sorted_by_itself_ends_the_search():
    assert works("region_id", "sort", model="res.country")


def test_a_many2one_is_not_sorted_by_hidden_fields():
    assert works("secret_id", "group_by")
    assert not works("secret_id", "sort")


def test_nor_of_a_model_without_access_that_is_sorted_by_id_alone():
    assert works("locked_id", "group_by")
    assert not works("locked_id", "sort")


def test_paths_have_five_segments_at_most():
    assert works("parent_id.parent_id.parent_id.parent_id.name", "fields")
    assert not works("parent_id.parent_id.parent_id.parent_id.parent_id.name", "fields")


class TestInherited:
    """Fields that ``res.users`` has from ``res.partner`` by ``_inherits``."""

    @pytest.mark.parametrize("position", ["fields", "filter", "sort", "group_by"])
    def test_they_work_as_fields_of_the_parent_do(self, position):
        assert works("name", position, model="res.users")
        assert works("credit", position, model="res.users") is (position == "fields")

    def test_groups_of_the_parents_field_and_of_the_link_hold(self):
        assert not works("token", "fields", model="res.users")
        assert not works("email", "fields", model="res.users")
        assert not works("city", "fields", model="res.users")

    @pytest.mark.parametrize("model", ["res.users", "res.partner"])
    @pytest.mark.parametrize("position", ["fields", "filter", "body"])
    def test_rules_of_both_models_hold(self, model, position):
        world = with_rules(model, hidden=["name"])
        assert not works("name", position, world, "res.users")

    def test_the_parent_need_not_be_in_the_scope(self):
        world = World(out_of_scope=frozenset({"res.partner"}))
        assert works("name", "fields", world, "res.users")
        assert not works("name", "body", world, "res.users")

    def test_a_parent_that_the_api_lets_nobody_read_stays_hidden(self):
        world = World(unreadable=frozenset({"res.partner"}))
        assert not works("name", "fields", world, "res.users")

    def test_a_parent_without_resource_has_no_rules(self):
        assert works("name", "fields", without("res.partner"), "res.users")
        assert not works("token", "fields", without("res.partner"), "res.users")

    def test_the_user_needs_access_to_the_parent(self):
        world = World(without_access=frozenset({"res.partner"}))
        assert not works("name", "fields", world, "res.users")

    def test_they_are_not_written_through_a_parent_that_is_read_only(self):
        world = World(read_only=frozenset({"res.partner"}))
        assert works("name", "body", model="res.users")
        assert not works("name", "body", world, "res.users")
        assert works("name", "body", replace(without("res.partner")), "res.users")


class TestBody:
    @pytest.mark.parametrize("name", ["name", "parent_id", "child_ids", "parent_name"])
    def test_writable_fields(self, name):
        assert works(name, "body")

    @pytest.mark.parametrize("name", ["credit", "display_name", "country_code"])
    def test_computed_and_related_fields_are_not_written(self, name):
        assert not works(name, "body")

    def test_related_fields_are_writable_if_the_fields_behind_are(self):
        assert not works(
            "parent_name", "body", with_rules("res.partner", fixed=["name"])
        )
        world = World(read_only=frozenset({"res.partner"}))
        assert not works("parent_name", "body", world)

    @pytest.mark.parametrize("name", sorted(MAGIC))
    def test_magic_fields_are_not_dropped_but_refused(self, name):
        assert not works(name, "body")

    def test_paths_are_not_written(self):
        assert not works("parent_id.name", "body")

    def test_rules_for_writing_hold(self):
        world = with_rules("res.partner", fixed=["email"])
        assert works("email", "fields", world)
        assert not works("email", "body", world)


class TestFilter:
    """``resolve_filter``: paths, types, and what a condition stands for."""

    @staticmethod
    def resolved(*leaf, world=None, **more):
        tree = filters.Not(Leaf(*leaf, **more))
        return filter_paths.resolve_filter(world or World(), "res.partner", tree).of

    def test_text_gets_the_type_of_the_field(self):
        assert self.resolved("id", "in", ("1", "2"), raw=True).value == (1, 2)

    def test_conditions_behind_a_relation_are_checked_in_its_comodel(self):
        def resolved(path, *leaf):
            tree = filters.Behind(path, Leaf(*leaf))
            return filter_paths.resolve_filter(World(), "res.partner", tree)

        assert resolved("country_id", "id", "=", 5).of.value == 5
        for refused in (("country_id", "token"), ("locked_id", "id")):
            with pytest.raises(QueryFieldRefused):
                resolved(*refused, "=", 1)

    def test_paths_are_checked(self):
        with pytest.raises(QueryFieldRefused):
            self.resolved("token", "=", "x")

    def test_values_are_checked(self):
        with pytest.raises(
            FilterInvalid, match="'country_id.code' must be compared with text"
        ):
            self.resolved("country_id.code", "=", 5)

    def test_a_many2one_is_compared_by_id_without_its_model(self):
        assert self.resolved("secret_id", "=", 5) == Leaf("secret_id", "=", 5)

    def test_a_relation_compared_by_name_needs_the_fields_of_the_name(self):
        assert self.resolved("parent_id", "ilike", "x")
        for world in (without("res.partner"), with_rules("res.partner", ["email"])):
            with pytest.raises(QueryFieldRefused):
                self.resolved("parent_id", "ilike", "x", world=world)
        with pytest.raises(QueryFieldRefused):
            self.resolved("secret_id", "=", "x")

    def test_a_list_of_records_is_compared_by_the_ids_that_it_shows(self):
        assert self.resolved("secret_ids", "=", None)
        world = World(without_access=frozenset({"hr.secret"}))
        with pytest.raises(QueryFieldRefused):
            self.resolved("secret_ids", "=", None, world=world)

    def test_hierarchies(self):
        assert self.resolved("id", "child_of", 5)
        assert self.resolved("parent_id", "parent_of", (5,))
        with pytest.raises(FilterInvalid, match="has no hierarchy for 'child_of'"):
            self.resolved("country_id", "child_of", 5)

    def test_the_field_of_a_hierarchy_is_checked(self):
        with pytest.raises(QueryFieldRefused):
            self.resolved("secret_id", "child_of", 5)
        with pytest.raises(QueryFieldRefused):
            world = with_rules("res.partner", hidden=["parent_id"])
            self.resolved("id", "child_of", 5, world=world)


# --- virtual fields ----------------------------------------------------------


def test_rules_do_not_name_virtual_fields():
    world = World()
    hidden = frozenset({"xid", "name"})
    world.resources["res.partner"] = Rules(hidden=hidden, fixed=hidden)
    for position in ("fields", "filter", "body"):
        assert paths.is_usable(world, "res.partner", "xid", position)
        assert not paths.is_usable(world, "res.partner", "name", position)
    for position in ("sort", "group_by", "aggregate"):
        assert not paths.is_usable(world, "res.partner", "xid", position)


@pytest.mark.parametrize("operator", ["=", "!=", "in", "not in"])
def test_external_ids_are_compared_as_a_whole(operator):
    value = ("a", None) if operator.endswith("in") else "a"
    leaf = Leaf("parent_id.xid", operator, value)
    assert filter_paths.resolve_filter(World(), "res.partner", leaf) == leaf


@pytest.mark.parametrize("operator", ["ilike", "<", "=like"])
def test_they_have_no_patterns_and_no_order(operator):
    leaf = Leaf("xid", operator, "a")
    with pytest.raises(FilterInvalid) as caught:
        filter_paths.resolve_filter(World(), "res.partner", leaf)
    assert "has no operator" in caught.value.errors[0].detail
