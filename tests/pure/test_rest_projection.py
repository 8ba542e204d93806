import pytest

from rest_api_core.body.values import Field
from rest_api_core.query import projection
from rest_api_core.query.expansion import Branch
from rest_api_core.query.projection import assemble, count_fields, plan, walk
from rest_api_core.query.query import Query
from rest_api_core.query.sorting import SortKey
from rest_api_core.wire.problem import QueryFieldRefused

FIELDS = {
    "res.partner": [
        Field("name", "char"),
        Field("id", "integer"),
        Field("display_name", "char", stored=False),
        Field("contact_address", "char", stored=False),
        Field("country_id", "many2one", "res.country"),
        Field("parent_id", "many2one", "res.partner"),
        Field("child_ids", "one2many", "res.partner"),
        Field("category_id", "many2many", "res.partner.category"),
        Field("image_1920", "image"),
    ],
    "res.country": [
        Field("id", "integer"),
        Field("display_name", "char", stored=False),
        Field("code", "char"),
    ],
    "res.partner.category": [Field("id", "integer"), Field("name", "char")],
}
AZURE = {"id": 1, "name": "Azure", "country_id": 20, "child_ids": [3, 2, 9]}
DECO = {"id": 4, "name": "Deco", "country_id": (20, "Belgium"), "child_ids": []}


def fields_of(model):
    return {field.name: field for field in FIELDS[model]}


def partners(**query):
    return plan("res.partner", Query(limit=80, **query), fields_of)


def test_by_default_stored_fields_and_the_display_name_are_read():
    names = ("id", "name", "display_name", "country_id", "parent_id")
    assert partners().names == names


def test_the_fields_of_all_levels_are_counted():
    below = Branch("parent_id", fields=("name",), expand=(Branch("country_id"),))
    level = partners(fields=("name", "parent_id"), expand=(below,))
    counted = [len(each.level.fields) for _path, each in walk(level)]
    assert count_fields(level) == len(level.fields) + sum(counted)
    assert len(counted) == 2


def test_a_star_is_all_but_files():
    names = {field.name for field in FIELDS["res.partner"]} - {"image_1920"}
    assert set(partners(fields=("*",)).names) == names
    assert set(partners(fields=("image_1920", "*")).names) == names | {"image_1920"}


def test_fields_come_in_the_order_of_the_request_after_the_id():
    assert partners(fields=("name", "image_1920")).names == ("id", "name", "image_1920")
    assert partners(fields=("name", "id")).names == ("id", "name")
    assert partners(fields=()).names == ("id",)


def test_fields_can_be_left_out_but_for_the_id():
    level = partners(fields=("*",), exclude_fields=("name", "id", "child_ids"))
    assert "id" in level.names
    assert not {"name", "child_ids"} & set(level.names)


def test_names_of_relations_are_read_only_where_they_are_shown():
    level = partners(expand=(Branch("country_id"),))
    assert level.named == ("parent_id",)
    assert partners(fields=("name",)).named == ()


def test_a_relation_is_a_level_with_fields_of_its_own():
    sort = (SortKey("name"), SortKey("id"))
    branch = Branch("child_ids", ("name",), sort=sort, limit=5, offset=2)
    level = partners(fields=("name",), expand=(branch, Branch("country_id")))
    assert level.names == ("id", "name", "child_ids", "country_id")
    children, country = level.relations
    assert (children.name, children.many, children.level.names) == (
        "child_ids",
        True,
        ("id", "name"),
    )
    assert (children.sort, children.limit, children.offset) == (sort, 5, 2)
    assert not country.many
    assert country.level.names == ("id", "display_name", "code")


def test_levels_are_walked_from_the_top():
    tags = Branch("category_id")
    level = partners(
        expand=(Branch("child_ids", expand=(tags,)), tags, Branch("country_id"))
    )
    assert [path for path, _relation in walk(level)] == [
        ("child_ids",),
        ("category_id",),
        ("country_id",),
        ("child_ids", "category_id"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"fields": ("password",)},
        {"expand": (Branch("password"),)},
        {"expand": (Branch("name"),)},
        {"expand": (Branch("country_id", ("password",)),)},
    ],
)
def test_fields_that_the_caller_may_not_see_are_refused(query):
    with pytest.raises(QueryFieldRefused):
        partners(**query)


def test_the_ids_of_a_level_are_read_once():
    level = partners(expand=(Branch("child_ids"), Branch("country_id")))
    children, country = level.relations
    rows = [AZURE, DECO, {**DECO, "child_ids": None, "country_id": False}]
    rows.append({**AZURE, "child_ids": [2, 5]})
    assert projection.related_ids(children, rows) == [3, 2, 9, 5]
    assert projection.related_ids(country, rows) == [20]


def test_each_record_shows_its_part_of_the_rows_below():
    branch = Branch("child_ids", limit=2, offset=1)
    (children,) = partners(expand=(branch,)).relations
    rows = [AZURE, {**DECO, "child_ids": [7, 8]}, {**DECO, "child_ids": False}]
    below = [8, 2, 9, 3, 7]
    shown = projection.arranged(children, rows, below)
    assert [row["child_ids"] for row in shown] == [[9, 3], [7], []]
    assert shown[0]["name"] == "Azure"
    assert AZURE["child_ids"] == [3, 2, 9]


def test_all_that_was_found_is_shown_without_a_limit():
    (children,) = partners(expand=(Branch("child_ids"),)).relations
    (shown,) = projection.arranged(children, [AZURE], [2, 3])
    assert shown["child_ids"] == [2, 3]


def test_many2one_rows_stay_as_they_are():
    (country,) = partners(expand=(Branch("country_id"),)).relations
    assert projection.arranged(country, [AZURE], []) == [AZURE]


def test_rows_become_json():
    level = partners(fields=("name", "country_id", "child_ids"))
    assert assemble(level, {(): [DECO, {**AZURE, "name": False}]}) == [
        {
            "id": 4,
            "name": "Deco",
            "country_id": {"id": 20, "display_name": "Belgium"},
            "child_ids": [],
        },
        {"id": 1, "name": None, "country_id": {"id": 20}, "child_ids": [3, 2, 9]},
    ]
    assert assemble(level, {}) == []


def test_levels_are_nested():
    tags = Branch("category_id", ("name",))
    child = Branch("child_ids", ("name",), expand=(tags,))
    country = Branch("country_id", ("code",))
    level = partners(fields=("name",), expand=(child, country))
    rows = {
        (): [AZURE, DECO, {**DECO, "country_id": None, "child_ids": None}],
        ("country_id",): [{"id": 20, "code": "BE"}],
        ("child_ids",): [
            {"id": 2, "name": "Brandon", "category_id": [5, 6]},
            {"id": 3, "name": "Colleen", "category_id": [5]},
        ],
        ("child_ids", "category_id"): [{"id": 5, "name": "VIP"}],
    }
    belgium = {"id": 20, "code": "BE"}
    vip = {"id": 5, "name": "VIP"}
    azure, deco, nowhere = assemble(level, rows)
    assert azure == {
        "id": 1,
        "name": "Azure",
        # child 9 and tag 6 were not readable
        "child_ids": [
            {"id": 3, "name": "Colleen", "category_id": [vip]},
            {"id": 2, "name": "Brandon", "category_id": [vip]},
        ],
        "country_id": belgium,
    }
    assert deco["country_id"] is azure["country_id"]
    assert (nowhere["country_id"], nowhere["child_ids"]) == (None, [])


def test_a_record_that_cannot_be_read_is_its_id():
    level = partners(fields=(), expand=(Branch("country_id"),))
    assert assemble(level, {(): [AZURE]}) == [{"id": 1, "country_id": {"id": 20}}]


def test_types_of_other_addons_are_left_as_they_are():
    level = projection.Level("m", (Field("id", "integer"), Field("place", "point")))
    rows = {(): [{"id": 1, "place": [1, 2]}, {"id": 2, "place": False}]}
    assert [record["place"] for record in assemble(level, rows)] == [[1, 2], None]
