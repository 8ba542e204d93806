import pytest

from rest_api_core.body.values import Field, Reference
from rest_api_core.query import volume as query_volume
from rest_api_core.query.projection import Level, Relation, walk
from rest_api_core.query.volume import MAX_VALUES, Volume
from rest_api_core.wire.problem import PageTooLarge

ID, NAME = Field("id", "integer"), Field("name", "char")
TEXT = Field("comment", "text")
PARENT = Field("parent_id", "many2one", comodel="p")
CHILDREN = Field("child_ids", "one2many", comodel="p")


def refused(limit, work):
    with pytest.raises(PageTooLarge, match=limit) as problem:
        work()
    assert problem.value.status == 413


def show(level, rows, **limits):
    """Read all rows, and check the documents that are made of them."""
    volume = Volume(**limits)
    for path, each in [((), level), *((p, r.level) for p, r in walk(level))]:
        found = rows.get(path, ())
        volume.add_rows(each, found)
        volume.add(values=sum(len(row.get("child_ids") or ()) for row in found))
    volume.check(level, rows)


def test_what_is_read_adds_up():
    level, volume = Level("p", (ID, NAME)), Volume(max_values=6)
    rows = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    volume.add_rows(level, rows)
    volume.allow(2)
    refused("more than 6 values", lambda: volume.allow(3))
    refused("more than 6 values", lambda: volume.add_rows(level, rows))


def test_long_texts_are_weighed_when_they_are_read():
    level, volume = Level("p", (ID, TEXT)), Volume(max_bytes=2 * 2**20)
    rows = [{"id": n, "comment": "x" * 2**20} for n in range(3)]
    refused("larger than 2 MB", lambda: volume.add_rows(level, rows))
    volume = Volume(max_bytes=2 * 2**20)
    volume.add_rows(level, [{"id": 1, "comment": None}])


LONG = "x" * 2**20
NESTED = [{"name": "a", "value": [LONG, {LONG: 1}]}]


@pytest.mark.parametrize(
    ("field_type", "value", "megabytes"),
    [
        ("char", LONG, 1),
        ("html", LONG, 1),
        ("many2one", (3, LONG), 1),
        ("many2one", (3, None), 0),
        ("reference", Reference("p", 3, LONG), 1),
        ("reference", Reference("p", 3), 0),
        ("json", {"a": NESTED}, 2),
        ("properties", NESTED, 2),
        ("of an addon", LONG, 1),
        ("selection", "x", 0),
        ("integer", 3, 0),
        ("char", None, 0),
        ("text", False, 0),
    ],
)
def test_whatever_may_be_long_is_weighed(field_type, value, megabytes):
    field = Field("f", field_type)
    rows = [{"id": n, "f": value} for n in range(4)]
    limit = (4 * megabytes + 1) * 2**20
    Volume(max_bytes=limit).add_rows(Level("p", (ID, field)), rows)
    if megabytes:
        text = f"larger than {4 * megabytes - 1} MB"
        volume = Volume(max_bytes=(4 * megabytes - 1) * 2**20)
        refused(text, lambda: volume.add_rows(Level("p", (ID, field)), rows))


def test_what_was_weighed_before_is_not_weighed_again():
    level, volume = Level("p", (ID, NAME)), Volume(max_bytes=2**20)
    volume.add_rows(level, [{"id": 1, "name": LONG * 2}], {"name"})
    assert volume.values_left == MAX_VALUES - 2


def test_ids_of_lists_are_values_of_the_documents():
    relation = Relation("parent_id", False, Level("p", (ID, CHILDREN)))
    level = Level("p", (ID, PARENT, CHILDREN), (relation,))
    one = {"id": 1, "parent_id": 9, "child_ids": None}
    rows = {(): [one], ("parent_id",): [{"id": 9, "child_ids": [1, 2, 3]}]}
    show(level, rows, max_values=8)
    refused("more than 7 values", lambda: show(level, rows, max_values=7))


def family(deep):
    """A parent with three children, each of which names the parent, and so on."""
    parents = [{"id": 1, "child_ids": [2, 3, 4], "parent_id": None, "name": "abc"}]
    children = [
        {"id": n, "child_ids": [], "parent_id": (1, "abc"), "name": "abc"}
        for n in (2, 3, 4)
    ]
    level = Level("p", (ID, NAME))
    rows = {}
    path = tuple(("child_ids", "parent_id")[n % 2] for n in range(deep))
    for depth in range(deep, -1, -1):
        rows[path[:depth]] = parents if depth % 2 == 0 else children
        if depth:
            many = depth % 2 == 1
            name, field = ("child_ids", CHILDREN) if many else ("parent_id", PARENT)
            level = Level("p", (ID, NAME, field), (Relation(name, many, level),))
    return level, rows


def test_what_is_nested_counts_as_often_as_it_is_shown():
    level, rows = family(3)
    # 3 + 3 × (3 + (3 + 3 × 2)): the parent, its children, their parent, its children
    show(level, rows, max_values=39)
    refused("more than 38 values", lambda: show(level, rows, max_values=38))


def test_so_do_its_bytes():
    level, rows = family(3)
    for row in rows["child_ids", "parent_id", "child_ids"]:
        row["name"] = "x" * 2**20
    refused("larger than 5 MB", lambda: show(level, rows, max_bytes=5 * 2**20))


def test_circles_of_many_levels_take_no_time():
    level, rows = family(60)
    refused("values", lambda: show(level, rows))


def test_records_that_were_not_read_count_as_their_ids():
    relation = Relation("parent_id", False, Level("p", (ID, NAME)))
    level = Level("p", (ID, PARENT), (relation,))
    rows = {(): [{"id": 1, "parent_id": 9}, {"id": 2, "parent_id": None}]}
    show(level, rows, max_values=5)
    refused("more than 4 values", lambda: show(level, rows, max_values=4))


def test_a_list_without_relations_is_not_weighed_again():
    Volume(max_values=1).check(Level("p", (ID, NAME)), {(): [{"id": 1, "name": "a"}]})


def test_few_values_are_not_weighed_one_by_one(monkeypatch):
    level, rows = family(3)
    monkeypatch.setattr(query_volume, "_weights", None)
    show(level, rows)
    with pytest.raises(TypeError):
        show(level, rows, max_values=100)


def test_what_is_json_already_is_weighed():
    document = {"id": 3, "lines": [{"name": "abc"}, {"name": None}], "tags": []}
    assert query_volume.weight_of(document) == (3, 8 + 3 + 8)
